"""What a ticket's page says of its alarm: who was rung and answered, which help was called."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from aiohttp import web

from intake.console.local_time import clock_time
from intake.console.render import words_for
from intake.console.strings import Words
from intake.service import SERVICE
from nlu.labels import Danger
from storage.alarm.rung import Rung, rings_of_ticket
from storage.rows import EventRow
from storage.tickets import TicketDetail

HELP = ("113", "114", "115", "111", "commune_police")
"""Whom an operator calls while the reporter waits."""
_FIRST_HELP = {
    Danger.DROWNING: "114",
    Danger.FIRE: "114",
    Danger.ATTACK: "113",
    Danger.SEXUAL_ATTACK: "113",
    Danger.ABDUCTION: "113",
}
"""The number that comes first for a danger to life (bot/content/numbers.yml); else 115."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """Everything that rang at one moment."""

    at: datetime
    tier: int
    why: str
    rings: tuple[Rung, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Who took the ticket after the alarm began."""

    name: str = field(repr=False)
    seconds: int


async def alarm_values(
    request: web.Request, detail: TicketDetail, names: Mapping[str, str]
) -> Mapping[str, Any]:
    """Return the values of `_rung.html`, `_called.html` and of the mark of a drill."""
    store, words, ticket = request.app[SERVICE].store, words_for(request), detail.ticket
    rounds = _rounds(await rings_of_ticket(store, ticket.id), detail.events)
    first_help = _FIRST_HELP.get(ticket.danger, "115") if ticket.danger else ""
    return {
        "is_drill": detail.is_drill,
        "rounds": rounds,
        "answers": _answers(rounds, detail.events, names),
        "rung_names": names,
        "first_help": first_help,
        "other_help": [each for each in HELP if each != first_help],
        "calls": [_call(event, names, words) for event in _calls(detail.events)],
    }


def _rounds(rings: Sequence[Rung], events: Sequence[EventRow]) -> list[Round]:
    """Put together what was decided at once, newest first, with why it rang."""
    why = {event.at: str(event.detail.get("why", "")) for event in events}
    return [
        Round(at=at, tier=tier, why=why.get(at, ""), rings=tuple(group))
        for (at, tier), group in groupby(rings, key=lambda ring: (ring.at, ring.tier))
    ]


def _answers(
    rounds: Sequence[Round], events: Sequence[EventRow], names: Mapping[str, str]
) -> list[Answer]:
    """Return who took the ticket, and how long after the ringing that they ended had begun."""
    found, begun_at = [], None
    moments = sorted(
        [(round.at, None) for round in rounds]
        + [(event.at, event.actor_id) for event in events if event.kind == "ticket_claimed"],
        key=lambda each: (each[0], each[1] is not None),
    )
    for at, taker in moments:
        if taker is None:
            begun_at = begun_at or at
        elif begun_at is not None:
            seconds = round_seconds(at - begun_at)
            found.append(Answer(name=names.get(taker, ""), seconds=seconds))
            begun_at = None
    return found


def round_seconds(span: timedelta) -> int:
    """Return whole seconds."""
    return round(span.total_seconds())


def _calls(events: Sequence[EventRow]) -> list[EventRow]:
    return [event for event in events if event.kind == "emergency_called"]


def _call(event: EventRow, names: Mapping[str, str], words: Words) -> tuple[str, str]:
    """Say that help was called, in words, and by whom."""
    seconds = int(event.detail.get("seconds", 0))
    what = words.named("called_number", str(event.detail.get("called", "")))
    at = clock_time(event.at)
    said = (
        words("called.noted", what=what, at=at, n=seconds)
        if seconds < 120
        else words("called.noted_minutes", what=what, at=at, n=seconds // 60)
    )
    return said, names.get(event.actor_id or "", "")
