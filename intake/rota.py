"""The rota (lịch trực), pure: its holes, its weeks, and which telephone numbers can be rung."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import holidays

from storage.rota.rows import Shift, local_day, local_moment

DAY, WEEK = timedelta(days=1), timedelta(days=7)
_SEPARATORS = re.compile(r"[\s.\-()]+")
_COUNTRY = re.compile(r"(?:\+|00)84")
_NUMBER = re.compile(r"0[35789]\d{8}|02\d{9}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hole:
    """A time for which the rota names nobody (chỗ trống trong lịch)."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A local day of the rota with the shifts that begin in it."""

    date: date
    holiday: str
    """The name of a public holiday; empty: none."""
    shifts: tuple[Shift, ...]
    holes: tuple[Hole, ...]


def holes_in(shifts: Iterable[Shift], start: datetime, end: datetime) -> tuple[Hole, ...]:
    """Return the times between two moments at which nobody is on duty nor on call."""
    found, covered_until = [], start
    for shift in sorted(shifts, key=lambda each: each.starts_at):
        if shift.starts_at >= end:
            break
        if shift.starts_at > covered_until:
            found.append(Hole(starts_at=covered_until, ends_at=shift.starts_at))
        covered_until = max(covered_until, shift.ends_at)
    if covered_until < end:
        found.append(Hole(starts_at=covered_until, ends_at=end))
    return tuple(found)


def monday_of(day: date) -> date:
    """Return the first day of a week."""
    return day - timedelta(days=day.weekday())


def week_of(monday: date, shifts: Iterable[Shift], *, now: datetime) -> tuple[Day, ...]:
    """Return the seven days of a week; holes that are over interest nobody."""
    shifts = tuple(shifts)
    return tuple(_day(monday + timedelta(days=n), shifts, now) for n in range(7))


def phone_number(typed: str) -> str | None:
    """Read a Vietnamese number as people type it: ten digits, eleven with 02; None for others."""
    bare = _COUNTRY.sub("0", _SEPARATORS.sub("", typed.strip()), count=1)
    return bare if _NUMBER.fullmatch(bare) else None


def _day(day: date, shifts: tuple[Shift, ...], now: datetime) -> Day:
    start, end = local_moment(day, 0), local_moment(day + DAY, 0)
    return Day(
        date=day,
        holiday=holidays.country_holidays("VN", years=day.year, language="vi").get(day, ""),
        shifts=tuple(each for each in shifts if local_day(each.starts_at) == day),
        holes=holes_in(shifts, max(start, now), end) if end > now else (),
    )
