"""A reporter who talks to the dialogue by plain calls, with assessments made by hand."""

from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import pytest

from bot.channels.contract import ButtonPress, Content, OutboundMessage, Text
from bot.content.shelf import Shelf, load_shelf
from bot.dialogue.advance import advance, timer_turn
from bot.dialogue.state import DialogueState
from bot.dialogue.turn import Said, Turn
from nlu.assessment import Assessment, Facts, Place, Reason
from nlu.labels import AuthorRole, Danger, Intent, Language, Urgency

AN_CU = Place(code="30505", name="Xã An Cư", confidence=0.9, said="an cu")
TRI_TON = (
    Place(code="30544", name="Xã Tri Tôn", confidence=0.4, said="tri ton"),
    Place(code="30547", name="Xã Ba Chúc", confidence=0.3, said="tri ton"),
)


@cache
def the_shelf(*, mode_is_production: bool = False) -> Shelf:
    """The real cards, read once."""
    return load_shelf(mode_is_production=mode_is_production)


@pytest.fixture
def shelf() -> Shelf:
    return the_shelf()


def assess(
    intent: Intent = Intent.SMALLTALK,
    urgency: Urgency = Urgency.LOW,
    *,
    role: AuthorRole | None = None,
    codes: tuple[str, ...] = (),
    **rest: Any,
) -> Assessment:
    """An assessment by hand."""
    made = Assessment(
        intent=intent,
        urgency=urgency,
        confidence=0.9,
        ask=False,
        lang=Language.VIETNAMESE,
        facts=Facts(author_role=role),
        reasons=tuple(Reason("floor", code) for code in codes),
    )
    return replace(made, **rest)


SMALLTALK = assess()
BEATEN = assess(Intent.PHYSICAL_VIOLENCE, Urgency.HIGH, role=AuthorRole.CHILD)
BEING_BEATEN = assess(
    Intent.PHYSICAL_VIOLENCE, Urgency.CRITICAL, role=AuthorRole.CHILD, danger=Danger.ATTACK
)
DROWNING = assess(Intent.DROWNING_EMERGENCY, Urgency.CRITICAL, danger=Danger.DROWNING)
SEXTORTION = assess(Intent.ONLINE_ABUSE, Urgency.HIGH, role=AuthorRole.CHILD)
DOUBT = assess(Intent.INJURY_EMERGENCY, Urgency.NORMAL, ask=True, confidence=0.4)


@dataclass
class Reporter:
    """Somebody who writes; remembers what was said back."""

    shelf: Shelf
    state: DialogueState = field(default_factory=DialogueState)
    turns: list[Turn] = field(default_factory=list)

    def does(self, content: Content, assessment: Assessment | None = None, *near: Place) -> Turn:
        urgency = assessment.urgency if assessment else Urgency.LOW
        said = Said(content=content, near=near)
        return self._took(advance(self.state, said, assessment, urgency, self.shelf))

    def writes(self, text: str, assessment: Assessment = SMALLTALK) -> Turn:
        return self.does(Text(text=text), assessment)

    def presses(self, payload: str) -> Turn:
        return self.does(ButtonPress(payload=payload))

    def hears_later(self, kind: str) -> Turn:
        return self._took(timer_turn(self.state, kind, self.shelf))

    def _took(self, turn: Turn) -> Turn:
        self.state = DialogueState.from_json(turn.state.to_json())
        assert self.state == turn.state, "the state survives storage"
        self.turns.append(turn)
        return turn

    @property
    def last(self) -> tuple[OutboundMessage, ...]:
        return self.turns[-1].replies


def cards(turn: Turn) -> list[str]:
    """The cards of a turn in order."""
    return [reply.card for reply in turn.replies]


def words(turn: Turn) -> str:
    """All words of a turn."""
    return "\n".join(reply.text for reply in turn.replies)


@pytest.fixture
def reporter() -> Reporter:
    return Reporter(the_shelf())
