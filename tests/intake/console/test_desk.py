"""The queue and the page of one ticket: what they show, to whom, and what is noted about it."""

from bot.channels.contract import Attachment, ButtonPress, Location, SharedContact, Unknown
from intake.permissions import Role
from nlu.labels import Danger, Intent, Urgency
from storage import events, tickets
from storage.accounts import users


async def _drowning(console):
    return await console.rows.report(
        "con toi rot xuong kinh",
        kind=Intent.DROWNING_EMERGENCY,
        urgency=Urgency.CRITICAL,
        danger=Danger.DROWNING,
    )


async def _kinds(console, kind: str) -> int:
    found = await events.events_after(console.service.store, 0, limit=1000)
    return sum(1 for event in found if event.kind == kind)


async def test_the_queue_is_most_urgent_first_then_oldest(console, clock) -> None:
    low = await console.rows.report(urgency=Urgency.LOW)
    clock.forward(60)
    older = await console.rows.report(urgency=Urgency.HIGH)
    clock.forward(60)
    newer = await console.rows.report(urgency=Urgency.HIGH)
    critical = await _drowning(console)
    browser = await console.signed_in(Role.OPERATOR)

    _, text = await browser.get("/console")

    numbers = [each.number for each in (critical, older, newer, low)]
    assert [text.index(f"card-{number}") for number in numbers] == sorted(
        text.index(f"card-{number}") for number in numbers
    )


async def test_a_card_says_all_that_counts(console, clock) -> None:
    ticket = await _drowning(console)
    clock.forward(125)
    browser = await console.signed_in(Role.OPERATOR)

    _, text = await browser.get("/console/parts/queue")

    for words in ("Khẩn cấp", "Đuối nước – đang đuối nước", "Xã An Phú", "Chat trên web"):
        assert words in " ".join(text.replace('<span class="card-danger">', "").split())
    assert "2 phút" in text
    assert "từ 25/11/2026 03:15" in text
    assert "Chưa ai nhận" in text
    assert f'data-rings="free" data-number="{ticket.number}"' in text


async def test_no_word_of_the_reporter_is_in_the_queue(console) -> None:
    await console.rows.report("bi mat rieng cua con")
    browser = await console.signed_in(Role.OPERATOR)

    _, text = await browser.get("/console")

    assert "bi mat rieng" not in text


async def test_a_held_critical_ticket_rings_again_when_its_reporter_waits(console, clock) -> None:
    ticket = await _drowning(console)
    browser = await console.signed_in(Role.OPERATOR)
    await browser.post(f"/console/tickets/{ticket.number}/claim")

    _, text = await browser.get("/console/parts/queue")
    assert "data-rings" not in text
    clock.forward(121)
    _, text = await browser.get("/console/parts/queue")
    assert 'data-rings="silent"' in text
    await browser.post(
        f"/console/tickets/{ticket.number}/messages", text="Cô đây, con đứng xa mép nước"
    )
    _, text = await browser.get("/console/parts/queue")
    assert "data-rings" not in text
    assert "đã trả lời" in text


async def test_a_message_that_the_machine_cannot_read_is_marked(console) -> None:
    await console.rows.report(
        kind=Intent.OUT_OF_SCOPE, urgency=Urgency.CRITICAL, needs_human=True, commune=None
    )
    browser = await console.signed_in(Role.OPERATOR)

    _, text = await browser.get("/console")

    assert "Máy chưa hiểu – cần người đọc" in text
    assert "Chưa rõ xã" in text


async def test_done_tickets_are_apart(console) -> None:
    ticket = await console.rows.report()
    browser = await console.signed_in(Role.OPERATOR)
    await browser.post(f"/console/tickets/{ticket.number}/claim")
    await browser.post(
        f"/console/tickets/{ticket.number}/state", to="resolved", reason="Gia đình đã được giúp"
    )

    _, text = await browser.get("/console/parts/queue")
    assert ticket.number not in text
    assert "Không có phiếu nào đang mở" in text
    _, text = await browser.get("/console?show=done")
    assert ticket.number in text


async def test_the_ticket_shows_talk_reasons_facts_and_what_happened(console) -> None:
    ticket = await console.rows.report("con bị ba đánh <b>đau</b>")
    browser = await console.signed_in(Role.OPERATOR)

    status, text = await browser.get(f"/console/tickets/{ticket.number}")

    assert status == 200
    for words in (
        "con bị ba đánh &lt;b&gt;đau&lt;/b&gt;",
        "Con ơi, con có đang an toàn không?",
        "Máy trả lời",
        "Đã gửi",
        "Sàn an toàn",
        "beaten_now",
        "Bạo lực thể chất 93 %, Gấp 50 %",
        "sau chợ",
        "Phiếu được mở",
    ):
        assert words in text


