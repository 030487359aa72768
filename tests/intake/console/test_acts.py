"""What people do with a ticket, by plain form posts."""

import asyncio

import pytest

from intake.permissions import Role
from nlu.labels import Intent, Urgency
from storage import threads, tickets
from storage.rows import OutboxState, TicketState

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


async def test_urgency_and_kind_change_with_a_reason(console) -> None:
    ticket = await console.rows.report(urgency=Urgency.NORMAL)
    browser = await console.signed_in(Role.OPERATOR)

    await browser.post(
        f"/console/tickets/{ticket.number}/urgency", urgency="critical", reason=REASON
    )
    _, text = await browser.post(
        f"/console/tickets/{ticket.number}/kind", kind="bullying", reason=REASON
    )

    after = (await _now(console, ticket.number)).ticket
    assert after.urgency is Urgency.CRITICAL
    assert after.kind is Intent.BULLYING
    assert "Thường → Khẩn cấp" in text
    assert REASON in text


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("urgency", {"urgency": "low"}),
        ("kind", {"kind": "bullying"}),
        ("state", {"to": "dismissed"}),
        ("release", {}),
        ("notes", {"text": " "}),
    ],
)
async def test_without_a_reason_nothing_changes(console, path: str, fields: dict[str, str]) -> None:
    ticket = await console.rows.report()
    browser = await console.signed_in(Role.OPERATOR)
    await browser.post(f"/console/tickets/{ticket.number}/claim")
    before = (await _now(console, ticket.number)).ticket

    status, text = await browser.post(f"/console/tickets/{ticket.number}/{path}", **fields)

    assert status == 422
    assert 'aria-invalid="true"' in text
    assert (await _now(console, ticket.number)).ticket == before


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("urgency", {"urgency": "extreme", "reason": REASON}),
        ("kind", {"kind": "<script>", "reason": REASON}),
        ("state", {"to": "new", "reason": REASON}),
        ("state", {"reason": REASON}),
    ],
)
async def test_a_choice_that_no_page_offers_is_refused(
    console, path: str, fields: dict[str, str]
) -> None:
    ticket = await console.rows.report()
    browser = await console.signed_in(Role.OPERATOR)

    status, text = await browser.post(f"/console/tickets/{ticket.number}/{path}", **fields)

    assert status == 400
    assert "Yêu cầu không đọc được" in text


async def test_a_ticket_goes_from_claim_to_close_and_back(console) -> None:
    ticket = await console.rows.report()
    browser = await console.signed_in(Role.OPERATOR)
    path = f"/console/tickets/{ticket.number}"

    await browser.post(f"{path}/claim")
    await browser.post(f"{path}/begin")
    for to in ("resolved", "closed", "reopened"):
        await browser.post(f"{path}/state", to=to, reason=REASON)
        assert (await _now(console, ticket.number)).ticket.state == to
    assert (await _now(console, ticket.number)).ticket.holder_id is None


async def test_an_illegal_move_is_said_kindly(console) -> None:
    ticket = await console.rows.report()
    browser = await console.signed_in(Role.OPERATOR)

    status, text = await browser.post(
        f"/console/tickets/{ticket.number}/state", to="closed", reason=REASON
    )

    assert status == 200
    assert "Phiếu đã đổi trạng thái trong lúc bạn làm" in text


async def test_a_released_ticket_is_free_again(console) -> None:
    ticket = await console.rows.report()
    browser = await console.signed_in(Role.OPERATOR)
    await browser.post(f"/console/tickets/{ticket.number}/claim")

    _, text = await browser.post(f"/console/tickets/{ticket.number}/release", reason="Hết ca trực")

    assert "Phiếu đã về hàng đợi" in text
    assert (await _now(console, ticket.number)).ticket.holder_id is None


async def test_dismissing_a_critical_ticket_takes_a_second_person(console) -> None:
    ticket = await console.rows.report(urgency=Urgency.CRITICAL)
    path = f"/console/tickets/{ticket.number}"
    lan = await console.signed_in(Role.OPERATOR, "lan", "Lan")
    minh = await console.signed_in(Role.OPERATOR, "minh", "Minh")
    hoa = await console.signed_in(Role.SUPERVISOR, "hoa", "Hoa")

    _, text = await lan.post(f"{path}/state", to="dismissed", reason="Trẻ đùa, đã gọi lại")
    assert "Bạn đã đề nghị không xử lý" in text
    assert (await _now(console, ticket.number)).ticket.state is TicketState.NEW

    await lan.post(f"{path}/state", to="dismissed", reason="Thử lần nữa một mình")
    assert (await _now(console, ticket.number)).ticket.state is TicketState.NEW

    status, _ = await minh.post(f"{path}/state", to="dismissed", reason="Tôi cũng nghĩ vậy")
    assert status == 403
    status, _ = await minh.post(f"{path}/confirm-dismissal", reason="Tôi cũng nghĩ vậy")
    assert status == 403

    _, text = await hoa.get(path)
    assert "Lan đề nghị không xử lý phiếu này" in text
    assert "Thử lần nữa một mình" in text
    await hoa.post(f"{path}/confirm-dismissal", reason="Đã nghe lại cuộc gọi")
    assert (await _now(console, ticket.number)).ticket.state is TicketState.DISMISSED


async def test_nobody_confirms_without_a_proposal(console) -> None:
    ticket = await console.rows.report(urgency=Urgency.CRITICAL)
    hoa = await console.signed_in(Role.SUPERVISOR)

    _, text = await hoa.post(
        f"/console/tickets/{ticket.number}/confirm-dismissal", reason="Không có đề nghị"
    )

    assert "Phiếu đã đổi trạng thái" in text
    assert (await _now(console, ticket.number)).ticket.state is TicketState.NEW


async def test_a_note_is_kept_and_shown_with_its_writer(console) -> None:
    ticket = await console.rows.report()
    browser = await console.signed_in(Role.OPERATOR, name="Lan")

    _, text = await browser.post(
        f"/console/tickets/{ticket.number}/notes", text="Đã gọi công an xã\n<i>gấp</i>"
    )

    assert "&lt;i&gt;gấp&lt;/i&gt;" in text
    assert "Đã thêm ghi chú" in text
