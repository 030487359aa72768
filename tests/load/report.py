"""What the bench prints: a line a level, ratios, the disk, the books, marks met and missed."""

import math
from dataclasses import dataclass

from tests.load.bench import Level
from tests.load.disk import DiskRates
from tests.load.ledger import Books
from tests.load.server import Meter

HEADER = (
    f"{'service':<12}{'sessions':>9}{'messages':>10}{'msg/s':>9}{'p50 ms':>9}{'p99 ms':>9}"
    f"{'CPU %':>8}{'CPU ms/msg':>12}{'peak MB':>9}{'late':>6}{'429/503':>9}{'failed':>8}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A figure that was promised, and what was measured."""

    name: str
    wanted: str
    measured: str
    is_met: bool


def level_line(level: Level, meter: Meter) -> str:
    """Return the figures of one level as a line under `HEADER`."""
    late = sum(1 for answer in level.answers if answer.status == 202)
    held_back = sum(answer.held_back for answer in level.answers)
    cpu_milliseconds = 10 * meter.cpu_percent * level.seconds / max(1, len(level.answers))
    failed = sum(1 for answer in level.answers if answer.status not in (200, 202))
    return (
        f"{level.service:<12}{level.sessions:>9}{len(level.answers):>10}{level.per_second:>9.1f}"
        f"{level.milliseconds(0.5):>9.1f}{level.milliseconds(0.99):>9.1f}"
        f"{meter.cpu_percent:>8.0f}{cpu_milliseconds:>12.1f}{meter.peak_megabytes:>9.0f}{late:>6}{held_back:>9}{failed:>8}"
    )


def disk_lines(disk: DiskRates) -> list[str]:
    """Return what the disk can do by itself."""
    return [
        "The disk itself, one writer:",
        f"  SQLite commits, WAL, synchronous=FULL   {disk.sqlite_commits:>8.0f}/s",
        f"  4 KiB written and fdatasync             {disk.flushes:>8.0f}/s",
    ]


def ratio_lines(ours: list[Level], theirs: list[Level]) -> list[str]:
    """Compare the levels that both services were given."""
    lines = []
    for level in ours:
        for other in theirs:
            if other.sessions == level.sessions and other.per_second:
                more = level.per_second / other.per_second
                p50, p99 = (other.milliseconds(s) / level.milliseconds(s) for s in (0.5, 0.99))
                lines.append(
                    f"  {level.sessions:>3} sessions: {more:.1f} times the messages a second, "
                    f"p50 {p50:.1f} and p99 {p99:.1f} times shorter"
                )
    return ["Lắng Nghe against Rasa, same talks, same run:", *lines] if lines else []


def books_lines(books: Books | None) -> list[str]:
    """Return what the database says."""
    if books is None:
        return ["Books: NOT CHECKED (give --database-url of the running service)"]
    verdict = "right" if books.are_right else "WRONG"
    return [
        f"Books: {verdict}. {books.accepted} messages accepted; lost {books.lost}, "
        f"doubled {books.doubled}, not walked {books.unhandled}, without a reply {books.unanswered}"
    ]


def marks(
    *,
    ours: list[Level],
    theirs: list[Level],
    disk: DiskRates,
    peak_megabytes: float,
    ready_seconds: float,
    alarm_seconds: float,
) -> list[Mark]:
    """Hold what was measured against what was promised; leaves out what was not measured."""
    found = []
    for level in ours:
        p50 = level.milliseconds(0.5)
        if level.sessions == 1:
            found.append(mark("one session, p50", p50, at_most=15, unit="ms"))
        if level.sessions == 16:
            share = 100 * level.per_second / disk.sqlite_commits
            found.append(mark("16 sessions, share of disk commits", share, at_least=10, unit="%"))
            for other in theirs:
                if other.sessions == 16 and other.per_second:
                    times = level.per_second / other.per_second
                    found.append(
                        mark("16 sessions, against Rasa", times, at_least=10, unit="times")
                    )
    if not math.isnan(peak_megabytes):
        found.append(mark("peak memory", peak_megabytes, at_most=400, unit="MB"))
    if not math.isnan(ready_seconds):
        found.append(mark("start to ready", ready_seconds, at_most=3, unit="s"))
    if not math.isnan(alarm_seconds):
        found.append(mark("critical message to console", alarm_seconds, at_most=1, unit="s"))
    return found


def mark(
    name: str,
    value: float,
    *,
    at_most: float = math.inf,
    at_least: float = -math.inf,
    unit: str,
) -> Mark:
    """Compare one value with its bound."""
    wanted = f">= {at_least:g} {unit}" if at_most == math.inf else f"<= {at_most:g} {unit}"
    is_met = at_least <= value <= at_most
    return Mark(name=name, wanted=wanted, measured=f"{value:.2f} {unit}", is_met=is_met)


def mark_lines(found: list[Mark]) -> list[str]:
    """Return the marks, met or missed, one a line."""
    return [
        f"  {'met   ' if one.is_met else 'MISSED'} {one.name:<36}{one.wanted:>14}"
        f"   measured {one.measured}"
        for one in found
    ]
