"""Whether what an operator writes goes out at once, and when the machine may knock (tin chờ)."""

from dataclasses import dataclass
from datetime import datetime

from bot.dialogue.knock import next_knock
from bot.dialogue.safe_times import SafeTimes
from bot.dialogue.state import DialogueState
from intake.console.local_time import clock_time, full_time
from intake.console.strings import Words
from intake.service import Service
from storage.errors import Erased
from storage.talks import road
from storage.talks.standing import Standing
from storage.tickets import TicketDetail
from storage.words.speech import may_override

_WHOLE_DAY = ((0, 24 * 60),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What the composer says before anything is sent."""

    holds: bool = False
    """What is sent now waits until the reporter types TIẾP."""
    hint: str = ""
    """In words: until when it goes out at once, or that it waits and what the machine does."""
    may_override: bool = False
    """The ticket is critical: with a reason it can be sent at once all the same."""
    safe_times: str = ""
    """When a knock may come, in words; empty where nothing is ever pushed (web chat)."""


async def waiting_of(service: Service, detail: TicketDetail, words: Words) -> Waiting:
    """Return how things stand with the reporter's line; an erased talk has nothing to say."""
    ticket, now = detail.ticket, service.clock()
    try:
        talk = await road.peek(service.store, ticket.conversation_id, now=now)
    except Erased:
        return Waiting()
    channel = service.channels.get(ticket.channel)
    is_pulled = channel is not None and channel.pulls
    state = DialogueState.from_json(dict(talk.state))
    holds = talk.standing.holds(now, is_pulled=is_pulled)
    return Waiting(
        holds=holds,
        hint=_hint(talk.standing, state, words, now, holds=holds, is_pulled=is_pulled),
        may_override=holds and may_override(talk.standing, ticket),
        safe_times="" if is_pulled else safe_times_in_words(state.safe_times, words),
    )


def safe_times_in_words(code: str, words: Words) -> str:
    """Say `21:00-23:00` as `21:00–23:00`, and the rest in words."""
    times = SafeTimes.of(code)
    if times.is_never or not times.spans:
        return words("safe_times.never" if times.is_never else "safe_times.unknown")
    if times.spans == _WHOLE_DAY:
        return words("safe_times.any")
    return times.code.replace("-", "–").replace(",", ", ")


def _hint(
    standing: Standing,
    state: DialogueState,
    words: Words,
    now: datetime,
    *,
    holds: bool,
    is_pulled: bool,
) -> str:
    if not holds:
        late_at = standing.late_at
        return "" if is_pulled or not late_at else words("talk.now_until", at=clock_time(late_at))
    count = words("talk.held_count", n=standing.held) if standing.held else ""
    knock = "" if is_pulled else _knock(standing, state, words, now)
    return " ".join(part for part in (words("talk.waits"), count, knock) if part)


def _knock(standing: Standing, state: DialogueState, words: Words, now: datetime) -> str:
    if state.hidden:
        return words("talk.no_knock_left")
    if standing.is_knocked and standing.knocked_at:
        return words("talk.knocked", at=full_time(standing.knocked_at))
    span = next_knock(state, max(now, standing.late_at or now))
    if span is None:
        is_never = SafeTimes.of(state.safe_times).is_never
        return words("talk.no_knock_never" if is_never else "talk.no_knock_unknown")
    return words("talk.knock_at", at=full_time(span[0]))
