"""The drowning steps that stand on the page itself: readable without a network and without scripts.

They are cards of the shelf, under its rule: drafts are marked in trial and absent in production.
"""

import re
from dataclasses import dataclass
from typing import Final

from bot.channels.contract import OutboundMessage
from bot.content.shelf import Shelf
from nlu.labels import Language

CARDS: Final = (
    ("Còn ở dưới nước", "rescue_drowning"),
    ("Vừa vớt lên", "rescue_pulled_out"),
    ("Làm tiếp", "steps_breathing"),
)
_MARK = re.compile(r"^\[(\w+)\]\s*")
_ASIDE = re.compile(r"(\s*Làm tiếp như tin dưới\.)?\s*\(Máy trả lời\)$")
_BREAK = re.compile(r"(?<=[.!])\s+|\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class AidLine:
    """One action, and in which case."""

    case: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AidCard:
    """One card, a line an action."""

    title: str
    is_draft: bool
    presses: bool
    """It tells how to press a chest: the rhythm stands below."""
    lines: tuple[AidLine, ...]

    @property
    def has_cases(self) -> bool:
        """Whether its lines are cases to choose from, not steps in order."""
        return any(line.case for line in self.lines)


def first_aid(shelf: Shelf) -> tuple[AidCard, ...]:
    """Return the drowning cards in the order in which they are needed; none that was replaced."""
    return tuple(
        _card(title, shelf.card(card_id, lang=Language.VIETNAMESE, register=None))
        for title, card_id in CARDS
        if shelf.card(card_id, lang=Language.VIETNAMESE, register=None).card == card_id
    )


def _card(title: str, message: OutboundMessage) -> AidCard:
    text = message.text
    mark = _MARK.match(text)
    words = _ASIDE.sub("", text[mark.end() :] if mark else text)
    parts = words.splitlines() if "\n" in words else _BREAK.split(words)
    return AidCard(
        title=title,
        is_draft=mark is not None,
        presses=message.beats,
        lines=tuple(_line(part.strip()) for part in parts if part.strip()),
    )


def _line(words: str) -> AidLine:
    """Read `CÒN THỞ: …` as a case and what to do in it."""
    case, colon, rest = words.partition(":")
    if colon and case.isupper():
        return AidLine(case=case, words=rest.strip())
    return AidLine(case="", words=words)
