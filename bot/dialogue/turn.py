"""The values that go into and come out of one turn of the conversation (lượt nói)."""

from dataclasses import dataclass, field
from typing import Any

from bot.channels.contract import Content, OutboundMessage
from bot.dialogue.buttons import Command
from bot.dialogue.codes import Code
from bot.dialogue.state import DialogueState
from nlu.assessment import Place
from nlu.labels import AuthorRole, Danger, Intent, Urgency


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFacts:
    """What the conversation adds to the ticket in this turn (dữ kiện tin báo)."""

    intent: Intent
    also: tuple[Intent, ...] = ()
    urgency: Urgency
    danger: Danger | None = None
    commune_code: str | None = None
    author_role: AuthorRole | None = None
    offender_is_carer: bool | None = None
    answers: dict[str, str] = field(default_factory=dict, repr=False)
    """`safe`, `where`, `role`, `who`, `what`, `write`, `more`, `danger`, `breath`, `adult_there`,
    `point`, `phone` -> what the reporter said or pressed; all so far."""
    child_age: int | None = None
    told: tuple[dict[str, Any], ...] = field(default=(), repr=False)
    """All that was said of the people in it, with the reporter's words (`nlu.telling`)."""
    phone_changed_hands: bool = False
    """Somebody else may hold the phone: pushes stop, the composer locks (người khác cầm máy)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerWish:
    """Something to look at later on this conversation (hẹn giờ)."""

    kind: str
    after_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the reporter did, without who or when."""

    content: Content
    near: tuple[Place, ...] = ()
    """For a shared point: the communes it may lie in, looked up by the caller."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What `advance` decided: the new state, what to say, what to record, what to look at later."""

    state: DialogueState
    replies: tuple[OutboundMessage, ...] = ()
    facts: ReportFacts | None = None
    """None: nothing for a ticket. Otherwise a ticket opens, or the open one is enriched."""
    wants_human: bool = False
    """The reporter asked for a person (NGƯỜI)."""
    word: Command | None = None
    """TIẾP, MÃ TIN, DỪNG TIN or XOÁ TIN CỦA TÔI: for whoever holds what waits, codes, lists."""
    code: Code | None = None
    """A return code was written; `bot.dialogue.returning` says what became of it."""
    timers_set: tuple[TimerWish, ...] = ()
    timers_cancel: tuple[str, ...] = ()
