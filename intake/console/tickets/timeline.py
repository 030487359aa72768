"""Events and facts of a ticket in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from bot.content.shelf import Shelf
from intake.console.strings import Words
from nlu.labels import Language
from storage.rows import EventRow
from storage.tickets import forms

_HIDDEN_FACTS = (
    "answers", "reasons", "intent", "urgency", "unread", "phone_changed_hands", "told", "form",
    "also",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """An event as people read it (diễn biến)."""

    id: int
    at: datetime
    kind: str
    what: str
    detail: str
    actor: str = field(repr=False)
    note: str = field(repr=False)
    number: str = ""
    has_ticket: bool = False


def happenings_of(
    events: Iterable[EventRow],
    *,
    names: Mapping[str, str],
    words: Words,
    numbers: Mapping[str, str] = MappingProxyType({}),
) -> list[Happening]:
    """Return events in words, in their order; `names` are those of people and of own roles."""
    return [
        Happening(
            id=event.id,
            at=event.at,
            kind=event.kind,
            what=words.named("event", event.kind),
            detail=_detail(event, names, words),
            actor=_actor(event, names, words),
            note=event.note,
            number=numbers.get(event.ticket_id or "", ""),
            has_ticket=event.ticket_id is not None,
        )
        for event in events
    ]


def facts_of(facts: Mapping[str, Any], words: Words, shelf: Shelf) -> list[tuple[str, str]]:
    """Return what the reporter told, as pairs of a name and a value; nothing that is empty.

    A pressed answer is shown as the button said it, in the reader's language.
    """
    told = [
        (words.named("fact", name), _value(name, value, words))
        for name, value in facts.items()
        if name not in _HIDDEN_FACTS and value not in (None, "", [], {})
    ]
    lang = Language(words.language.value)
    answers = [
        (name, shelf.label(str(said), lang)) for name, said in facts.get("answers", {}).items()
    ]
    return told + [(words.named("fact", name), said) for name, said in answers]


def reason_in_words(code: str, words: Words) -> str:
    """Say `bullying:0.53,high:0.10` as `Bắt nạt 53 %, Gấp 10 %`; other codes stay as they are."""
    parts = []
    for part in code.split(","):
        name, colon, share = part.partition(":")
        if not colon or not share.replace(".", "", 1).isdecimal():
            return code
        label = words.entries.get(f"kind.{name}") or words.named("urgency", name)
        parts.append(f"{label} {round(float(share) * 100)} %")
    return ", ".join(parts)


def _value(name: str, value: Any, words: Words) -> str:
    if isinstance(value, bool):
        return words("fact.yes" if value else "fact.no")
    if name == "confidence":
        return f"{round(float(value) * 100)} %"
    if name == "lang":
        return words.named("lang", str(value))
    if name == "author_role":
        return words.named("fact", str(value))
    return str(value)


def _actor(event: EventRow, names: Mapping[str, str], words: Words) -> str:
    if event.actor_id is None:
        return ""
    return names.get(event.actor_id) or words.named("actor", event.actor_id)


def _detail(event: EventRow, names: Mapping[str, str], words: Words) -> str:
    """Say what changed; codes become words, everything else stays out."""
    detail = event.detail
    match event.kind:
        case "urgency_changed":
            return _from_to("urgency", detail.get("from"), detail.get("urgency"), words)
        case "kind_changed":
            return _from_to("kind", detail.get("from"), detail.get("to"), words)
        case "place_changed":
            before, after = (detail.get(name) or words("queue.no_place") for name in ("from", "to"))
            return f"{before} → {after}"
        case "ticket_moved":
            return _from_to("state", detail.get("from"), detail.get("state"), words)
        case "ticket_opened" | "ticket_raised" | "ticket_reopened":
            return words.named("urgency", str(detail.get("urgency", "")))
        case "ticket_released":
            return names.get(str(detail.get("holder", "")), "")
        case "content_edited" | "content_signed" | "content_restored":
            return " ".join(str(detail.get(name, "")) for name in ("card", "lang", "register"))
        case "canned_added" | "canned_edited" | "canned_approved" | "canned_retired":
            return str(detail.get("canned", ""))
        case "content_exported":
            return words("event_detail.wordings", n=detail.get("count", ""))
        case "lessons_exported":
            return words("event_detail.lessons", n=detail.get("count", ""))
        case "model_chosen" | "model_compared" | "messages_compared":
            return str(detail.get("version", ""))
        case "reporter_silent":
            return words("event_detail.minutes", n=detail.get("minutes", ""))
        case "operator_wrote":
            return words("event_detail.held") if detail.get("held") else ""
        case "return_code_given" | "return_code_used" | "return_code_tried":
            return words.named("channel", str(detail.get("line", "")))
        case "held_given":
            return words("event_detail.texts", n=detail.get("count", ""))
        case "step_recorded" | "step_withdrawn":
            agency = str(detail.get("agency", ""))
            parts = words.named("step", str(detail.get("step", ""))), words.named("agency", agency)
            return " – ".join(part for part in parts if part)
        case "clock_breached":
            return words.named("clock", str(detail.get("clock", "")))
        case "check_ticked" | "check_cleared":
            return words.named("check", str(detail.get("item", "")))
        case "call_counted" | "call_uncounted":
            return words.named("call_tally", str(detail.get("call", "")))
        case "ticket_linked" | "ticket_unlinked":
            return str(detail.get("other", ""))
        case _:
            return _alarm(event, words) or _form(event, words) or _of_accounts(event, names, words)


def _form(event: EventRow, words: Words) -> str:
    """Name the fields of Mẫu số 01 that changed, or the matter; empty for other events."""
    if event.kind in ("matter_added", "matter_removed"):
        return words.named("kind", str(event.detail.get("matter", "")))
    if event.kind != forms.WRITTEN:
        return ""
    return ", ".join(words.named("call", str(name)) for name in event.detail.get("fields", ()))


def _alarm(event: EventRow, words: Words) -> str:
    """Say whom somebody called, why an alarm rang and by which ways; empty for other events.

    Older rings only know their tier.
    """
    if event.kind == "emergency_called":
        return words.named("called_number", str(event.detail.get("called", "")))
    if event.kind != "alarm_rung":
        return ""
    why = str(event.detail.get("why", ""))
    ways = ", ".join(words.named("ring_way", str(way)) for way in event.detail.get("ways", ()))
    tier = words("event_detail.tier", n=int(event.detail.get("tier", 0)) + 1)
    said = (tier, words.named("rung_why", why), ways)
    return ", ".join(part for part in said if part)


def _of_accounts(event: EventRow, names: Mapping[str, str], words: Words) -> str:
    """Say what changed about an account, a role or the audit; else whom the event is about."""
    detail = event.detail
    match event.kind:
        case "role_changed" | "user_created":
            return f"{_user(event, names)}: {_role(event, names, words)}"
        case "invitation_made" | "invitation_revoked" | "role_removed":
            return _role(event, names, words)
        case "role_made" | "role_edited":
            return f"{_role(event, names, words)}: {_rights(event, words)}"
        case "sessions_ended":
            count = words("event_detail.sessions", n=detail.get("count", ""))
            return ", ".join(part for part in (_user(event, names), count) if part)
        case "audit_read":
            return ", ".join(words(f"audit_by.{name}") for name in detail.get("by", ()))
        case "audit_verified":
            return words("event_detail.whole" if detail.get("whole") else "event_detail.broken")
        case _:
            return _user(event, names)


def _user(event: EventRow, names: Mapping[str, str]) -> str:
    """Name the account that an event is about, unless that is who did it."""
    user_id = str(event.detail.get("user", ""))
    return "" if user_id == event.actor_id else names.get(user_id, "")


def _role(event: EventRow, names: Mapping[str, str], words: Words) -> str:
    role = str(event.detail.get("role", ""))
    return names.get(role) or words.named("role", role)


def _rights(event: EventRow, words: Words) -> str:
    """Say what a role gained and lost."""
    signs = (("+", "added"), ("−", "lost"))
    return ", ".join(
        f"{sign} {words.named('permission', str(name))}"
        for sign, part in signs
        for name in event.detail.get(part, ())
    )


def _from_to(group: str, before: object, after: object, words: Words) -> str:
    return f"{words.named(group, str(before))} → {words.named(group, str(after))}"
