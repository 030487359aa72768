"""What a call is made of (cuộc gọi): where it is, what happens to it, what comes next. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

RHYTHM: Final = "♪rhythm"
"""Heard among the words: the beat for pressing."""

ENGLISH: Final = "tel_english"
"""The card that says in English how to go on in English."""


class Step(StrEnum):
    """Where a call is."""

    MENU = "menu"
    QUIET = "quiet"
    QUIET_AGAIN = "quiet_again"
    RINGING = "ringing"
    SPEAKING = "speaking"
    DROWNING = "drowning"
    CODE = "code"
    CODE_FOUND = "code_found"
    CALL_BACK = "call_back"
    OVER = "over"


class Why(StrEnum):
    """What telephones ring for."""

    NOTHING = ""
    EMERGENCY = "emergency"
    PERSON = "person"
    QUIET = "quiet"


class Opens(StrEnum):
    """The ticket that a call opens at this very step."""

    EMERGENCY = "pressed_emergency"
    DROWNING = "pressed_drowning"
    CANNOT_SPEAK = "pressed_cannot_speak"
    SILENT = "silent_call"
    NOBODY_FREE = "nobody_free"

    @property
    def is_once_a_day(self) -> bool:
        """Whether a further one of the same number goes to the ticket of the day."""
        return self is Opens.SILENT


class Outcome(StrEnum):
    """What became of a call that is over."""

    TAKEN = "taken"
    SILENT = "silent"
    SHORT = "short"
    """Hung up before any key."""
    MISSED = "missed"
    """Wanted a person, and hung up before one came."""
    ENDED = "ended"


class Found(StrEnum):
    """What became of a return code; the values name the cards."""

    RECEIVED = "tel_code_received"
    HELD = "tel_code_held"
    WORKED_ON = "tel_code_worked_on"
    CLOSED = "tel_code_closed"
    WRONG = "tel_code_wrong"
    LATER = "tel_code_later"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallState:
    """All that the next step depends on."""

    step: Step = Step.MENU
    why: Why = Why.NOTHING
    tier: int = 0
    misses: int = 0
    codes: int = 0
    pressed: bool = False
    english: bool = False
    knows_number: bool = True
    """Somebody could be rung back."""
    about: str = ""
    """Id of the ticket whose return code was given."""
    declined: tuple[str, ...] = ()
    """Whose telephone answered and did not take this call: a voicemail, which silences others."""
    rung_without: int = 0
    """How many of them the telephones rang without that ring now."""

    def to_json(self) -> dict[str, Any]:
        """Return it as it is stored; nothing personal is in it."""
        return {name: getattr(self, name) for name in self.__slots__}

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> "CallState":
        """Return what was stored."""
        declined = tuple(raw.get("declined", ()))
        known = {"step": Step(raw["step"]), "why": Why(raw["why"]), "declined": declined}
        return cls(**{**raw, **known})


@dataclass(frozen=True, slots=True, kw_only=True)
class Began:
    """The call came in."""

    has_menu: bool = True
    """False: the words of the menu may not be said (unsigned, production); a person answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed:
    """Keys were pressed; none of them: silence."""

    digits: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rang:
    """Telephones rang, or there were none; whether somebody took the call."""

    is_taken: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoke:
    """What was to be said is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """A return code was looked at."""

    found: Found
    ticket_id: str = ""


Event = Began | Pressed | Rang | Spoke | Looked


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Listen for keys while it is spoken and for some seconds after it."""

    digits: int = 1
    seconds: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Ring:
    """Ring the telephones of a tier."""

    tier: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Look at a return code, and go on with what was found."""

    number: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class GoOn:
    """Come back as soon as everything is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HangUp:
    """End the call after the words."""


Then = Ask | Ring | Look | GoOn | HangUp


@dataclass(frozen=True, slots=True, kw_only=True)
class Next:
    """One step of a call."""

    state: CallState
    says: tuple[str, ...] = ()
    """Cards, and `RHYTHM`, in their order."""
    then: Then
    opens: Opens | None = None
    safe_time: str | None = None
    """When somebody may be rung back, for the ticket; empty: never."""
