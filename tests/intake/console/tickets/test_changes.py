"""Weighty changes of a ticket: each with a reason, some with a second person."""

import pytest

from intake.permissions import Role
from nlu.labels import Intent, Urgency
from storage import tickets
from storage.rows import TicketState

REASON = "Đã gọi lại và kiểm tra"


async def _now(console, number: str):
    detail = await tickets.look_again(console.service.store, number)
    assert detail is not None
    return detail


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
    await browser.post(f"/console/tickets/{ticket.number}/claim")

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

    await lan.post(f"{path}/claim")
    _, text = await lan.post(f"{path}/state", to="dismissed", reason="Trẻ đùa, đã gọi lại")
    assert "Bạn đã đề nghị không xử lý" in text
    assert (await _now(console, ticket.number)).ticket.state is TicketState.ACKNOWLEDGED

    await lan.post(f"{path}/urgency", urgency="normal", reason="Không gấp nữa")
    assert (await _now(console, ticket.number)).ticket.urgency is Urgency.CRITICAL
    await lan.post(f"{path}/state", to="dismissed", reason="Thử lần nữa một mình")
    assert (await _now(console, ticket.number)).ticket.state is TicketState.ACKNOWLEDGED

    await minh.post(f"{path}/state", to="dismissed", reason="Tôi cũng nghĩ vậy")
    assert (await _now(console, ticket.number)).ticket.state is TicketState.ACKNOWLEDGED
    status, _ = await minh.post(f"{path}/confirm-dismissal", reason="Tôi cũng nghĩ vậy")
    assert status == 403

    _, text = await hoa.get(path)
    assert "Lan đề nghị không xử lý phiếu này" in text
    assert "Thử lần nữa một mình" in text
    await hoa.post(f"{path}/confirm-dismissal", reason="Đã nghe lại cuộc gọi")
    assert (await _now(console, ticket.number)).ticket.state is TicketState.DISMISSED


async def test_only_the_holder_or_a_supervisor_quietens_a_ticket(console) -> None:
    ticket = await console.rows.report(urgency=Urgency.CRITICAL)
    path = f"/console/tickets/{ticket.number}"
    lan = await console.signed_in(Role.OPERATOR, "lan", "Lan")
    minh = await console.signed_in(Role.OPERATOR, "minh", "Minh")
    hoa = await console.signed_in(Role.SUPERVISOR, "hoa", "Hoa")
    await lan.post(f"{path}/claim")

    await minh.post(f"{path}/urgency", urgency="low", reason="Tôi nghĩ không sao")
    assert (await _now(console, ticket.number)).ticket.urgency is Urgency.CRITICAL
    await minh.post(f"{path}/state", to="resolved", reason="Tôi nghĩ xong rồi")
    assert (await _now(console, ticket.number)).ticket.state is TicketState.ACKNOWLEDGED

    _, text = await hoa.post(f"{path}/urgency", urgency="high", reason="Đã gọi lại, bé an toàn")
    assert "Phiếu vẫn là khẩn cấp cho tới khi một người khác đồng ý" in text
    assert (await _now(console, ticket.number)).ticket.urgency is Urgency.CRITICAL


async def test_nobody_confirms_without_a_proposal(console) -> None:
    ticket = await console.rows.report(urgency=Urgency.CRITICAL)
    hoa = await console.signed_in(Role.SUPERVISOR)

    _, text = await hoa.post(
        f"/console/tickets/{ticket.number}/confirm-dismissal", reason="Không có đề nghị"
    )

    assert "Phiếu đã đổi trạng thái" in text
    assert (await _now(console, ticket.number)).ticket.state is TicketState.NEW


async def test_who_neither_holds_nor_supervises_is_offered_no_end(console) -> None:
    ticket = await console.rows.report()
    lan = await console.signed_in(Role.OPERATOR, "lan")
    hoa = await console.signed_in(Role.SUPERVISOR, "hoa")

    _, of_lan = await lan.get(f"/console/tickets/{ticket.number}")
    _, of_hoa = await hoa.get(f"/console/tickets/{ticket.number}")

    assert 'id="act-dismissed"' not in of_lan
    assert 'id="act-dismissed"' in of_hoa
