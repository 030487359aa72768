"""The page of the rota (lịch trực): a week, substitutes, weekly shifts, who can be reached."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from aiohttp import web

from intake.console.forms import said_in
from intake.console.local_time import clock_time
from intake.console.render import page
from intake.console.sessions import SIGNED_IN
from intake.escalation import is_of_desk
from intake.permissions import Permission, needs
from intake.rota import Day, monday_of, week_of
from intake.rota_watch import shifts_of_desk
from intake.service import SERVICE
from storage.accounts import users
from storage.rota import phones, shift_patterns, substitutes
from storage.rota.rows import (
    Shift,
    ShiftRole,
    Substitution,
    SubstitutionState,
    local_day,
    local_moment,
)
from storage.rows import UserRow

_FARTHEST = timedelta(weeks=104)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A shift as the week shows it."""

    shift: Shift
    name: str = field(repr=False)
    hours: str
    is_mine: bool
    is_over: bool
    wish: Substitution | None
    """The newest wish for a substitute of this shift."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Somebody the alarm may ring, and by what besides the console."""

    user: UserRow
    has_phone: bool
    has_chat: bool


@needs(Permission.READ_QUEUE)
async def rota(request: web.Request) -> web.StreamResponse:
    """Show a week; `?week=2026-11-23` names any day of it."""
    return await show_rota(request)


async def show_rota(
    request: web.Request,
    *,
    status: int = 200,
    typed: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None,
) -> web.Response:
    """Answer with the rota; what was typed into the form for a shift is kept."""
    service = request.app[SERVICE]
    now, staff = service.clock(), await users.list_users(service.store)
    desk = tuple(each for each in staff if is_of_desk(each))
    names = {each.id: each.display_name for each in staff}
    monday = _monday(request, now)
    return page(
        request,
        "rota.html",
        status=status,
        **await _week(request, monday, names, now),
        wishes=await substitutes.still_open(service.store, now=now),
        patterns=await shift_patterns.patterns(service.store, now=now),
        contacts=await _contacts(request, desk),
        names=names,
        clock=clock_time,
        minutes=_minutes,
        people=[(each.id, each.display_name) for each in desk],
        roles=[role.value for role in ShiftRole],
        typed=typed or _empty_form(now),
        problems=problems or {},
        said=said_in(request),
    )


async def _week(
    request: web.Request, monday: date, names: Mapping[str, str], now: datetime
) -> dict[str, Any]:
    service = request.app[SERVICE]
    start, end = local_moment(monday, 0), local_moment(monday + timedelta(days=7), 0)
    planned = await shifts_of_desk(service, start, end)
    wishes = {
        each.shift.id: each
        for each in await substitutes.of_shifts_between(service.store, start, end)
    }
    user_id = request[SIGNED_IN].user.id

    def slots(day: Day, role: ShiftRole) -> list[Slot]:
        return [
            Slot(
                shift=shift,
                name=names.get(shift.user_id, ""),
                hours=f"{clock_time(shift.starts_at)}–{clock_time(shift.ends_at)}",
                is_mine=shift.user_id == user_id,
                is_over=shift.ends_at <= now,
                wish=_shown(wishes.get(shift.id)),
            )
            for shift in day.shifts
            if shift.role is role
        ]

    days = week_of(monday, planned, now=now)
    return {
        "days": [(day, slots(day, ShiftRole.DUTY), slots(day, ShiftRole.ON_CALL)) for day in days],
        "monday": monday,
        "sunday": monday + timedelta(days=6),
        "before": monday - timedelta(days=7),
        "after": monday + timedelta(days=7),
        "today": local_day(now),
    }


def _shown(wish: Substitution | None) -> Substitution | None:
    is_told = wish is not None and wish.state not in (
        SubstitutionState.REFUSED,
        SubstitutionState.WITHDRAWN,
    )
    return wish if is_told else None


async def _contacts(request: web.Request, desk: tuple[UserRow, ...]) -> list[Contact]:
    known = await phones.phones_of_all(request.app[SERVICE].store)
    return [
        Contact(user=each, has_phone=each.id in known, has_chat=bool(each.staff_chat))
        for each in desk
    ]


def _monday(request: web.Request, now: datetime) -> date:
    """Return the week that was asked for; this one for what is no day, or years away."""
    today = local_day(now)
    try:
        asked = date.fromisoformat(request.query.get("week", ""))
    except ValueError:
        asked = today
    return monday_of(asked if abs(asked - today) <= _FARTHEST else today)


def _minutes(minute: int) -> str:
    return f"{minute // 60 % 24:02d}:{minute % 60:02d}"


def _empty_form(now: datetime) -> dict[str, str]:
    return {
        "user": "",
        "role": ShiftRole.DUTY.value,
        "day": local_day(now).isoformat(),
        "from": "",
        "to": "",
        "weekly": "",
        "until": "",
    }
