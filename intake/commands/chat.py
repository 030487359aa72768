"""`langnghe chat`: talk to the bot in a terminal without a server, or replay stories.

The store is a temporary folder that is gone afterwards; everything else is as in the service.
"""

import argparse
import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bot.channels.contract import ButtonPress, Content, Text
from intake.assembly import Parts, read_parts
from intake.clock import utc_now
from intake.commands.chat_play import CannotGoOn, Player, play_story
from intake.commands.chat_stage import open_stage
from intake.commands.chat_story import ACTS, Step, Story, StoryError, read_step, read_story
from intake.commands.terminal import ask, files_of, hush, tell, tell_but_me, write
from intake.logs import configure_logs
from intake.settings import read_settings

_HELP = """\
A number presses the button; =12 sends the words "12"; an empty line looks for news.
/wait 2 min          let time pass (s, min, h, days)
/operator takes over claims, hands back, closes; /operator writes Chào em …
/channel telegram    go on elsewhere as somebody new; /channel web comes back
/shares 10.7 105.1   a place; /sends photo; /contact 0900000123; /opens x
/show                the side line on or off; /quit"""


def chat(options: argparse.Namespace) -> int:
    """Talk, or replay `--story` files and folders; 1 when a story does not come out."""
    configure_logs("ERROR")
    parts = read_parts(read_settings(os.environ))
    if options.story:
        return asyncio.run(_replay(files_of(options.story), parts, quiet=options.quiet))
    try:
        return asyncio.run(talk(parts, is_shown=options.show, operators=options.on_duty))
    except (KeyboardInterrupt, EOFError):
        return 0


async def _replay(files: list[Path], parts: Parts, *, quiet: bool) -> int:
    is_well = True
    for file in files:
        story = read_story(file)
        write(f"== {story.name}: {story.title}")
        failures = await play_story(story, parts, hush if quiet else tell)
        is_well = verdict(story, failures) and is_well
    return 0 if is_well else 1


def verdict(story: Story, failures: list[str]) -> bool:
    """Print how a story came out; a pending one that comes out must be unmarked."""
    for failure in failures:
        write(f"   ✗ {failure}")
    if story.pending:
        write(f"-- pending: {story.pending}" if failures else "-- comes out: remove `pending`")
        return bool(failures)
    write("-- does not come out" if failures else "-- comes out")
    return not failures


@dataclass(slots=True)
class _Terminal:
    """One talk at the keyboard."""

    player: Player
    is_shown: bool
    rung: int = 0

    async def line(self, words: str) -> None:
        """Do what a typed line says."""
        if words == "/show":
            self.is_shown = not self.is_shown
        elif words in ("/help", "/?"):
            write(_HELP)
        elif words.startswith("/"):
            await self.player.play(_step(words[1:]))
        elif words:
            await self.player.say(self._content(words))
        else:
            await self.player.look()
        self._buttons()
        if self.is_shown:
            await self._side_line()

    def _content(self, words: str) -> Content:
        buttons = self.player.buttons if self.player.question() else ()
        if words.isdecimal() and 0 < int(words) <= len(buttons):
            pressed = buttons[int(words) - 1]
            return ButtonPress(payload=pressed.payload, label=pressed.label)
        return Text(text=words.removeprefix("="))

    def _buttons(self) -> None:
        if not self.player.question():
            return
        shown = (f"[{n}] {one.label}" for n, one in enumerate(self.player.buttons, start=1))
        write("  " + "   ".join(shown))

    async def _side_line(self) -> None:
        """Say what the desk has by now: ticket and alarm."""
        stage = self.player.stage
        for ticket in (await stage.tickets_of(self.player.line))[:1]:
            code = ticket.commune_code
            where = stage.service.places.name(code) if code else "–"
            danger = ticket.danger.value if ticket.danger else "–"
            facts = (ticket.kind.value, ticket.urgency.value, danger, where, ticket.state.value)
            write(f"    | {ticket.number}  {'  '.join(facts)}")
        rings = await stage.alarms()
        for ring in rings[self.rung :]:
            people, tier = len(ring.detail["recipients"]), ring.detail["tier"]
            write(f"    | ALARM {ring.detail['why']}, tier {tier}: rings {people} operators")
        self.rung = len(rings)
        for failure in self.player.failures:
            write(f"    | ✗ {failure}")
        self.player.failures.clear()


async def talk(parts: Parts, *, is_shown: bool, operators: int) -> int:
    """Talk at the terminal until `/quit` or the end of what is typed (raises `EOFError`)."""
    async with open_stage(parts, utc_now, operators=operators) as stage:
        terminal = _Terminal(Player(stage, tell_but_me), is_shown)
        write("Temporary store: nothing is kept. /help, /quit")
        while (words := (await asyncio.to_thread(ask)).strip()) != "/quit":
            try:
                await terminal.line(words)
            except (CannotGoOn, StoryError) as error:
                write(f"    {error}")
    return 0


def _step(words: str) -> Step:
    """Read a typed step as one of a story; raises `StoryError`."""
    name, _, rest = words.partition(" ")
    try:
        return read_step({_NAMES.get(name, name): _VALUES.get(name, str)(rest.strip())})
    except (ValueError, TypeError, KeyError, IndexError) as error:
        raise StoryError(str(error)) from error


def _act(rest: str) -> str | dict[str, str]:
    act = next((one for one in ACTS if rest.startswith(one)), rest)
    return {act: rest.removeprefix(act).strip()} if act == "writes" else act


_NAMES = {"wait": "silence"}
_VALUES: dict[str, Callable[[str], object]] = {"operator": _act, "shares": str.split}
