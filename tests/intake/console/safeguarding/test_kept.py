"""A ticket that is kept from somebody: for them it is nowhere, and they cannot tell."""

from intake.permissions import Role
from nlu.labels import Urgency
from storage.safeguarding import kept_from

REASON = "Tin báo nhắc tên người này"


async def _kept(console):
    """A ticket that a supervisor keeps from Lan; her browser, the supervisor's, her id."""
    ticket = await console.rows.report(urgency=Urgency.CRITICAL)
    lan_id = await console.rows.join("lan", Role.OPERATOR, name="Nguyễn Thị Lan")
    lan = console.browser()
    await lan.sign_in("lan")
    boss = await console.signed_in(Role.SUPERVISOR, "hoa", "Hoa")
    await boss.post(f"/console/tickets/{ticket.number}/keep", user=lan_id, reason=REASON)
    return ticket, lan, boss, lan_id


async def test_it_is_not_in_the_queue_not_found_not_opened_not_claimed(console) -> None:
    ticket, lan, _, _ = await _kept(console)
    path = f"/console/tickets/{ticket.number}"

    _, queue = await lan.get("/console")
    _, part = await lan.get("/console/parts/queue")
    missing, at_all = await lan.get("/console/find?q=999999")
    status, found = await lan.get(f"/console/find?q={ticket.number}")
    opened, page = await lan.get(path)
    unknown, other = await lan.get("/console/tickets/PT-2026-999999")
    live, _ = await lan.get(f"/console/parts/tickets/{ticket.number}")
    claimed, _ = await lan.post(f"{path}/claim")

    assert ticket.number not in queue + part
    assert (opened, live, claimed) == (404, 404, 404)
    assert unknown == 404
    assert page.replace(ticket.number, "") == other.replace("PT-2026-999999", "")
    assert status == missing
    assert at_all.count("<li") == found.count("<li")


async def test_next_passes_over_it(console) -> None:
    _, lan, _, _ = await _kept(console)

    _, text = await lan.post("/console/next")

    assert "Không còn phiếu nào chờ nhận" in text


async def test_supervisors_see_who_is_kept_and_two_of_them_lift_it(console) -> None:
    ticket, lan, hoa, lan_id = await _kept(console)
    path = f"/console/tickets/{ticket.number}"
    anh = await console.signed_in(Role.SUPERVISOR, "anh", "Anh")
    minh = await console.signed_in(Role.OPERATOR, "minh", "Minh")

    _, for_minh = await minh.get(path)
    _, for_hoa = await hoa.get(path)
    status, _ = await hoa.post(f"{path}/kept/{lan_id}/lift", reason="")
    _, asked = await hoa.post(f"{path}/kept/{lan_id}/lift", reason="Nhầm người cùng tên")
    _, alone = await hoa.post(f"{path}/kept/{lan_id}/lift", reason="Nhầm người cùng tên")
    closed, _ = await lan.get(path)
    _, lifted = await anh.post(f"{path}/kept/{lan_id}/lift", reason="Đã hỏi lại người báo")
    opened, _ = await lan.get(path)

    assert "không được xem phiếu này" not in for_minh
    assert "Nguyễn Thị Lan không được xem phiếu này" in for_hoa
    assert status == 422
    assert "Cần một trưởng ca khác đồng ý" in asked
    assert "Bạn không làm được việc này một mình" in alone
    assert closed == 404
    assert "Phiếu đã mở lại cho người này" in lifted
    assert opened == 200


async def test_a_supervisor_may_be_kept_away_too(console) -> None:
    ticket, _, hoa, _ = await _kept(console)
    anh_id = await console.rows.join("anh", Role.SUPERVISOR, name="Trần Anh")
    anh = console.browser()
    await anh.sign_in("anh")

    await hoa.post(f"/console/tickets/{ticket.number}/keep", user=anh_id, reason=REASON)
    status, _ = await anh.get(f"/console/tickets/{ticket.number}")
    lifts, _ = await anh.post(
        f"/console/tickets/{ticket.number}/kept/{anh_id}/lift", reason="Tôi không làm gì"
    )

    assert (status, lifts) == (404, 404)
    assert len(await kept_from.kept_on(console.service.store, ticket.id)) == 2


async def test_an_administrator_learns_only_that_a_ticket_is_kept_from_somebody(console) -> None:
    ticket, _, _, _ = await _kept(console)
    admin = await console.signed_in(Role.ADMINISTRATOR, "quan", "Quân")

    _, text = await admin.get("/console/users")

    assert "1 phiếu đang không mở cho một người của đơn vị" in text
    assert ticket.number not in text
