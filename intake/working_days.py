"""Working days of Viet Nam (ngày làm việc): weekends, public holidays with Tết, days moved. Pure.

Days off that the government adds for a year are given by the settings; a Saturday that is worked
instead is not counted, so an added day never shortens a term.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache

import holidays

from intake.clock import LOCAL_ZONE

_SATURDAY = 5
_LAST_MINUTE = time(23, 59)
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """Which days are worked."""

    extra_days_off: frozenset[date] = frozenset()

    def is_worked(self, day: date) -> bool:
        """Whether offices are open."""
        return not (
            day.weekday() >= _SATURDAY or day in self.extra_days_off or is_public_holiday(day)
        )

    def end_of(self, start: datetime, working_days: int) -> datetime:
        """Return the last minute of the n-th working day after the local day of `start`."""
        day = start.astimezone(LOCAL_ZONE).date()
        left = working_days
        while left:
            day += _ONE_DAY
            left -= self.is_worked(day)
        return datetime.combine(day, _LAST_MINUTE, tzinfo=LOCAL_ZONE).astimezone(start.tzinfo)


def is_public_holiday(day: date) -> bool:
    """Whether a day is a public holiday, days in lieu included."""
    return day in _holidays(day.year)


@cache
def _holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("VN", years=year))
