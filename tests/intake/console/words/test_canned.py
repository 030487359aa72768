"""Canned replies over HTTP: kept by two people, put into a message without sending it."""

import re

import pytest

from intake.permissions import Role
from nlu.labels import Intent, Urgency
from storage.talks import threads
from storage.words import canned, held_words

LIST = "/console/canned"
TITLE = "Đang tới"
WORDS = "Cô đang tới {commune}. Số của con: {number}."
FIELDS = {"lang": "vi", "register": "child", "title": TITLE, "text": WORDS}


async def _writer(console):
    return await console.signed_in(Role.COMMUNICATOR, "anh", "Anh")


async def _second(console):
    return await console.signed_in(Role.SUPERVISOR, "hoa", "Hoa")


async def _one(console) -> canned.CannedReply:
    (found,) = await canned.replies(console.service.store)
    return found


async def _approve(console, browser) -> tuple[int, str]:
    found = await _one(console)
    return await browser.post(f"{LIST}/{found.id}/approve", seen=found.words.sha256)


async def _approved(console, **changed: str) -> None:
    await (await _writer(console)).post(LIST, **{**FIELDS, **changed})
    await _approve(console, await _second(console))


async def _claimed(console, facts: dict[str, object] | None = None):
    told = {"author_role": "child", "lang": "vi", **(facts or {})}
    ticket = await console.rows.report(kind=Intent.BULLYING, urgency=Urgency.NORMAL, facts=told)
    lan = await console.signed_in(Role.OPERATOR, "lan", "Lan")
    await lan.post(f"/console/tickets/{ticket.number}/claim")
    return lan, ticket


def _composer(page: str) -> str:
    found = re.search(r'<textarea id="reply"[^>]*>([^<]*)</textarea>', page)
    assert found is not None
    return found[1]


async def test_a_reply_is_written_by_one_and_approved_by_another(console) -> None:
    anh, hoa = await _writer(console), await _second(console)

    _, saved = await anh.post(LIST, **FIELDS)
    _, refused = await _approve(console, anh)
    _, approved = await _approve(console, hoa)

    assert "Câu này chờ người khác duyệt" in saved
    assert 'id="approve"' not in saved
    assert "Bạn viết lời này sau cùng" in refused
    assert "Hoa duyệt lúc" in approved
    assert "Viết câu soạn sẵn</strong> Anh" in approved
    assert (await _one(console)).is_approved


async def test_an_edit_waits_for_another_person_again(console) -> None:
    await _approved(console)
    found = await _one(console)
    hoa = console.browser()
    await hoa.sign_in("hoa")

    await hoa.post(
        f"{LIST}/{found.id}", seen=found.words.sha256, **{**FIELDS, "text": "Cô sắp tới."}
    )

    _, page = await hoa.get(LIST)
    assert "1 câu đang chờ người khác duyệt" in page
    assert await canned.approved(console.service.store, lang="vi") == ()


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"text": "Chào {name}"}, "Máy không điền được {name}"),
        ({"text": "Chào {commune"}, "Máy không điền được {"),
        ({"text": ""}, "Hãy viết lời"),
        ({"title": ""}, "Hãy đặt tên cho câu"),
        ({"text": "x" * 1001}, "1000"),
    ],
)
async def test_what_is_wrong_is_said_at_the_field_and_nothing_is_lost(
    console, changed: dict[str, str], words: str
) -> None:
    anh = await _writer(console)

    status, page = await anh.post(LIST, **{**FIELDS, **changed})

    name = next(iter(changed))
    assert status == 422
    assert f'id="f-{name}-problem"' in page
    assert words in page
    assert (TITLE if name == "text" else "Số của con") in page
    assert await canned.replies(console.service.store) == ()


async def test_a_second_click_adds_nothing_and_a_taken_title_is_told(console) -> None:
    anh = await _writer(console)
    await anh.post(LIST, **FIELDS)

    status, page = await anh.post(LIST, **FIELDS)
    taken, other = await anh.post(LIST, **{**FIELDS, "text": "Lời khác"})

    assert (status, taken) == (200, 422)
    assert "Đã lưu" in page
    assert "Đã có câu tên này" in other
    assert len(await canned.replies(console.service.store)) == 1


async def test_who_edits_an_old_page_keeps_what_was_typed_and_overwrites_nothing(console) -> None:
    anh = await _writer(console)
    await anh.post(LIST, **FIELDS)
    found = await _one(console)

    status, page = await anh.post(
        f"{LIST}/{found.id}", seen="0" * 64, **{**FIELDS, "text": "Lời của tôi"}
    )

    assert status == 422
    assert "Có người vừa sửa" in page
    assert "Lời của tôi" in page
    assert (await _one(console)).words == found.words


async def test_a_retired_reply_is_offered_no_more_and_keeps_its_history(console) -> None:
    await _approved(console)
    found = await _one(console)
    hoa = console.browser()
    await hoa.sign_in("hoa")

    _, page = await hoa.post(f"{LIST}/{found.id}/retire")
    _, one = await hoa.get(f"{LIST}/{found.id}")
    lan, ticket = await _claimed(console)
    _, desk = await lan.get(f"/console/tickets/{ticket.number}")

    assert "Đã ngừng dùng câu" in page
    assert "Ngừng dùng câu soạn sẵn</strong> Hoa" in one
    assert 'id="edit"' not in one
    assert f'value="own-{found.id}"' not in desk


