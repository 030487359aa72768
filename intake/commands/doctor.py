"""`langnghe doctor`: what would keep the service from doing its duty, one line each."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass

from bot.channels.contract import SendError
from bot.content.shelf import Unsigned
from intake.alarm_ways import STAFF_CHANNEL, WEBHOOK
from intake.assembly import open_service
from intake.escalation import is_of_desk
from intake.heart import is_unwatched
from intake.service import Service
from intake.settings import Mode, read_settings
from intake.telephone.alarm_channel import CHANNEL
from storage import events, schema
from storage.accounts import users


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    is_well: bool
    words: str
    details: tuple[str, ...] = ()
    """What it is about, a line each."""
    is_warning: bool = False
    """Somebody should look at it, but the service can do its duty: no reason for status 1."""


def examine() -> int:
    """Print the findings; the exit status is 1 when something is wrong."""
    return asyncio.run(_examine())


async def _examine() -> int:
    settings = read_settings(os.environ)
    current = schema.current(settings.data.database_url)
    is_migrated = current == schema.newest()
    _show(Finding(is_migrated, f"tables are at revision {current or 'none'}"))
    if not is_migrated:
        sys.stdout.write("Run `langnghe migrate` first.\n")
        return 1
    is_well = True
    async with open_service(settings) as service:
        async for finding in _findings(service):
            _show(finding)
            is_well = is_well and (finding.is_well or finding.is_warning)
    return 0 if is_well else 1


async def _findings(service: Service) -> AsyncIterator[Finding]:
    unsigned = service.shelf.unsigned()
    is_production = service.settings.mode is Mode.PRODUCTION
    yield Finding(
        not (unsigned and is_production),
        f"{len(unsigned)} guidance cards lack a signature (mode {service.settings.mode})",
        details=_unsigned_lines(unsigned),
    )
    yield _model(service)
    yield await _chain(service)
    yield await _second_factor(service)
    async for finding in _people(service):
        yield finding
    yield _ways(service)
    yield await _watch(service)
    waiting = service.spool.waiting()
    yield Finding(not waiting, f"{len(waiting)} messages wait in the spool")
    yield await asyncio.to_thread(_unreadable, service)
    for name, channel in service.channels.items():
        check = getattr(channel, "check", None)
        if check is None:
            continue
        try:
            yield Finding(True, f"channel {name}: {await check()}")
        except SendError as error:
            yield Finding(False, f"channel {name}: {error}")


def _unsigned_lines(unsigned: tuple[Unsigned, ...]) -> tuple[str, ...]:
    """Name every card that lacks a signature, with the readers of each language."""
    lacking: dict[str, list[str]] = {}
    for one in unsigned:
        lacking.setdefault(one.card, []).append(f"{one.lang.value}/{one.register.value}")
    return tuple(f"{card}: {' '.join(readers)}" for card, readers in lacking.items())


def _model(service: Service) -> Finding:
    if not service.model_problem:
        return Finding(True, f"model {service.model_version} answers")
    return Finding(
        False,
        f"model {service.model_version} answers, because the chosen one is refused: "
        f"{service.model_problem}",
    )


async def _chain(service: Service) -> Finding:
    """Name the end of the chain: who wrote an older one down notices a tail that was cut off."""
    report = await events.verify(service.store)
    end = f"write down: last event {report.last_id}, MAC {report.last_mac}"
    return Finding(report.is_whole, f"event chain: {report.count} events checked; {end}")


async def _second_factor(service: Service) -> Finding:
    """Say whether a password alone opens the console, and who lacks a second factor."""
    staff = [user for user in await users.list_users(service.store) if user.is_active]
    count = sum(user.has_second_factor for user in staff)
    have = f"{count} of {len(staff)} active accounts have one"
    if service.settings.web.requires_second_factor:
        return Finding(True, f"a second factor is required to sign in; {have}")
    return Finding(
        service.settings.mode is not Mode.PRODUCTION,
        f"no second factor is required, for only this machine reaches the service; {have}",
        is_warning=True,
    )


async def _people(service: Service) -> AsyncIterator[Finding]:
    staff = await users.list_users(service.store)
    desk = [user for user in staff if is_of_desk(user)]
    yield Finding(
        bool(desk), f"{len(desk)} active operators and supervisors, whom the alarm can ring"
    )
    on_duty = await users.on_duty(service.store, now=service.clock())
    yield Finding(bool(on_duty), f"{len(on_duty)} members of staff are on duty")


def _ways(service: Service) -> Finding:
    ways = []
    if service.settings.telegram.staff_chat and STAFF_CHANNEL in service.channels:
        ways.append("staff chat")
    if WEBHOOK in service.channels:
        ways.append("webhook")
    if CHANNEL in service.channels:
        ways.append("telephone")
    if ways:
        return Finding(True, f"alarms leave the house by {' and '.join(ways)}")
    return Finding(
        False,
        "alarms ring in the console only: set LANGNGHE_ALARM_WEBHOOK_URL, "
        "LANGNGHE_TELEGRAM_STAFF_CHAT with TELEGRAM_BOT_TOKEN, or TWILIO_ACCOUNT_SID",
        is_warning=service.settings.mode is not Mode.PRODUCTION,
    )


async def _watch(service: Service) -> Finding:
    """Say whether somebody outside would notice that this service is gone."""
    if not service.settings.alarm.watch_secret:
        words = "nobody watches from outside: set LANGNGHE_WATCH_SECRET and run `langnghe watch`"
        return Finding(False, words, is_warning=True)
    if await is_unwatched(service):
        return Finding(False, "no watcher has asked for 5 minutes: is `langnghe watch` running?")
    return Finding(True, "a watcher asks")


def _unreadable(service: Service) -> Finding:
    """Count what was set aside and what would be: each may be a child's message."""
    spool = service.spool
    count = len(list(spool.folder.glob("*.unreadable")))
    count += sum(spool.open(path) is None for path in spool.waiting())
    return Finding(not count, f"{count} files in the spool cannot be read", is_warning=True)


def _show(finding: Finding) -> None:
    mark = "ok  " if finding.is_well else "WARN" if finding.is_warning else "BAD "
    sys.stdout.write(f"{mark} {finding.words}\n")
    for line in finding.details:
        sys.stdout.write(f"       {line}\n")
