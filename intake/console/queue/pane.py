"""The queue pane: a page of cards, its views, and what this reader has to know beside them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from intake.console.local_time import clock_time
from intake.console.present import Card, card_of
from intake.console.queue.address import CHANNELS, address_of, asked_in, is_filtered
from intake.console.queue.board import BOARD, Snapshot
from intake.console.queue.duty_bar import duty_bar_of
from intake.console.render import ENVIRONMENT, may, page, words_for
from intake.console.sessions import SIGNED_IN
from intake.permissions import Permission, needs
from intake.service import SERVICE
from nlu.labels import Intent
from storage.learning.lowering import Lowering
from storage.queue.transfers import Offer
from storage.queue.views import Asked, Counts, View
from storage.rows import UserRow

_COOKIE = "langnghe_queue"
"""What this browser looked at last, so that an open ticket stands beside the same queue."""


@needs(Permission.READ_QUEUE)
async def queue_part(request: web.Request) -> web.StreamResponse:
    """Give the live part of the queue."""
    asked = asked_by(request, request.query)
    values = await queue_values(request, asked, open_number=request.query.get("open", ""))
    return page(request, "_queue.html", **values)


def asked_by(request: web.Request, said: Mapping[str, str]) -> Asked:
    """Return what an address asks this reader's queue for."""
    return asked_in(said, user_id=request[SIGNED_IN].user.id, places=request.app[SERVICE].places)


def asked_last(request: web.Request) -> Asked:
    """Return what this browser looked at last."""
    return asked_by(request, dict(parse_qsl(request.cookies.get(_COOKIE, ""))))


def remember(request: web.Request, response: web.StreamResponse, asked: Asked) -> None:
    """Keep what is looked at, for as long as the browser is open."""
    response.set_cookie(
        _COOKIE,
        address_of(asked),
        path="/console",
        httponly=True,
        samesite="Strict",
        secure=request.app[SERVICE].settings.web.trusts_proxy,
    )


async def queue_values(request: web.Request, asked: Asked, *, open_number: str) -> dict[str, Any]:
    """Return the values of `_queue.html`; what rings stands first, whatever was asked for."""
    user = request[SIGNED_IN].user
    snapshot = await request.app[BOARD].look_as(request.app[SERVICE], asked, user.id)
    hidden = snapshot.kept.get(user.id, frozenset())
    cards, counts = _cards(request, snapshot, hidden), snapshot.page.counts
    return {
        "asked": asked,
        "show": asked.view.value,
        "is_filtered": is_filtered(asked),
        "address": address_of(asked),
        "page_before": address_of(asked, page=asked.page - 1) if asked.page > 1 else None,
        "page_after": address_of(asked, page=asked.page + 1) if snapshot.page.has_more else None,
        "views": _views(asked, counts, user.id),
        "cards": _as_text(request, cards, open_number),
        "counts": list(counts.by_urgency.items()) if asked.view is View.OPEN else [],
        "ringing": sum(1 for card in cards if card.rings),
        "on_duty": named(request, snapshot.on_duty, snapshot.resting),
        "offers": _offers(request, snapshot, hidden),
        "lowerings": _lowerings(request, snapshot, hidden),
        "asks_count": _asks_count(request, snapshot),
        "calls_left": snapshot.calls_left.get(user.id, 0),
        "bar": duty_bar_of(request, snapshot),
        "last_event_id": snapshot.event_id,
        "open_number": open_number,
    }


def filter_values(request: web.Request, asked: Asked) -> dict[str, Any]:
    """Return the values of `_filters.html`, which live updates leave alone."""
    words, places = words_for(request), request.app[SERVICE].places
    kinds = [(kind.value, words(f"kind.{kind.value}")) for kind in Intent if kind.is_report]
    channels = [(each, words.named("channel", each)) for each in CHANNELS]
    filters = (
        ("commune", places.communes, asked.communes),
        ("kind", kinds, asked.kinds),
        ("channel", channels, asked.channels),
    )
    return {
        "filters": filters,
        "chosen": [
            text for _, options, wanted in filters for value, text in options if value in wanted
        ],
        "unfiltered": address_of(asked, communes=(), kinds=(), channels=(), page=1),
    }


def named(
    request: web.Request,
    staff: Iterable[UserRow],
    resting: Mapping[str, datetime] = MappingProxyType({}),
) -> list[str]:
    """Return names, the reader marked, and who rests until when."""
    user, words = request[SIGNED_IN].user, words_for(request)
    names = []
    for each in staff:
        marks = [words("duty.you")] if each.id == user.id else []
        if each.id in resting:
            marks.append(words("break.until", at=clock_time(resting[each.id])))
        names.append(f"{each.display_name} ({', '.join(marks)})" if marks else each.display_name)
    return names


async def on_board(request: web.Request) -> Snapshot:
    """Return the queue as it is now, for pages that only count."""
    reader_id = request[SIGNED_IN].user.id
    return await request.app[BOARD].look_as(request.app[SERVICE], Asked(), reader_id)


def _offers(request: web.Request, snapshot: Snapshot, hidden: frozenset[str]) -> list[Offer]:
    user = request[SIGNED_IN].user
    return [
        each
        for each in snapshot.offers
        if each.is_to(user.id, user.role) and each.ticket_id not in hidden
    ]


def _lowerings(request: web.Request, snapshot: Snapshot, hidden: frozenset[str]) -> list[Lowering]:
    """Return the proposals that this reader may confirm: those of other people."""
    signed_in = request[SIGNED_IN]
    if not may(signed_in, Permission.WORK_TICKET):
        return []
    return [
        each
        for each in snapshot.lowerings
        if each.proposed_by != signed_in.user.id and each.ticket_id not in hidden
    ]


def _asks_count(request: web.Request, snapshot: Snapshot) -> int:
    """Return how many openings of accounts this reader is the second person for."""
    signed_in = request[SIGNED_IN]
    if not may(signed_in, Permission.CONFIRM_ACCESS):
        return 0
    return sum(each.is_for(signed_in.user.id) for each in snapshot.asks)


def _cards(request: web.Request, snapshot: Snapshot, hidden: frozenset[str]) -> list[Card]:
    service, user = request.app[SERVICE], request[SIGNED_IN].user
    now = service.clock()
    asked_for, critical = (
        [
            card_of(row, user_id=user.id, places=service.places, now=now)
            for row in rows
            if row.ticket.id not in hidden
        ]
        for rows in (snapshot.page.rows, snapshot.page.critical)
    )
    ringing = [card for card in critical if card.rings]
    known = {card.number for card in ringing}
    return ringing + [card for card in asked_for if card.number not in known]


def _as_text(request: web.Request, cards: list[Card], open_number: str) -> list[str]:
    board, words, now = request.app[BOARD], words_for(request), request.app[SERVICE].clock()
    template = request.app[ENVIRONMENT].get_template("_card.html")
    return [
        board.card(template, card, words, now, is_here=card.number == open_number) for card in cards
    ]


def _views(asked: Asked, counts: Counts, user_id: str) -> list[tuple[str, str, int | None]]:
    """Return name, address and count of each view; filters stay as they are."""
    many: dict[View, int] = {
        View.OPEN: counts.open,
        View.MINE: counts.by_holder.get(user_id, 0),
        View.FREE: counts.free,
        View.OVERDUE: counts.overdue,
    }
    return [(view.value, address_of(asked, view=view, page=1), many.get(view)) for view in View]
