"""Proposes that tickets tell of one incident: opens what is compared, for a moment, in memory.

Words of places are read out of the reporters' messages with the gazetteer and kept by ticket until
its reporter writes again; nothing of them is stored or logged.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.channels.codec import content_from_json, words_of
from bot.channels.contract import Location
from intake.likeness import Likeness, Trace, likeness, window_of
from intake.service import Service
from nlu.assessment import LandmarkKind
from nlu.text import read
from storage.incidents import incidents
from storage.learning import messages
from storage.learning.messages import Inbound
from storage.rows import TicketRow
from storage.tickets.facts import facts_of

_CANDIDATES = 12
_SHOWN = 3
_MESSAGES = 20
_KEPT = 500
_TOO_LARGE = frozenset({LandmarkKind.REGION, LandmarkKind.PROVINCE, LandmarkKind.COUNTRY})
"""Places that two reports share without telling of one incident."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Twin:
    """A ticket that may tell of the same incident."""

    ticket: TicketRow
    likeness: Likeness


@dataclass(frozen=True, slots=True, kw_only=True)
class _Heard:
    point: tuple[float, float] | None = field(repr=False)
    spelled: Mapping[str, str] = field(repr=False)
    """Names of places without marks, each as it was written."""
    ages: frozenset[tuple[int, int]]
    sexes: frozenset[str]


class Traces:
    """What of tickets is compared, for as long as they are looked at."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, datetime | None], _Heard] = OrderedDict()

    async def of(self, service: Service, tickets: Sequence[TicketRow]) -> list[Trace]:
        """Return the traces of tickets; their rows are always as they are now."""
        heard = await self._heard_of(service, tickets)
        return [_trace(ticket, each) for ticket, each in zip(tickets, heard, strict=True)]

    async def spelled(self, service: Service, ticket: TicketRow, name: str) -> str:
        """Return the name of a place as this ticket's own reporter wrote it."""
        (heard,) = await self._heard_of(service, (ticket,))
        return heard.spelled.get(name, "")

    async def _heard_of(self, service: Service, tickets: Sequence[TicketRow]) -> list[_Heard]:
        known = {key: self._kept[key] for each in tickets if (key := _key(each)) in self._kept}
        missing = [each for each in tickets if _key(each) not in known]
        fresh = dict(zip(map(_key, missing), await _heard(service, missing), strict=True))
        self._kept.update(fresh)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return [(known | fresh)[_key(each)] for each in tickets]


async def twins(service: Service, traces: Traces, ticket: TicketRow) -> tuple[Twin, ...]:
    """Return the tickets that are most like this one, at most three."""
    found = await incidents.twins_of(
        service.store, ticket, within=window_of(ticket.kind), limit=_CANDIDATES
    )
    if not found:
        return ()
    mine, *others = await traces.of(service, (ticket, *found))
    compared = [
        Twin(ticket=each, likeness=likeness(mine, other))
        for each, other in zip(found, others, strict=True)
    ]
    alike = [each for each in compared if each.likeness.is_proposed]
    alike.sort(key=lambda each: (-each.likeness.score, each.ticket.number))
    return tuple(alike[:_SHOWN])


def _key(ticket: TicketRow) -> tuple[str, datetime | None]:
    return ticket.id, ticket.last_reporter_at


def _trace(ticket: TicketRow, heard: _Heard) -> Trace:
    return Trace(
        kind=ticket.kind,
        danger=ticket.danger,
        commune=ticket.commune_code,
        point=heard.point,
        at=ticket.first_message_at,
        place_names=frozenset(heard.spelled),
        ages=heard.ages,
        sexes=heard.sexes,
    )


async def _heard(service: Service, tickets: Sequence[TicketRow]) -> list[_Heard]:
    """Read and open what is compared, of all of them at once."""
    if not tickets:
        return []
    facts = await facts_of(service.store, [each.id for each in tickets])
    talks = {each.conversation_id for each in tickets}
    written = await messages.of_conversations(service.store, talks, limit=_MESSAGES)
    heard = []
    for each in tickets:
        await asyncio.sleep(0)  # reading places takes a millisecond a talk
        told = facts.get(each.id, {}).get("told", ())
        heard.append(_understood(service, written[each.conversation_id], told))
    return heard


def _understood(
    service: Service, written: Sequence[Inbound], told: Sequence[Mapping[str, Any]]
) -> _Heard:
    contents = [content_from_json(each.body) for each in written]
    points = [(c.latitude, c.longitude) for c in contents if isinstance(c, Location)]
    spelled = {
        " ".join(read(said).bare): said
        for text in map(words_of, contents)
        if text
        for mark in service.places.look(read(text)).landmarks
        if mark.kind not in _TOO_LARGE and mark.name
        if (said := " ".join(mark.said.removeprefix(mark.position).split()))
    }
    ages = {_age(one["value"]) for one in told if one.get("fact") == "child_age" and one["sure"]}
    sexes = {one["value"] for one in told if one.get("fact") == "child_sex" and one["sure"]}
    return _Heard(
        point=points[-1] if points else None,
        spelled=spelled,
        ages=frozenset(ages),
        sexes=frozenset(sexes),
    )


def _age(value: str) -> tuple[int, int]:
    least, _, most = value.partition("-")
    return int(least), int(most or least)
