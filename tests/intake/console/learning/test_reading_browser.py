"""Corrections, the second person, readings and incidents in Chromium at 390 px, by the keyboard."""

import pytest

from intake.permissions import Role
from nlu.labels import Danger, Intent, Urgency
from storage import tickets
from storage.learning import lowering
from storage.rows import Keep
from storage.talks import road
from tests.intake.console.browser import open_screen, violations
from tests.tickets_made import write

pytestmark = pytest.mark.browser


async def _filled(console, clock) -> tuple[str, str]:
    store = console.service.store
    received = await write(store, clock())
    await road.keep(
        store,
        Keep(lease=received.lease, inbox_id=received.inbox_id, now=clock(), state={}, doubt=25),
    )
    clock.forward(24 * 3600)
    made = []
    for text in ("có bé rớt xuống kinh gần cầu số 3", "con nit te song o cau so 3"):
        made.append(
            await console.rows.report(
                text, kind=Intent.DROWNING_EMERGENCY, urgency=Urgency.CRITICAL,
                danger=Danger.DROWNING, commune="30325", facts={"confidence": 0.91},
            )
        )  # fmt: skip
        clock.forward(60)
    minh = await console.rows.join("minh", Role.OPERATOR, name="Minh")
    await tickets.claim_ticket(store, made[0].id, user_id=minh, now=clock())
    await lowering.propose(
        store, made[0].id, urgency=Urgency.HIGH, reason="Đã gọi lại, bé lên bờ rồi",
        user_id=minh, now=clock(),
    )  # fmt: skip
    return made[0].number, made[1].number


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1440, "light")])
async def test_the_pages_are_accessible_and_fit(console, clock, width: int, scheme: str) -> None:
    first, second = await _filled(console, clock)
    await console.rows.join("hoa", Role.SUPERVISOR, name="Hoa")
    found: dict[str, list[str]] = {}

    async with open_screen(console) as screen:
        page = await screen.signed_in("hoa", width=width, height=900, color_scheme=scheme)
        await page.goto(screen.address(f"/console/tickets/{second}?pane=case"))
        await page.keyboard.press("j")
        await page.wait_for_selector("text=thuộc vụ việc 1", state="attached")
        for path in (
            f"/console/tickets/{first}?pane=case", f"/console/tickets/{second}?pane=case",
            "/console/incidents", "/console/incidents/1", "/console/reading", "/console/reading/1",
        ):  # fmt: skip
            await page.goto(screen.address(path))
            found[path] = await violations(page)
            wide = await page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, path

    assert {path: each for path, each in found.items() if each} == {}


async def test_a_kind_is_corrected_and_taken_back_by_the_keyboard(console) -> None:
    ticket = await console.rows.report(urgency=Urgency.NORMAL)
    await console.rows.join("lan", Role.OPERATOR, name="Lan")

    async with open_screen(console) as screen:
        page = await screen.signed_in("lan")
        await page.goto(screen.address(f"/console/tickets/{ticket.number}"))
        await page.keyboard.press("k")
        await page.wait_for_selector("#correct-kind[open] select:focus", state="attached")
        await page.keyboard.type("Bắt nạt")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await page.wait_for_selector("text=Đã sửa. Máy sẽ học")
        await page.keyboard.press("z")
        await page.wait_for_selector("text=Đã hoàn tác")

    detail = await tickets.look_again(console.service.store, ticket.number)
    assert detail.ticket.kind is ticket.kind
