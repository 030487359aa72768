"""`langnghe drill`: an invented report through the running service; `drill alarm`: its ways."""

import argparse
import asyncio
import os
import sys
from datetime import timedelta

from intake.alarm_tests import on_duty_now, ring_test
from intake.assembly import open_service
from intake.clock import utc_now
from intake.commands.shell import ACTOR, check_tables, opened_store
from intake.drilling import play, seconds, wait_for_human
from intake.errors import IntakeError
from intake.service import Service
from intake.settings import read_settings
from storage.accounts import users
from storage.alarm import alarm_tests
from storage.alarm.alarm_tests import AlarmTest
from storage.drills import drills
from storage.drills.drills import Drill, Outcome
from storage.rows import UserRow
from storage.store import Store

_LOUD = {
    Outcome.NOBODY: "NOBODY TOOK THE TICKET: a real child would have waited and found nobody.",
    Outcome.BROKEN: "THERE WAS NO TICKET: the report did not get through. Run `langnghe doctor`.",
}
_LOOK_SECONDS = 0.5


class NobodyToRing(IntakeError):
    """There is nobody with this log-in name, or nobody is on duty: name one with --login."""


def drill(options: argparse.Namespace) -> int:
    """Hold a drill, or test the alarm; exit status 1 when it did not go well."""
    if options.what == "alarm":
        return asyncio.run(_alarm(options.login, options.wait))
    return asyncio.run(_drill(options.story, options.wait, options.url))


async def _drill(story: str, wait: int, url: str) -> int:
    address = url or read_settings(os.environ).web.public_url
    async with opened_store() as store:
        begun = await drills.begin_drill(
            store, story, actor_id=ACTOR, within=timedelta(seconds=wait), now=utc_now()
        )
        _write(f"Drill {begun.id} ({story}) through {address}, at most {wait} s.")
        await play(store, begun, address, clock=utc_now)
        ended = await wait_for_human(store, begun, clock=utc_now)
    _report(ended)
    return 0 if ended.outcome is Outcome.ANSWERED else 1


def _report(ended: Drill) -> None:
    for name, milliseconds in (
        ("machine answered", ended.answered_ms),
        ("ticket", ended.ticket_ms),
        ("first alarm", ended.alarm_ms),
        ("person took it", ended.human_ms),
    ):
        _write(f"  {name:18}{seconds(milliseconds):>8} s")
    if ended.ticket_number:
        _write(f"  {ended.ticket_number}, marked as a drill and out of statistics")
    if ended.outcome in _LOUD:
        _write(_LOUD[ended.outcome])


async def _alarm(login: str, wait: int) -> int:
    settings = read_settings(os.environ)
    check_tables(settings.data)
    async with open_service(settings) as service:
        people = await _people(service, login)
        test_id = await ring_test(service, people, actor_id=ACTOR, is_for_all=not login)
        _write(f"Test {test_id} rings {len(people)}, marked as a test; looking for {wait} s.")
        found = await _outcome(service.store, test_id, wait)
    names = {each.id: each.login for each in people}
    for ring in found.rings:
        heard = "heard" if ring.answered_seconds is not None else ""
        who = names.get(ring.recipient, ring.recipient)
        _write(f"  {who:20}{ring.way:10}{ring.state:10}{heard}")
    return 0 if all(each.state in ("shown", "sent") for each in found.rings) else 1


async def _people(service: Service, login: str) -> tuple[UserRow, ...]:
    if not login:
        people = await on_duty_now(service)
    else:
        found = await users.find_user(service.store, login)
        people = (found.user,) if found else ()
    if not people:
        raise NobodyToRing
    return people


async def _outcome(store: Store, test_id: int, wait: int) -> AlarmTest:
    """Return the test once everything arrived and was heard, or after the time."""
    looks = round(wait / _LOOK_SECONDS)
    while True:
        found = await alarm_tests.find_test(store, test_id)
        if found is None:
            raise NobodyToRing
        is_heard = all(each.answered_seconds is not None for each in found.rings)
        if looks <= 0 or is_heard:
            return found
        looks -= 1
        await asyncio.sleep(_LOOK_SECONDS)


def _write(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()
