"""Identifiers of a ticket: masked, revealed to one person with a reason, for 15 minutes."""

import pytest

from intake.console.safeguarding.masking import mask_numbers
from intake.permissions import Role
from storage import events

REASON = "Gọi lại cho mẹ của trẻ"
TOLD = {
    "told": [
        {"fact": "phone", "value": "0900000123", "owner": "reporter", "words": "số 0900000123"}
    ]
}


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("số con 0900000123 nha", "số con 0900•••xxx nha"),
        ("mẹ 0900 000 124", "mẹ 0900•••xxx"),
        ("gọi 111 hay 18008077", "gọi 111 hay 18008077"),
        ("con 9 tuổi", "con 9 tuổi"),
        ("", ""),
    ],
)
def test_numbers_of_persons_are_masked_and_official_ones_are_not(text: str, masked: str) -> None:
    assert mask_numbers(text) == masked


async def test_a_number_shows_to_who_gave_a_reason_and_for_fifteen_minutes(console, clock) -> None:
    ticket = await console.rows.report("gọi con số 0900000123", facts=TOLD)
    lan = await console.signed_in(Role.OPERATOR, "lan", "Lan")
    minh = await console.signed_in(Role.OPERATOR, "minh", "Minh")
    path = f"/console/tickets/{ticket.number}"

    _, before = await lan.get(path)
    status, unasked = await lan.post(f"{path}/reveal", reason="")
    _, after = await lan.post(f"{path}/reveal", reason=REASON)
    _, for_minh = await minh.get(path)
    clock.forward(14 * 60)
    _, still = await lan.get(path)
    clock.forward(61)
    _, over = await lan.get(path)

    hidden = [("0900000123" not in text) for text in (before, unasked, for_minh, over)]
    shown = [("0900000123" in text) for text in (after, still)]
    assert (status, all(hidden), all(shown)) == (422, True, True)
    assert "0900•••xxx" in before
    (event,) = [
        each
        for each in await events.ticket_events(console.service.store, ticket.id)
        if each.kind == "identifiers_revealed"
    ]
    assert event.note == REASON
