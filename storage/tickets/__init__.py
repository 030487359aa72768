"""Tickets (phiếu tiếp nhận): all that other folders may call; the parts are next to this file.

Only `forms` (Mẫu số 01) is asked by its own name.
"""

from storage.tickets.moving import (
    Moved,
    change_kind,
    change_urgency,
    legal_moves,
    move_ticket,
    size_anew,
)
from storage.tickets.opening import enrich_ticket, open_ticket, ticket_of
from storage.tickets.reading import QueueRow, TicketDetail, look_again, queue, read_ticket
from storage.tickets.rows import (
    IllegalMove,
    ReasonMissing,
    SecondPersonNeeded,
    TicketError,
    facts_context,
)
from storage.tickets.working import (
    Claim,
    add_note,
    claim_ticket,
    hand_back,
    next_most_urgent,
    release_ticket,
    take_over,
)

__all__ = [
    "Claim",
    "IllegalMove",
    "Moved",
    "QueueRow",
    "ReasonMissing",
    "SecondPersonNeeded",
    "TicketDetail",
    "TicketError",
    "add_note",
    "change_kind",
    "change_urgency",
    "claim_ticket",
    "enrich_ticket",
    "facts_context",
    "hand_back",
    "legal_moves",
    "look_again",
    "move_ticket",
    "next_most_urgent",
    "open_ticket",
    "queue",
    "read_ticket",
    "release_ticket",
    "size_anew",
    "take_over",
    "ticket_of",
]
