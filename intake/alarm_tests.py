"""Tests of the alarm (chuông thử): every way that is set up, marked as a test everywhere."""

from intake import alarm_ways
from intake.alarm_ways import Mark, Payload
from intake.escalation import is_of_desk
from intake.service import Service
from nlu.labels import Urgency
from storage.accounts import users
from storage.alarm import alarm_tests
from storage.alarm.alarms import NewAlarm
from storage.rota import duty, phones
from storage.rows import UserRow


async def on_duty_now(service: Service) -> tuple[UserRow, ...]:
    """Return whom a critical report would ring first."""
    now = service.clock()
    staff = (duty.as_of(each, now) for each in await users.list_users(service.store))
    return tuple(each for each in staff if is_of_desk(each) and each.is_on_duty)


async def ring_test(
    service: Service, people: tuple[UserRow, ...], *, actor_id: str, is_for_all: bool
) -> int:
    """Ring people by every way of the alarm, and the ways that ring for all; return the number."""
    now = service.clock()
    ids = {each.id for each in people}
    reachable = await phones.reachable(service.store, now=now)
    payload = Payload(
        number="",
        urgency=Urgency.CRITICAL,
        commune="",
        link=f"{service.settings.web.public_url}/console/alarm-tests",
        mark=Mark.TEST,
        telephones=tuple(each for each in reachable if each.user_id in ids),
    )
    return await alarm_tests.begin_test(
        service.store,
        _rings(service, people, payload),
        is_for_all=is_for_all,
        actor_id=actor_id,
        now=now,
    )


def _rings(service: Service, people: tuple[UserRow, ...], payload: Payload) -> tuple[NewAlarm, ...]:
    rings = [alarm_ways.console_alarm(each) for each in people]
    if alarm_ways.STAFF_CHANNEL in service.channels:
        rings += [alarm_ways.personal_alarm(each, payload) for each in people if each.staff_chat]
    rings += alarm_ways.on_call_alarms(service.settings, service.channels, payload)
    return tuple(rings)
