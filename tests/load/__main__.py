"""Measure the service under load: `python -m tests.load --help`, or `make load`."""

import argparse
import asyncio
import math
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import aiohttp
import psutil

from tests.load import report
from tests.load.alarm import first_operator, measure_alarm
from tests.load.bench import Level, measure
from tests.load.clients import LangNghe, Rasa, Service
from tests.load.disk import measure_disk
from tests.load.ledger import Books, settle
from tests.load.server import Meter, NotReady, Running, listening_process, start

_PATIENCE_SECONDS = 20.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the bench; 1 when a message was lost, doubled or stayed without an answer."""
    options = _options(arguments)
    with tempfile.TemporaryDirectory(prefix="langnghe-load-", dir=options.folder) as name:
        folder = Path(name)
        try:
            with _service(options, folder) as running:
                return asyncio.run(_bench(options, folder, running))
        except NotReady as error:
            say(str(error))
            return 1


def say(*lines: str) -> None:
    """Print; the bench talks to a person."""
    for line in lines:
        sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.load", description=__doc__)
    parser.add_argument("--sessions", type=int, nargs="+", default=[1, 16], metavar="N")
    parser.add_argument("--seconds", type=float, default=15.0, help="for each level (15)")
    parser.add_argument("--url", help="a running service; otherwise one is started")
    parser.add_argument("--database-url", help="of the service; SQLite in a temporary folder else")
    parser.add_argument("--against", metavar="URL", help="a Rasa REST bot (make load-rasa)")
    parser.add_argument("--folder", type=Path, help="where the temporary data folder is made")
    return parser.parse_args(arguments)


@contextmanager
def _service(options: argparse.Namespace, folder: Path) -> Iterator[Running]:
    if not options.url:
        extra = {"LANGNGHE_DATABASE_URL": options.database_url} if options.database_url else {}
        with start(folder, extra) as running:
            options.database_url = options.database_url or f"sqlite:///{folder}/var/langnghe.db"
            yield running
        return
    process = listening_process(options.url) or psutil.Process()
    yield Running(
        url=options.url, process=process, ready_seconds=math.nan, output=folder / "nothing"
    )


async def _bench(options: argparse.Namespace, folder: Path, running: Running) -> int:
    disk = measure_disk(folder)
    say(*report.disk_lines(disk), "")
    if not math.isnan(running.ready_seconds):
        say(f"Lắng Nghe is ready {running.ready_seconds:.2f} s after its start", "")
    alarm_seconds = await _alarm(options, running)  # before the queue is full of tickets
    say(report.HEADER)
    ours: list[Level] = []
    theirs: list[Level] = []
    peak = math.nan
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as http:
        for sessions in options.sessions:
            level, meter = await _level(
                LangNghe(http, running.url), running.process, sessions, options.seconds
            )
            ours.append(level)
            peak = max(meter.peak_megabytes, peak) if peak == peak else meter.peak_megabytes
            if options.against:
                rasa = Rasa(http, options.against)
                process = listening_process(options.against)
                level, _ = await _level(rasa, process, sessions, options.seconds)
                theirs.append(level)
    say("", *report.ratio_lines(ours, theirs))
    books = _books(options, ours)
    say(*report.books_lines(books))
    found = report.marks(
        ours=ours,
        theirs=theirs,
        disk=disk,
        peak_megabytes=peak,
        ready_seconds=running.ready_seconds,
        alarm_seconds=alarm_seconds,
    )
    say("Marks:", *report.mark_lines(found))
    failed = any(answer.status not in (200, 202) for level in ours for answer in level.answers)
    return 1 if failed or (books is not None and not books.are_right) else 0


async def _level(
    service: Service, process: psutil.Process | None, sessions: int, seconds: float
) -> tuple[Level, Meter]:
    with Meter(process) as meter:
        level = await measure(service, sessions=sessions, seconds=seconds)
    say(report.level_line(level, meter))
    return level, meter


async def _alarm(options: argparse.Namespace, running: Running) -> float:
    """Return the slowest of some alarms; not a number where we have no log-in."""
    if options.url:
        return math.nan
    seconds = await measure_alarm(running.url, *first_operator(running.output))
    listed = ", ".join(f"{one * 1000:.0f} ms" for one in seconds)
    say(f"Critical message to a ringing console: {listed}", "")
    return max(seconds)


def _books(options: argparse.Namespace, levels: list[Level]) -> Books | None:
    if not options.database_url:
        return None
    answers = [answer for level in levels for answer in (*level.warm_up, *level.answers)]
    return settle(options.database_url, answers, patience_seconds=_PATIENCE_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
