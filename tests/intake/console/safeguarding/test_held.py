"""An operator's words that wait for a supervisor, by forms."""

from datetime import timedelta
from functools import partial

import pytest

from intake.permissions import Role
from nlu.labels import Urgency
from storage import events
from storage.safeguarding import samples
from storage.talks import threads
from storage.words import held_words
from tests.intake.console.browser import open_screen, violations

WORDS = "Cô ở số 0900000123, con gọi nha"


async def _held(console, **more):
    """A ticket on which Lan's words wait, and her browser."""
    ticket = await console.rows.report(**more)
    lan = await console.signed_in(Role.OPERATOR, "lan", "Nguyễn Thị Lan")
    await lan.post(f"/console/tickets/{ticket.number}/claim")
    await lan.post(f"/console/tickets/{ticket.number}/messages", text=WORDS, hold="1")
    (held,) = await held_words.waiting(console.service.store)
    return ticket, lan, held


async def _said(console, ticket) -> list[str]:
    entries = await threads.thread(console.service.store, ticket.conversation_id)
    return [entry.body.get("text") for entry in entries]


async def test_before_sending_an_operator_reads_why_it_will_wait(console) -> None:
    ticket = await console.rows.report()
    lan = await console.signed_in(Role.OPERATOR, "lan")
    await lan.post(f"/console/tickets/{ticket.number}/claim")

    status, text = await lan.post(f"/console/tickets/{ticket.number}/messages", text=WORDS)

    assert status == 422
    assert "Tin này sẽ chờ trưởng ca xem" in text
    assert "số điện thoại “0900000123”" in text
    assert WORDS in text
    assert await held_words.waiting(console.service.store) == ()
    assert WORDS not in await _said(console, ticket)


async def test_after_sending_it_stands_in_the_talk_as_not_sent(console) -> None:
    ticket, lan, _ = await _held(console, urgency=Urgency.CRITICAL)

    _, text = await lan.get(f"/console/tickets/{ticket.number}")

    assert WORDS not in await _said(console, ticket)
    assert "Chưa gửi, chờ trưởng ca xem" in text
    assert "CHƯA GỬI 1 tin" in text
    assert "Máy đang trả lời người báo tin" in text


async def test_official_numbers_go_out_at_once_meanwhile(console) -> None:
    ticket, lan, _ = await _held(console, urgency=Urgency.CRITICAL)
    words = "Con gọi 113 hoặc 111 ngay nha"

    await lan.post(f"/console/tickets/{ticket.number}/messages", text=words)

    assert words in await _said(console, ticket)


async def test_a_supervisor_reads_it_in_its_talk_and_lets_it_go(console) -> None:
    ticket, _, held = await _held(console)
    boss = await console.signed_in(Role.SUPERVISOR, "hoa", "Hoa")

    _, listed = await boss.get("/console/held")
    _, shown = await boss.get(f"/console/held/{held.id}")
    _, text = await boss.post(f"/console/held/{held.id}/release")

    assert f"Đọc tin của phiếu {ticket.number}" in listed
    assert WORDS not in listed
    assert WORDS in shown
    assert "con bị ba đánh" in shown
    assert "Tin đã được cho gửi" in text
    assert (await _said(console, ticket)).count(WORDS) == 1
    entries = await threads.thread(console.service.store, ticket.conversation_id)
    assert entries[-1].author == held.author_id
    _, again = await boss.post(f"/console/held/{held.id}/release")
    assert "Đã có người quyết định tin này" in again
    assert (await _said(console, ticket)).count(WORDS) == 1


async def test_a_refusal_needs_a_reason_that_the_writer_reads(console) -> None:
    ticket, lan, held = await _held(console)
    boss = await console.signed_in(Role.SUPERVISOR, "hoa", "Hoa")

    status, _ = await boss.post(f"/console/held/{held.id}/refuse", reason=" ")
    await boss.post(f"/console/held/{held.id}/refuse", reason="Không đưa số riêng cho trẻ")
    _, text = await lan.get(f"/console/tickets/{ticket.number}")

    assert status == 422
    assert "Không gửi, trưởng ca từ chối" in text
    assert "Không đưa số riêng cho trẻ" in text
    assert WORDS not in await _said(console, ticket)


async def test_words_too_late_for_their_ticket_go_nowhere(console) -> None:
    ticket, lan, held = await _held(console)
    boss = await console.signed_in(Role.SUPERVISOR, "hoa")
    await lan.post(f"/console/tickets/{ticket.number}/state", to="resolved", reason="Đã xong việc")

    _, text = await boss.post(f"/console/held/{held.id}/release")

    assert "Tin không gửi được nữa" in text
    assert WORDS not in await _said(console, ticket)


