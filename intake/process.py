"""A running process: which loops it keeps, how it starts and how it stops."""

import asyncio
import fcntl
import gc
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from enum import StrEnum

from aiohttp import web

from intake import telegram
from intake.app import build_app
from intake.assembly import open_service
from intake.clock import Clock, utc_now
from intake.clock_watch import keep_clocks
from intake.delivery import EMERGENCY_ONLY, EVERY_LANE, Delivery
from intake.errors import SettingsError
from intake.heart import beat_for_ever
from intake.logs import log
from intake.reception import take_in_spooled
from intake.service import Service
from intake.settings import Settings
from intake.shelving import keep_fresh
from intake.telephone import sms_modem
from intake.telephone.alarm_channel import CHANNEL
from intake.telephone.alarm_hang_up import hang_up_for_ever
from intake.timekeeper import keep_time
from storage.recovery import end_all_claims

Loop = Callable[[], Awaitable[None]]
_RESTART_SECONDS = 1.0
_SHUTDOWN_SECONDS = 5.0


class Kind(StrEnum):
    """What a process does."""

    SERVE = "serve"
    """Everything in one: the embedded default."""
    WEB = "web"
    """HTTP, and the walks that its own requests begin."""
    WORKER = "worker"
    """Walks, timers, alarms, delivery, polling."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A process that is ready."""

    service: Service
    url: str
    """Where HTTP is answered; empty for a worker."""


@asynccontextmanager
async def running(
    settings: Settings, kind: Kind, *, clock: Clock = utc_now
) -> AsyncIterator[Running]:
    """Run the process while the block runs; stops the web site first, then the loops."""
    async with _alone(settings, kind), open_service(settings, clock=clock) as service:
        if service.store.db.dialect == "sqlite":
            await end_all_claims(service.store, now=clock())
        loops = [
            asyncio.create_task(_keep_running(name, loop)) for name, loop in _loops(service, kind)
        ]
        try:
            if kind is Kind.WORKER:
                yield Running(service=service, url="")
                return
            async with _site(service) as url:
                yield Running(service=service, url=url)
        finally:
            for loop in loops:
                loop.cancel()
            await asyncio.gather(*loops, return_exceptions=True)


async def run(settings: Settings, kind: Kind, ready: Callable[[Running], Awaitable[None]]) -> None:
    """Run until SIGINT or SIGTERM."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with running(settings, kind) as process:
        gc.freeze()  # rules, model and statements live for ever: collections need not walk them
        await ready(process)
        log.info("process_ready", process=kind, mode=settings.mode)
        await stop.wait()
        log.info("process_stopping", process=kind)


@contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """Hold the data folder of an embedded database: it has one process, which does everything."""
    if not settings.data.database_url.startswith("sqlite"):
        yield
        return
    settings.data.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (settings.data.folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise SettingsError("another process runs on this data folder") from None
        yield


@asynccontextmanager
async def _alone(settings: Settings, kind: Kind) -> AsyncIterator[None]:
    if settings.data.database_url.startswith("sqlite") and kind is not Kind.SERVE:
        raise SettingsError(f"`langnghe {kind}` needs PostgreSQL: set LANGNGHE_DATABASE_URL")
    with alone(settings):
        yield


def _loops(service: Service, kind: Kind) -> list[tuple[str, Loop]]:
    everywhere: list[tuple[str, Loop]] = [
        ("spool", lambda: take_in_spooled(service)),
        ("content", lambda: keep_fresh(service.store, service.shelving)),
    ]
    work: list[tuple[str, Loop]] = [
        ("sweep", service.desk.sweep_forever),
        ("timers", lambda: keep_time(service, service.owner)),
        ("clocks", lambda: keep_clocks(service)),
        ("heart", lambda: beat_for_ever(service, kind)),
    ]
    for channel in service.channels.values():
        if not channel.pulls:
            for lanes in (EMERGENCY_ONLY, EVERY_LANE):
                work.append((f"delivery_{channel.name}", Delivery(service, channel, lanes).run))
    if CHANNEL in service.channels:
        work.append(("hang_up", lambda: hang_up_for_ever(service)))
    if "telegram" in service.channels and not service.settings.telegram.webhook_secret:
        work.append(("telegram_polling", lambda: telegram.poll(service, service.owner)))
    if service.settings.sms.modem_folder:
        work.append(("sms_modem", lambda: sms_modem.poll(service, service.owner)))
    return everywhere if kind is Kind.WEB else [*everywhere, *work]


async def _keep_running(name: str, loop: Loop) -> None:
    """Start a loop again when it falls over: none of them may stay down."""
    while True:
        try:
            await loop()
        except Exception:  # noqa: BLE001 - the re-walk loop: logged, counted, started again
            log.exception("loop_fell_over", process=name)
        await asyncio.sleep(_RESTART_SECONDS)


@asynccontextmanager
async def _site(service: Service) -> AsyncIterator[str]:
    settings = service.settings.web
    runner = web.AppRunner(build_app(service), access_log=None, shutdown_timeout=_SHUTDOWN_SECONDS)
    await runner.setup()
    try:
        site = web.TCPSite(runner, settings.host, settings.port)
        await site.start()
        host, port = runner.addresses[0][:2]
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()
