"""`langnghe sources`: what posters and links brought, and the links to print on them."""

import argparse
import asyncio
import os
import sys
from datetime import timedelta

from bot.channels.sources import LONGEST, read_source
from intake.clock import utc_now
from intake.commands.shell import opened_store
from intake.errors import IntakeError
from intake.settings import read_settings
from storage.talks.sources import SourceCount, count_sources

_NONE = "(no tag)"
_WIDTH = max(LONGEST, len(_NONE))


class BadTag(IntakeError):
    """A tag is 1 to 40 of a-z 0-9 - _, begins and ends with a letter or digit, and no number."""


def sources(options: argparse.Namespace) -> int:
    """Count the talks by their tag, or print the links of one."""
    if options.link:
        return _links(options.link)
    return asyncio.run(_count(options.days))


async def _count(days: int) -> int:
    async with opened_store() as store:
        found = await count_sources(store, since=utc_now() - timedelta(days=days))
    _write(f"{'tag':{_WIDTH}}  {'channel':10}{'talks':>8}{'reports':>9}{'critical':>10}")
    for each in found:
        _write(_line(each))
    _write(f"Talks that began in the last {days} days.")
    return 0


def _line(each: SourceCount) -> str:
    name = each.source or _NONE
    return f"{name:{_WIDTH}}  {each.channel:10}{each.talks:>8}{each.reports:>9}{each.critical:>10}"


def _links(tag: str) -> int:
    """A tag is printed on paper for years: what would not be kept is refused before."""
    if read_source(tag) != tag:
        raise BadTag
    _write(f"{read_settings(os.environ).web.public_url}/chat/?src={tag}")
    _write(f"https://t.me/YOUR_BOT?start={tag}")
    return 0


def _write(words: str) -> None:
    sys.stdout.write(words + "\n")