async def test_the_composer_offers_what_suits_the_reader_and_cards_as_drafts(console) -> None:
    await _approved(console)
    found = await _one(console)

    lan, ticket = await _claimed(console)
    _, page = await lan.get(f"/console/tickets/{ticket.number}")

    assert f'value="own-{found.id}"' in page
    assert f"Số của con: {ticket.number}." in page
    assert 'value="card-steps_bullying"' in page
    assert "[nháp] " in page
    assert "Chưa rõ người viết" not in page


async def test_words_for_a_child_are_not_offered_for_an_adult(console) -> None:
    await _approved(console)

    lan, ticket = await _claimed(console, {"author_role": "adult"})
    _, page = await lan.get(f"/console/tickets/{ticket.number}")

    assert 'value="own-' not in page


async def test_unapproved_words_are_not_offered(console) -> None:
    await (await _writer(console)).post(LIST, **FIELDS)

    lan, ticket = await _claimed(console)
    _, page = await lan.get(f"/console/tickets/{ticket.number}")

    assert 'value="own-' not in page


async def test_without_a_script_the_words_come_after_what_was_typed_and_nothing_is_sent(
    console,
) -> None:
    await _approved(console)
    found = await _one(console)
    lan, ticket = await _claimed(console)
    address = f"/console/tickets/{ticket.number}/canned"
    before = await threads.thread(console.service.store, ticket.conversation_id)

    status, page = await lan.post(address, text="Chào con.", insert=f"own-{found.id}")
    _, gone = await lan.post(address, text="Chào con.", insert="own-999")

    assert status == 200
    assert _composer(page).startswith("Chào con.\nCô đang tới ")
    assert ticket.number in _composer(page)
    assert "Chưa gửi" in page
    assert _composer(gone) == "Chào con."
    assert await threads.thread(console.service.store, ticket.conversation_id) == before


async def test_canned_words_that_lead_away_are_held_like_any_other(console) -> None:
    await _approved(console, text="Gọi cô số 0900000123 nha.")
    found = await _one(console)
    lan, ticket = await _claimed(console)
    address = f"/console/tickets/{ticket.number}"
    _, page = await lan.post(f"{address}/canned", text="", insert=f"own-{found.id}")

    status, asked = await lan.post(f"{address}/messages", text=_composer(page))

    assert status == 422
    assert 'id="reply-held"' in asked
    assert await held_words.of_ticket(console.service.store, ticket.id) == ()


async def test_there_is_no_page_for_a_reply_that_does_not_exist(console) -> None:
    anh = await _writer(console)

    status, _ = await anh.get(f"{LIST}/999")
    wrong, _ = await anh.post(LIST, **{**FIELDS, "register": "nobody"})

    assert (status, wrong) == (404, 400)


async def test_the_pages_speak_english_too(console) -> None:
    anh = await _writer(console)
    await anh.post("/console/language", language="en")

    _, empty = await anh.get(LIST)
    status, page = await anh.post(LIST, **{**FIELDS, "text": "Hi {name}"})

    assert "There are no replies yet" in empty
    assert status == 422
    assert "{name} cannot be filled in" in page


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Cô giữ bí mật cho con.", "không hứa giữ bí mật"),
        ("Tại sao con không nói sớm?", "không hỏi tại sao"),
        ("Ba đánh con phải không?", "không hỏi gợi ý"),
        ("Đó là lỗi của người lớn.", "không đổ lỗi"),
        ("Cô hứa mọi chuyện sẽ ổn.", "không hứa điều con người phải giữ"),
        ("Con gửi hình cho cô xem.", "không xin hình ảnh"),
        ("Con ở đâu? Con bao nhiêu tuổi?", "Mỗi tin chỉ hỏi một câu"),
    ],
)
async def test_what_no_reporter_may_be_told_is_not_kept_and_not_lost(
    console, text: str, told: str
) -> None:
    anh = await _writer(console)

    status, page = await anh.post(LIST, **{**FIELDS, "text": text})

    assert status == 422
    assert told in page
    assert 'id="f-text-problem"' in page
    assert text in page
    assert await canned.replies(console.service.store) == ()


async def test_an_edit_is_held_to_the_rules_too(console) -> None:
    anh = await _writer(console)
    await anh.post(LIST, **FIELDS)
    found = await _one(console)

    status, _ = await anh.post(
        f"{LIST}/{found.id}", seen=found.words.sha256, **{**FIELDS, "text": "Cô hứa với con."}
    )

    assert status == 422
    assert (await _one(console)).words == found.words


async def test_words_that_came_before_a_rule_are_not_approved(console) -> None:
    store = console.service.store
    words = canned.CannedWords(lang="vi", register="child", title=TITLE, text="Cô giữ kín cho con.")
    await canned.add(store, words, user_id="somebody", now=console.service.clock())

    status, page = await _approve(console, await _second(console))

    assert status == 422
    assert "không hứa giữ bí mật" in page
    assert not (await _one(console)).is_approved


async def test_people_may_say_who_they_are_and_what_they_feel(console) -> None:
    anh = await _writer(console)

    await anh.post(LIST, **{**FIELDS, "text": "Mình là cán bộ của Trung tâm. Mình thương em."})

    assert (await _one(console)).words.text.startswith("Mình là cán bộ")
