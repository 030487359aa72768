"""Times as people in An Giang read them: dd/mm/yyyy, 24 hours, Asia/Ho_Chi_Minh."""

from datetime import datetime

from intake.clock import LOCAL_ZONE
from intake.console.strings import Words


def clock_time(at: datetime) -> str:
    """Return `21:05`."""
    return at.astimezone(LOCAL_ZONE).strftime("%H:%M")


def full_time(at: datetime) -> str:
    """Return `24/11/2026 21:05`."""
    return at.astimezone(LOCAL_ZONE).strftime("%d/%m/%Y %H:%M")


def short_time(at: datetime, *, now: datetime) -> str:
    """Return the time alone for today, with the day otherwise."""
    same_day = at.astimezone(LOCAL_ZONE).date() == now.astimezone(LOCAL_ZONE).date()
    return clock_time(at) if same_day else full_time(at)


def until(due: datetime, *, now: datetime, words: Words) -> str:
    """Return how long is left, or how long something is overdue; static/ages.js says the same."""
    if now < due:
        return words("clocks.left", t=waited(now, now=due, words=words))
    return words("clocks.over", t=waited(due, now=now, words=words))


def waited(since: datetime, *, now: datetime, words: Words) -> str:
    """Return how long something has waited, in the two largest units (`2 giờ 05 phút`).

    static/ages.js says the same in the browser; the two must agree.
    """
    seconds = max(0, int((now - since).total_seconds()))
    if seconds < 60:
        return words("age.seconds", n=seconds)
    minutes = seconds // 60
    if minutes < 60:
        return words("age.minutes", n=minutes)
    if minutes < 24 * 60:
        return words("age.hours", n=minutes // 60, m=f"{minutes % 60:02d}")
    return words("age.days", n=minutes // (24 * 60), h=minutes // 60 % 24)
