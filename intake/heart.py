"""The heart (nhịp tim): every process says that it lives, and a watcher elsewhere may ask.

`GET /healthz/heartbeat` with `Authorization: Bearer LANGNGHE_WATCH_SECRET` tells when a process
last beat, how long the oldest message, ticket, send and timer have waited, and what is spooled:
times and counts, nothing of a report. Who asks is noted, so that the service can complain when
nobody does (`langnghe doctor`, the health page).
"""

import asyncio
import hmac
from datetime import datetime, timedelta
from pathlib import Path

from aiohttp import web

from intake.logs import log
from intake.permissions import public
from intake.service import SERVICE, Service
from storage.errors import StorageUnavailable
from storage.watch import beats
from storage.watch.pulse import Pulse, take_pulse

BEAT_SECONDS = 10.0
"""A sixth of the time after which a watcher rings: some beats may be late on a busy machine."""
UNWATCHED_AFTER = timedelta(minutes=5)
"""A watcher asks every 10 s and may be started anew meanwhile."""


def add_routes(app: web.Application) -> None:
    """Add the one route."""
    app.router.add_get("/healthz/heartbeat", heartbeat)


async def beat_for_ever(service: Service, kind: str) -> None:
    """Beat until cancelled. A beat is a commit: a full disk or a stuck writer stops it, rightly."""
    while True:
        try:
            await beats.beat(service.store, service.owner, kind=kind, now=service.clock())
        except StorageUnavailable as error:
            log.error("beat_missed", error=str(error))
        await asyncio.sleep(BEAT_SECONDS)


@public
async def heartbeat(request: web.Request) -> web.Response:
    """Tell a watcher who knows the secret how things stand; 503 while the database is away."""
    service = request.app[SERVICE]
    secret = service.settings.alarm.watch_secret
    if not secret:
        raise web.HTTPNotFound
    shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not hmac.compare_digest(shown.encode("utf-8", "surrogateescape"), secret.encode()):
        log.warning("watcher_refused")
        raise web.HTTPForbidden
    spooled = await asyncio.to_thread(service.spool.waiting)
    try:
        pulse = await take_pulse(service.store, now=service.clock())
        await _note_asking(service)
    except StorageUnavailable:
        document = {"status": "database unavailable", "spooled": len(spooled)}
        return web.json_response(document, status=503)
    return web.json_response(as_document(pulse, spooled, now=service.clock()))


async def is_unwatched(service: Service) -> bool:
    """Whether a watcher is configured and none has asked for five minutes."""
    if not service.settings.alarm.watch_secret:
        return False
    asked = await beats.last_asked(service.store)
    return asked is None or service.clock() - asked > UNWATCHED_AFTER


def as_document(pulse: Pulse, spooled: list[Path], *, now: datetime) -> dict[str, object]:
    """Say it in seconds; a spooled message is one that nobody has walked."""
    messages = [at for at in (pulse.message, _spooled_at(spooled)) if at is not None]
    return {
        "status": "ok",
        "beat": pulse.last_beat.isoformat() if pulse.last_beat else "",
        "waits": {
            "message": _seconds(min(messages, default=None), now),
            "critical": _seconds(pulse.critical, now),
            "send": _seconds(pulse.send, now),
            "timer": _seconds(pulse.timer, now),
        },
        "spooled": len(spooled),
    }


async def _note_asking(service: Service) -> None:
    await beats.beat(service.store, beats.WATCHER, kind=beats.WATCHER, now=service.clock())


def _spooled_at(spooled: list[Path]) -> datetime | None:
    """Read the time of the oldest file in its name; None where nothing waits."""
    if not spooled:
        return None
    try:
        return datetime.fromisoformat(f"{spooled[0].name[:15]}+00:00")
    except ValueError:  # not a name of ours
        return None


def _seconds(since: datetime | None, now: datetime) -> float:
    """Return how long ago it was; 0 where nothing waits, and where a clock was set back."""
    return round(max((now - since).total_seconds(), 0.0), 1) if since else 0.0
