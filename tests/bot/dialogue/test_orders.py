"""TIẾP, MÃ TIN, DỪNG TIN, XOÁ TIN CỦA TÔI: heard as a whole message only, answered truthfully."""

import pytest

from bot.dialogue.buttons import Command
from bot.dialogue.state import DialogueState, Question
from nlu.assessment import Assessment
from nlu.labels import Intent, Urgency
from tests.bot.dialogue.conftest import (
    BEATEN,
    BEING_BEATEN,
    SMALLTALK,
    Reporter,
    assess,
    cards,
    words,
)


@pytest.mark.parametrize(
    ("text", "word", "card"),
    [
        ("TIẾP", Command.CONTINUE, "go_ahead"),
        ("tiep", Command.CONTINUE, "go_ahead"),
        ("DỪNG TIN", Command.STOP, "broadcast_optout"),
        ("dung tin", Command.STOP, "broadcast_optout"),
        ("XOÁ TIN CỦA TÔI", Command.ERASE, "erase"),
        ("xóa tin của tôi", Command.ERASE, "erase"),
        ("xoa tin cua em", Command.ERASE, "erase"),
    ],
)
def test_a_word_is_heard_with_or_without_its_marks(
    reporter: Reporter, text: str, word: Command, card: str
) -> None:
    turn = reporter.writes(text, assess(Intent.OUT_OF_SCOPE))

    assert turn.word is word
    assert card in cards(turn)


@pytest.mark.parametrize("text", ["mã tin", "Ma tin!", "xin mã tin", "lấy mã tin"])
def test_a_code_is_asked_for_and_the_service_answers(reporter: Reporter, text: str) -> None:
    turn = reporter.writes(text, assess(Intent.OUT_OF_SCOPE))

    assert turn.word is Command.CODE
    assert turn.replies == ()
    assert turn.facts is None


@pytest.mark.parametrize(
    "text",
    [
        "em muốn xoá tin của tôi mà không được",
        "nói tiếp đi",
        "mã tim",
        "dừng tim",
        "xoá tim",
    ],
)
def test_within_a_sentence_or_with_a_slip_it_is_no_word(reporter: Reporter, text: str) -> None:
    assert reporter.writes(text, assess(Intent.OUT_OF_SCOPE)).word is None


def test_to_erase_calls_a_person_and_promises_nothing(reporter: Reporter) -> None:
    reporter.writes("con bi ba danh", BEATEN)

    turn = reporter.writes("xoá tin của tôi")

    assert turn.wants_human
    assert "không tự xoá được" in words(turn)
    assert turn.facts is not None
    assert turn.facts.intent is Intent.PHYSICAL_VIOLENCE


def test_the_open_question_stays_open(reporter: Reporter) -> None:
    reporter.writes("con bi ba danh", BEATEN)

    reporter.writes("tiếp")

    assert reporter.state.asking is Question.SAFE
    assert cards(reporter.writes("An toàn"))[0] == "good_safe"


def test_a_word_lowers_nothing(reporter: Reporter) -> None:
    reporter.writes("ba dang danh con", BEING_BEATEN)

    for text in ("tiếp", "mã tin", "dừng tin", "xoá tin của tôi"):
        reporter.writes(text)

    assert reporter.state.urgency is Urgency.CRITICAL
    assert reporter.state.intent is Intent.PHYSICAL_VIOLENCE


def test_while_a_person_writes_the_machine_keeps_silent_and_the_wish_is_passed_on(
    reporter: Reporter,
) -> None:
    reporter.state = DialogueState(introduced=True, held_by_operator=True)

    turn = reporter.writes("xoá tin của tôi")

    assert turn.replies == ()
    assert turn.wants_human


STATUS = assess(Intent.TICKET_STATUS, Urgency.LOW)


@pytest.mark.parametrize(
    ("text", "said", "wants_human"),
    [
        ("TIẾP", SMALLTALK, False),
        ("DỪNG TIN", SMALLTALK, False),
        ("XOÁ TIN CỦA TÔI", SMALLTALK, True),
        ("MÃ TIN", SMALLTALK, False),
        ("tin tôi gửi bữa trước tới đâu rồi", STATUS, True),
    ],
)
def test_on_a_phone_in_other_hands_every_word_has_the_neutral_text(
    reporter: Reporter, text: str, said: Assessment, wants_human: bool
) -> None:
    reporter.writes("con bi ba danh", BEATEN)
    reporter.writes("ai nhắn với con tôi vậy")

    turn = reporter.writes(text, said)

    assert cards(turn) == ["phone_changed_hands"]
    assert turn.wants_human is wants_human
    assert turn.facts is not None
    assert turn.facts.phone_changed_hands


@pytest.mark.parametrize(
    "payload", ["safe:yes", "skip:where", "write:no", "danger:no", "cmd:erase"]
)
def test_an_old_button_tells_nothing_to_whoever_took_the_phone(
    reporter: Reporter, payload: str
) -> None:
    reporter.writes("con bi ba danh", BEATEN)
    reporter.writes("ai nhắn với con tôi vậy")

    assert cards(reporter.presses(payload)) == ["phone_changed_hands"]


def test_a_child_who_is_back_is_asked_and_answers_by_button_as_before(reporter: Reporter) -> None:
    reporter.writes("ai nhắn với con tôi vậy")
    reporter.writes("em nè, ba đánh em", BEATEN)

    assert "phone_changed_hands" not in cards(reporter.presses("safe:yes"))


def test_rescue_words_come_on_a_phone_in_other_hands_too(reporter: Reporter) -> None:
    reporter.writes("ai nhắn với con tôi vậy")

    assert reporter.presses("danger:yes").replies[0].is_urgent
