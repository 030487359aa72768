"""Testing the alarm (chuông thử): ring, see which way arrived, say that one heard it."""

from aiohttp import web

from intake.alarm_tests import on_duty_now, ring_test
from intake.console.forms import choice_of, said_in, see_other
from intake.console.render import may, page
from intake.console.sessions import SIGNED_IN
from intake.permissions import Permission, needs
from intake.service import SERVICE
from storage.accounts import users
from storage.alarm import alarm_tests
from storage.alarm.alarm_tests import AlarmTest

_WAYS = ("console", "telegram", "sms")
"""By which somebody can say that they heard it: what else rings belongs to no one person."""
_SETTLED = ("shown", "sent", "dead")


@needs(Permission.TEST_ALARM)
async def tests(request: web.Request) -> web.StreamResponse:
    """List the tests, with the buttons for a new one."""
    service = request.app[SERVICE]
    return page(
        request,
        "alarm_tests.html",
        tests=await alarm_tests.last_tests(service.store),
        names=await _names(request),
        on_duty=[each.display_name for each in await on_duty_now(service)],
        said=said_in(request),
    )


@needs(Permission.TEST_ALARM)
async def begin(request: web.Request) -> web.StreamResponse:
    """Ring a test: for oneself, or for everybody on duty."""
    service, user = request.app[SERVICE], request[SIGNED_IN].user
    is_for_all = await choice_of(request, "who", ("self", "duty")) == "duty"
    people = await on_duty_now(service) if is_for_all else (user,)
    test_id = await ring_test(service, people, actor_id=user.id, is_for_all=is_for_all)
    return see_other(f"/console/alarm-tests/{test_id}")


@needs(Permission.SIGNED_IN)
async def result(request: web.Request) -> web.StreamResponse:
    """Show what came of a test: all of it to who may test, their own rings to the others."""
    found, user = await _test(request), request[SIGNED_IN].user
    sees_all = may(request[SIGNED_IN], Permission.TEST_ALARM) or found.asked_by == user.id
    rings = [each for each in found.rings if sees_all or each.recipient == user.id]
    return page(
        request,
        "alarm_test.html",
        test=found,
        rings=rings,
        names=await _names(request),
        is_waiting=any(each.state not in _SETTLED for each in rings),
        sees_all=sees_all,
        said=said_in(request),
    )


@needs(Permission.SIGNED_IN)
async def heard(request: web.Request) -> web.StreamResponse:
    """Say that one heard the test; it stops ringing here."""
    service, user = request.app[SERVICE], request[SIGNED_IN].user
    found = await _test(request)
    way = await choice_of(request, "way", _WAYS)
    await alarm_tests.answer(service.store, found.id, user_id=user.id, way=way, now=service.clock())
    return see_other(f"/console/alarm-tests/{found.id}", said="test_heard")


async def _test(request: web.Request) -> AlarmTest:
    """Return the test for who may see it; raises 404 for the others."""
    signed_in = request[SIGNED_IN]
    found = await alarm_tests.find_test(request.app[SERVICE].store, int(request.match_info["test"]))
    if found is None:
        raise web.HTTPNotFound
    is_theirs = found.asked_by == signed_in.user.id or any(
        each.recipient == signed_in.user.id for each in found.rings
    )
    if not is_theirs and not may(signed_in, Permission.TEST_ALARM):
        raise web.HTTPNotFound
    return found


async def _names(request: web.Request) -> dict[str, str]:
    staff = await users.list_users(request.app[SERVICE].store)
    return {each.id: each.display_name for each in staff}


_TEST = r"/console/alarm-tests/{test:\d{1,18}}"
ROUTES = (
    web.get("/console/alarm-tests", tests),
    web.post("/console/alarm-tests", begin),
    web.get(_TEST, result),
    web.post(f"{_TEST}/heard", heard),
)
