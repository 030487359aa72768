"""The health page (tình trạng hệ thống): what must be looked at so that nothing stays stuck."""

import asyncio

from aiohttp import web

from intake.console.desk import on_duty_names
from intake.console.present import OPEN_STATES, card_of
from intake.console.render import page
from intake.console.safeguarding.hidden import hidden_talks, hidden_tickets
from intake.console.sessions import SIGNED_IN
from intake.heart import is_unwatched
from intake.permissions import Permission, needs
from intake.service import SERVICE
from storage import tickets
from storage.rows import OutboxState
from storage.talks import letters


@needs(Permission.READ_HEALTH)
async def health(request: web.Request) -> web.StreamResponse:
    """Show dead letters, doubtful sends, unread messages, the spool, who works and who watches."""
    service, user = request.app[SERVICE], request[SIGNED_IN].user
    talks = await hidden_talks(request)
    found = [
        letter
        for letter in await letters.dead_letters(service.store)
        if letter.conversation_id not in talks
    ]
    rows = await tickets.queue(service.store, states=OPEN_STATES, limit=1000)
    hidden = await hidden_tickets(request)
    cards = [
        card_of(row, user_id=user.id, places=service.places, now=service.clock())
        for row in rows
        if row.ticket.id not in hidden
    ]
    return page(
        request,
        "health.html",
        letters=[letter for letter in found if letter.state is OutboxState.DEAD],
        doubts=sum(letter.doubts for letter in found),
        unread=[card for card in cards if card.flag == "unread"],
        spooled=len(await asyncio.to_thread(service.spool.waiting)),
        on_duty=await on_duty_names(request),
        is_watched=bool(service.settings.alarm.watch_secret),
        is_unwatched=await is_unwatched(service),
        mode=service.settings.mode.value,
    )
