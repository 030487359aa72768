"""Who is kept from a ticket, as supervisors see it on its page; nobody else sees anything."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aiohttp import web

from intake.console.render import may
from intake.console.sessions import SIGNED_IN
from intake.permissions import Permission
from intake.service import SERVICE
from storage.rows import UserRow
from storage.safeguarding import kept_from
from storage.tickets import TicketDetail


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptShown:
    """One person who is kept from the ticket."""

    user_id: str
    name: str = field(repr=False)
    at: datetime
    by_machine: bool
    asked_by: str = field(repr=False)
    """Who asked to open it to them again; empty: nobody."""
    may_lift: bool


async def kept_values(
    request: web.Request, detail: TicketDetail, everybody: Iterable[UserRow]
) -> Mapping[str, Any]:
    """Return the values of `_kept.html`; empty lists for who may not set them."""
    signed_in = request[SIGNED_IN]
    if not may(signed_in, Permission.SAFEGUARD):
        return {"kept": [], "kept_options": [], "names_role": False}
    rows = await kept_from.kept_on(request.app[SERVICE].store, detail.ticket.id)
    names = {user.id: user.display_name for user in everybody}
    kept = {row.user_id for row in rows}
    staff = [
        (user.id, user.display_name)
        for user in everybody
        if user.is_active and user.id not in kept and user.id != signed_in.user.id
    ]
    return {
        "kept": [
            KeptShown(
                user_id=row.user_id,
                name=names.get(row.user_id, "–"),
                at=row.kept_at,
                by_machine=row.kept_by is None,
                asked_by=names.get(row.lift_asked_by or "", ""),
                may_lift=row.lift_asked_by != signed_in.user.id,
            )
            for row in rows
        ],
        "kept_options": staff,
        "names_role": bool(detail.ticket.facts.get("names_staff_role")),
    }
