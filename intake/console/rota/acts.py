"""What is done to the rota: plan, cancel, ask for a substitute, step in, agree. One POST each."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from aiohttp import web

from intake.console.forms import choice_of, see_other, text_of
from intake.console.render import words_for
from intake.console.rota.page import rota, show_rota
from intake.console.sessions import SIGNED_IN
from intake.escalation import is_of_desk
from intake.permissions import Permission, needs
from intake.service import SERVICE
from storage.accounts import users
from storage.errors import NotFound
from storage.rota import shift_patterns, shifts, substitutes
from storage.rota.rows import NewPattern, NewShift, ShiftRole, local_moment
from storage.rota.shifts import BadShift, ShiftOverlaps
from storage.rota.substitutes import SubstitutionOver
from storage.rows import UserRow
from storage.store import Store

_FIELDS = ("user", "role", "day", "from", "to", "weekly", "until")
_TIME = re.compile(r"([01]?\d|2[0-3])[:hg.]([0-5]\d)")
_MINUTES_OF_DAY = 24 * 60
_REASON_LENGTH = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class _Act:
    """Who does something to which shift, wish or pattern, and when."""

    store: Store
    number: int
    user_id: str
    now: datetime


@needs(Permission.MANAGE_ROTA)
async def add(request: web.Request) -> web.StreamResponse:
    """Plan a shift, once or every week; what is wrong is said at the field."""
    service, words = request.app[SERVICE], words_for(request)
    typed = {name: (await text_of(request, name))[:64] for name in _FIELDS}
    typed |= {name: _as_day(typed[name]) for name in ("day", "until")}
    problems = await _problems(request, typed)
    if not problems:
        try:
            await _plan(request, typed)
        except BadShift:
            problems = {"to": words("rota.too_long")}
        except ShiftOverlaps:
            problems = {"user": words("rota.overlaps")}
        except NotFound:
            problems = {"user": words("rota.bad_person")}
    if problems:
        return await show_rota(request, status=422, typed=typed, problems=problems)
    service.store.db.bell.ring("timers")
    return _back(date.fromisoformat(typed["day"]), "shift_saved")


@needs(Permission.MANAGE_ROTA)
async def cancel(request: web.Request) -> web.StreamResponse:
    """Take a shift off the rota."""
    return await _carry_out(
        request,
        "shift_gone",
        lambda act: shifts.cancel_shift(act.store, act.number, actor_id=act.user_id, now=act.now),
    )


@needs(Permission.MANAGE_ROTA)
async def give(request: web.Request) -> web.StreamResponse:
    """Give a shift to somebody else at once."""
    wanted = await choice_of(request, "user", [each.id for each in await _desk(request)])
    return await _carry_out(
        request,
        "shift_given",
        lambda act: substitutes.replace(
            act.store, act.number, user_id=wanted, actor_id=act.user_id, now=act.now
        ),
    )


@needs(Permission.WORK_TICKET)
async def ask(request: web.Request) -> web.StreamResponse:
    """Ask for a substitute for one's own shift."""
    reason = (await text_of(request, "reason"))[:_REASON_LENGTH]
    return await _carry_out(
        request,
        "wish_asked",
        lambda act: substitutes.ask(
            act.store, act.number, user_id=act.user_id, reason=reason, now=act.now
        ),
    )


@needs(Permission.WORK_TICKET)
async def take(request: web.Request) -> web.StreamResponse:
    """Say that one will step in."""
    return await _carry_out(
        request,
        "wish_taken",
        lambda act: substitutes.take(act.store, act.number, user_id=act.user_id, now=act.now),
    )


@needs(Permission.WORK_TICKET)
async def withdraw(request: web.Request) -> web.StreamResponse:
    """Take one's own wish back."""
    return await _carry_out(
        request,
        "wish_withdrawn",
        lambda act: substitutes.withdraw(act.store, act.number, user_id=act.user_id, now=act.now),
    )


@needs(Permission.MANAGE_ROTA)
async def agree(request: web.Request) -> web.StreamResponse:
    """Give the shift to who stepped in."""
    return await _carry_out(
        request,
        "wish_agreed",
        lambda act: substitutes.agree(act.store, act.number, actor_id=act.user_id, now=act.now),
    )


@needs(Permission.MANAGE_ROTA)
async def refuse(request: web.Request) -> web.StreamResponse:
    """Leave the shift with who has it."""
    return await _carry_out(
        request,
        "wish_refused",
        lambda act: substitutes.refuse(act.store, act.number, actor_id=act.user_id, now=act.now),
    )


