"""Carries the knock out (gõ cửa): the dialogue says whether and when, storage sends it once."""

from datetime import datetime, timedelta
from typing import Final

from bot.dialogue.knock import knock, next_knock
from bot.dialogue.state import DialogueState
from intake.logs import log
from intake.mapping import new_knock
from intake.service import Service
from storage import timers
from storage.errors import Erased
from storage.rows import Loaded, NewOutbound, TimerRow
from storage.talks import knocks, road

_LOOK_AGAIN: Final = timedelta(seconds=1)


async def look_to_knock(service: Service, timer: TimerRow) -> None:
    """Knock, or look again at the next safe time, or let it be (timer `knock`).

    Once in a silence: what was told and not answered is not told again.
    """
    now = service.clock()
    try:
        talk = await road.peek(service.store, timer.subject, now=now)
    except Erased:
        await timers.settle(service.store, timer, now=now)
        return
    state = DialogueState.from_json(dict(talk.state))
    span = next_knock(state, max(now, talk.standing.late_at or now))
    line = knock(state, service.shelf)
    if span is None or line is None or not talk.standing.held or talk.standing.is_knocked:
        await timers.settle(service.store, timer, now=now)
        return
    begins, until = span
    if begins > now:
        await timers.put_off(service.store, timer, until=begins)
        return
    await _knock(service, timer, talk, new_knock(line), until)


async def _knock(
    service: Service, timer: TimerRow, talk: Loaded, message: NewOutbound, until: datetime
) -> None:
    now = service.clock()
    if await knocks.knock(
        service.store, timer, message=message, seen=talk.standing, until=until, now=now
    ):
        log.info("knock_sent", conversation_id=talk.conversation_id, channel=talk.channel)
        return
    await timers.put_off(service.store, timer, until=now + _LOOK_AGAIN)