async def test_who_wrote_it_takes_it_back(console) -> None:
    ticket, lan, held = await _held(console)

    _, text = await lan.post(f"/console/tickets/{ticket.number}/held/{held.id}/withdraw")

    assert "Bạn đã rút lại tin" in text
    assert await held_words.waiting(console.service.store) == ()


async def test_supervisors_wait_for_each_other_before_a_meeting_only(console) -> None:
    ticket = await console.rows.report()
    boss = await console.signed_in(Role.SUPERVISOR, "hoa", "Hoa")
    await boss.post(f"/console/tickets/{ticket.number}/claim")

    await boss.post(f"/console/tickets/{ticket.number}/messages", text=WORDS)
    await boss.post(
        f"/console/tickets/{ticket.number}/messages", text="Gặp con ở cổng trường nha", hold="1"
    )
    (held,) = await held_words.waiting(console.service.store)
    status, _ = await boss.post(f"/console/held/{held.id}/release")

    assert WORDS in await _said(console, ticket)
    assert held.risks == ("meeting",)
    assert status == 403


async def test_the_sample_of_last_week_is_the_same_for_all_and_read_with_a_remark(
    console, clock
) -> None:
    ticket = await console.rows.report()
    lan = await console.signed_in(Role.OPERATOR, "lan", "Nguyễn Thị Lan")
    await lan.post(f"/console/tickets/{ticket.number}/claim")
    await lan.post(f"/console/tickets/{ticket.number}/messages", text="Cô nghe con đây")
    clock.forward(timedelta(days=7).total_seconds())
    boss = await console.signed_in(Role.SUPERVISOR, "hoa", "Hoa")
    path = f"/console/sample/{ticket.number}"

    _, listed = await boss.get("/console/sample")
    _, shown = await boss.get(path)
    status, _ = await boss.post(path, remark="")
    _, after = await boss.post(path, remark="Lời nhẹ nhàng, rõ ràng")

    assert ticket.number in listed
    assert "Cô nghe con đây" in shown
    assert status == 422
    assert "Đã ghi là đã đọc" in after
    kinds = [event.kind for event in await events.ticket_events(console.service.store, ticket.id)]
    assert kinds.count("sample_opened") == 1
    assert kinds.count("sample_read") == 1


async def test_another_conversation_stands_in_for_one_that_is_hidden(console, clock) -> None:
    lan = await console.signed_in(Role.OPERATOR, "lan", "Nguyễn Thị Lan")
    for turn in range(4):
        ticket = await console.rows.report(account=f"reporter-{turn}")
        await lan.post(f"/console/tickets/{ticket.number}/claim")
        await lan.post(f"/console/tickets/{ticket.number}/messages", text="Cô nghe con đây")
    drawn = partial(
        samples.sample, console.service.store, week="2026-W48",
        begins_at=clock() - timedelta(days=1), size=3,
    )  # fmt: skip

    whole = await drawn()
    without = await drawn(hidden={whole[1].ticket_id})

    assert [one.ticket_id for one in without[:2]] == [whole[0].ticket_id, whole[2].ticket_id]
    assert len(without) == len(whole) == 3


@pytest.mark.browser
async def test_holding_and_releasing_in_a_browser(console) -> None:
    ticket = await console.rows.report(urgency=Urgency.CRITICAL)
    await console.rows.join("lan", Role.OPERATOR, name="Lan")
    await console.rows.join("hoa", Role.SUPERVISOR, name="Hoa")
    async with open_screen(console) as screen:
        lan = await screen.signed_in("lan", width=390, height=844)
        await lan.goto(screen.address(f"/console/tickets/{ticket.number}"))
        await lan.click("#claim-form button")
        await lan.fill("#reply", WORDS)
        await lan.keyboard.press("Control+Enter")
        await lan.wait_for_selector("#reply-held")
        found = await violations(lan)
        await lan.click("#reply-held button")
        await lan.wait_for_selector("#held-waiting")
        found += await violations(lan)
        hoa = await screen.signed_in("hoa")
        await hoa.goto(screen.address("/console/held"))
        found += await violations(hoa)
        await hoa.click("#held a")
        await hoa.wait_for_selector("#words")
        found += await violations(hoa)
        await hoa.click("form[action$='/release'] button")
        await hoa.wait_for_selector(".empty")
    assert found == []
    assert WORDS in await _said(console, ticket)
