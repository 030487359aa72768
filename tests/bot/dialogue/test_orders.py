"""TIẾP, MÃ TIN, DỪNG TIN, XOÁ TIN CỦA TÔI: heard as a whole message only, answered truthfully."""

import pytest

from bot.dialogue.buttons import Command
from bot.dialogue.state import DialogueState, Question
from nlu.labels import Intent, Urgency
from tests.bot.dialogue.conftest import BEATEN, BEING_BEATEN, Reporter, assess, cards, words


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
