"""Every page for everybody: axe-core without a violation, no scrolling sideways, big targets."""

import pytest

from intake.permissions import Role
from nlu.labels import Danger, Intent, Urgency
from storage import tickets
from storage.learning import lessons
from storage.learning.corrections import CorrectionState
from storage.rows import TicketState
from tests.intake.console.browser import open_screen, violations

pytestmark = pytest.mark.browser
LOOKS = [(390, 844, "dark"), (768, 1024, "light"), (1440, 900, "dark"), (1440, 900, "light")]
_SMALL = """
() => [...document.querySelectorAll(
  'button, .button, select, .tabs a, .top-nav a, summary, .card-link')]
  .filter((each) => each.checkVisibility() && each.getBoundingClientRect().width > 0)
  .filter((each) => each.getBoundingClientRect().height < 43.5)
  .map((each) => each.outerHTML.slice(0, 90))
"""


async def _propose(console, number: str) -> None:
    """Somebody proposes to dismiss a critical ticket: the page asks a second person."""
    detail = await tickets.look_again(console.service.store, number)
    await tickets.move_ticket(
        console.service.store,
        detail.ticket.id,
        to=TicketState.DISMISSED,
        reason="Trẻ gọi thử",
        user_id=await console.rows.join("minh", Role.OPERATOR),
        now=console.service.clock(),
    )


async def _correct(console, number: str) -> int:
    """Somebody corrects the kind of a ticket: a lesson waits to be written."""
    detail = await tickets.look_again(console.service.store, number)
    await tickets.change_kind(
        console.service.store,
        detail.ticket.id,
        kind=Intent.INJURY_EMERGENCY,
        reason="Bị bỏng",
        user_id=detail.ticket.id,
        now=console.service.clock(),
    )
    (row,) = await lessons.corrections_in(console.service.store, CorrectionState.WAITING)
    return row.id


async def _edit(console) -> str:
    """A reviewer edits and signs a wording, twice: the page has a history."""
    anh = await console.signed_in(Role.COMMUNICATOR, "anh", "Anh")
    path = "/console/content/thanks/vi/any"
    await anh.post(path, version="0", do="save", text="Không có chi. Cần thì gọi {child} nha.")
    await anh.post(path, version="1", do="save", text="Không có chi. Cần thì gọi {child}.")
    return path


async def _fill(console) -> str:
    for urgency in Urgency:
        await console.rows.report(urgency=urgency)
    await console.rows.report(
        kind=Intent.OUT_OF_SCOPE, urgency=Urgency.CRITICAL, needs_human=True, commune=None
    )
    ticket = await console.rows.report(
        kind=Intent.DROWNING_EMERGENCY, urgency=Urgency.CRITICAL, danger=Danger.DROWNING
    )
    return ticket.number


@pytest.mark.parametrize(("width", "height", "scheme"), LOOKS)
async def test_no_page_has_a_violation(console, width: int, height: int, scheme: str) -> None:
    number = await _fill(console)
    ids = {role: await console.rows.join(role.value, role) for role in Role}
    proposed = (await console.rows.report(urgency=Urgency.CRITICAL)).number
    await _propose(console, proposed)
    pages = {
        "operator": [
            "/console",
            f"/console/tickets/{number}",
            "/console/find?number=99",
            "/console/x",
        ],
        "supervisor": [
            "/console/health",
            f"/console/tickets/{proposed}",
            "/console/lessons",
            f"/console/lessons/{await _correct(console, number)}",
        ],
        "administrator": [
            "/console/users",
            "/console/password",
            f"/console/users/{ids[Role.OPERATOR]}",
        ],
        "auditor": ["/console/audit"],
        "communicator": [
            "/console",
            "/console/content",
            await _edit(console),
            "/console/content/rescue_drowning/vi/any",
            "/console/content/ask_danger/vi/any",
        ],
    }
    look = {"width": width, "height": height, "color_scheme": scheme}
    found: dict[str, list[str]] = {}

    async with open_screen(console) as screen:
        stranger = await screen.page(**look)
        for path in ("/console/login", "/console/login?said=expired", "/console/styleguide"):
            await stranger.goto(screen.address(path))
            found[path] = await violations(stranger)
        for login, paths in pages.items():
            page = await screen.signed_in(login, **look)
            for path in paths:
                await page.goto(screen.address(path))
                found[f"{login} {path}"] = await violations(page)
                if path.startswith("/console/tickets/"):
                    await page.keyboard.press("c")
                    await page.wait_for_selector("#reply")
                    for summary in await page.query_selector_all(".act summary"):
                        if await summary.is_visible():
                            await summary.click()
                    found[f"{path} held"] = await violations(page)
                if width == 390:
                    wide = await page.evaluate("document.documentElement.scrollWidth")
                    assert wide <= width, path
                    assert await page.evaluate(_SMALL) == [], path
            await page.context.close()

    assert {path: each for path, each in found.items() if each} == {}


async def test_the_first_load_of_the_queue_is_light(console) -> None:
    await _fill(console)
    await console.rows.join("lan", Role.OPERATOR)
    sizes: dict[str, int] = {}

    async with open_screen(console) as screen:
        page = await screen.page()

        async def weigh(response) -> None:
            if "/live" not in response.url and response.status == 200:
                sizes[response.url] = len(await response.body())

        page.on("response", weigh)
        await page.goto(screen.address("/console/login"))
        await page.fill("#f-login", "lan")
        await page.fill("#f-password", "thuyen giay mua he xanh")
        await page.keyboard.press("Enter")
        await page.wait_for_selector("#cards")
        await page.wait_for_load_state("load")

    without_fonts = sum(size for url, size in sizes.items() if ".woff2" not in url)
    assert without_fonts <= 200_000
