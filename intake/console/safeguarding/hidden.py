"""What is kept from the reader (không được xem): a page that lists tickets asks here first.

A page of one ticket need not: the gate (middleware.py) looks at the number in its address.
"""

from aiohttp import web

from intake.console.sessions import SIGNED_IN
from intake.service import SERVICE
from storage.safeguarding import kept_from


async def hidden_tickets(request: web.Request) -> frozenset[str]:
    """Return the ids of tickets that there are not for this reader; nearly always none."""
    return await kept_from.kept_of(request.app[SERVICE].store, request[SIGNED_IN].user.id)


async def hidden_talks(request: web.Request) -> frozenset[str]:
    """Return the ids of their talks."""
    return await kept_from.talks_kept_of(request.app[SERVICE].store, request[SIGNED_IN].user.id)


async def is_hidden(request: web.Request, number: str) -> bool:
    """Whether there is no ticket with this number for the reader."""
    store = request.app[SERVICE].store
    return await kept_from.is_kept(store, number, request[SIGNED_IN].user.id)
