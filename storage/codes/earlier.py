"""Other tickets of the same line or contact (phiếu khác của cùng người liên hệ)."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Select, String, bindparam, or_, select

from storage.codes.tables import ticket_lines
from storage.rows import TicketState
from storage.safeguarding.keeping import is_open_to
from storage.store import Store
from storage.tables import conversations, tickets

_MOST = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierTicket:
    """As much of another ticket as its line on the page shows."""

    number: str
    kind: str
    state: TicketState


@cache
def _earlier() -> Select[Any]:
    ticket = bindparam("ticket", type_=String)
    own = select(tickets.c.conversation_id).where(tickets.c.id == ticket)
    tied = select(ticket_lines.c.conversation_id).where(ticket_lines.c.ticket_id == ticket)
    people = select(conversations.c.contact_id).where(conversations.c.id.in_(own.union_all(tied)))
    talks = select(conversations.c.id).where(conversations.c.contact_id.in_(people))
    by_line = select(ticket_lines.c.ticket_id).where(ticket_lines.c.conversation_id.in_(talks))
    return (
        select(tickets.c.number, tickets.c.kind, tickets.c.state)
        .where(
            or_(tickets.c.conversation_id.in_(talks), tickets.c.id.in_(by_line)),
            tickets.c.id != ticket,
            is_open_to(bindparam("reader")),
        )
        .order_by(tickets.c.opened_at.desc())
        .limit(_MOST)
    )


async def tickets_of_contact(
    store: Store, ticket_id: str, *, reader_id: str
) -> tuple[EarlierTicket, ...]:
    """Return the newest of them first; none that is kept from the reader, and not itself."""
    asked, wanted = _earlier(), {"ticket": ticket_id, "reader": reader_id}
    rows = await store.db.read(lambda connection: connection.execute(asked, wanted).all())
    return tuple(
        EarlierTicket(number=row.number, kind=row.kind, state=TicketState(row.state))
        for row in rows
    )
