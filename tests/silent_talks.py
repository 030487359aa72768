"""A reporter who cries for help and then falls silent, as rows; the timers are set as in a turn."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bot.dialogue.silence import AFTER_SECONDS
from nlu.labels import Urgency
from storage.rows import Keep, NewInbound, NewOutbound, NewTimer, Received, TicketChange
from storage.store import Store
from storage.talks import inbox, road
from tests.conftest import Clock
from tests.tickets_made import BEATEN

BUBBLE = NewOutbound(body={"text": "mình vẫn ở đây"}, is_pulled=True)


async def write_to(
    store: Store, clock: Clock, words: str = "cứu với", channel: str = "web"
) -> Received:
    """The reporter writes; nobody has walked it yet."""
    return await inbox.receive(
        store,
        NewInbound(
            channel=channel,
            account="child",
            external_id=f"{words}-{clock()}",
            sent_at=clock(),
            received_at=clock(),
            body={"type": "text", "content": {"text": words}},
        ),
        owner="test",
        now=clock(),
        lease_seconds=30,
        bucket=None,
    )


async def cry(
    store: Store,
    clock: Clock,
    change: TicketChange = BEATEN,
    *,
    channel: str = "web",
    state: Mapping[str, Any] | None = None,
) -> Received:
    """A turn that ends in our question opens a ticket and begins the watch."""
    received = await write_to(store, clock, channel=channel)
    assert received.lease
    watch = tuple(
        NewTimer(
            kind=step,
            subject=received.conversation_id,
            step=received.inbox_id,
            due_at=clock() + timedelta(seconds=seconds),
        )
        for step, seconds in AFTER_SECONDS.items()
    )
    kept = await road.keep(
        store,
        Keep(
            lease=received.lease,
            inbox_id=received.inbox_id,
            now=clock(),
            state=state or {},
            replies=(BUBBLE,),
            ticket=change,
            timers_set=watch,
        ),
    )
    assert kept.ticket
    assert kept.ticket.urgency is not Urgency.LOW
    return received