@needs(Permission.MANAGE_ROTA)
async def end_pattern(request: web.Request) -> web.StreamResponse:
    """Let a weekly shift end today."""
    return await _carry_out(
        request,
        "pattern_ended",
        lambda act: shift_patterns.end_pattern(
            act.store, act.number, actor_id=act.user_id, now=act.now
        ),
    )


async def _carry_out(
    request: web.Request, said: str, do: Callable[[_Act], Awaitable[object]]
) -> web.Response:
    """Do one thing to what the address numbers; what changed meanwhile is said kindly."""
    service = request.app[SERVICE]
    act = _Act(
        store=service.store,
        number=int(request.match_info["row"]),
        user_id=request[SIGNED_IN].user.id,
        now=service.clock(),
    )
    try:
        await do(act)
    except SubstitutionOver:
        said = "wish_over"
    except NotFound:
        raise web.HTTPNotFound from None
    return see_other("/console/rota", said=said)


async def _problems(request: web.Request, typed: dict[str, str]) -> dict[str, str]:
    words, problems = words_for(request), {}
    if typed["user"] not in {each.id for each in await _desk(request)}:
        problems["user"] = words("rota.bad_person")
    if typed["role"] not in ShiftRole.__members__.values():
        raise web.HTTPBadRequest
    day, until = _day(typed["day"]), _day(typed["until"])
    if day is None:
        problems["day"] = words("rota.bad_date")
    for name in ("from", "to"):
        if minute_of(typed[name]) is None:
            problems[name] = words("rota.bad_time")
    if typed["weekly"] and typed["until"] and (until is None or (day and until < day)):
        problems["until"] = words("rota.bad_until")
    if (
        not problems
        and not typed["weekly"]
        and _shift(typed).ends_at <= request.app[SERVICE].clock()
    ):
        problems["day"] = words("rota.in_past")
    return problems


async def _plan(request: web.Request, typed: dict[str, str]) -> None:
    service, shift = request.app[SERVICE], _shift(typed)
    actor_id, now = request[SIGNED_IN].user.id, service.clock()
    if not typed["weekly"]:
        await shifts.add_shift(service.store, shift, actor_id=actor_id, now=now)
        return
    day = date.fromisoformat(typed["day"])
    pattern = NewPattern(
        user_id=shift.user_id,
        role=shift.role,
        weekday=day.weekday(),
        start_minute=minute_of(typed["from"]) or 0,
        minutes=round((shift.ends_at - shift.starts_at) / timedelta(minutes=1)),
        from_day=day,
        until_day=_day(typed["until"]),
    )
    await shift_patterns.add_pattern(service.store, pattern, actor_id=actor_id, now=now)


def _shift(typed: dict[str, str]) -> NewShift:
    """Build the shift of a form without problems; an end before the beginning is the next day."""
    day, start, end = (
        date.fromisoformat(typed["day"]),
        minute_of(typed["from"]),
        minute_of(typed["to"]),
    )
    start, end = start or 0, end or 0
    return NewShift(
        user_id=typed["user"],
        role=ShiftRole(typed["role"]),
        starts_at=local_moment(day, start),
        ends_at=local_moment(day, end if end > start else end + _MINUTES_OF_DAY),
    )


async def _desk(request: web.Request) -> list[UserRow]:
    staff = await users.list_users(request.app[SERVICE].store)
    return [each for each in staff if is_of_desk(each)]


def _as_day(text: str) -> str:
    """Turn a day as people write it into one as a browser sends it."""
    found = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text)
    return f"{found[3]}-{int(found[2]):02d}-{int(found[1]):02d}" if found else text


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 2000 <= day.year < 2100 else None


def minute_of(text: str) -> int | None:
    """Read a time of the day, as `07:00` or `7h00`; None for anything else."""
    found = _TIME.fullmatch(text)
    return int(found[1]) * 60 + int(found[2]) if found else None


def _back(day: date, said: str) -> web.Response:
    return web.Response(
        status=303, headers={"Location": f"/console/rota?week={day.isoformat()}&said={said}"}
    )


_ROW = r"{row:\d{1,18}}"
ROUTES = (
    web.get("/console/rota", rota),
    web.post("/console/rota/shifts", add),
    web.post(f"/console/rota/shifts/{_ROW}/cancel", cancel),
    web.post(f"/console/rota/shifts/{_ROW}/give", give),
    web.post(f"/console/rota/shifts/{_ROW}/ask", ask),
    web.post(f"/console/rota/wishes/{_ROW}/take", take),
    web.post(f"/console/rota/wishes/{_ROW}/withdraw", withdraw),
    web.post(f"/console/rota/wishes/{_ROW}/agree", agree),
    web.post(f"/console/rota/wishes/{_ROW}/refuse", refuse),
    web.post(f"/console/rota/patterns/{_ROW}/end", end_pattern),
)
