"""Clocks, records and checklist on the page of a ticket, by plain form posts."""

import asyncio
import re

import pytest

from intake.agencies import AGENCIES, WAYS
from intake.checklists import items_for
from intake.clock_rules import ABUSE, ClockName
from intake.clock_watch import follow
from intake.clocks import ClockState
from intake.console.clocks.clock_view import STEPS
from intake.console.strings import ConsoleLanguage, words_of
from intake.permissions import Role
from nlu.labels import Intent
from storage import events, tickets
from storage.rows import EventRow

FORWARDED = {"step": "forwarded", "agency": "commune_committee", "way": "phone"}


async def _events(console, kind: str) -> list[EventRow]:
    found = await events.events_after(console.service.store, 0, limit=1000)
    return [event for event in found if event.kind == kind]


def _clock(text: str, name: str) -> str:
    """The part of a page that shows one clock, without tags."""
    part = text.split(f'id="clock-{name}"')[1].split("</li>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", part))


async def test_each_clock_says_how_long_is_left_and_what_it_rests_on(console) -> None:
    ticket = await console.rows.report()
    browser = await console.signed_in(Role.OPERATOR)

    _, text = await browser.get(f"/console/tickets/{ticket.number}")

    assert "còn 1 giờ 00 phút" in _clock(text, "forwarded")
    assert "Điều 25 khoản 1" in _clock(text, "forwarded")
    assert "Hạn 25/11/2026 15:15" in _clock(text, "measures")
    assert "Hạn 02/12/2026 23:59" in _clock(text, "plan")


async def test_a_clock_shows_where_it_stands(console, clock) -> None:
    ticket = await console.rows.report()
    browser = await console.signed_in(Role.OPERATOR)
    shown = []
    for minutes in (0, 41, 14, 6):
        clock.forward(minutes * 60)
        await browser.sign_in("operator")
        _, text = await browser.get(f"/console/tickets/{ticket.number}")
        shown.append(_clock(text, "forwarded"))

    for said, part in zip(
        ("Đang chạy", "Sắp hết hạn", "Rất gần hạn", "quá hạn 1 phút"), shown, strict=True
    ):
        assert said in part


async def test_what_was_done_is_written_down_and_stops_the_clock(console, clock) -> None:
    ticket = await console.rows.report()
    browser = await console.signed_in(Role.OPERATOR, name="Lan")
    clock.forward(600)

    _, text = await browser.post(
        f"/console/tickets/{ticket.number}/steps",
        **FORWARDED,
        at="25/11/2026 03:20",
        note="Chị trực đã nhận",
    )

    assert "Đã ghi việc đã làm." in text
    assert "Xong lúc 25/11/2026 03:20" in _clock(text, "forwarded")
    steps = text.split('id="steps"')[1].split("</ul>")[0]
    for said in (
        "Đã chuyển tin",
        "Uỷ ban nhân dân xã",
        "Gọi điện thoại",
        "Lan",
        "Chị trực đã nhận",
    ):
        assert said in steps
    (event,) = await _events(console, "step_recorded")
    assert event.note == ""  # sealed: only the ticket's own page opens it


async def test_an_empty_time_is_now_and_a_double_click_is_one_record(console) -> None:
    ticket = await console.rows.report()
    lan = await console.signed_in(Role.OPERATOR, "lan")
    minh = await console.signed_in(Role.SUPERVISOR, "minh")
    address = f"/console/tickets/{ticket.number}/steps"

    texts = await asyncio.gather(
        *(browser.post(address, **FORWARDED) for browser in (lan, minh, lan))
    )

    assert len(await _events(console, "step_recorded")) == 1
    assert sum("Việc này đã được ghi rồi" in text for _, text in texts) == 2


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ({"step": ""}, "Hãy chọn việc đã làm."),
        ({"agency": "nobody"}, "Hãy chọn cơ quan hoặc người."),
        ({"way": ""}, "Hãy chọn cách làm."),
        ({"at": "hôm qua"}, "Giờ chưa đọc được."),
        ({"at": "26/11/2026 03:00"}, "Giờ này chưa tới."),
        ({"at": "02:00"}, "Giờ này trước khi có tin báo"),
        ({"at": "01/01/0001 00:00"}, "Giờ chưa đọc được."),
        ({"note": "x" * 2001}, "Nội dung dài quá 2000 ký tự."),
    ],
)
async def test_what_is_wrong_is_said_at_the_field_and_nothing_typed_is_lost(
    console, wrong: dict[str, str], problem: str
) -> None:
    ticket = await console.rows.report()
    browser = await console.signed_in(Role.OPERATOR)
    fields = {**FORWARDED, "note": "Đã gọi hai lần", **wrong}

    status, text = await browser.post(f"/console/tickets/{ticket.number}/steps", **fields)

    assert status == 422
    form = text.split('id="step-form"')[1].split("</form>")[0]
    assert problem in form
    assert 'aria-invalid="true"' in form
    assert fields["note"] in form
    assert await _events(console, "step_recorded") == []


