"""A number is a choice where choices were numbered, and nothing else anywhere else."""

import pytest

from bot.channels.contract import ButtonPress, Text
from bot.dialogue.choices import by_number
from bot.dialogue.state import DialogueState

QUESTION = DialogueState(offered={"co": "danger:yes", "khong": "danger:no"})
AGE = DialogueState(offered={"bo qua": "skip:who"})


@pytest.mark.parametrize("said", ["2", " 2.", "số 2", "So 2", "tra loi 2", "Reply 2"])
def test_a_number_presses_the_choice_that_was_shown_with_it(said: str) -> None:
    assert by_number(QUESTION, Text(text=said), "sms") == ButtonPress(
        payload="danger:no", label="khong"
    )


@pytest.mark.parametrize("said", ["3", "0", "12", "111", "2 đứa", "ấp 2", "có", ""])
def test_what_was_not_offered_is_words(said: str) -> None:
    assert by_number(QUESTION, Text(text=said), "sms") == Text(text=said)


def test_an_age_is_an_age_and_not_a_choice() -> None:
    assert by_number(AGE, Text(text="1"), "sms") == Text(text="1")
    assert by_number(DialogueState(), Text(text="1"), "sms") == Text(text="1")


def test_a_number_on_a_page_with_buttons_is_words() -> None:
    assert by_number(QUESTION, Text(text="1"), "web") == Text(text="1")
