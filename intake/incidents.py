"""Proposes that tickets tell of one incident: opens what is compared, for a moment, in memory.

Words of places are read out of the reporters' messages with the gazetteer and kept by ticket until
its reporter writes again; nothing of them is stored or logged.
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.channels.codec import content_from_json, words_of
from bot.channels.contract import Location
from intake.likeness import Likeness, Trace, likeness, window_of
from intake.service import Service
from nlu.assessment import LandmarkKind
from nlu.text import read
from storage import tickets
from storage.incidents import incidents
from storage.learning import messages
from storage.rows import TicketRow

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

    async def of(self, service: Service, ticket: TicketRow) -> Trace:
        """Return a ticket's trace; its row is always as it is now."""
        heard = await self._heard_of(service, ticket)
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

    async def spelled(self, service: Service, ticket: TicketRow, name: str) -> str:
        """Return the name of a place as this ticket's own reporter wrote it."""
        return (await self._heard_of(service, ticket)).spelled.get(name, "")

    async def _heard_of(self, service: Service, ticket: TicketRow) -> _Heard:
        key = (ticket.id, ticket.last_reporter_at)
        if key not in self._kept:
            self._kept[key] = await _heard(service, ticket)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return self._kept[key]


async def twins(service: Service, traces: Traces, ticket: TicketRow) -> tuple[Twin, ...]:
    """Return the tickets that are most like this one, at most three."""
    found = await incidents.twins_of(
        service.store, ticket, within=window_of(ticket.kind), limit=_CANDIDATES
    )
    if not found:
        return ()
    mine = await traces.of(service, ticket)
    compared = [
        Twin(ticket=each, likeness=likeness(mine, await traces.of(service, each))) for each in found
    ]
    alike = [each for each in compared if each.likeness.is_proposed]
    alike.sort(key=lambda each: (-each.likeness.score, each.ticket.number))
    return tuple(alike[:_SHOWN])


async def _heard(service: Service, ticket: TicketRow) -> _Heard:
    detail = await tickets.look_again(service.store, ticket.number)
    told = detail.ticket.facts.get("told", ()) if detail else ()
    written = await messages.of_conversation(service.store, ticket.conversation_id, limit=_MESSAGES)
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
