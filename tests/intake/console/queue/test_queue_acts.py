"""Passing on, breaks, saved filters and the hand-over of a shift, as forms."""

from intake.permissions import Role
from nlu.labels import Intent, Urgency
from storage import tickets
from storage.accounts import users


async def _id_of(console, login: str) -> str:
    found = await users.find_user(console.service.store, login)
    return found.user.id


async def test_a_ticket_goes_to_a_colleague_who_reads_the_note_first(console) -> None:
    ticket = await console.rows.report()
    path = f"/console/tickets/{ticket.number}"
    lan = await console.signed_in(Role.OPERATOR, "lan", "Lan")
    minh = await console.signed_in(Role.OPERATOR, "minh", "Minh")
    await lan.post(f"{path}/claim")

    _, text = await lan.post(
        f"{path}/transfer", to=f"user:{await _id_of(console, 'minh')}", reason="Gọi lại cho cô"
    )
    assert "Bạn vẫn giữ phiếu" in text
    assert "Lan đang chờ Minh nhận phiếu này" in text
    _, text = await minh.get("/console/parts/queue")
    assert f"{ticket.number} được chuyển cho bạn" in text
    _, text = await minh.get(path)
    assert "Gọi lại cho cô" in text
    _, text = await minh.post(f"{path}/transfer/accept")

    assert "Phiếu này giờ do bạn giữ" in text
    _, text = await lan.get("/console/parts/queue")
    assert "Minh giữ" in text


async def test_an_offer_without_a_receiver_or_words_is_asked_again(console) -> None:
    ticket = await console.rows.report()
    path = f"/console/tickets/{ticket.number}"
    lan = await console.signed_in(Role.OPERATOR, "lan", "Lan")
    await lan.post(f"{path}/claim")

    status, text = await lan.post(f"{path}/transfer", to="user:nobody", reason="Gọi lại cho cô")
    assert status == 422
    assert "Hãy chọn người hoặc vai trò" in text
    assert "Gọi lại cho cô" in text
    status, _ = await lan.post(f"{path}/transfer", to="role:supervisor", reason="")
    assert status == 422


async def test_who_does_not_hold_a_ticket_cannot_pass_it_on(console) -> None:
    ticket = await console.rows.report()
    path = f"/console/tickets/{ticket.number}"
    lan = await console.signed_in(Role.OPERATOR, "lan")
    minh = await console.signed_in(Role.OPERATOR, "minh")
    await lan.post(f"{path}/claim")

    await minh.post(f"{path}/transfer", to="role:supervisor", reason="Tôi muốn chuyển")

    detail = await tickets.look_again(console.service.store, ticket.number)
    assert "transfer_offered" not in [event.kind for event in detail.events]


async def test_after_hard_tickets_a_break_is_offered_and_others_come_first(console, clock) -> None:
    hard = {"kind": Intent.SEXUAL_ABUSE, "urgency": Urgency.HIGH}
    for _ in range(4):
        clock.forward(60)
        last = await console.rows.report(**hard)
    other = await console.rows.report(urgency=Urgency.LOW)
    lan = await console.signed_in(Role.OPERATOR, "lan")
    for _ in range(3):
        _, text = await lan.post("/console/next")

    assert "3 ca nặng liên tiếp" in text
    _, text = await lan.post("/console/next")
    assert f'data-number="{other.number}"' in text
    _, text = await lan.post("/console/next")
    assert f'data-number="{last.number}"' in text


async def test_who_rests_is_given_critical_tickets_alone(console) -> None:
    await console.rows.report()
    lan = await console.signed_in(Role.OPERATOR, "lan", "Lan")
    await lan.post("/console/duty", on="1")

    _, text = await lan.post("/console/break", on="1")
    assert "Nghỉ 10 phút nhé" in text
    assert "nghỉ đến 03:25" in text
    _, text = await lan.post("/console/next")
    assert "Bạn đang nghỉ, và không có phiếu khẩn cấp nào chờ" in text
    critical = await console.rows.report(urgency=Urgency.CRITICAL)
    _, text = await lan.post("/console/next")
    assert f'data-number="{critical.number}"' in text
    _, text = await lan.post("/console/break", on="0")
    assert "Mừng bạn trở lại" in text


async def test_a_filter_is_kept_under_a_key_for_oneself_alone(console) -> None:
    lan = await console.signed_in(Role.OPERATOR, "lan")
    minh = await console.signed_in(Role.OPERATOR, "minh")
    await lan.get("/console?show=overdue&commune=30337")

    _, text = await lan.post("/console/filters", name="An Phú quá hạn", digit="2")

    assert 'id="saved-2" href="/console?show=overdue&amp;commune=30337"' in text
    _, text = await minh.get("/console")
    assert "An Phú quá hạn" not in text
    _, text = await lan.post("/console/filters", name="", digit="3")
    assert "Bộ lọc cần một tên" in text
    _, text = await lan.post("/console/filters/forget", digit="2")
    assert "An Phú quá hạn" not in text


async def test_the_next_shift_reads_the_note_and_receives_it(console) -> None:
    ticket = await console.rows.report()
    lan = await console.signed_in(Role.OPERATOR, "lan", "Lan")
    minh = await console.signed_in(Role.OPERATOR, "minh", "Minh")
    await lan.post(f"/console/tickets/{ticket.number}/claim")
    await lan.post(f"/console/tickets/{ticket.number}/notes", text="Còn phải gọi bà nội")

    await lan.post("/console/handover", text="Máy số 2 hỏng")
    _, text = await minh.get("/console/handover")
    for words in ("Máy số 2 hỏng", "Lan đang giữ 1 phiếu", "Còn phải gọi bà nội"):
        assert words in text
    _, text = await minh.post("/console/handover/received", note="1")

    assert "Minh đã nhận bàn giao lúc" in text
    status, text = await lan.post("/console/handover", text=" ")
    assert status == 422
    assert "Hãy viết lời nhắn" in text
