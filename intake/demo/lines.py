"""How an invented report comes in (đường vào): in the web chat, or written down from a call.

The rows are those of a real report; only the words do not pass the classifier, for the story says
already what they mean.
"""

from bot.channels.codec import content_to_json, outbound_to_json
from bot.channels.contract import OutboundMessage, Text
from intake.demo.chances import WEB
from intake.demo.stories import Story
from intake.service import Service
from nlu.labels import Urgency
from storage.calls.call_tickets import finish_call
from storage.calls.drafts import DraftWords, save_draft
from storage.calls.reports import CallReport
from storage.database import new_id
from storage.drills.demo_marks import demo_tag
from storage.rows import Keep, Lane, NewInbound, NewOutbound, TicketChange, TicketRow
from storage.talks import inbox, road

_LEASE_SECONDS = 15.0


async def open_by_phone(service: Service, story: Story, user_id: str) -> TicketRow:
    """Take a call down as `storage.calls.call_tickets` does for a real one; its taker holds it."""
    store, now, call_id = service.store, service.clock(), new_id()
    draft = DraftWords(id=call_id, user_id=user_id, channel=story.channel, fields={})
    await save_draft(store, draft, now=now)
    notes = {**content_to_json(Text(text=story.words)), "noted_by": user_id}
    return await finish_call(
        store,
        CallReport(
            id=call_id,
            user_id=user_id,
            channel=story.channel,
            change=_change(story),
            kind=story.kind,
            notes=notes,
            begun_at=story.begun_at,
            now=now,
            source=demo_tag(store.vault),
        ),
    )


async def open_in_chat(
    service: Service, story: Story, account: str, machine: str, *, source: str = ""
) -> TicketRow:
    """Let somebody write in the web chat and the machine answer; the ticket rings by itself.

    `source` is the tag of a drill; empty: of the invented year.
    """
    lane = Lane.EMERGENCY if story.urgency is Urgency.CRITICAL else Lane.REPLY
    kept = await _turn(
        service, account, story.words,
        replies=(_answer(machine, lane),), change=_change(story), source=source,
    )  # fmt: skip
    if kept is None:
        raise AssertionError("a report opens a ticket")
    return kept


async def ask_in_chat(service: Service, words: str, machine: str, *, doubt: int) -> None:
    """Let somebody ask what opens no ticket; `doubt` as the classifier would leave it."""
    replies = (_answer(machine, Lane.REPLY),)
    await _turn(service, new_id(), words, replies=replies, change=None, doubt=doubt)


async def write_on(service: Service, account: str, words: str) -> None:
    """Let the reporter of a ticket go on writing."""
    await _turn(service, account, words, replies=(), change=None)


async def _turn(
    service: Service,
    account: str,
    words: str,
    *,
    replies: tuple[NewOutbound, ...],
    change: TicketChange | None,
    source: str = "",
    doubt: int | None = None,
) -> TicketRow | None:
    store, now = service.store, service.clock()
    message = NewInbound(
        channel=WEB,
        account=account,
        external_id=new_id(),
        sent_at=now,
        received_at=now,
        body=content_to_json(Text(text=words)),
        source=source or demo_tag(store.vault),
    )
    received = await inbox.receive(
        store, message, owner=service.owner, now=now, lease_seconds=_LEASE_SECONDS, bucket=None
    )
    if received.lease is None:
        raise AssertionError("nobody else walks an invented talk")
    loaded = await road.load(store, received.lease, now=now)
    kept = await road.keep(
        store,
        Keep(
            lease=received.lease,
            inbox_id=received.inbox_id,
            now=now,
            state=loaded.state,
            replies=replies,
            ticket=change,
            ticket_id=loaded.ticket.id if loaded.ticket else None,
            doubt=doubt,
        ),
    )
    return kept.ticket


def _answer(machine: str, lane: Lane) -> NewOutbound:
    body = outbound_to_json(OutboundMessage(text=machine))
    return NewOutbound(body=body, lane=lane, is_pulled=True)


def _change(story: Story) -> TicketChange:
    return TicketChange(
        kind=story.kind,
        urgency=story.urgency,
        danger=story.danger,
        commune_code=story.commune,
        facts=story.facts,
        reasons=({"layer": "rule", "code": "demo", "words": ""},),
    )
