"""What people do with a ticket, by plain form posts."""

import asyncio

import pytest

from intake.permissions import Role
from nlu.labels import Urgency
from storage import tickets
from storage.rows import OutboxState, TicketState
from storage.talks import threads

REASON = "Đã gọi lại và kiểm tra"


async def _now(console, number: str):
    detail = await tickets.look_again(console.service.store, number)
    assert detail is not None
    return detail


async def test_next_takes_the_most_urgent_and_opens_it(console) -> None:
    await console.rows.report(urgency=Urgency.NORMAL)
    critical = await console.rows.report(urgency=Urgency.CRITICAL)
    browser = await console.signed_in(Role.OPERATOR)

    _, text = await browser.post("/console/next")

    assert f"Phiếu {critical.number}" in text
    assert "Bạn đã nhận phiếu này" in text
    assert "Bạn đang giữ phiếu này" in text


async def test_next_with_an_empty_queue_says_so(console) -> None:
    browser = await console.signed_in(Role.OPERATOR)

    _, text = await browser.post("/console/next")

    assert "Không còn phiếu nào chờ nhận" in text


async def test_of_two_who_claim_at_once_the_second_learns_who_was_first(console) -> None:
    ticket = await console.rows.report()
    lan = await console.signed_in(Role.OPERATOR, "lan", "Nguyễn Thị Lan")
    minh = await console.signed_in(Role.OPERATOR, "minh", "Trần Minh")

    (_, one), (_, other) = await asyncio.gather(
        lan.post(f"/console/tickets/{ticket.number}/claim"),
        minh.post(f"/console/tickets/{ticket.number}/claim"),
    )

    won = [text for text in (one, other) if "Bạn đang giữ phiếu này" in text]
    lost = [text for text in (one, other) if "nhận phiếu này trước bạn" in text]
    assert len(won) == len(lost) == 1
    winner = "Nguyễn Thị Lan" if won[0] is one else "Trần Minh"
    assert f"{winner} đã nhận phiếu này trước bạn" in lost[0]


async def test_of_a_ticket_that_is_done_it_says_who_held_it(console) -> None:
    ticket = await console.rows.report()
    lan = await console.signed_in(Role.OPERATOR, "lan", "Nguyễn Thị Lan")
    await lan.post(f"/console/tickets/{ticket.number}/claim")
    await lan.post(f"/console/tickets/{ticket.number}/state", to="resolved", reason="Đã xong việc")

    _, text = await lan.post(f"/console/tickets/{ticket.number}/state", to="closed", reason="Xong")

    assert "Nguyễn Thị Lan là người giữ phiếu này tới khi xong" in text
    assert "đang giữ phiếu này" not in text


async def test_what_an_operator_writes_reaches_the_reporter_and_silences_the_bot(console) -> None:
    ticket = await console.rows.report()
    browser = await console.signed_in(Role.OPERATOR, name="Lan")
    await browser.post(f"/console/tickets/{ticket.number}/claim")

    _, text = await browser.post(
        f"/console/tickets/{ticket.number}/messages", text="Cô là cán bộ, cô nghe con đây."
    )

    assert "Cô là cán bộ, cô nghe con đây." in text
    assert "Máy im lặng, bạn đang viết" in text
    entries = await threads.thread(console.service.store, ticket.conversation_id)
    assert entries[-1].body["text"] == "Cô là cán bộ, cô nghe con đây."
    assert entries[-1].state is OutboxState.SENT
    after = await _now(console, ticket.number)
    assert after.ticket.state is TicketState.IN_PROGRESS
    assert after.talk_held_by == after.ticket.holder_id


async def test_the_composer_names_its_recipient(console) -> None:
    ticket = await console.rows.report(channel="telegram")
    browser = await console.signed_in(Role.OPERATOR)

    _, text = await browser.post(f"/console/tickets/{ticket.number}/claim")

    assert f"Gửi tới người báo tin của {ticket.number} qua Telegram" in text


async def test_who_does_not_hold_a_ticket_cannot_write(console) -> None:
    ticket = await console.rows.report()
    browser = await console.signed_in(Role.OPERATOR)

    _, text = await browser.post(f"/console/tickets/{ticket.number}/messages", text="xin chào con")

    assert "Phiếu này không do bạn giữ" in text
    entries = await threads.thread(console.service.store, ticket.conversation_id)
    assert "xin chào con" not in [entry.body.get("text") for entry in entries]


@pytest.mark.parametrize("written", ["", "   ", "x" * 1501])
async def test_a_message_of_no_or_too_many_words_is_kept_and_asked_again(
    console, written: str
) -> None:
    ticket = await console.rows.report()
    browser = await console.signed_in(Role.OPERATOR)
    await browser.post(f"/console/tickets/{ticket.number}/claim")

    status, text = await browser.post(f"/console/tickets/{ticket.number}/messages", text=written)

    assert status == 422
    assert written.strip() in text
    assert 'aria-invalid="true"' in text or "reply-problem" in text


async def test_the_bot_can_be_silenced_first_and_handed_back(console) -> None:
    ticket = await console.rows.report()
    browser = await console.signed_in(Role.OPERATOR)
    await browser.post(f"/console/tickets/{ticket.number}/claim")

    await browser.post(f"/console/tickets/{ticket.number}/take-over")
    assert (await _now(console, ticket.number)).talk_held_by is not None
    _, text = await browser.post(f"/console/tickets/{ticket.number}/hand-back")
    assert (await _now(console, ticket.number)).talk_held_by is None
    assert "Máy đang trả lời người báo tin" in text


async def test_a_note_is_kept_and_shown_with_its_writer(console) -> None:
    ticket = await console.rows.report()
    browser = await console.signed_in(Role.OPERATOR, name="Lan")

    _, text = await browser.post(
        f"/console/tickets/{ticket.number}/notes", text="Đã gọi công an xã\n<i>gấp</i>"
    )

    assert "&lt;i&gt;gấp&lt;/i&gt;" in text
    assert "Đã thêm ghi chú" in text
