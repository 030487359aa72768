"""Content in the console: read, edit, preview, sign, go back; the rules hold, nobody overwrites."""

import re

import pytest

from bot.content.signoffs import digest
from intake.permissions import Role
from nlu.labels import Language
from storage import events
from storage.words import content

PATH = "/console/content/thanks/vi/any"
NEW = "Không có chi. Có gì bạn cứ nhắn, hay gọi {child}."
SHOWN = "Không có chi. Có gì bạn cứ nhắn, hay gọi 111."


async def _reviewer(console):
    return await console.signed_in(Role.COMMUNICATOR, "anh", "Anh")


async def _second(console):
    return await console.signed_in(Role.SUPERVISOR, "hoa", "Hoa")


async def _save(browser, text: str = NEW, *, version: int = 0) -> tuple[int, str]:
    return await browser.post(PATH, version=str(version), do="save", text=text)


def _hash(page: str) -> str:
    found = re.search(r'name="sha256" value="([0-9a-f]{64})"', page)
    assert found is not None
    return found[1]


async def _sign(browser, **changed: str) -> tuple[int, str]:
    _, page = await browser.get(PATH)
    fields = {"sha256": _hash(page), "role": "bác sĩ", "read": "1", **changed}
    return await browser.post(f"{PATH}/sign", **fields)


def _said(console) -> str:
    return console.service.shelf.plain("thanks", Language.VIETNAMESE)


async def test_the_list_shows_what_lacks_a_signature_and_what_needs_a_text(console) -> None:
    anh = await _reviewer(console)

    _, every = await anh.get("/console/content")
    _, needed = await anh.get("/console/content?state=needed")
    _, edited = await anh.get("/console/content?state=edited")
    _, khmer = await anh.get("/console/content?lang=km&state=unsigned")

    assert f'href="{PATH}"' in every
    assert "lời chưa có chữ ký" in every
    assert "rescue_poisoning" in needed
    assert f'href="{PATH}"' not in needed
    assert "Không có lời nào như vậy" in edited
    assert "/km/any" in khmer


async def test_a_page_shows_the_words_as_on_a_phone_with_source_and_what_goes_out(
    console,
) -> None:
    anh = await _reviewer(console)

    _, page = await anh.get("/console/content/ask_danger/vi/any")

    assert '<p class="phone-bubble">' in page
    assert '<ul class="phone-buttons"><li>' in page
    assert "Nguồn" in page
    assert "Khi chạy thật, chưa có lời đã ký" in page


async def test_an_edit_is_used_at_once_marked_until_it_is_signed(console) -> None:
    anh = await _reviewer(console)

    _, page = await _save(anh)
    draft = _said(console)
    _, signed = await _sign(await _second(console))

    assert "Đã lưu bản mới" in page
    assert draft == f"[nháp] {SHOWN}"
    assert _said(console) == SHOWN
    assert "Hoa, bác sĩ" in signed
    assert "máy gửi đúng lời này" in signed
    (kept,) = (await content.read(console.service.store)).signoffs
    assert (kept.name, kept.role) == ("Hoa", "bác sĩ")


async def test_a_preview_shows_unsaved_words_and_keeps_nothing(console) -> None:
    anh = await _reviewer(console)

    _, page = await anh.post(PATH, version="0", do="preview", text=NEW)

    assert SHOWN in page
    assert "chưa lưu" in page
    assert 'id="sign"' not in page
    assert (await content.read(console.service.store)).edits == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Mình giữ bí mật cho bạn.", "không hứa giữ bí mật"),
        ("Sao em không nói sớm", "không hỏi tại sao"),
        ("Bạn an toàn không? Bạn ở đâu?", "Có 2 dấu hỏi"),
        ("Gọi 111 nha.", "dấu ngoặc nhọn"),
        ("Gọi {nobody} nha.", "Số điện thoại phải viết bằng"),
        ("Uống thuốc này nha.", "không chỉ thuốc men"),
        ("Đừng kể với ai nha.", "không bảo người ta giấu chuyện"),
        ("x" * 200, "tối đa 160"),
        ("", "Hãy viết lời"),
    ],
)
async def test_what_breaks_a_rule_is_sent_back_with_the_reason(
    console, text: str, words: str
) -> None:
    anh = await _reviewer(console)

    status, page = await _save(anh, text)

    assert status == 422
    assert words in page or (words == "dấu ngoặc nhọn" and "Số điện thoại phải viết" in page)
    assert (await content.read(console.service.store)).edits == ()


async def test_who_edits_an_old_page_overwrites_nobody(console) -> None:
    anh = await _reviewer(console)
    hoa = await _second(console)
    await _save(anh)

    _, page = await _save(hoa, "Không có chi, gọi {child} nha.", version=0)

    assert "Có người vừa sửa lời này" in page
    assert _said(console) == f"[nháp] {SHOWN}"


async def test_nobody_signs_words_that_changed_since_they_were_read(console) -> None:
    anh = await _reviewer(console)
    _, old = await anh.get(PATH)
    await _save(anh)

    _, page = await _sign(await _second(console), sha256=_hash(old))

    assert "Có người vừa sửa lời này" in page
    assert (await content.read(console.service.store)).signoffs == ()


@pytest.mark.parametrize(
    ("changed", "words"), [({"role": ""}, "ký với tư cách gì"), ({"read": ""}, "bạn đã đọc")]
)
async def test_a_signature_needs_a_role_and_a_reader(
    console, changed: dict[str, str], words: str
) -> None:
    anh = await _reviewer(console)

    status, page = await _sign(anh, **changed)

    assert status == 422
    assert words in page


