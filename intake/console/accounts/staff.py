"""User administration (người dùng): create, give a role, close, let in again, sign out."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from intake.access import asking_for_role, beside_closed, beside_lowered
from intake.accounts import BadLogin, create_account, reset_password, tell_supervisors
from intake.console.accounts.access import asks_for
from intake.console.accounts.role_names import role_options
from intake.console.forms import (
    REASON_LENGTH,
    choice_of,
    problem_with,
    said_in,
    see_other,
    text_of,
)
from intake.console.render import page, words_for
from intake.console.sessions import IDLE, SIGNED_IN
from intake.permissions import Permission, Role, needs
from intake.service import SERVICE
from storage.accounts import access, second_factors, sessions, users
from storage.accounts.access import Why
from storage.accounts.roles import set_role
from storage.accounts.second_people import LastSecondPerson
from storage.accounts.users import LoginTaken
from storage.rows import UserRow
from storage.safeguarding import kept_from


@needs(Permission.MANAGE_USERS)
async def people(request: web.Request) -> web.StreamResponse:
    """List everybody, with the form to add one."""
    return await _people(request)


@needs(Permission.MANAGE_USERS)
async def add(request: web.Request) -> web.StreamResponse:
    """Create an account; its one-time password is shown once, on this answer only."""
    service, words = request.app[SERVICE], words_for(request)
    name = (await text_of(request, "name"))[:80]
    login = (await text_of(request, "login"))[:64]
    role = await choice_of(request, "role", dict(await role_options(request)))
    typed = {"name": name, "login": login, "role": role}
    if not name:
        problems = {"name": words("users.name_missing")}
        return await _people(request, status=422, typed=typed, problems=problems)
    try:
        password = await create_account(
            service.store,
            login=login,
            display_name=name,
            role=role,
            now=service.clock(),
            actor_id=request[SIGNED_IN].user.id,
        )
    except BadLogin:
        problems = {"login": words("users.login_bad")}
        return await _people(request, status=422, typed=typed, problems=problems)
    except LoginTaken:
        problems = {"login": words("users.login_taken")}
        return await _people(request, status=422, typed=typed, problems=problems)
    return await _people(request, one_time={"login": login, "password": password})


@needs(Permission.MANAGE_USERS)
async def person(request: web.Request) -> web.StreamResponse:
    """Show one account."""
    return await _show(request, await _person(request))


@needs(Permission.MANAGE_USERS)
async def role(request: web.Request) -> web.StreamResponse:
    """Give another role; nobody changes their own."""
    service, found = request.app[SERVICE], await _another(request)
    wanted = await choice_of(request, "role", dict(await role_options(request)))
    by = request[SIGNED_IN].user.id
    try:
        beside = await beside_lowered(service.store, found, wanted, actor_id=by)
        await _ask(request, found, wanted, Why.ROLE)
        await set_role(
            service.store, found.id, role=wanted, now=service.clock(), actor_id=by, beside=beside
        )
    except LastSecondPerson:
        return see_other(f"/console/users/{found.id}", said="user_is_last")
    return see_other(f"/console/users/{found.id}", said="user_saved")


@needs(Permission.MANAGE_USERS)
async def active(request: web.Request) -> web.StreamResponse:
    """Close an account or open it again; nobody closes their own, nor the last second person."""
    service, found = request.app[SERVICE], await _another(request)
    by = request[SIGNED_IN].user.id
    is_active = await choice_of(request, "active", ("0", "1")) == "1"
    if is_active:
        await _ask(request, found, found.role, Why.REOPENED)
    try:
        await users.set_active(
            service.store,
            found.id,
            is_active=is_active,
            now=service.clock(),
            actor_id=by,
            beside=None if is_active else await beside_closed(service.store, found, actor_id=by),
        )
    except LastSecondPerson:
        return see_other(f"/console/users/{found.id}", said="user_is_last")
    return see_other(f"/console/users/{found.id}", said="user_saved")


@needs(Permission.MANAGE_USERS)
async def new_password(request: web.Request) -> web.StreamResponse:
    """Give a new one-time password, shown once, on this answer only."""
    service, found = request.app[SERVICE], await _another(request)
    password = await reset_password(
        service.store, found.id, service.clock(), actor_id=request[SIGNED_IN].user.id
    )
    return await _people(request, one_time={"login": found.login, "password": password})


@needs(Permission.MANAGE_USERS)
async def sign_out(request: web.Request) -> web.StreamResponse:
    """End every session of somebody, and their shift."""
    service, found = request.app[SERVICE], await _another(request)
    by = request[SIGNED_IN].user.id
    await sessions.close_sessions_of(service.store, found.id, now=service.clock(), actor_id=by)
    return see_other(f"/console/users/{found.id}", said="user_signed_out")


@needs(Permission.MANAGE_USERS)
async def unlock(request: web.Request) -> web.StreamResponse:
    """Let somebody who typed wrong too often try again at once."""
    service, found = request.app[SERVICE], await _another(request)
    by = request[SIGNED_IN].user.id
    await users.unlock(service.store, found.id, now=service.clock(), actor_id=by)
    return see_other(f"/console/users/{found.id}", said="user_unlocked")


@needs(Permission.MANAGE_USERS)
async def reset_factor(request: web.Request) -> web.StreamResponse:
    """Take the second factor of a lost phone away, with a reason; the person sets up a new one."""
    service, found = request.app[SERVICE], await _another(request)
    reason = await text_of(request, "reason")
    if problem := problem_with(reason, REASON_LENGTH, "form.reason_missing", request):
        return await _show(request, found, reason=reason, problems={"reason": problem})
    by = request[SIGNED_IN].user.id
    await tell_supervisors(
        service.store, found.id, why=Why.FACTOR, now=service.clock(), actor_id=by
    )
    await second_factors.reset(
        service.store,
        found.id,
        reason=reason,
        now=service.clock(),
        actor_id=by,
    )
    return see_other(f"/console/users/{found.id}", said="factor_reset")


async def _ask(request: web.Request, found: UserRow, role_id: str, why: Why) -> None:
    """Ask a second person before an account is opened further."""
    service, by = request.app[SERVICE], request[SIGNED_IN].user.id
    asking = await asking_for_role(service.store, role_id, why=why, actor_id=by, about=found.id)
    if asking is not None:
        await access.ask(service.store, (found.id,), asking, now=service.clock())


async def _show(
    request: web.Request,
    found: UserRow,
    *,
    reason: str = "",
    problems: Mapping[str, str] | None = None,
) -> web.Response:
    service = request.app[SERVICE]
    now, credentials = service.clock(), await users.find_user(service.store, found.login)
    until = credentials.locked_until if credentials else None
    return page(
        request,
        "user.html",
        status=422 if problems else 200,
        person=found,
        role_options=await role_options(request),
        devices=await sessions.devices(service.store, found.id, now=now, idle=IDLE),
        locked_until=until if until and until > now else None,
        reason=reason,
        problems=problems or {},
        said=said_in(request),
    )


async def _people(
    request: web.Request,
    *,
    status: int = 200,
    typed: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None,
    one_time: Mapping[str, str] | None = None,
) -> web.Response:
    values: dict[str, Any] = {
        "people": await users.list_users(request.app[SERVICE].store),
        "role_options": await role_options(request),
        "typed": typed or {"name": "", "login": "", "role": Role.OPERATOR.value},
        "problems": problems or {},
        "one_time": one_time,
        "kept_count": await kept_from.count_of(
            request.app[SERVICE].store, reader_id=request[SIGNED_IN].user.id
        ),
        "asks_count": len(await asks_for(request)),
    }
    return page(request, "users.html", status=status, **values)


async def _person(request: web.Request) -> UserRow:
    found = await users.user(request.app[SERVICE].store, request.match_info["user_id"])
    if found is None:
        raise web.HTTPNotFound
    return found


async def _another(request: web.Request) -> UserRow:
    found = await _person(request)
    if found.id == request[SIGNED_IN].user.id:
        raise web.HTTPForbidden
    return found


_USERS, _USER = "/console/users", r"/console/users/{user_id:[0-9a-f]{32}}"
ROUTES: tuple[web.RouteDef, ...] = (
    web.get(_USERS, people),
    web.post(_USERS, add),
    web.get(_USER, person),
    web.post(f"{_USER}/role", role),
    web.post(f"{_USER}/active", active),
    web.post(f"{_USER}/password", new_password),
    web.post(f"{_USER}/sign-out", sign_out),
    web.post(f"{_USER}/unlock", unlock),
    web.post(f"{_USER}/factor", reset_factor),
)
