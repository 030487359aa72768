"""Days as people name them in a search (hôm qua, 30/11, từ 1/11 đến 5/11); pure."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

_DAY = r"(\d{1,2})/(\d{1,2})(?:/(\d{4}))?"
_RANGE = re.compile(rf"(?:tu\s+|from\s+)?{_DAY}\s*(?:-|–|den|to)\s*{_DAY}")
_SINGLE = re.compile(_DAY)
_MONTH = re.compile(r"\bthang\s+(\d{1,2})(?:\s*/\s*(\d{4}))?\b")
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """From a day to another one, both included."""

    first: date
    last: date
    span: tuple[int, int]
    """Where it was said."""


def days_in(text: str, *, today: date) -> Days | None:
    """Return the days that a text without marks names first; None: it names none.

    A day without a year is the last one that there was.
    """
    if match := _RANGE.search(text):
        first = _day(match[1], match[2], match[3] or match[6], today)
        last = _day(match[4], match[5], match[6], today)
        if first and last and first <= last:
            return Days(first=first, last=last, span=match.span())
    if match := _SINGLE.search(text):
        day = _day(match[1], match[2], match[3], today)
        return Days(first=day, last=day, span=match.span()) if day else None
    if match := _MONTH.search(text):
        return _month_named(match, today)
    return _named(text, today)


def _named(text: str, today: date) -> Days | None:
    for words, days in _NAMES.items():
        if match := re.search(rf"\b(?:{words})\b", text):
            first, last = days(today)
            return Days(first=first, last=last, span=match.span())
    return None


def _month_named(match: re.Match[str], today: date) -> Days | None:
    month = int(match[1])
    if not 1 <= month <= 12:
        return None
    year = int(match[2] or (today.year if month <= today.month else today.year - 1))
    first, last = _month_of(date(year, month, 1))
    return Days(first=first, last=last, span=match.span())


def _day(day: str, month: str, year: str | None, today: date) -> date | None:
    try:
        found = date(int(year or today.year), int(month), int(day))
        return found.replace(year=found.year - 1) if not year and found > today else found
    except ValueError:
        return None


def _month_of(day: date) -> tuple[date, date]:
    first = day.replace(day=1)
    after = (first + timedelta(days=31)).replace(day=1)
    return first, after - timedelta(days=1)


def _week_of(day: date) -> tuple[date, date]:
    monday = day - timedelta(days=day.weekday())
    return monday, monday + _WEEK - timedelta(days=1)


def _ago(days: int) -> Callable[[date], tuple[date, date]]:
    def one_day(today: date) -> tuple[date, date]:
        day = today - timedelta(days=days)
        return day, day

    return one_day


_NAMES: dict[str, Callable[[date], tuple[date, date]]] = {
    "hom nay|today": _ago(0),
    "hom qua|yesterday": _ago(1),
    "hom kia": _ago(2),
    "tuan nay|this week": _week_of,
    "tuan truoc|tuan qua|last week": lambda today: _week_of(today - _WEEK),
    "thang nay|this month": _month_of,
    "thang truoc|last month": lambda today: _month_of(today.replace(day=1) - timedelta(days=1)),
}
