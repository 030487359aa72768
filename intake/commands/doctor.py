"""`langnghe doctor`: what would keep the service from doing its duty, one line each."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass

from bot.channels.contract import SendError
from intake.assembly import open_service
from intake.service import Service
from intake.settings import Mode, read_settings
from storage import events, schema, users


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    is_well: bool
    words: str


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
            is_well = is_well and finding.is_well
    return 0 if is_well else 1


async def _findings(service: Service) -> AsyncIterator[Finding]:
    unsigned = service.shelf.unsigned()
    is_production = service.settings.mode is Mode.PRODUCTION
    yield Finding(
        not (unsigned and is_production),
        f"{len(unsigned)} guidance cards lack a signature (mode {service.settings.mode})",
    )
    report = await events.verify(service.store)
    yield Finding(report.is_whole, f"event chain: {report.count} events checked")
    on_duty = [user for user in await users.list_users(service.store) if user.is_on_duty]
    yield Finding(bool(on_duty), f"{len(on_duty)} members of staff are on duty")
    waiting = service.spool.waiting()
    yield Finding(not waiting, f"{len(waiting)} messages wait in the spool")
    for name, channel in service.channels.items():
        check = getattr(channel, "check", None)
        if check is None:
            continue
        try:
            yield Finding(True, f"channel {name}: {await check()}")
        except SendError as error:
            yield Finding(False, f"channel {name}: {error}")


def _show(finding: Finding) -> None:
    sys.stdout.write(f"{'ok  ' if finding.is_well else 'BAD '} {finding.words}\n")
