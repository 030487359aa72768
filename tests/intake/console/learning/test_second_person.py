"""Nobody lowers a critical ticket alone: the page asks a second person."""

import re

import pytest

from intake.permissions import Role
from nlu.labels import Urgency
from storage import tickets
from storage.learning import lowering

REASON = "Đã gọi lại, bé đang ở với bà"


async def _urgency(console, number: str) -> Urgency:
    detail = await tickets.look_again(console.service.store, number)
    return detail.ticket.urgency


async def _proposed(console):
    ticket = await console.rows.report(urgency=Urgency.CRITICAL)
    path = f"/console/tickets/{ticket.number}"
    lan = await console.signed_in(Role.OPERATOR, "lan", "Lan")
    await lan.post(f"{path}/claim")
    _, text = await lan.post(f"{path}/urgency", urgency="normal", reason=REASON)
    assert "Bạn đã đề nghị hạ phiếu này xuống “Thường”" in text
    found = await lowering.lowering_of(console.service.store, ticket.id)
    return ticket, f"{path}/lowering/{found.id}", lan


def _seen(text: str) -> str:
    found = re.search(r'name="seen" value="(\d+)"', text)
    assert found is not None
    return found[1]


async def test_the_holder_proposes_and_another_operator_agrees(console) -> None:
    ticket, address, _ = await _proposed(console)
    minh = await console.signed_in(Role.OPERATOR, "minh", "Minh")

    _, text = await minh.get(f"/console/tickets/{ticket.number}")
    assert "Lan đề nghị hạ phiếu khẩn cấp này xuống “Thường”" in text
    assert REASON in text
    _, text = await minh.post(f"{address}/confirm", seen=_seen(text), reason="Tôi nghe lại rồi")

    assert "Đã hạ mức của phiếu" in text
    assert "Khẩn cấp → Thường" in text
    assert await _urgency(console, ticket.number) is Urgency.NORMAL


async def test_a_no_keeps_it_critical(console) -> None:
    ticket, address, _ = await _proposed(console)
    hoa = await console.signed_in(Role.SUPERVISOR, "hoa", "Hoa")

    _, text = await hoa.post(f"{address}/refuse", reason="Bé còn khóc, chờ đã")

    assert "Phiếu giữ mức khẩn cấp" in text
    assert 'id="lowering"' not in text
    assert await _urgency(console, ticket.number) is Urgency.CRITICAL


async def test_the_proposer_cannot_agree_but_can_take_it_back(console) -> None:
    ticket, address, lan = await _proposed(console)

    _, text = await lan.post(f"{address}/confirm", seen="999999", reason="Tôi tự đồng ý")
    assert "một người khác phải đồng ý" in text
    await lan.post(f"/console/tickets/{ticket.number}/urgency", urgency="low", reason="Lần nữa")
    assert await _urgency(console, ticket.number) is Urgency.CRITICAL
    await lan.post(f"{address}/refuse", reason="Tôi nhầm phiếu")

    assert await lowering.lowering_of(console.service.store, ticket.id) is None


async def test_a_message_that_came_meanwhile_must_be_read_first(console) -> None:
    ticket, address, _ = await _proposed(console)
    minh = await console.signed_in(Role.OPERATOR, "minh", "Minh")
    _, text = await minh.get(f"/console/tickets/{ticket.number}")
    seen = _seen(text)
    await console.rows.report("ba quay lại rồi", urgency=Urgency.LOW, account="other")
    from storage import events

    await console.service.store.db.transaction(
        lambda c: events.append(
            c,
            console.service.store.vault,
            kind="reporter_wrote",
            at=console.service.clock(),
            ticket_id=ticket.id,
        )
    )

    _, text = await minh.post(f"{address}/confirm", seen=seen, reason="Tôi nghe lại rồi")

    assert "Người báo vừa viết thêm" in text
    assert await _urgency(console, ticket.number) is Urgency.CRITICAL


async def test_without_a_reason_what_was_typed_stays_and_nothing_changes(console) -> None:
    ticket, address, _ = await _proposed(console)
    minh = await console.signed_in(Role.OPERATOR, "minh", "Minh")

    status, text = await minh.post(f"{address}/confirm", seen="999999", reason="ok")

    assert status == 422
    assert ">ok</textarea>" in text
    assert await _urgency(console, ticket.number) is Urgency.CRITICAL


@pytest.mark.parametrize("seen", ["", "x", "9" * 30])
async def test_what_no_page_sends_is_refused(console, seen: str) -> None:
    ticket, address, _ = await _proposed(console)
    minh = await console.signed_in(Role.OPERATOR, "minh", "Minh")

    status, _ = await minh.post(f"{address}/confirm", seen=seen, reason=REASON)

    assert status == 400
    assert await _urgency(console, ticket.number) is Urgency.CRITICAL


async def test_a_proposal_of_another_ticket_settles_nothing_here(console) -> None:
    ticket, address, _ = await _proposed(console)
    other = await console.rows.report(urgency=Urgency.CRITICAL)
    minh = await console.signed_in(Role.OPERATOR, "minh", "Minh")
    wrong = address.replace(ticket.number, other.number)

    _, text = await minh.post(f"{wrong}/confirm", seen="999999", reason=REASON)

    assert "Phiếu đã đổi trạng thái" in text
    assert await _urgency(console, ticket.number) is Urgency.CRITICAL


async def test_the_desk_tells_who_may_settle_a_proposal_and_not_who_made_it(console) -> None:
    ticket, _, lan = await _proposed(console)
    minh = await console.signed_in(Role.OPERATOR, "minh-2", "Minh")

    (_, for_lan), (_, for_minh) = await lan.get("/console"), await minh.get("/console")

    assert 'id="lowerings"' not in for_lan
    notice = for_minh.split('id="lowerings"')[1].split("</p>")[0]
    assert "chờ người thứ hai xem (1)" in notice
    assert f'href="/console/tickets/{ticket.number}?pane=case"' in notice
