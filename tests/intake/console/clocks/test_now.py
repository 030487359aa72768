"""The page "now and today": what it counts, and that every number leads to what it counts."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.clock_watch import follow
from intake.console.clocks.now import day_began, percentile
from intake.permissions import Role
from intake.timekeeper import Timekeeper
from nlu.labels import Danger, Intent, Urgency
from tests.tickets_made import DROWNING, open_drill_ticket


def _table(text: str, name: str) -> list[list[str]]:
    """The rows of a table as plain words."""
    body = text.split(f'id="now-{name}"')[1].split("<tbody>")[1].split("</tbody>")[0]
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S) for row in body.split("</tr>")]
    return [
        [" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in row] for row in cells if row
    ]


async def breach(console) -> None:
    while not await follow(console.service):
        pass
    keeper = Timekeeper(console.service, "test")
    while await keeper.run_due():
        pass


async def test_an_empty_day_is_full_of_noughts(console) -> None:
    browser = await console.signed_in(Role.OPERATOR)

    status, text = await browser.get("/console/now")

    assert status == 200
    assert _table(text, "standing")[-1] == ["Tất cả", "0", "–", "0"]
    assert _table(text, "speed") == [["Khẩn cấp", "0", "–", "–"], ["Tất cả", "0", "–", "–"]]
    assert "Không có ai đang trực" in text


async def test_who_waits_and_who_is_helped_by_urgency(console, clock) -> None:
    await console.rows.report(urgency=Urgency.NORMAL)
    clock.forward(600)
    critical = await console.rows.report(urgency=Urgency.CRITICAL)
    await console.rows.report(urgency=Urgency.CRITICAL)
    browser = await console.signed_in(Role.OPERATOR, "lan", "Lan")
    await browser.post(f"/console/tickets/{critical.number}/claim")
    await browser.post("/console/duty", on="1")
    clock.forward(300)

    _, text = await browser.get("/console/now")

    assert _table(text, "standing") == [
        ["Khẩn cấp", "1", "5 phút", "1"],
        ["Gấp", "0", "–", "0"],
        ["Thường", "1", "15 phút", "0"],
        ["Thấp", "0", "–", "0"],
        ["Tất cả", "2", "15 phút", "1"],
    ]
    assert 'href="/console?show=free"' in text
    assert "Lan (bạn)" in text
    assert "chưa được trả lời: 1 phiếu" in text


async def test_what_was_opened_today_by_urgency_kind_and_channel(console, clock) -> None:
    await console.rows.report(kind=Intent.BULLYING)
    clock.forward(24 * 3600)
    await console.rows.report(kind=Intent.BULLYING, urgency=Urgency.NORMAL)
    await console.rows.report(kind=Intent.BULLYING, channel="telegram", urgency=Urgency.NORMAL)
    await console.rows.report(kind=Intent.MISSING_CHILD)
    browser = await console.signed_in(Role.SUPERVISOR)

    _, text = await browser.get("/console/now")

    assert _table(text, "urgency")[1:] == [
        ["Gấp", "1"], ["Thường", "2"], ["Thấp", "0"], ["Tất cả", "3"],
    ]  # fmt: skip
    assert _table(text, "kind") == [
        ["Bắt nạt, bạo lực học đường", "2"], ["Trẻ mất tích", "1"], ["Tất cả", "3"],
    ]  # fmt: skip
    assert _table(text, "channel")[0] == ["Chat trên web", "2"]
    assert 'href="/console?kind=bullying"' in text
    assert 'href="/console?channel=telegram"' in text


async def test_how_soon_somebody_came(console, clock) -> None:
    browser = await console.signed_in(Role.OPERATOR)
    for minutes in (1, 2, 12):
        ticket = await console.rows.report(
            urgency=Urgency.HIGH if minutes == 12 else Urgency.CRITICAL
        )
        clock.forward(minutes * 60)
        await browser.post(f"/console/tickets/{ticket.number}/claim")

    _, text = await browser.get("/console/now")

    assert _table(text, "speed") == [
        ["Khẩn cấp", "2", "1 phút", "2 phút"],
        ["Tất cả", "3", "2 phút", "12 phút"],
    ]


async def test_what_ran_out_is_counted_and_named(console, clock) -> None:
    ticket = await console.rows.report()
    clock.forward(3700)
    await breach(console)
    browser = await console.signed_in(Role.OPERATOR)

    _, text = await browser.get("/console/now")

    clocks = {row[0]: row[1:] for row in _table(text, "clocks")}
    assert clocks["Chuyển tin ngay"] == ["0", "1", "0"]
    assert clocks["Biện pháp khẩn cấp"] == ["0", "0", "0"]
    late = _table(text, "late")
    assert [ticket.number, "quá hạn 1 phút", "Gấp", "Chuyển tin ngay"] in late
    assert f"/console/tickets/{ticket.number}?pane=case" in text


async def test_alarms_of_today_are_counted(console) -> None:
    await console.rows.report(
        kind=Intent.DROWNING_EMERGENCY, urgency=Urgency.CRITICAL, danger=Danger.DROWNING
    )
    browser = await console.signed_in(Role.OPERATOR)
    await breach(console)

    _, text = await browser.get("/console/now")

    assert "Chuông đã đổ cho 1 phiếu" in text


async def test_a_drill_is_in_no_number_and_breaks_no_term(console, clock) -> None:
    ticket = await open_drill_ticket(console.service.store, clock(), DROWNING)
    browser = await console.signed_in(Role.SUPERVISOR)
    _, empty = await browser.get("/console/now")
    await browser.post(f"/console/tickets/{ticket.number}/claim")
    clock.forward(3700)
    await breach(console)
    await browser.sign_in("supervisor")

    _, text = await browser.get("/console/now")
    _, breaches = await browser.get("/console/parts/breaches")
    _, page = await browser.get(f"/console/tickets/{ticket.number}")

    for shown in (empty, text):
        assert _table(shown, "standing")[-1] == ["Tất cả", "0", "–", "0"]
        assert _table(shown, "urgency")[-1] == ["Tất cả", "0"]
        assert "Chuông đã đổ cho 0 phiếu" in shown
    assert "chưa được trả lời: 0 phiếu" in text
    assert all(row[1:] == ["0", "0", "0"] for row in _table(text, "clocks"))
    assert ticket.number not in text + breaches
    assert 'id="clocks"' not in page


async def test_a_supervisor_is_told_what_ran_out_and_an_operator_is_not(console, clock) -> None:
    ticket = await console.rows.report()
    clock.forward(3700)
    await breach(console)
    supervisor = await console.signed_in(Role.SUPERVISOR)
    operator = await console.signed_in(Role.OPERATOR)

    _, text = await supervisor.get("/console/parts/breaches")
    status, _ = await operator.get("/console/parts/breaches")
    _, page = await operator.get("/console")
    clock.forward(13 * 3600)
    await supervisor.sign_in("supervisor")
    _, later = await supervisor.get("/console/parts/breaches")

    assert f"Chuyển tin ngay – {ticket.number}" in text
    assert status == 403
    assert 'id="breaches"' not in page
    assert ticket.number not in later


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR, Role.COMMUNICATOR])
async def test_who_does_not_read_the_queue_does_not_read_its_numbers(console, role: Role) -> None:
    browser = await console.signed_in(role)

    for path in ("/console/now", "/console/parts/now"):
        status, _ = await browser.get(path)
        assert status == 403


def test_the_day_begins_at_local_midnight() -> None:
    night = datetime(2026, 11, 24, 17, 30, tzinfo=UTC)  # 00:30 on the 25th in An Giang

    assert day_began(night) == datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
    assert day_began(night - timedelta(minutes=31)) == datetime(2026, 11, 23, 17, 0, tzinfo=UTC)


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=50))
def test_half_come_within_the_median_and_nine_of_ten_within_the_other(values: list[float]) -> None:
    for share in (0.5, 0.9):
        found = percentile(values, share)
        assert found in values
        assert sum(value <= found for value in values) >= share * len(values)


def test_of_nothing_there_is_no_median() -> None:
    assert percentile([], 0.5) is None
