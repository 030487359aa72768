"""All that the call-taker's screen shows: the form, what is heard in it, cards to read, counts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.channels.contract import OutboundMessage
from intake.calls.form import CHOICES
from intake.calls.hearing import CallHeard, Proposal, cards_to_read, hear_call
from intake.clock import LOCAL_ZONE
from intake.console.calls.counts import TALLY_ICONS, TALLY_KEYS, counts_today
from intake.console.forms import said_in
from intake.console.present import commune_name
from intake.console.render import words_for
from intake.console.strings import Words
from intake.console.tickets.timeline import reason_in_words
from intake.service import SERVICE, Service
from nlu.labels import Danger, Intent, Urgency
from storage.calls import tallies
from storage.calls.drafts import CallDraft

_GROUPS: Mapping[str, str] = {
    "child_sex": "sex",
    "offender_relation": "relation",
    "caller_relation": "call_relation",
    "kind": "kind",
    "urgency": "urgency",
    "channel": "channel",
    "danger_kind": "danger",
}
"""Where the words of a choice stand; the others are `call_<field>.<value>`."""
NUMBERS = ("police", "fire", "ambulance", "child", "disaster", "centre")


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """A proposal as a button (giá trị máy đề nghị)."""

    name: str
    """The field."""
    value: str = field(repr=False)
    title: str
    shown: str = field(repr=False)
    words: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What the panel beside the notes shows (máy nghe được)."""

    is_empty: bool
    """Nothing was written yet."""
    urgency: Urgency
    kind: Intent
    also: tuple[Intent, ...]
    danger: Danger | None
    confidence: int | None
    asks: bool
    """Danger can be neither affirmed nor excluded: ask the one neutral question."""
    reasons: tuple[tuple[str, str, str], ...] = field(repr=False)
    """Layer, what it says, the words."""
    offered: tuple[Offered, ...] = field(repr=False)
    cards: tuple[OutboundMessage, ...] = field(repr=False)
    silent_calls: int
    """How often this number has rung in silence within a day."""


async def call_values(
    request: web.Request, draft: CallDraft | None, *, problems: Mapping[str, str] | None = None
) -> Mapping[str, Any]:
    """Return the values of `call.html`; None: nothing was written yet."""
    service, words = request.app[SERVICE], words_for(request)
    saved = draft.saved_at.astimezone(LOCAL_ZONE).strftime("%H:%M:%S") if draft else ""
    return {
        **await heard_values(request, draft),
        "call_id": request.match_info["call"],
        "fields": dict(draft.fields) if draft else {},
        "version": draft.version if draft else 0,
        "number": draft.number if draft else "",
        "saved": saved,
        "options": {name: _options(name, words) for name in CHOICES},
        "communes": sorted(service.places.communes, key=lambda commune: commune[1]),
        "counts": await counts_today(service),
        "tally_keys": TALLY_KEYS,
        "tally_icons": TALLY_ICONS,
        "problems": dict(problems or {}),
        "said": said_in(request),
    }


async def heard_values(request: web.Request, draft: CallDraft | None) -> Mapping[str, Any]:
    """Return the values of `_call_heard.html`."""
    service, words = request.app[SERVICE], words_for(request)
    fields = draft.fields if draft else {}
    shelf = service.shelf
    return {
        "heard": await _heard(service, fields, words),
        "numbers": [(name, shelf.numbers[name]) for name in NUMBERS if name in shelf.numbers],
    }


def named_value(name: str, value: str, words: Words) -> str:
    """Return the value of a field in words; free text stays as it is."""
    if name not in CHOICES:
        return value
    return words.named(_GROUPS.get(name, f"call_{name}"), value)


async def _heard(service: Service, fields: Mapping[str, str], words: Words) -> Heard:
    heard = await hear_call(service, fields)
    said = heard.assessment
    lookup = tallies.number_lookup(service.store, fields.get("caller_number", ""))
    return Heard(
        is_empty=said is None and not heard.reasons,
        urgency=heard.urgency,
        kind=heard.kind,
        also=said.also if said else (),
        danger=heard.danger,
        confidence=round(said.confidence * 100) if said else None,
        asks=said is not None and said.ask,
        reasons=_reasons(heard, words),
        offered=tuple(_offered(one, service, words) for one in heard.proposals),
        cards=tuple(cards_to_read(heard, fields, service.shelf)),
        silent_calls=await tallies.silent_calls(service.store, lookup, now=service.clock())
        if lookup
        else 0,
    )


def _reasons(heard: CallHeard, words: Words) -> tuple[tuple[str, str, str], ...]:
    found = [
        (words.named("layer", one.layer), reason_in_words(one.code, words), one.words)
        for one in heard.reasons
    ]
    return tuple(dict.fromkeys(found))


def _offered(one: Proposal, service: Service, words: Words) -> Offered:
    is_place = one.name == "commune"
    shown = (
        commune_name(one.value, service.places)
        if is_place
        else named_value(one.name, one.value, words)
    )
    return Offered(
        name=one.name,
        value=one.value,
        title=words(f"call.{one.name}"),
        shown=shown,
        words=one.words,
    )


def _options(name: str, words: Words) -> list[tuple[str, str]]:
    return [(value, named_value(name, value, words)) for value in CHOICES[name]]
