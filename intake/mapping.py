"""What the dialogue decided, as rows that storage takes: no decision is made here."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.channels.codec import outbound_to_json
from bot.channels.contract import Content, OutboundMessage, Presence
from bot.content.check import WORDS_WAIT
from bot.dialogue.buttons import Command
from bot.dialogue.state import DialogueState
from bot.dialogue.turn import Turn
from intake.triage import Sized
from nlu.assessment import Assessment
from nlu.labels import Intent, Urgency
from storage.rows import Lane, NewOutbound, NewTimer, OutboxState, TicketChange
from storage.talks.standing import Standing, TurnHold
from storage.talks.threads import ThreadEntry

ASKED = 1000
"""The doubt of a message after which the neutral question was due."""
UNREAD = TicketChange(
    kind=Intent.OUT_OF_SCOPE,
    urgency=Urgency.CRITICAL,
    danger=None,
    commune_code=None,
    needs_human=True,
    facts={"unread": True},
    reasons=({"layer": "rule", "code": "unread_message", "words": ""},),
)
"""A message that the machine could not read three times over: a person reads it now."""


def readable(state: Mapping[str, Any]) -> DialogueState:
    """Return the state where it can be read: the unread answer keeps the reporter's language."""
    try:
        return DialogueState.from_json(dict(state))
    except (TypeError, ValueError):
        return DialogueState()


def ticket_change(
    turn: Turn, assessment: Assessment | None, sized: Sized, *, model: str = ""
) -> TicketChange | None:
    """Return what the ticket gains; None where the turn says nothing for one."""
    facts = turn.facts
    if facts is None:
        return None
    details: dict[str, Any] = {
        "also": [intent.value for intent in facts.also],
        "author_role": facts.author_role.value if facts.author_role else None,
        "offender_is_carer": facts.offender_is_carer,
        "answers": facts.answers,
        "child_age": facts.child_age,
        "told": list(facts.told),
        "phone_changed_hands": facts.phone_changed_hands or None,  # only a supervisor takes it back
    }
    if assessment:
        details |= {
            "confidence": round(assessment.confidence, 3),
            "lang": assessment.lang.value,
            "model": model,
        }
    return TicketChange(
        kind=facts.intent,
        urgency=facts.urgency,
        danger=facts.danger,
        commune_code=facts.commune_code,
        needs_human=turn.wants_human,
        facts=details,
        reasons=tuple(
            {"layer": reason.layer, "code": reason.code, "words": reason.words}
            for reason in sized.reasons
        ),
        machine=machine_said(assessment, sized, model) if assessment else {},
    )


def machine_said(assessment: Assessment, sized: Sized, model: str) -> dict[str, str]:
    """Return what the machine made of a message, as codes."""
    return {
        "intent": assessment.intent.value,
        "urgency": sized.urgency.value,
        "model": model,
    }


def doubt_of(content: Content, assessment: Assessment | None) -> int | None:
    """Return the thousandths of a chance of critical; `ASKED` where danger was not excluded.

    None for what is no word of the reporter: somebody opened the chat or blocked it.
    """
    if isinstance(content, Presence):
        return None
    if assessment is None:
        return 0
    return ASKED if assessment.ask else round(1000 * assessment.critical)


def new_outbound(reply: OutboundMessage, *, is_pulled: bool) -> NewOutbound:
    """Return a bubble for the outbox; rescue words take the emergency lane."""
    return NewOutbound(
        body=outbound_to_json(reply),
        lane=Lane.EMERGENCY if reply.is_urgent else Lane.REPLY,
        is_pulled=is_pulled,
    )


def new_knock(line: OutboundMessage) -> NewOutbound:
    """Return a knock for the outbox: in doubt it is not sent again, for it may stand there."""
    return NewOutbound(body=outbound_to_json(line), repeat_in_doubt=False)


def turn_hold(turn: Turn, standing: Standing, *, is_pulled: bool) -> TurnHold:
    """Return what the turn means for the texts that wait for TIẾP."""
    is_taken = turn.state.phone_taken
    return TurnHold(
        is_hushed=turn.state.hidden or is_taken,
        gives=turn.word is Command.CONTINUE and standing.held > 0 and not is_taken,
        tells=any(reply.card == WORDS_WAIT for reply in turn.replies),
        is_pulled=is_pulled,
    )


def new_timers(
    turn: Turn, conversation_id: str, inbox_id: int, now: datetime
) -> tuple[NewTimer, ...]:
    """Return the conversation's timers; the message makes each of them one of a kind."""
    return tuple(
        NewTimer(
            kind=wish.kind,
            subject=conversation_id,
            due_at=now + timedelta(seconds=wish.after_seconds),
            step=inbox_id,
        )
        for wish in turn.timers_set
    )


def entries(
    ids: tuple[int, ...], replies: tuple[NewOutbound, ...], now: datetime
) -> tuple[ThreadEntry, ...]:
    """Return replies that were just committed as the thread will show them."""
    return tuple(
        ThreadEntry(
            cursor=f"0-{row_id}",
            from_reporter=False,
            author=reply.author,
            at=now,
            body=reply.body,
            inbox_id=None,
            outbox_id=row_id,
            state=OutboxState.SENT if reply.is_pulled else OutboxState.PENDING,
        )
        for row_id, reply in zip(ids, replies, strict=True)
    )
