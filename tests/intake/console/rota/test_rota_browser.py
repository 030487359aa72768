"""The rota and the pages of the alarm in Chromium: axe, a narrow phone, the first key there is."""

from datetime import timedelta
from typing import Any

import pytest
from playwright.async_api import expect

from intake.permissions import Role
from nlu.labels import Danger, Intent, Urgency
from storage.alarm import alarm_tests
from storage.alarm.alarms import NewAlarm
from storage.alarm.called import CALLED
from storage.drills import drills
from storage.rota import shifts, substitutes
from storage.rota.rows import NewShift, ShiftRole, local_day
from storage.tickets import look_again
from tests.intake.console.browser import open_screen, violations
from tests.intake.console.conftest import Console

pytestmark = pytest.mark.browser


async def _report(console: Console) -> str:
    ticket = await console.rows.report(
        kind=Intent.DROWNING_EMERGENCY, urgency=Urgency.CRITICAL, danger=Danger.DROWNING
    )
    return ticket.number


async def _fill(console: Console, chief: str) -> None:
    """A shift somebody needs a substitute for, a test that rings, a drill that found nothing."""
    store, now = console.service.store, console.service.clock()
    lan = await console.rows.join("lan", Role.OPERATOR, name="Lan")
    for user_id, role in ((lan, ShiftRole.DUTY), (chief, ShiftRole.ON_CALL)):
        shift = NewShift(
            user_id=user_id, role=role, starts_at=now, ends_at=now + timedelta(hours=8)
        )
        number = await shifts.add_shift(store, shift, actor_id=chief, now=now)
        if user_id == lan:
            await substitutes.ask(store, number, user_id=lan, reason="Con ốm", now=now)
    ring = NewAlarm(recipient=chief, way="console")
    await alarm_tests.begin_test(store, (ring,), is_for_all=False, actor_id=chief, now=now)
    drill = await drills.begin_drill(
        store, "beaten", actor_id=chief, within=timedelta(), now=now - timedelta(seconds=1)
    )
    await drills.finish(store, drill.id, now=now)


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1440, "light")])
async def test_no_page_has_a_violation(console: Console, width: int, scheme: str) -> None:
    chief = await console.rows.join("thu", Role.SUPERVISOR, name="Thu")
    await _fill(console, chief)
    number = await _report(console)
    found: dict[str, Any] = {}

    async with open_screen(console) as screen:
        page = await screen.signed_in("thu", width=width, color_scheme=scheme)
        for path in (
            "/console",
            "/console/rota",
            "/console/contact",
            "/console/alarm-tests",
            "/console/alarm-tests/1",
            "/console/drills",
            f"/console/tickets/{number}",
        ):
            await page.goto(screen.address(path))
            for summary in await page.query_selector_all(".act summary"):
                if await summary.is_visible():
                    await summary.click()
            found[path] = await violations(page)
            wide = await page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, path

    assert {path: each for path, each in found.items() if each} == {}


async def test_the_first_key_says_that_help_was_called(console: Console) -> None:
    await console.rows.join("lan", Role.OPERATOR, name="Lan")
    number = await _report(console)

    async with open_screen(console) as screen:
        page = await screen.signed_in("lan")
        await page.goto(screen.address(f"/console/tickets/{number}"))
        await page.keyboard.press("1")
        await page.wait_for_selector("#calls")
        assert "Đã gọi 114 (cứu hộ)" in (await page.inner_text("#calls"))

    detail = await look_again(console.service.store, number)
    assert detail is not None
    assert [event.kind for event in detail.events].count(CALLED) == 1


async def test_a_test_sounds_names_itself_in_the_tab_and_falls_silent_when_heard(
    console: Console,
) -> None:
    lan = await console.rows.join("lan", Role.OPERATOR, name="Lan")

    async with open_screen(console) as screen:
        page = await screen.signed_in("lan")
        await page.goto(screen.address("/console"))
        await alarm_tests.begin_test(
            console.service.store,
            (NewAlarm(recipient=lan, way="console"),),
            is_for_all=False,
            actor_id=lan,
            now=console.service.clock(),
        )
        await page.wait_for_selector("#test-ring")
        await page.wait_for_selector("html[data-alarm=ringing]")
        await expect(page).to_have_title("(!) Chuông thử")
        await page.click("#test-ring button")
        await page.wait_for_selector("#result")
        await page.wait_for_selector("html[data-alarm=quiet]")


async def test_days_are_typed_as_here_and_chosen_with_the_wheel_on_a_phone(
    console: Console,
) -> None:
    await console.signed_in(Role.SUPERVISOR, "hoa")
    written = local_day(console.service.clock()).strftime("%d/%m/%Y")

    async with open_screen(console) as screen:
        desk = await screen.signed_in("hoa")
        phone = await screen.signed_in("hoa", width=390, has_touch=True, is_mobile=True)
        for page in (desk, phone):
            await page.goto(screen.address("/console/rota"))
            await page.wait_for_load_state("load")

        assert await desk.input_value("#f-day") == written
        assert await desk.get_attribute("#f-from", "placeholder") == "giờ:phút, ví dụ 19:00"
        assert await phone.get_attribute("#f-day", "type") == "date"
        assert await phone.input_value("#f-day") == local_day(console.service.clock()).isoformat()
        assert await phone.get_attribute("#f-from", "type") == "time"
        assert not await violations(desk)
