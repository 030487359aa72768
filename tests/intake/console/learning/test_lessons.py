"""Lessons: a correction is rewritten in the console; nothing of a real person gets through."""

import re

import pytest

from intake.permissions import Role
from nlu.labels import Intent, Urgency
from storage import events
from storage.learning import lessons
from storage.learning.corrections import CorrectionState

ORIGINAL = (
    "Dạ con tên Trần Bảo Ngân ở xã Văn Giáo, mấy anh lớp trên cứ chặn đường giật tiền của con"
)
GOOD = {
    "text": "ngày nào em cũng bị tụi lớn tuổi lột hết tiền mẹ cho",
    "intent": "bullying",
    "urgency": "normal",
    "lang": "vi",
    "style": "standard",
    "author_role": "child",
}
REASON = "Đọc lại thì là bắt nạt"


async def _corrected(console, text: str = ORIGINAL) -> tuple[str, int]:
    """An operator corrects what the machine said; returns the number and the correction's id."""
    ticket = await console.rows.report(
        text, kind=Intent.CHILD_LABOUR, urgency=Urgency.NORMAL, facts={"child_age": 9}
    )
    lan = await console.signed_in(Role.OPERATOR, "lan", "Lan")
    await lan.post(f"/console/tickets/{ticket.number}/kind", kind="bullying", reason=REASON)
    (row,) = await lessons.corrections_in(console.service.store, CorrectionState.WAITING)
    return ticket.number, row.id


async def test_the_list_says_who_corrected_what_and_shows_no_word_of_the_message(console) -> None:
    number, correction = await _corrected(console)
    hoa = await console.signed_in(Role.SUPERVISOR, "hoa", "Hoa")

    _, text = await hoa.get("/console/lessons")

    assert f'href="/console/lessons/{correction}">{number}<' in text
    assert "Lao động trẻ em, Thường" in text
    assert "Bắt nạt, bạo lực học đường, Thường" in text
    assert "Lan" in text
    assert "Ngân" not in text


async def test_reading_the_message_behind_a_correction_is_an_event(console) -> None:
    _, correction = await _corrected(console)
    hoa = await console.signed_in(Role.SUPERVISOR, "hoa", "Hoa")
    before = await events.last_event_id(console.service.store)

    status, text = await hoa.get(f"/console/lessons/{correction}")

    assert status == 200
    assert ORIGINAL in text
    told = await events.events_after(console.service.store, before)
    assert [each.kind for each in told] == ["ticket_read"]


async def test_a_rewritten_sentence_becomes_a_lesson(console) -> None:
    _, correction = await _corrected(console)
    hoa = await console.signed_in(Role.SUPERVISOR, "hoa", "Hoa")

    _, text = await hoa.post(f"/console/lessons/{correction}", **GOOD)

    assert "Đã lưu bài học" in text
    assert "Đã viết xong (1)" in text
    (written,) = await lessons.written(console.service.store)
    assert written.lesson.text == GOOD["text"]
    assert written.lesson.intent is Intent.BULLYING
    _, text = await hoa.get(f"/console/lessons/{correction}")
    assert GOOD["text"] in text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"text": "bạn Ngân bị chặn hoài cô ơi"}, "Hãy đổi tên “Ngân”"),
        ({"text": "gọi mẹ em số 0900000123"}, "Hãy bỏ số “0900000123”"),
        ({"text": "em ở văn giáo, bị trấn lột"}, "Hãy đổi nơi “văn giáo”"),
        ({"text": "mấy anh lớp trên cứ chặn đường giật tiền"}, "còn quá giống tin gốc"),
        ({"text": "ib em qua fb.com/em.ngan"}, "Hãy bỏ “fb.com/em.ngan”"),
        ({"text": ""}, "Hãy viết câu, ít nhất 3 ký tự"),
        ({"text": "x" * 501}, "dài quá 500 ký tự"),
        ({"urgency": "low"}, "không đi với mức độ khẩn cấp"),
    ],
)
async def test_what_points_to_somebody_is_sent_back_with_the_words(
    console, change: dict[str, str], words: str
) -> None:
    _, correction = await _corrected(console)
    hoa = await console.signed_in(Role.SUPERVISOR, "hoa", "Hoa")

    status, text = await hoa.post(f"/console/lessons/{correction}", **{**GOOD, **change})

    assert status == 422
    assert words in text
    assert change.get("text", GOOD["text"]) in text
    assert await lessons.written(console.service.store) == ()


@pytest.mark.parametrize("name", ["intent", "urgency", "lang", "style", "author_role"])
async def test_a_label_that_no_page_offers_is_refused(console, name: str) -> None:
    _, correction = await _corrected(console)
    hoa = await console.signed_in(Role.SUPERVISOR, "hoa", "Hoa")

    status, _ = await hoa.post(f"/console/lessons/{correction}", **{**GOOD, name: "<b>"})

    assert status == 400


async def test_a_flagged_lesson_waits_for_a_second_look(console) -> None:
    _, correction = await _corrected(console)
    hoa = await console.signed_in(Role.SUPERVISOR, "hoa", "Hoa")

    _, text = await hoa.post(f"/console/lessons/{correction}", **GOOD, second_look="1")
    assert "Chờ xem lại lần hai (1)" in text
    _, text = await hoa.get(f"/console/lessons/{correction}")
    assert 'name="second_look" value="1" checked' in text
    _, text = await hoa.post(f"/console/lessons/{correction}/look-twice")

    assert "Chờ xem lại lần hai" not in text
    assert "Đã viết xong (1)" in text


async def test_a_correction_that_teaches_nothing_is_set_aside(console) -> None:
    _, correction = await _corrected(console)
    hoa = await console.signed_in(Role.SUPERVISOR, "hoa", "Hoa")

    _, text = await hoa.post(f"/console/lessons/{correction}/set-aside")

    assert "Đã bỏ qua lần sửa này" in text
    assert "Chờ viết lại (0)" in text


async def test_without_the_message_nothing_can_be_compared_and_nothing_is_written(console) -> None:
    number, correction = await _corrected(console)
    (row,) = await lessons.corrections_in(console.service.store, CorrectionState.WAITING)
    await console.service.store.vault.forget(row.conversation_id)
    hoa = await console.signed_in(Role.SUPERVISOR, "hoa", "Hoa")

    _, text = await hoa.get(f"/console/lessons/{correction}")
    status, _ = await hoa.post(f"/console/lessons/{correction}", **GOOD)

    assert "Tin gốc không còn đọc được nữa" in text
    assert 'id="rewrite"' not in text
    assert status == 409
    assert number in text


async def test_of_an_erased_ticket_there_is_no_page(console) -> None:
    _, correction = await _corrected(console)
    (row,) = await lessons.corrections_in(console.service.store, CorrectionState.WAITING)
    await console.service.store.vault.forget(row.ticket_id)
    hoa = await console.signed_in(Role.SUPERVISOR, "hoa", "Hoa")

    status, _ = await hoa.get(f"/console/lessons/{correction}")
    _, text = await hoa.get("/console/lessons")

    assert status == 404
    assert "Chờ viết lại (0)" in text


async def test_the_page_speaks_english_too(console) -> None:
    _, correction = await _corrected(console)
    hoa = await console.signed_in(Role.SUPERVISOR, "hoa", "Hoa")
    await hoa.post("/console/language", language="en")

    _, text = await hoa.post(
        f"/console/lessons/{correction}", **{**GOOD, "text": "bạn Ngân bị chặn hoài"}
    )

    assert "Change the name “Ngân” – the reporter wrote it." in text
    assert re.search(r"<option value=\"no_diacritics\">Without marks", text)