async def test_a_record_written_by_mistake_is_taken_back_with_a_reason(console) -> None:
    ticket = await console.rows.report()
    browser = await console.signed_in(Role.OPERATOR)
    await browser.post(f"/console/tickets/{ticket.number}/steps", **FORWARDED)
    (record,) = await _events(console, "step_recorded")
    address = f"/console/tickets/{ticket.number}/steps/{record.id}/withdraw"

    status, asked = await browser.post(address, reason="ơ")
    _, text = await browser.post(address, reason="Ghi nhầm phiếu khác")
    _, again = await browser.post(address, reason="Ghi nhầm phiếu khác")

    assert status == 422
    assert "Hãy ghi lý do" in asked
    assert "Đang chạy" in _clock(text, "forwarded")
    assert 'id="steps"' not in text
    assert "Đã bỏ dòng ghi nhầm" in text
    assert "Đã bỏ dòng ghi nhầm" not in again


async def test_the_checklist_is_of_the_kind_and_knows_who_ticked(console) -> None:
    ticket = await console.rows.report(kind=Intent.MISSING_CHILD)
    browser = await console.signed_in(Role.OPERATOR, name="Lan")
    address = f"/console/tickets/{ticket.number}/checklist"

    _, text = await browser.post(address, item="water_first", done="1")
    await browser.post(address, item="water_first", done="1")

    item = text.split('id="check-water_first"')[1].split("</li>")[0]
    assert "Lan · 25/11/2026 03:15" in item
    assert "1 trên" in text
    assert len(await _events(console, "check_ticked")) == 1
    status, _ = await browser.post(address, item="held_or_forced", done="1")
    assert status == 400
    _, cleared = await browser.post(address, item="water_first", done="0")
    assert "Lan · 25/11" not in cleared.split('id="check-water_first"')[1].split("</li>")[0]


async def test_a_mark_stays_to_be_seen_when_the_kind_changes(console) -> None:
    ticket = await console.rows.report(kind=Intent.MISSING_CHILD)
    browser = await console.signed_in(Role.OPERATOR, name="Lan")
    await browser.post(f"/console/tickets/{ticket.number}/checklist", item="water_first", done="1")
    _, text = await browser.post(
        f"/console/tickets/{ticket.number}/kind", kind="bullying", reason="Cháu đã về nhà"
    )

    assert 'id="check-water_first"' in text
    assert 'id="check-school_told"' in text


async def test_the_queue_marks_what_runs_out(console, clock) -> None:
    ticket = await console.rows.report()
    browser = await console.signed_in(Role.OPERATOR)
    await browser.post(f"/console/tickets/{ticket.number}/claim")
    while not await follow(console.service):
        pass

    _, early = await browser.get("/console")
    clock.forward(45 * 60)
    await browser.sign_in("operator")
    _, amber = await browser.get("/console")
    clock.forward(20 * 60)
    await browser.sign_in("operator")
    _, late = await browser.get("/console")

    assert "Chuyển tin ngay" not in early
    assert "còn 15 phút" in amber
    assert "quá hạn 5 phút" in late


async def test_who_may_not_work_on_tickets_writes_nothing_down(console) -> None:
    ticket = await console.rows.report()
    browser = await console.signed_in(Role.AUDITOR)

    for path in ("steps", "steps/1/withdraw", "checklist"):
        status, _ = await browser.post(f"/console/tickets/{ticket.number}/{path}", **FORWARDED)
        assert status == 403
    assert (await tickets.look_again(console.service.store, ticket.number)) is not None


def test_every_code_has_words_in_both_languages() -> None:
    checks = {code for kind in Intent for code in items_for(kind)}
    wanted = [
        *(f"clock.{name.value}" for name in ClockName),
        *(f"clock_source.{name.value}" for name in ClockName),
        *(f"clock_state.{state.value}" for state in ClockState),
        *(f"step.{step}" for step in STEPS),
        *(f"agency.{code}" for code in AGENCIES),
        *(f"way.{code}" for code in WAYS),
        *(f"check.{code}" for code in checks),
    ]

    for language in ConsoleLanguage:
        entries = words_of(language).entries
        assert [key for key in wanted if key not in entries] == []
        assert {key for key in entries if key.startswith("check.")} == {
            f"check.{code}" for code in checks
        }


@pytest.mark.parametrize("kind", [kind for kind in Intent if kind.is_report])
def test_every_kind_of_report_has_items_each_once(kind: Intent) -> None:
    items = items_for(kind)

    assert len(items) == len(set(items)) > 4
    assert ("forward_now" in items) is (kind in ABUSE)


def test_a_question_has_no_checklist() -> None:
    assert items_for(Intent.ASK_INFORMATION) == ()
