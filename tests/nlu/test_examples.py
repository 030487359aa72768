"""The labelled messages: well-formed, invented, and without a real telephone number."""

import re
from collections import Counter
from pathlib import Path

import pytest

from nlu.examples import DEV, TEST, TRAIN, Example, load_examples, write_examples
from nlu.labels import Intent, Language, Urgency

_ALL = [*load_examples(TRAIN), *load_examples(DEV), *load_examples(TEST)]
_NUMBER = re.compile(r"(?<!\d)(?:\+?84|0)(?:[ .-]?\d){9}(?!\d)")
_LOW = {
    Intent.ASK_INFORMATION,
    Intent.TICKET_STATUS,
    Intent.BROADCAST_OPTIN,
    Intent.BROADCAST_OPTOUT,
    Intent.SMALLTALK,
}


def test_every_telephone_number_is_an_invented_one() -> None:
    numbers = {re.sub(r"\D", "", x) for one in _ALL for x in _NUMBER.findall(one.text)}

    assert all(number.startswith("0900000") for number in numbers)


def test_every_intent_has_training_and_held_out_messages() -> None:
    trained = Counter(one.intent for one in load_examples(TRAIN))
    held_out = Counter(one.intent for one in load_examples(TEST))

    assert all(trained[intent] >= 20 for intent in Intent)
    assert all(held_out[intent] >= 1 for intent in Intent)


def test_labels_are_within_their_sets() -> None:
    languages = {language.value for language in Language}
    styles = {"standard", "no_diacritics", "teencode", "typo", "voice_transcript", "mixed"}

    for one in _ALL:
        assert one.lang in languages
        assert one.style in styles
        assert one.author_role in {"child", "adult"}
        assert one.author


@pytest.mark.parametrize("intent", sorted(_LOW))
def test_what_needs_nobody_is_low(intent: Intent) -> None:
    assert {one.urgency for one in _ALL if one.intent is intent} == {Urgency.LOW}


def test_no_message_is_written_twice_in_training() -> None:
    texts = Counter(one.text for one in load_examples(TRAIN))

    assert [text for text, times in texts.items() if times > 1] == []


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    one = Example(
        text='con bị "nó" đánh: đau!', intent=Intent.BULLYING, urgency=Urgency.HIGH, author="v1"
    )

    hard = Example("chết cười", Intent.BULLYING, Urgency.HIGH, hard=True)

    write_examples(tmp_path, [one, hard])

    assert load_examples(tmp_path) == (one, hard)
