"""The frozen rows that storage takes and gives; no session and no mapped class leaves the folder.

Personal values are plain here and sealed in the tables. Every time is UTC and aware.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any

from nlu.labels import Danger, Intent, Urgency
from storage.talks.standing import Standing, TurnHold


class Lane(IntEnum):
    """The order of delivery (làn gửi): emergency first."""

    EMERGENCY = 0
    REPLY = 1
    BROADCAST = 2


class TicketState(StrEnum):
    """The life of a ticket (trạng thái phiếu)."""

    NEW = "new"
    ACKNOWLEDGED = "acknowledged"
    IN_PROGRESS = "in_progress"
    RESOLVED = "resolved"
    CLOSED = "closed"
    DISMISSED = "dismissed"
    REOPENED = "reopened"


class OutboxState(StrEnum):
    """Where a send stands (trạng thái gửi)."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    DEAD = "dead"
    HELD = "held"
    """Waits until the reporter types TIẾP."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewInbound:
    """A message as it came in, ready to be stored."""

    channel: str
    account: str = field(repr=False)
    """The vendor's account id (sender key)."""
    external_id: str
    sent_at: datetime
    received_at: datetime
    body: Mapping[str, Any] = field(repr=False)
    """The content as JSON values."""
    name: str = field(default="", repr=False)
    source: str = ""
    lane: Lane = Lane.REPLY
    """EMERGENCY when the danger floor hit: such a message is never rate limited."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """A token bucket shared by all processes (hạn mức)."""

    name: str
    per_second: float
    burst: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """The right to walk one conversation until a time (quyền xử lý)."""

    conversation_id: str
    token: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxRow:
    """A stored message that waits to be walked or was."""

    id: int
    channel: str
    external_id: str
    sent_at: datetime
    received_at: datetime
    body: Mapping[str, Any] = field(repr=False)
    lane: Lane
    walks: int
    """How often a walk has begun on it: at 3 it is poison."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketRow:
    """A ticket (phiếu tiếp nhận) as the queue and the dialogue need it."""

    id: str
    number: str
    conversation_id: str
    channel: str
    kind: Intent
    urgency: Urgency
    danger: Danger | None
    state: TicketState
    commune_code: str | None
    holder_id: str | None
    opened_at: datetime
    first_message_at: datetime
    """The vendor's time of the first message: legal clocks start here."""
    acknowledged_at: datetime | None
    closed_at: datetime | None
    last_reporter_at: datetime | None
    last_operator_at: datetime | None
    needs_human: bool
    facts: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """Opened only where one ticket is read; empty in lists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A conversation with its unhandled messages in order (stop 3)."""

    conversation_id: str
    channel: str
    state: Mapping[str, Any] = field(repr=False)
    """The dialogue state as JSON; empty for a new conversation."""
    waiting: tuple[InboxRow, ...]
    ticket: TicketRow | None
    """The open ticket of the conversation, or the one closed less than 30 days ago."""
    standing: Standing = field(default_factory=Standing)


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What became of a message at stop 2."""

    inbox_id: int
    conversation_id: str
    seen_before: bool
    lease: Lease | None
    """Given when nobody walked the conversation: walk it now; None: somebody does."""
    loaded: Loaded | None = None
    """Given with the lease when nothing else waited: the walk begins with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOutbound:
    """A bubble or an alarm to send."""

    body: Mapping[str, Any] = field(repr=False)
    """`OutboundMessage` as JSON values, or an alarm's payload."""
    lane: Lane = Lane.REPLY
    author: str = "bot"
    """`bot`, or the id of the operator who wrote it."""
    repeat_in_doubt: bool = True
    """Replies and alarms are sent again when in doubt, broadcasts are not."""
    is_pulled: bool = False
    """The reporter's page fetches it (web chat): there is nothing to send."""
    is_held: bool = False
    """It waits for TIẾP."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketChange:
    """What a turn adds to a ticket; opens one where none is open. Urgency is only ever raised."""

    kind: Intent
    urgency: Urgency
    danger: Danger | None
    commune_code: str | None
    needs_human: bool = False
    facts: Mapping[str, Any] = field(default_factory=dict, repr=False)
    reasons: tuple[Mapping[str, str], ...] = field(default=(), repr=False)
    machine: Mapping[str, str] = field(default_factory=dict)
    """What the classifier made of the message, as codes: `intent`, `urgency`, `model`."""
    kept_from: tuple[str, ...] = ()
    """Members of staff whom it names: they must not see the ticket."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTimer:
    """Something due later. (kind, subject, step) is unique: set twice, it is one timer."""

    kind: str
    subject: str
    """Id of a ticket, a conversation or another thing that the kind knows."""
    due_at: datetime
    step: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerRow:
    """A timer that was claimed and must be settled."""

    id: int
    kind: str
    subject: str
    step: int
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep:
    """All that one turn commits together (stop 7)."""

    lease: Lease
    inbox_id: int
    now: datetime
    state: Mapping[str, Any] = field(repr=False)
    replies: tuple[NewOutbound, ...] = ()
    ticket: TicketChange | None = None
    timers_set: tuple[NewTimer, ...] = ()
    timers_cancel: tuple[str, ...] = ()
    """Kinds of timers on this conversation to forget."""
    ticket_id: str | None = None
    """The ticket that `load` found for the conversation."""
    is_live_step: bool = False
    """A live location moved on: nobody has to answer it."""
    is_in_other_hands: bool = False
    """Somebody else may read this line: people go on answering on the one that they have."""
    hold: TurnHold = field(default_factory=TurnHold)
    lease_seconds: float = 30.0
    """How long the lease lasts from `now` where more waits."""
    doubt: int | None = None
    """Thousandths of a chance that it was critical; kept where the turn leaves no ticket."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What stop 7 did."""

    reply_ids: tuple[int, ...]
    ticket: TicketRow | None
    ticket_opened: bool
    became_critical: bool
    more: tuple[InboxRow, ...]
    """Messages that came in meanwhile: the lease is still ours. Empty: the lease is released."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxRow:
    """A send that was claimed by this process."""

    id: int
    channel: str
    conversation_id: str | None
    alarm_id: int | None
    recipient: str = field(repr=False)
    """Sender key for replies, the way's own address for alarms."""
    body: Mapping[str, Any] = field(repr=False)
    lane: Lane
    attempts: int
    """How often a send has begun, this one included."""
    repeat_in_doubt: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """One append-only event (sự kiện); `id` grows in commit order."""

    id: int
    at: datetime
    kind: str
    """`ticket_opened`, `ticket_read`, `user_signed_in`, …"""
    ticket_id: str | None
    actor_id: str | None
    """The user who did it; None for the machine."""
    detail: Mapping[str, Any]
    """Codes and ids only, in clear."""
    note: str = field(default="", repr=False)
    """Sealed text (a reason, a note); opened only where one ticket is read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UserRow:
    """A member of staff (người dùng)."""

    id: str
    login: str
    display_name: str = field(repr=False)
    role: str
    is_active: bool
    is_on_duty: bool
    """As the timekeeper left it; `as_of` in storage/rota/duty.py knows to the second."""
    must_change_password: bool
    duty_until: datetime | None = None
    """When the shift ends by itself, unless it is confirmed before."""
    staff_chat: str = field(default="", repr=False)
    """Where a staff messenger reaches this person; empty: nowhere."""
    role_name: str = ""
    """Of a role that the Centre made itself; empty for one that is shipped."""
    own_permissions: tuple[str, ...] = ()
    """What that role may; who asks what somebody may asks intake/permissions.py."""
    has_second_factor: bool = False
    awaits_second_person: bool = False
