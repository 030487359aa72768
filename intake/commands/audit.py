"""`langnghe audit verify | head`: is the event chain whole, and what to write down of it."""

import argparse
import asyncio
import os
import re
import sys

from intake.errors import IntakeError
from intake.settings import read_settings
from storage import events
from storage.accounts import audit
from storage.accounts.audit import Head
from storage.store import Store, open_store

_EVERY_DAY = 100_000
_HEAD = re.compile(r"(\d{1,18}):([0-9a-f]{64})")


class NotAHead(IntakeError):
    """A head is written ID:MAC, as `langnghe audit head` prints it."""


def examine(options: argparse.Namespace) -> int:
    """Run one action; the exit status is 1 when the chain is not what it was."""
    return asyncio.run(_examine(options))


async def _examine(options: argparse.Namespace) -> int:
    data = read_settings(os.environ).data
    written_down = _head(options.since) if options.action == "verify" and options.since else None
    async with open_store(
        database_url=data.database_url,
        keys_url=data.keys_url,
        master_key_file=data.master_key_file,
    ) as store:
        if options.action == "head":
            return await _print_heads(store, options.days)
        return await _verify(store, written_down)


async def _verify(store: Store, written_down: Head | None) -> int:
    report = await events.verify(store)
    heads = await audit.kept_heads(store, limit=_EVERY_DAY)
    lost = await audit.missing(store, heads)
    _say(f"{report.count} events in order, last {report.last_id}:{report.last_mac}")
    if not report.is_whole:
        _say(f"BROKEN at event {report.broken_at}: it was changed, removed or put in")
    for head in lost:
        _say(f"CUT: the head of {head.day}, event {head.event_id}, is not in the chain any more")
    if written_down is None:
        return 0 if report.is_whole and not lost else 1
    is_gone = bool(await audit.missing(store, (written_down,)))
    words = "is NOT in the chain: it was cut off or made anew" if is_gone else "is in the chain"
    _say(f"the head that was written down, event {written_down.event_id}, {words}")
    return 0 if report.is_whole and not lost and not is_gone else 1


async def _print_heads(store: Store, days: int) -> int:
    now = await audit.head(store)
    for head in reversed(await audit.kept_heads(store, limit=days)):
        _say(f"{head.day}  {head.event_id}:{head.mac}")
    _say(f"now         {now.event_id}:{now.mac}")
    return 0


def _head(text: str) -> Head:
    parts = _HEAD.fullmatch(text.strip().casefold())
    if parts is None:
        raise NotAHead
    return Head(event_id=int(parts[1]), mac=parts[2])


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
