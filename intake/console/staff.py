"""User administration (người dùng): create, give a role, close, give a new one-time password."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from intake.accounts import BadLogin, create_account, reset_password
from intake.console.forms import choice_of, said_in, see_other, text_of
from intake.console.render import page, words_for
from intake.console.sessions import SIGNED_IN
from intake.permissions import Permission, Role, needs
from intake.service import SERVICE
from storage import users
from storage.roles import set_role
from storage.rows import UserRow
from storage.users import LoginTaken

_ROLES = tuple(role.value for role in Role)


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
    role = Role(await choice_of(request, "role", _ROLES))
    typed = {"name": name, "login": login, "role": role.value}
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
    found = await _person(request)
    return page(
        request,
        "user.html",
        person=found,
        role_options=_role_options(request),
        said=said_in(request),
    )


@needs(Permission.MANAGE_USERS)
async def role(request: web.Request) -> web.StreamResponse:
    """Give another role; nobody changes their own."""
    service, found = request.app[SERVICE], await _another(request)
    wanted = await choice_of(request, "role", _ROLES)
    await set_role(
        service.store,
        found.id,
        role=wanted,
        now=service.clock(),
        actor_id=request[SIGNED_IN].user.id,
    )
    return see_other(f"/console/users/{found.id}", said="user_saved")


@needs(Permission.MANAGE_USERS)
async def active(request: web.Request) -> web.StreamResponse:
    """Close an account or open it again; nobody closes their own."""
    service, found = request.app[SERVICE], await _another(request)
    is_active = await choice_of(request, "active", ("0", "1")) == "1"
    await users.set_active(
        service.store,
        found.id,
        is_active=is_active,
        now=service.clock(),
        actor_id=request[SIGNED_IN].user.id,
    )
    return see_other(f"/console/users/{found.id}", said="user_saved")


@needs(Permission.MANAGE_USERS)
async def new_password(request: web.Request) -> web.StreamResponse:
    """Give a new one-time password, shown once, on this answer only."""
    service, found = request.app[SERVICE], await _another(request)
    password = await reset_password(
        service.store, found.id, service.clock(), actor_id=request[SIGNED_IN].user.id
    )
    return await _people(request, one_time={"login": found.login, "password": password})


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
        "role_options": _role_options(request),
        "typed": typed or {"name": "", "login": "", "role": Role.OPERATOR.value},
        "problems": problems or {},
        "one_time": one_time,
    }
    return page(request, "users.html", status=status, **values)


def _role_options(request: web.Request) -> list[tuple[str, str]]:
    words = words_for(request)
    return [(value, words(f"role.{value}")) for value in _ROLES]


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
