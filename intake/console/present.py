"""What the desk shows, out of rows: cards of the queue and bubbles of a conversation."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.channels.codec import content_from_json, outbound_from_json
from bot.channels.contract import (
    Attachment,
    ButtonPress,
    Content,
    Location,
    Presence,
    SharedContact,
    Text,
    Unknown,
)
from intake.console.strings import Words
from nlu.labels import Intent, Urgency
from nlu.places import Gazetteer
from storage.clocks.marks import RunningClock
from storage.rows import TicketState
from storage.talks.threads import ThreadEntry
from storage.tickets import QueueRow

DONE_STATES = (TicketState.RESOLVED, TicketState.CLOSED, TicketState.DISMISSED)
OPEN_STATES = tuple(state for state in TicketState if state not in DONE_STATES)
WAITING_STATES = (TicketState.NEW, TicketState.REOPENED)
SILENT_AFTER = timedelta(minutes=2)
_ATTACHMENT_ICONS = {"photo": "image", "voice": "mic", "video": "image", "file": "paperclip"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A ticket in the queue (thẻ trong hàng đợi)."""

    number: str
    kind: str
    urgency: Urgency
    danger: str
    state: TicketState
    commune: str
    channel: str
    holder: str = field(repr=False)
    is_mine: bool
    is_done: bool
    waiting_since: datetime
    is_answered: bool
    """An operator spoke last; `waiting_since` is then when that was."""
    flag: str
    """`unread`, `human` or empty."""
    rings: str
    """`free`: critical, held by nobody, and no other ticket of its incident rings for it; `graver`:
    it became so while it was held; `silent`: its reporter waits too long; else empty."""
    silent_since: datetime | None = None
    """The reporter of a critical talk has not written since then, and the desk was told."""
    is_drill: bool = False
    """An invented report of a drill."""
    clock: RunningClock | None = None
    """A term that runs out soon or ran out."""
    is_overdue: bool = False
    """It ran out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """Something in a bubble that is not words."""

    icon: str
    title: str
    body: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bubble:
    """One entry of a conversation as the page shows it."""

    id: str
    side: str
    """`reporter`, `bot` or `operator`."""
    author: str = field(repr=False)
    at: datetime
    text: str = field(repr=False)
    tile: Tile | None = None
    buttons: tuple[str, ...] = ()
    card: str = ""
    delivery: str = ""


def card_of(row: QueueRow, *, user_id: str, places: Gazetteer, now: datetime) -> Card:
    """Return the card of a ticket for one reader."""
    ticket = row.ticket
    answered_at = ticket.last_operator_at if row.waiting_since is None else None
    return Card(
        number=ticket.number,
        kind=ticket.kind.value,
        urgency=ticket.urgency,
        danger=ticket.danger.value if ticket.danger else "",
        state=ticket.state,
        commune=commune_name(ticket.commune_code, places),
        channel=ticket.channel,
        holder=row.holder_name or "",
        is_mine=ticket.holder_id == user_id,
        is_done=ticket.state in DONE_STATES,
        waiting_since=answered_at or row.waiting_since or ticket.opened_at,
        is_answered=answered_at is not None,
        flag=_flag(row),
        rings=_rings(row, now),
        silent_since=row.silent_since,
        is_drill=row.is_drill,
        clock=row.clock if row.clock and now >= row.clock.amber_at else None,
        is_overdue=row.clock is not None and now >= row.clock.due_at,
    )


def commune_name(code: str | None, places: Gazetteer) -> str:
    """Return the official name of a commune, empty where it is not known yet."""
    if not code:
        return ""
    try:
        return places.name(code)
    except KeyError:  # merged or renamed since: the number still tells where to look
        return code


def _flag(row: QueueRow) -> str:
    if not row.ticket.needs_human or row.ticket.state in DONE_STATES:
        return ""
    return "unread" if row.ticket.kind is Intent.OUT_OF_SCOPE else "human"


def _rings(row: QueueRow, now: datetime) -> str:
    ticket = row.ticket
    if ticket.urgency is not Urgency.CRITICAL or ticket.state in DONE_STATES:
        return ""
    if ticket.holder_id is None:
        return "" if row.is_covered else "free"
    if row.rings_holder:
        return "graver"
    if row.waiting_since is None or ticket.acknowledged_at is None:
        return ""
    silence = now - max(row.waiting_since, ticket.acknowledged_at)
    return "silent" if silence >= SILENT_AFTER else ""


def bubbles_of(
    entries: Iterable[ThreadEntry], *, names: Mapping[str, str], words: Words, places: Gazetteer
) -> list[Bubble]:
    """Return the bubbles of a conversation in order."""
    return [
        _said_by_reporter(entry, names, words, places)
        if entry.from_reporter
        else _said_by_us(entry, names, words)
        for entry in entries
    ]


def _said_by_us(entry: ThreadEntry, names: Mapping[str, str], words: Words) -> Bubble:
    message = outbound_from_json(entry.body)
    is_bot = entry.author == "bot"
    buttons = [button.label for button in message.buttons]
    if message.asks_location:
        buttons.append(words("talk.asks_location"))
    return Bubble(
        id=f"out-{entry.outbox_id}",
        side="bot" if is_bot else "operator",
        author=words("talk.bot") if is_bot else names.get(entry.author, words("role.operator")),
        at=entry.at,
        text=message.text,
        buttons=tuple(buttons),
        card=message.card,
        delivery=entry.state.value if entry.state else "",
    )


def _said_by_reporter(
    entry: ThreadEntry, names: Mapping[str, str], words: Words, places: Gazetteer
) -> Bubble:
    content = content_from_json(entry.body)
    noted_by = str(entry.body.get("noted_by", ""))
    unnamed = words("talk.bot" if noted_by == "bot" else "role.operator")
    noted = words("call.noted_by", name=names.get(noted_by, unnamed))
    return Bubble(
        id=f"in-{entry.inbox_id}",
        side="reporter",
        author=noted if noted_by else words("talk.reporter"),
        at=entry.at,
        text=_text_of(content),
        tile=_tile_of(content, words, places),
    )


def _text_of(content: Content) -> str:
    match content:
        case Text(text=text):
            return text
        case Attachment(caption=caption) | Unknown(caption=caption):
            return caption
        case ButtonPress(label=label, payload=payload):
            return label or payload
        case Location() | SharedContact() | Presence():
            return ""


def _tile_of(content: Content, words: Words, places: Gazetteer) -> Tile | None:
    match content:
        case Text():
            return None
        case ButtonPress():
            return Tile(icon="check", title=words("tile.button"))
        case Attachment(kind=kind):
            title = words.named("tile", kind)
            return Tile(
                icon=_ATTACHMENT_ICONS.get(kind, "paperclip"),
                title=title,
                body=words("tile.sealed"),
            )
        case Location():
            return _place_tile(content, words, places)
        case SharedContact(phone=phone, is_own=is_own):
            own = f" ({words('tile.own')})" if is_own else ""
            return Tile(icon="phone", title=words("tile.contact"), body=phone + own)
        case Presence(kind=kind):
            return Tile(icon="info", title=words.named("tile", kind))
        case Unknown():
            return Tile(icon="circle-help", title=words("tile.unknown"))


_LIKELY_COMMUNES = 2
"""Near a border a point may lie in either; more names help nobody."""


def _place_tile(content: Location, words: Words, places: Gazetteer) -> Tile:
    parts = [f"{content.latitude:.5f}, {content.longitude:.5f}"]
    around = places.around(content.latitude, content.longitude)
    if around.places:
        names = " / ".join(place.name for place in around.places[:_LIKELY_COMMUNES])
        parts.append(words("tile.near", place=names))
    if around.is_outside:
        where = f" ({around.where})" if around.where else ""
        parts.append(words("tile.outside") + where)
    if content.accuracy_metres is not None:
        parts.append(words("tile.accuracy", n=round(content.accuracy_metres)))
    return Tile(icon="map-pin", title=words("tile.location"), body=" – ".join(parts))
