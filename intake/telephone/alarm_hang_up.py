"""Hangs up the telephones that ring for a ticket that somebody has taken."""

from bot.channels.contract import FinalError, SendError
from intake.logs import log
from intake.service import Service
from intake.telephone.alarm_channel import CHANNEL, WAY, AlarmCallChannel
from storage.alarm.alarms import HANG_UP
from storage.errors import StorageUnavailable
from storage.telephone import alarm_calls

_LOOK_EVERY_SECONDS = 5.0
"""A call whose name came after the ticket was taken is found this late."""


async def hang_up_for_ever(service: Service) -> None:
    """Listen for tickets that are taken; never returns."""
    with service.store.db.bell.listen(HANG_UP) as ear:
        while True:
            try:
                await hang_up_needless(service)
            except StorageUnavailable as error:
                log.error("hang_up_interrupted", error=str(error))
            await ear.wait(_LOOK_EVERY_SECONDS)


async def hang_up_needless(service: Service) -> int:
    """Hang up what rings for nothing and return how many calls that were."""
    channel = service.channels.get(CHANNEL)
    if not isinstance(channel, AlarmCallChannel):
        return 0
    now = service.clock()
    needless = await alarm_calls.needless_calls(service.store, now=now)
    over = [call.token for call in needless if await _hang_up(channel, call.sid)]
    if over:
        await alarm_calls.note_hung_up(service.store, over, now=now)
    return len(over)


async def _hang_up(channel: AlarmCallChannel, sid: str) -> bool:
    """Return False to try again: nobody but the one who is called suffers from it."""
    try:
        await channel.hang_up(sid)
    except SendError as error:
        log.warning("hang_up_failed", way=WAY, error=type(error).__name__)
        return isinstance(error, FinalError)
    return True