async def test_what_is_not_words_is_a_tile_without_a_rendition(console) -> None:
    for content in (
        Attachment(kind="photo", file_id="secret-file", caption="tay em con"),
        Location(latitude=10.4186, longitude=105.436, accuracy_metres=25.0),
        SharedContact(phone="0900000123", is_own=True),
        ButtonPress(payload="safe:no", label="Chưa"),
        Unknown(kind="sticker"),
    ):
        ticket = await console.rows.report(content=content, account="same")
    browser = await console.signed_in(Role.OPERATOR)

    _, text = await browser.get(f"/console/tickets/{ticket.number}")

    for words in ("Ảnh – chưa mở", "tay em con", "gần Xã Mỹ Hòa Hưng", "0900•••xxx", "Chưa"):
        assert words in text
    assert "secret-file" not in text
    assert "<img" not in text


async def test_opening_a_ticket_is_noted_and_live_updates_are_not(console) -> None:
    ticket = await console.rows.report()
    browser = await console.signed_in(Role.OPERATOR)

    await browser.get(f"/console/tickets/{ticket.number}")
    for _ in range(3):
        await browser.get(f"/console/parts/tickets/{ticket.number}")

    assert await _kinds(console, "ticket_read") == 1


async def test_a_live_part_without_an_opened_page_is_noted_as_a_reading(console) -> None:
    ticket = await console.rows.report()
    browser = await console.signed_in(Role.OPERATOR)

    await browser.get(f"/console/parts/tickets/{ticket.number}")

    assert await _kinds(console, "ticket_read") == 1


async def test_a_long_talk_shows_its_newest_messages(console) -> None:
    for number in range(110):
        ticket = await console.rows.report(f"tin số {number:03d}", account="same")
    browser = await console.signed_in(Role.OPERATOR)

    _, text = await browser.get(f"/console/tickets/{ticket.number}")

    assert "tin số 109" in text
    assert "tin số 000" not in text
    assert "Chỉ hiện 200 tin gần nhất" in text


async def test_a_number_finds_its_ticket(console) -> None:
    ticket = await console.rows.report()
    browser = await console.signed_in(Role.OPERATOR)

    for written in ("1", "000001", "pt-2026-000001", "PT2026-1", " 2026-1 "):
        async with browser.client.get(
            "/console/find", params={"number": written}, allow_redirects=False
        ) as response:
            assert response.headers["Location"] == f"/console/tickets/{ticket.number}", written


async def test_an_unknown_number_says_so_and_notes_no_reading(console) -> None:
    browser = await console.signed_in(Role.OPERATOR)

    for written in ("99", "PT-2025-000001"):
        status, text = await browser.get("/console/find", params={"number": written})
        assert status == 404
        assert "Không có phiếu mang số này" in text
    assert await _kinds(console, "ticket_read") == 0


async def test_nobody_on_duty_is_said_loudly_and_the_switch_mends_it(console) -> None:
    browser = await console.signed_in(Role.OPERATOR, name="Lan")

    _, text = await browser.get("/console")
    assert "Không có ai đang trực" in text
    _, text = await browser.post("/console/duty", on="1")
    assert "Không có ai đang trực" not in text
    assert "Lan (bạn)" in text
    assert len(await users.on_duty(console.service.store)) == 1
    await browser.post("/console/duty", on="0")
    assert await users.on_duty(console.service.store) == ()


async def test_more_tickets_than_fit_are_counted(console) -> None:
    first = await console.rows.report()
    assert len(await tickets.queue(console.service.store)) == 1
    browser = await console.signed_in(Role.OPERATOR)

    _, text = await browser.get("/console/parts/queue")

    assert first.number in text
    assert "phiếu nữa ở dưới" not in text


async def test_a_held_ticket_that_becomes_graver_rings_until_its_holder_has_seen_it(
    console,
) -> None:
    ticket = await console.rows.report(urgency=Urgency.NORMAL, account="same")
    browser = await console.signed_in(Role.OPERATOR)
    path = f"/console/tickets/{ticket.number}"
    await browser.post(f"{path}/claim")

    await console.rows.report("chú đang ở ngoài cửa", urgency=Urgency.CRITICAL, account="same")

    _, text = await browser.get("/console/parts/queue")
    assert 'data-rings="graver"' in text
    _, text = await browser.get(path)
    assert "Tôi đã thấy" in text
    await browser.post(f"{path}/claim")
    _, text = await browser.get("/console/parts/queue")
    assert "data-rings" not in text
