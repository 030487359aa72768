"""The watcher (người canh): one thread asks, one a way tells, one remembers, one judges.

None waits for another: a network that hangs holds up neither the modem nor the judgment, and no
error ends a thread.
"""

import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

from . import memory as memories
from .asking import ask
from .judging import Problem, View, hear, judge
from .memory import Memory
from .notice import Notice
from .pages import serve_pages
from .settings import WatchSettings
from .telling import Told, Word, next_word, note_told, pass_verdict
from .ways import Way, open_ways

_LOOK_SECONDS = 1.0


def watch(settings: WatchSettings) -> None:
    """Watch until the process is killed; never returns."""
    watcher = begin(settings)
    every, look = settings.times.every, min(_LOOK_SECONDS, settings.times.every)
    ways = open_ways(settings.ways)
    say(f"watching {settings.url}, telling by {', '.join(way.name for way in ways) or 'nothing'}")
    _in_background("pages", lambda: serve_pages(settings.pages, say), every=every, retry=every)
    _in_background("ask", watcher.ask_once, every=every, retry=every)
    _in_background("remember", watcher.remember, every=look, retry=every)
    for way in ways:
        _in_background(way.name, partial(watcher.tell, way), every=look, retry=every)
    _for_ever("judge", watcher.judge_once, every=look, retry=look)


@dataclass(slots=True)
class Watcher:
    """What the threads share; each takes the lock for a moment and never while it waits."""

    settings: WatchSettings
    view: View
    memory: Memory
    saved: Memory | None = None
    has_asked: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)

    def ask_once(self) -> None:
        """Ask, and take in what came of it."""
        heard = ask(self.settings.url, self.settings.secret)
        with self.lock:
            self.view = hear(self.view, heard, now=time.monotonic())
            self.has_asked = True

    def judge_once(self) -> None:
        """Say how things stand; before the first question is settled, as they stood."""
        times, now = self.settings.times, time.monotonic()
        with self.lock:
            if not self.has_asked:
                return
            before = self.memory.verdict
            problems = judge(self.view, self.settings.limits, times, now=now)
            verdict = pass_verdict(before, problems, now=now)
            self.memory = replace(self.memory, verdict=verdict, answered_at=self.view.answered_at)
        if problems != before.problems:
            say(f"now: {_names(problems)}")

    def tell(self, way: Way) -> None:
        """Say by one way what is to be said now; raises when it could not."""
        times = self.settings.times
        with self.lock:
            told = self.memory.told.get(way.name, Told())
            word = next_word(told, self.memory.verdict, times, now=time.monotonic())
            notice = self._notice(word) if word else None
        if notice is None:
            return
        way.tell(notice)
        say(f"told {notice.word.value} by {way.name}")
        now = time.monotonic()
        with self.lock:
            kept = {**self.memory.told, way.name: note_told(told, notice.word, times, now=now)}
            self.memory = replace(self.memory, told=kept)

    def remember(self) -> None:
        """Write down what has changed."""
        with self.lock:
            memory = self.memory
        if memory != self.saved:
            path = self.settings.state_file
            memories.save(path, memory, now=time.monotonic(), wall=time.time())
            self.saved = memory

    def _notice(self, word: Word) -> Notice:
        verdict = self.memory.verdict
        return Notice(
            word=word,
            problems=verdict.problems,
            at=time.time() - (time.monotonic() - verdict.since),
            link=self.settings.link,
            telephones=self.settings.ways.telephones,
        )


def begin(settings: WatchSettings) -> Watcher:
    """Go on from where the last watch was killed."""
    now = time.monotonic()
    memory = memories.load(settings.state_file, settings.times, now=now, wall=time.time())
    answered_at = memories.answered_at(memory, settings.times, now=now)
    view = View(answered_at=answered_at, beaten_at=now)
    return Watcher(settings=settings, view=view, memory=memory)


def say(words: str) -> None:
    """Write a line for the journal; where that cannot be written, nothing is lost but the line."""
    try:
        sys.stderr.write(f"watch: {words}\n")
        sys.stderr.flush()
    except (OSError, ValueError):
        return


def _in_background(name: str, step: Callable[[], None], *, every: float, retry: float) -> None:
    threading.Thread(
        target=_for_ever, args=(name, step), kwargs={"every": every, "retry": retry}, daemon=True
    ).start()


def _for_ever(name: str, step: Callable[[], None], *, every: float, retry: float) -> None:
    """Do a step every so often, whatever comes of it."""
    while True:
        try:
            step()
            time.sleep(every)
        except Exception as error:  # noqa: BLE001 - nothing may end a thread of the watch
            say(f"{name} failed: {type(error).__name__}")
            time.sleep(retry)


def _names(problems: tuple[Problem, ...]) -> str:
    return ", ".join(problems) or "well"
