"""The audit for an auditor who is named in a report: a chain without a gap, and nothing said."""

import re

import pytest

from intake.permissions import Role
from storage.incidents import ticket_links
from storage.safeguarding import kept_from
from tests.intake.console.conftest import Browser

KEPT = "Bạn không được xem sự kiện này."


@pytest.fixture
async def kept(console, clock):
    """A ticket that is kept from the auditor Mai, another one; her browser and Binh's."""
    ticket, other = await console.rows.report(), await console.rows.report()
    await console.rows.join("lan", Role.OPERATOR, name="Nguyễn Thị Lan")
    mai_id = await console.rows.join("mai", Role.AUDITOR, name="Mai")
    mai = console.browser()
    await mai.sign_in("mai")
    binh = await console.signed_in(Role.AUDITOR, "binh", "Binh")
    await kept_from.keep(
        console.service.store, ticket.id, from_user=mai_id, reason="Tin báo nhắc tên người này",
        user_id="somebody", now=clock(),
    )  # fmt: skip
    return ticket, other, mai, binh


async def _rows(browser: Browser, query: str = "") -> list[list[str]]:
    _, text = await browser.get(f"/console/audit{query}")
    lines = re.findall(r"<tr><td>(.*?)</td></tr>", text, re.DOTALL)
    return [re.sub(r"<[^>]+>", "|", line).split("|") for line in lines]


async def test_rows_of_a_kept_ticket_keep_their_number_and_time_alone(kept) -> None:
    ticket, other, mai, binh = kept

    for_binh, for_mai = await _rows(binh), await _rows(mai)

    assert any(ticket.number in line for line in for_binh)
    assert not any(ticket.number in line for line in for_mai)
    assert any(other.number in line for line in for_mai)
    hidden = [line for line in for_mai if KEPT in line]
    told = {line[0]: line for line in for_binh}
    assert len(hidden) >= 2  # opened, kept from
    assert all(set(line) - {KEPT, ""} <= set(told[line[0]]) for line in hidden)
    assert all(len([part for part in line if part]) == 3 for line in hidden)
    numbers = [int(line[0]) for line in for_mai]
    assert numbers == list(range(numbers[0], 0, -1))


async def test_a_kept_ticket_is_found_by_nothing(kept) -> None:
    ticket, other, mai, binh = kept

    queries = (f"?number={ticket.number}", "?kind=ticket_kept_from", "?person=somebody")
    seen = [
        [any(ticket.number in line for line in await _rows(b, query)) for b in (binh, mai)]
        for query in queries
    ]

    assert seen == [[True, False]] * 3
    _, missing = await mai.get("/console/audit?number=PT-2026-999999")
    _, hidden = await mai.get(f"/console/audit?number={ticket.number}")
    assert "f-number-problem" in missing
    assert "f-number-problem" in hidden
    opened = await _rows(mai, "?kind=ticket_opened")
    assert [line for line in opened if KEPT in line] == []
    assert any(other.number in line for line in opened)


async def test_a_link_does_not_name_the_kept_ticket_on_the_other_one(console, clock, kept) -> None:
    ticket, other, mai, binh = kept
    await ticket_links.link_tickets(
        console.service.store, other.id, ticket.number, reason="cùng người", user_id="somebody",
        now=clock(),
    )  # fmt: skip

    for query in ("", "?kind=ticket_linked", f"?number={other.number}"):
        for_binh = any(ticket.number in line for line in await _rows(binh, query))
        for_mai = any(ticket.number in line for line in await _rows(mai, query))
        assert (for_binh, for_mai) == (True, False)
