"""Look at stories as a phone shows them: `python -m tests.screenshots`, or `make screenshots`.

Plays the reporter's side of a story in the web chat in Chromium at 390 px and keeps a picture after
each step. Nothing is checked here: a person looks at them.
"""

import argparse
import asyncio
import shutil
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

from playwright.async_api import Locator, Page, async_playwright

from bot.channels.contract import Text
from intake.accounts import create_account
from intake.clock import utc_now
from intake.commands.chat_play import operate
from intake.commands.chat_stage import Stage, StageClock
from intake.commands.chat_story import (
    Answers,
    Operates,
    Presses,
    Says,
    Step,
    Story,
    Waits,
    read_story,
)
from intake.logs import configure_logs
from intake.permissions import Role
from intake.process import Kind, running
from intake.settings import read_settings
from storage import schema, tickets, users

STORIES = Path(__file__).parents[1] / "stories"
WANTED = ("drowning_child_bystander", "night_beating", "sextortion", "phone_taken")
PHONE = {"width": 390, "height": 844}
_SETTLED_MS = 900
_MOST_ANSWERS = 8


def main() -> int:
    """Play the stories and say where the pictures are."""
    parser = argparse.ArgumentParser(prog="tests.screenshots", description=__doc__)
    parser.add_argument("stories", nargs="*", default=WANTED, help="names in tests/stories")
    parser.add_argument("--to", type=Path, default=Path("var/screenshots"))
    parser.add_argument("--dark", action="store_true")
    options = parser.parse_args()
    if shutil.which("chromium") is None:
        sys.stdout.write("Screenshots need Chromium (Debian: apt-get install chromium).\n")
        return 1
    configure_logs("ERROR")
    options.to.mkdir(parents=True, exist_ok=True)
    for name in options.stories:
        asyncio.run(_shoot(read_story(STORIES / f"{name}.yml"), options.to, is_dark=options.dark))
    return 0


async def _shoot(story: Story, folder: Path, *, is_dark: bool) -> None:
    clock = StageClock(utc_now)
    with tempfile.TemporaryDirectory(prefix="langnghe-shots-") as data:
        settings = read_settings({"LANGNGHE_DATA_DIR": f"{data}/var", "LANGNGHE_PORT": "0"})
        await asyncio.to_thread(schema.migrate, settings.data.database_url)
        async with running(settings, Kind.SERVE, clock=clock) as process:
            stage = Stage(process.service, clock)
            await _hire(stage)
            async with async_playwright() as playwright:
                browser = await playwright.chromium.launch(
                    executable_path=shutil.which("chromium"),
                    args=["--no-sandbox", "--disable-gpu"],
                )
                page = await browser.new_page(
                    viewport=PHONE,  # type: ignore[arg-type]  # a TypedDict of two integers
                    has_touch=True,
                    locale="vi-VN",
                    color_scheme="dark" if is_dark else "light",
                )
                await page.goto(f"{process.url}/chat/")
                await _play(story, stage, page, folder)
                await browser.close()


async def _play(story: Story, stage: Stage, page: Page, folder: Path) -> None:
    await page.screenshot(path=folder / f"{story.name}-00.png")
    number = 0
    for step in story.steps:
        if not await _act(step, stage, page):
            continue
        number += 1
        await page.wait_for_timeout(_SETTLED_MS)
        shot = folder / f"{story.name}-{number:02}.png"
        await page.screenshot(path=shot)
        sys.stdout.write(f"{shot}\n")


async def _act(step: Step, stage: Stage, page: Page) -> bool:
    """Do a step in the page; False for what a web page cannot show."""
    match step:
        case Says(content=Text(text=text)):
            await page.get_by_label("Tin nhắn của bạn").fill(text)
            await page.get_by_role("button", name="Gửi", exact=True).click()
        case Presses(button=button):
            await page.locator("#choices").get_by_text(_label(stage, button), exact=True).click()
        case Answers():
            await _skip_all(page)
        case Waits(seconds=seconds):
            stage.clock.put_to(stage.clock() + timedelta(seconds=seconds))
            stage.service.store.db.bell.ring("timers")
        case Operates():
            rows = await tickets.queue(stage.service.store)
            await operate(stage, rows[0].ticket, step)
        case _:
            return False
    return True


async def _skip_all(page: Page) -> None:
    choices = page.locator("#choices button")
    for _ in range(_MOST_ANSWERS):
        if not await _has(choices):
            return
        await choices.last.click()
        await page.wait_for_timeout(_SETTLED_MS)


async def _has(choices: Locator) -> bool:
    return await choices.count() > 0


def _label(stage: Stage, button: str) -> str:
    """Return what a payload says to whom the story is about; a label stays one."""
    return stage.service.shelf.label(button) if ":" in button else button


async def _hire(stage: Stage) -> None:
    store, now = stage.service.store, stage.clock()
    await create_account(store, login="truc1", display_name="Trực", role=Role.OPERATOR, now=now)
    (user,) = await users.list_users(store)
    await users.set_on_duty(store, user.id, is_on_duty=True, now=now)


if __name__ == "__main__":
    sys.exit(main())
