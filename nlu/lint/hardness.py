"""Messages that mislead who reads words only (tin khó): grave words, and nobody in danger."""

from collections.abc import Sequence

from nlu.labels import Urgency
from nlu.said import Said
from nlu.senses import OF_DANGER, load_senses
from nlu.text import read
from nlu.written import Written

_GRAVE_WORDS = 2


def share_of_hard_negatives(messages: Sequence[Written]) -> float:
    """Return how many of the messages that need nobody are hard.

    Hard is what its author marked so, and what holds two senses of danger or more: a reader of key
    words would ring for it.
    """
    senses = load_senses()
    low = [one for one in messages if one.about.get("urgency") == Urgency.LOW.value]
    hard = sum(
        bool(one.about.get("hard"))
        or len(OF_DANGER.intersection(senses.find(Said(read(one.text))))) >= _GRAVE_WORDS
        for one in low
    )
    return hard / max(len(low), 1)
