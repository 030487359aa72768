"""What is offered beside the composer: it suits the reader, has no gaps, and is signed."""

from datetime import UTC, datetime

import pytest

from bot.content.cards import Register
from bot.content.shelf import load_shelf
from intake.canned import Reader, card_offers, own_offers, reader_of, wrong_placeholder
from nlu.labels import AuthorRole, Danger, Intent, Language
from storage.words.canned import CannedReply, CannedWords

TRIAL = load_shelf(mode_is_production=False)
PRODUCTION = load_shelf(mode_is_production=True)
VALUES = {"number": "PT-2026-000123", "commune": "xã An Phú", "centre_phone": "18008077"}
CHILD = Reader(role=AuthorRole.CHILD)


def _reply(text: str, *, register: str = "child", lang: str = "vi") -> CannedReply:
    now = datetime(2026, 11, 30, tzinfo=UTC)
    return CannedReply(
        id=7,
        words=CannedWords(lang=lang, register=register, title="Đang tới", text=text),
        edited_at=now,
        edited_by="a",
        signed_at=now,
        signed_by="b",
        retired_at=None,
    )


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("Cô đang tới {commune}, phiếu {number}, gọi {centre_phone} nha.", None),
        ("Không có gì để điền", None),
        ("Chào {name}", "{name}"),
        ("Chào {commune.code}", "{commune.code}"),
        ("Chào {number!r}", "{number}"),
        ("Chào {number:>9}", "{number}"),
        ("Chào {}", "{}"),
        ("Chào {commune", "{"),
        ("Chào }", "{"),
    ],
)
def test_only_placeholders_of_the_list_are_taken(text: str, wrong: str | None) -> None:
    assert wrong_placeholder(text) == wrong


def test_an_own_reply_is_filled_and_never_has_a_gap() -> None:
    reply = _reply("Cô tới {commune}.")

    (offer,) = own_offers([reply], CHILD, VALUES)

    assert (offer.key, offer.text) == ("own-7", "Cô tới xã An Phú.")
    assert list(own_offers([reply], CHILD, {**VALUES, "commune": ""})) == []


def test_own_replies_suit_the_reader() -> None:
    replies = [_reply("a"), _reply("b", register="adult"), _reply("c", register="any")]

    assert [one.text for one in own_offers(replies, CHILD, VALUES)] == ["a", "c"]
    assert len(list(own_offers(replies, Reader(), VALUES))) == 3
    assert list(own_offers(replies, Reader(lang=Language.ENGLISH), VALUES)) == []


def test_cards_suit_the_danger_and_the_kind_in_the_readers_words() -> None:
    offers = list(card_offers(Intent.INJURY_EMERGENCY, Danger.CHOKING, CHILD, TRIAL))

    keys = [one.key for one in offers]
    assert keys[:2] == ["card-rescue_choking", "card-steps_choking"]
    assert "card-report_injury_emergency" in keys
    expected = TRIAL.card("rescue_choking", lang=Language.VIETNAMESE, register=AuthorRole.CHILD)
    assert offers[0].text == expected.text
    assert {one.register for one in offers} == {Register.ANY}


@pytest.mark.parametrize("kind", list(Intent))
def test_production_offers_no_card_that_nobody_signed_and_trial_marks_it(kind: Intent) -> None:
    unsigned = {one.card for one in TRIAL.unsigned()}

    for one in card_offers(kind, None, CHILD, TRIAL):
        assert one.text.startswith("[nháp] ") or one.key.removeprefix("card-") not in unsigned
    for one in card_offers(kind, None, CHILD, PRODUCTION):
        card = one.key.removeprefix("card-")
        message = PRODUCTION.card(card, lang=Language.VIETNAMESE, register=AuthorRole.CHILD)
        assert (message.card, message.text) == (card, one.text)


def test_who_reads_is_taken_from_the_facts() -> None:
    facts = {"lang": "en", "author_role": "adult"}

    assert reader_of(facts) == Reader(lang=Language.ENGLISH, role=AuthorRole.ADULT)
    assert reader_of({"lang": "other", "author_role": None}) == Reader()