async def test_going_back_makes_an_older_version_the_newest_and_its_signature_counts(
    console,
) -> None:
    anh = await _reviewer(console)
    await _save(anh)
    await _sign(await _second(console))
    await _save(anh, "Không có chi, gọi {child} nha.", version=1)

    _, page = await anh.post(f"{PATH}/back", version="2", to="1")

    assert _said(console) == SHOWN
    assert "Bản 3" in page
    _, page = await anh.post(f"{PATH}/back", version="3", to="0")
    assert "Đã lấy lại lời gốc" in page
    assert _said(console).startswith("[nháp] Không có chi. Khi nào cần")
    told = [each.kind for each in await events.events_after(console.service.store, 0)]
    assert told[-2:] == ["content_edited", "content_restored"]


async def test_the_history_says_who_changed_what_when(console) -> None:
    anh = await _reviewer(console)
    before = console.service.shelf.cards["thanks"].wordings
    await _save(anh)

    _, page = await anh.get(PATH)
    auditor = await console.signed_in(Role.AUDITOR, "tam", "Tâm")
    _, audit = await auditor.get("/console/audit")

    assert "Bản 1" in page
    assert "<strong>Bản 1</strong> Anh" in page
    assert NEW in page
    old = next(one for one in before.values() if one.lang is Language.VIETNAMESE)
    assert old.template in page
    assert digest(old)[:16] not in page
    assert "Sửa nội dung" in audit
    assert "thanks vi any" in audit


async def test_unchanged_words_make_no_version(console) -> None:
    anh = await _reviewer(console)
    await _save(anh)

    _, page = await _save(anh, version=1)

    assert "không có bản mới" in page
    assert len((await content.read(console.service.store)).edits) == 1


@pytest.mark.parametrize(
    "path", ["/console/content/nothing/vi/any", "/console/content/thanks/km/any"]
)
async def test_there_is_no_page_for_words_that_do_not_exist(console, path: str) -> None:
    anh = await _reviewer(console)

    status, _ = await anh.get(path)

    assert status == 404


async def test_the_page_speaks_english_too(console) -> None:
    anh = await _reviewer(console)
    await anh.post("/console/language", language="en")

    status, page = await _save(anh, "Mình giữ bí mật cho bạn.")

    assert status == 422
    assert "no promise of secrecy" in page


ASKED = "/console/content/ask_danger/vi/any"
QUESTION = "Có ai đang gặp nguy hiểm ngay bây giờ không?"


async def _relabel(browser, yes: str, no: str = "Không", *, version: int = 0) -> tuple[int, str]:
    fields = {"label:danger:yes": yes, "label:danger:no": no}
    return await browser.post(ASKED, version=str(version), do="save", text=QUESTION, **fields)


def _buttons(console) -> list[str]:
    message = console.service.shelf.card("ask_danger", lang=Language.VIETNAMESE, register=None)
    return [button.label for button in message.buttons]


async def test_the_label_of_a_button_is_edited_and_is_part_of_what_is_signed(console) -> None:
    anh = await _reviewer(console)
    _, before = await anh.get(ASKED)

    _, page = await _relabel(anh, "Có, đang nguy")

    assert _buttons(console) == ["Có, đang nguy", "Không"]
    assert 'name="label:danger:yes" value="Có, đang nguy"' in page
    assert console.service.shelf.label("danger:yes") == "Có, đang nguy"
    _, second = await (await _second(console)).get(ASKED)
    assert _hash(second) != _hash(before)
    await anh.post(f"{ASKED}/back", version="1", to="0")
    assert _buttons(console) == ["Có", "Không"]


@pytest.mark.parametrize(
    ("yes", "no", "words"),
    [
        ("Có, đang nguy hiểm lắm", "Không", "dài quá 20"),
        ("", "Không", "trống"),
        ("KHONG", "Không", "hai nút giống nhau"),
        ("Thoát", "Không", "từ lệnh"),
    ],
)
async def test_a_label_is_short_unlike_the_others_and_no_word_that_steers(
    console, yes: str, no: str, words: str
) -> None:
    anh = await _reviewer(console)

    status, page = await _relabel(anh, yes, no)

    assert status == 422
    assert words in page
    assert _buttons(console) == ["Có", "Không"]


@pytest.mark.parametrize(
    ("language", "hint", "refusal"),
    [
        ("vi", "nên người khác phải đọc và ký.", "Chưa ký gì"),
        ("en", "somebody else must read and sign them.", "Nothing was signed"),
    ],
)
async def test_whoever_edited_last_is_told_that_somebody_else_must_sign(
    console, language: str, hint: str, refusal: str
) -> None:
    anh = await _reviewer(console)
    await anh.post("/console/language", language=language)
    _, before = await anh.get(PATH)
    await _save(anh)

    _, page = await anh.get(PATH)
    stored = await content.read(console.service.store)
    _, refused = await anh.post(
        f"{PATH}/sign", sha256=stored.edits[-1].sha256, role="bác sĩ", read="1"
    )

    assert 'id="sign"' in before
    assert 'id="sign"' not in page
    assert hint in page
    assert refusal in refused
    assert (await content.read(console.service.store)).signoffs == ()


async def test_editors_see_words_and_no_ids(console) -> None:
    anh = await console.signed_in(Role.COMMUNICATOR, "anh")

    _, listed = await anh.get("/console/content")
    _, page = await anh.get("/console/content/ask_safe/vi/any")

    assert ">ask_safe<" not in listed + page
    assert "<h1>Ngay lúc này bạn có an toàn không?</h1>" in page
    assert "những điều máy không được nói" in page
    assert "domain " not in page
    assert "Nút 1" in page
