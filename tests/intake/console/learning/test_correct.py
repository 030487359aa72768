"""One-key corrections on the page of a ticket."""

import re

import pytest

from intake.permissions import Role
from nlu.labels import Intent, Urgency
from storage import tickets


async def _now(console, number: str):
    return (await tickets.look_again(console.service.store, number)).ticket


async def test_one_press_makes_it_critical_and_one_more_takes_it_back(console) -> None:
    ticket = await console.rows.report(urgency=Urgency.HIGH)
    path = f"/console/tickets/{ticket.number}"
    lan = await console.signed_in(Role.OPERATOR, "lan", "Lan")

    _, text = await lan.post(f"{path}/correct/urgent")
    assert "Đã sửa. Máy sẽ học" in text
    assert (await _now(console, ticket.number)).urgency is Urgency.CRITICAL
    (event,) = re.findall(r'name="event" value="(\d+)"', text)
    _, text = await lan.post(f"{path}/correct/undo", event=event)
    assert "Đã hoàn tác" in text
    _, text = await lan.post(f"{path}/correct/undo", event=event)

    assert "Không hoàn tác được nữa" in text
    assert (await _now(console, ticket.number)).urgency is Urgency.HIGH


async def test_not_so_urgent_is_one_step_for_the_holder_and_a_double_press_is_one(console) -> None:
    ticket = await console.rows.report(urgency=Urgency.HIGH)
    path = f"/console/tickets/{ticket.number}"
    lan = await console.signed_in(Role.OPERATOR, "lan", "Lan")

    await lan.post(f"{path}/correct/not-urgent", to="normal")
    assert (await _now(console, ticket.number)).urgency is Urgency.HIGH
    await lan.post(f"{path}/claim")
    for _ in range(2):
        await lan.post(f"{path}/correct/not-urgent", to="normal")

    assert (await _now(console, ticket.number)).urgency is Urgency.NORMAL


async def test_a_critical_ticket_is_not_lowered_by_a_key(console) -> None:
    ticket = await console.rows.report(urgency=Urgency.CRITICAL)
    path = f"/console/tickets/{ticket.number}"
    hoa = await console.signed_in(Role.SUPERVISOR, "hoa", "Hoa")

    for to in ("high", "normal", "low"):
        await hoa.post(f"{path}/correct/not-urgent", to=to)

    assert (await _now(console, ticket.number)).urgency is Urgency.CRITICAL


async def test_a_wrong_place_and_a_wrong_kind_are_lessons(console) -> None:
    ticket = await console.rows.report()
    path = f"/console/tickets/{ticket.number}"
    hoa = await console.signed_in(Role.SUPERVISOR, "hoa", "Hoa")
    other = next(code for code, _ in console.service.places.communes if code != "30337")

    await hoa.post(f"{path}/correct/place", commune=other)
    await hoa.post(f"{path}/correct/kind", kind="bullying")

    after = await _now(console, ticket.number)
    assert (after.commune_code, after.kind) == (other, Intent.BULLYING)
    _, text = await hoa.get("/console/lessons")
    assert console.service.places.name(other) in text
    assert "Bắt nạt" in text


@pytest.mark.parametrize(
    ("verb", "fields"),
    [
        ("place", {"commune": "99999"}),
        ("kind", {"kind": "x"}),
        ("not-urgent", {"to": ""}),
        ("undo", {"event": "-1"}),
    ],
)
async def test_what_no_page_sends_is_refused(console, verb: str, fields: dict[str, str]) -> None:
    ticket = await console.rows.report()
    lan = await console.signed_in(Role.OPERATOR)

    status, _ = await lan.post(f"/console/tickets/{ticket.number}/correct/{verb}", **fields)

    assert status == 400


async def test_the_page_says_how_sure_the_machine_was(console) -> None:
    ticket = await console.rows.report(urgency=Urgency.NORMAL, facts={"confidence": 0.42})
    lan = await console.signed_in(Role.OPERATOR)

    _, text = await lan.get(f"/console/tickets/{ticket.number}")

    assert "Chỉ là phỏng đoán (42 %)" in text
    assert "có ai đang gặp nguy hiểm ngay lúc này" in text
    assert "<q>đánh</q>" in text
