"""The style guide: every component in every state, out of invented data (trial mode, loopback)."""

from datetime import datetime, timedelta
from ipaddress import ip_address
from itertools import product

from aiohttp import web

from intake.console.present import Bubble, Card, Tile
from intake.console.render import page, words_for
from intake.console.strings import Words
from intake.permissions import public
from intake.service import SERVICE
from intake.settings import Mode
from nlu.labels import Intent, Urgency
from storage.rows import TicketState

_KINDS = (Intent.DROWNING_EMERGENCY, Intent.PHYSICAL_VIOLENCE, Intent.BULLYING, Intent.SMALLTALK)
_HOLDERS = (("", False), ("Lan", False), ("Minh", True))


@public
async def styleguide(request: web.Request) -> web.StreamResponse:
    """Show the components; there is no such page in production or from another machine."""
    service = request.app[SERVICE]
    if service.settings.mode is not Mode.TRIAL or not _is_loopback(request.remote):
        raise web.HTTPNotFound
    words, now = words_for(request), service.clock()
    return page(
        request,
        "styleguide.html",
        cards=_cards(now),
        bubbles=_bubbles(words, now),
        open_number="PT-2026-000004",
        urgencies=[each.value for each in Urgency],
        problems={"wrong": words("style.wrong")},
        options=[(each.value, words(f"urgency.{each.value}")) for each in Urgency],
    )


def _is_loopback(remote: str | None) -> bool:
    try:
        return ip_address(remote or "").is_loopback
    except ValueError:
        return False


def _cards(now: datetime) -> list[Card]:
    """One card for each urgency and holder, the ringing ones among them."""
    cards = []
    for number, (kind, (holder, is_mine)) in enumerate(
        product(zip(Urgency, _KINDS, strict=True), _HOLDERS), start=1
    ):
        urgency, intent = kind
        is_critical = urgency is Urgency.CRITICAL
        cards.append(
            Card(
                number=f"PT-2026-{number:06d}",
                kind=intent.value,
                urgency=urgency,
                danger="drowning" if is_critical else "",
                state=TicketState.ACKNOWLEDGED if holder else TicketState.NEW,
                commune="Xã Mỹ Hòa Hưng" if number % 2 else "",
                channel="web" if number % 2 else "telegram",
                holder=holder,
                is_mine=is_mine,
                is_done=False,
                waiting_since=now - timedelta(seconds=37 * number**3),
                is_answered=is_mine,
                flag={2: "unread", 5: "human"}.get(number, ""),
                rings={1: "free", 2: "silent"}.get(number, ""),
                silent_since=now - timedelta(seconds=140) if number == 1 else None,
            )
        )
    return cards


def _bubbles(words: Words, now: datetime) -> list[Bubble]:
    sample, reporter = words("style.sample"), words("talk.reporter")
    location = Tile(icon="map-pin", title=words("tile.location"), body="10.41860, 105.43600")
    photo = Tile(icon="image", title=words("tile.photo"), body=words("tile.sealed"))
    bubbles = [
        Bubble(id="in-1", side="reporter", author=reporter, at=now, text=sample),
        Bubble(id="in-2", side="reporter", author=reporter, at=now, text="", tile=location),
        Bubble(id="in-3", side="reporter", author=reporter, at=now, text=sample, tile=photo),
        Bubble(
            id="out-1",
            side="bot",
            author=words("talk.bot"),
            at=now,
            text=sample,
            card="drowning",
            buttons=(words("fact.yes"), words("fact.no")),
            delivery="sent",
        ),
    ]
    for number, delivery in enumerate(("pending", "sending", "sent", "dead"), start=2):
        bubbles.append(
            Bubble(
                id=f"out-{number}",
                side="operator",
                author="Lan",
                at=now,
                text=sample,
                delivery=delivery,
            )
        )
    return bubbles
