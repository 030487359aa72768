"""Look at stories as a phone shows them: `python -m tests.screenshots`, or `make screenshots`.

Plays the reporter's side of a story in the web chat in Chromium at 390 px and keeps a picture after
each step, of the phone that is in hand then. Nothing is checked here: a person looks at them.
"""

import argparse
import asyncio
import shutil
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

from playwright.async_api import async_playwright

from bot.channels.contract import Text
from intake.accounts import create_account
from intake.clock import utc_now
from intake.commands.chat_play import operate
from intake.commands.chat_stage import Stage, StageClock
from intake.commands.chat_story import (
    Answers,
    Moves,
    Operates,
    Presses,
    Recalls,
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
from storage import schema, tickets
from storage.accounts import users
from tests.screenshots import console
from tests.screenshots.phones import SETTLED_MS, Phones

STORIES = Path(__file__).parents[1] / "stories"
WANTED = (
    "drowning_child_bystander",
    "night_beating",
    "sextortion",
    "phone_taken",
    "return_with_code",
)

CONSOLE, HANDBOOK = "console", "handbook"
"""Every page of the console, from a service that holds an invented year; those of docs alone."""


def main() -> int:
    """Play the stories and say where the pictures are."""
    parser = argparse.ArgumentParser(prog="tests.screenshots", description=__doc__)
    parser.add_argument(
        "stories",
        nargs="*",
        default=(*WANTED, CONSOLE),
        help="stories, console, handbook",
    )
    parser.add_argument("--to", type=Path, default=Path("var/screenshots"))
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--only", default="", help="pages of the console whose name holds this")
    parser.add_argument("--widths", type=int, nargs="+", default=console.WIDTHS)
    options = parser.parse_args()
    if shutil.which("chromium") is None:
        sys.stdout.write("Screenshots need Chromium (Debian: apt-get install chromium).\n")
        return 1
    configure_logs("ERROR")
    options.to.mkdir(parents=True, exist_ok=True)
    for name in options.stories:
        if name == CONSOLE:
            asyncio.run(console.shoot_console(_wanted(options)))
            continue
        if name == HANDBOOK:
            asyncio.run(console.illustrate_handbook())
            continue
        asyncio.run(_shoot(read_story(STORIES / f"{name}.yml"), options.to, is_dark=options.dark))
    return 0


def _wanted(options: argparse.Namespace) -> console.Wanted:
    return console.Wanted(
        folder=options.to / CONSOLE,
        widths=tuple(options.widths),
        themes=("dark",) if options.dark else console.THEMES,
        only=options.only,
    )


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
                theme = "dark" if is_dark else "light"
                await _play(story, Phones(stage, browser, process.url, theme), folder)
                await browser.close()


async def _play(story: Story, phones: Phones, folder: Path) -> None:
    first = await phones.take("web")
    await first.page.screenshot(path=folder / f"{story.name}-00.png")
    number = 0
    for step in story.steps:
        if not await _act(step, phones):
            continue
        number += 1
        await phones.phone.page.wait_for_timeout(SETTLED_MS)
        shot = folder / f"{story.name}-{number:02}.png"
        await phones.phone.page.screenshot(path=shot)
        sys.stdout.write(f"{shot}\n")


async def _act(step: Step, phones: Phones) -> bool:
    """Do a step on the phone in hand; False for what a page cannot show."""
    stage = phones.stage
    match step:
        case Says(content=Text(text=text)):
            await phones.phone.say(text)
        case Presses(button=button):
            await phones.phone.press(button)
        case Answers():
            await phones.phone.answer(step)
        case Recalls(what=what):
            await phones.phone.say(await phones.code(what))
        case Moves(line=line, source=source):
            await phones.take(line, source)
        case Waits(seconds=seconds):
            stage.clock.put_to(stage.clock() + timedelta(seconds=seconds))
            stage.service.store.db.bell.ring("timers")
        case Operates():
            rows = await tickets.queue(stage.service.store)
            await operate(stage, rows[0].ticket, step)
        case _:
            return False
    return True


async def _hire(stage: Stage) -> None:
    store, now = stage.service.store, stage.clock()
    await create_account(store, login="truc1", display_name="Trực", role=Role.OPERATOR, now=now)
    (user,) = await users.list_users(store)
    await users.set_on_duty(store, user.id, is_on_duty=True, now=now)


if __name__ == "__main__":
    sys.exit(main())
