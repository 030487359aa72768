"""What the modem brings (modem GSM): texts go the road of every message, calls open a ticket.

A file is deleted only when what it says is stored or spooled. Read twice it is kept once, so that
a process that dies in between loses and doubles nothing.
"""

import asyncio
from http import HTTPStatus
from pathlib import Path
from typing import Final

from bot.channels.contract import InboundMessage
from bot.channels.sms import NAME
from bot.channels.sms_modem import Arrival, MissedCall, look_into
from intake.logs import log
from intake.service import Service
from intake.telegram_inbox import PACE, Pace, Pause
from intake.telephone.flow import QUIET_OUTCOMES
from intake.telephone.sms import keep
from intake.telephone.steps import CallState, Opens, Outcome
from intake.telephone.tickets import opened_by, repeated
from storage import leases
from storage.errors import StorageUnavailable
from storage.telephone import calls
from storage.telephone.calls import NewStep
from storage.telephone.taking import end_call

POLLER_LEASE: Final = "poller:sms_modem"
_LOOKS_A_LEASE: Final = 10


async def poll(
    service: Service, owner: str, *, pace: Pace = PACE, pause: Pause = asyncio.sleep
) -> None:
    """Look into the inbox every second while this process holds the lease; ends by cancellation."""
    folder = Path(service.settings.sms.modem_folder)
    while True:
        if not await _may_look(service, owner, pace):
            await pause(pace.renew_seconds)
            continue
        for _ in range(_LOOKS_A_LEASE):
            await look(service, folder)
            await pause(pace.renew_seconds / _LOOKS_A_LEASE)


async def look(service: Service, folder: Path) -> int:
    """Keep what has arrived and return how much that was; what could not be kept stays."""
    try:
        found = await asyncio.to_thread(look_into, folder, received_at=service.clock())
    except OSError as error:
        log.error("modem_unreadable", channel=NAME, error=type(error).__name__)
        return 0
    kept = [await _keep(service, arrival) for arrival in found]
    return sum(kept)


async def _may_look(service: Service, owner: str, pace: Pace) -> bool:
    """Without a database nobody else has the lease, and what comes is spooled."""
    try:
        return await leases.hold(
            service.store,
            POLLER_LEASE,
            owner=owner,
            now=service.clock(),
            seconds=pace.lease_seconds,
        )
    except StorageUnavailable:
        return True


async def _keep(service: Service, arrival: Arrival) -> bool:
    try:
        is_kept = await _take(service, arrival.content)
        if arrival.content is None:
            arrival.set_aside()
        elif is_kept:
            arrival.done()
    except StorageUnavailable as error:
        log.warning("modem_waits", channel=NAME, error=type(error).__name__)
        return False
    except OSError as error:  # kept, but the file stays: it is known the next time
        log.error("modem_file_stays", channel=NAME, error=type(error).__name__)
        return False
    return is_kept


async def _take(service: Service, content: InboundMessage | MissedCall | None) -> bool:
    match content:
        case InboundMessage():
            return await keep(service, content) is HTTPStatus.OK
        case MissedCall():
            await _report(service, content)
            return True
    service.refused[NAME] += 1
    log.warning("sms_unreadable", channel=NAME, count=service.refused[NAME])
    return False


async def _report(service: Service, missed: MissedCall) -> None:
    """Open the ticket of a missed call, or note it on that of the day. No text goes back: whose
    hands the telephone is in nobody knows. A hidden number leaves nothing that can be done."""
    if not missed.number:
        log.info("modem_rang", channel=NAME, kind="hidden")
        return
    store, now, sid = service.store, service.clock(), f"modem-{missed.id}"
    if await calls.find_call(store, sid) is None:
        state = CallState(knows_number=True).to_json()
        call = await calls.new_call(store, sid, missed.number, state, now=now)
        report = opened_by(Opens.NOBODY_FREE, call, now=now)
        step = NewStep(event=sid, turn=0, state=state, answer="", report=report, once_a_day=True)
        await calls.keep_step(store, call, step, now=now)
    rung = await calls.find_call(store, sid)
    if rung is not None and not rung.is_over:
        soft = repeated(rung, now=now)
        await end_call(store, rung, Outcome.MISSED, quiet=QUIET_OUTCOMES, soft=soft, now=now)
        log.info("modem_rang", channel=NAME, kind="missed")
