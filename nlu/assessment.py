"""What was understood of one message (kết quả phân tích): the only thing `nlu` hands out."""

from dataclasses import dataclass, field
from typing import Protocol

from nlu.labels import AuthorRole, Danger, Intent, Language, Urgency


@dataclass(frozen=True)
class Place:
    """A commune that the text may mean (địa danh)."""

    code: str
    """Official five-digit code of the commune (mã xã/phường/đặc khu)."""
    name: str
    """Official name with its type, as in `Xã An Cư`."""
    confidence: float
    """0..1; several candidates of one phrase add up to at most 1."""
    said: str = field(repr=False)
    """The writer's own words that led here."""


@dataclass(frozen=True)
class Reason:
    """Why we think so (lý do): a layer, a stable code, and the writer's own words."""

    layer: str
    """`floor`, `model`, `rule` or `place`."""
    code: str
    words: str = field(default="", repr=False)


@dataclass(frozen=True)
class Facts:
    """What the text says about the people in it (dữ kiện); None where it says nothing."""

    author_role: AuthorRole | None = None
    offender_is_carer: bool | None = None
    """A parent or carer is the one harming: Decree 56/2017 Art. 31(1)."""
    child_age: int | None = None


@dataclass(frozen=True)
class FloorHit:
    """What no model may talk down (sàn an toàn)."""

    intent: Intent
    urgency: Urgency
    danger: Danger | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Assessment:
    """What was said, how urgent, where, in which language, and why we think so."""

    intent: Intent
    urgency: Urgency
    confidence: float
    """Calibrated, 0..1, of the intent."""
    ask: bool
    """Danger can be neither affirmed nor excluded: one neutral question is due."""
    lang: Language
    also: tuple[Intent, ...] = ()
    """Further matters in the same message."""
    danger: Danger | None = None
    places: tuple[Place, ...] = ()
    facts: Facts = Facts()
    reasons: tuple[Reason, ...] = ()


class Classifier(Protocol):
    """An engine. Two exist by design: the embedded one and Rasa over HTTP."""

    async def assess(self, text: str) -> Assessment:
        """Never raises, never waits longer than its budget, for any text of any length."""
