"""The role editor (vai trò): what each role may, and roles of the Centre's own."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from aiohttp import web

from intake.access import asking_among, is_last_role
from intake.console.accounts.role_names import names_of_roles
from intake.console.forms import said_in, see_other, text_of
from intake.console.render import page, words_for
from intake.console.sessions import SIGNED_IN
from intake.permissions import (
    GRANTS,
    NO_CASE_ACCESS,
    Permission,
    completed,
    is_mixed,
    needs,
    opens_much,
    own_grants,
)
from intake.service import SERVICE
from storage.accounts import access, users
from storage.accounts.access import Why
from storage.accounts.roles import (
    RoleInUse,
    RoleNameTaken,
    RoleRow,
    edit_role,
    make_role,
    own_roles,
    remove_role,
)
from storage.errors import NotFound

_ROLES = "/console/roles"
_ROLE = r"/console/roles/{role_id:own-[0-9a-f]{10}}"
_NAME_LENGTH = range(3, 61)


@needs(Permission.MANAGE_USERS)
async def roles(request: web.Request) -> web.StreamResponse:
    """Show every role and what it may."""
    own = await own_roles(request.app[SERVICE].store)
    names = names_of_roles(own, words_for(request))
    may = {role.value: _in_order(granted) for role, granted in GRANTS.items()}
    may |= {row.id: _in_order(own_grants(row.permissions)) for row in own}
    return page(
        request,
        "roles.html",
        shipped=[(role.value, names[role.value]) for role in GRANTS],
        own=own,
        may_of=may,
        said=said_in(request),
    )


@needs(Permission.MANAGE_USERS)
async def new_role(request: web.Request) -> web.StreamResponse:
    """Show an empty form."""
    return _form(request, None, name="", chosen=())


@needs(Permission.MANAGE_USERS)
async def add(request: web.Request) -> web.StreamResponse:
    """Make a role."""
    return await _save(request, None)


@needs(Permission.MANAGE_USERS)
async def role(request: web.Request) -> web.StreamResponse:
    """Show a role of the Centre's own."""
    row = await _role(request)
    chosen = [each for each in Permission if each.value in row.permissions]
    return _form(request, row, name=row.name, chosen=chosen)


@needs(Permission.MANAGE_USERS)
async def save(request: web.Request) -> web.StreamResponse:
    """Change a role; nobody changes the one they have themselves."""
    row = await _role(request)
    _refuse_own(request, row)
    return await _save(request, row)


@needs(Permission.MANAGE_USERS)
async def remove(request: web.Request) -> web.StreamResponse:
    """Remove a role that nobody has."""
    service, row = request.app[SERVICE], await _role(request)
    _refuse_own(request, row)
    try:
        await remove_role(
            service.store, row.id, now=service.clock(), actor_id=request[SIGNED_IN].user.id
        )
    except RoleInUse:
        return see_other(f"{_ROLES}/{row.id}", said="role_in_use")
    return see_other(_ROLES, said="role_removed")


async def _save(request: web.Request, row: RoleRow | None) -> web.StreamResponse:
    service = request.app[SERVICE]
    name = (await text_of(request, "name"))[:200]
    chosen = await _chosen(request)
    problems = _problems(request, name, chosen)
    by = request[SIGNED_IN].user.id
    if row and await is_last_role(service.store, row, completed(chosen), actor_id=by):
        problems["permissions"] = words_for(request)("said.user_is_last")
    if problems:
        return _form(request, row, name=name, chosen=chosen, problems=problems)
    values: dict[str, Any] = {
        "name": name,
        "permissions": [each.value for each in completed(chosen)],
        "now": service.clock(),
        "actor_id": by,
    }
    try:
        if row is None:
            await make_role(service.store, **values)
        else:
            await _ask_about_holders(request, row, chosen)
            await edit_role(service.store, row.id, **values)
    except RoleNameTaken:
        problems = {"name": words_for(request)("roles.name_taken")}
        return _form(request, row, name=name, chosen=chosen, problems=problems)
    except NotFound:
        raise web.HTTPNotFound from None
    return see_other(_ROLES, said="role_saved")


async def _ask_about_holders(
    request: web.Request, row: RoleRow, chosen: Iterable[Permission]
) -> None:
    """Ask a second person about whoever has a role, before it opens what it did not open."""
    if not opens_much(completed(chosen) - own_grants(row.permissions)):
        return
    service, by = request.app[SERVICE], request[SIGNED_IN].user.id
    staff = await users.list_users(service.store)
    for each in (each for each in staff if each.role == row.id):
        asking = asking_among(staff, why=Why.RIGHTS, actor_id=by, about=each.id)
        await access.ask(service.store, (each.id,), asking, now=service.clock())


async def _chosen(request: web.Request) -> list[Permission]:
    """Return the permissions that were ticked; raises 400 for what no page of ours sends."""
    sent = {str(value) for value in (await request.post()).getall("permission", [])}
    if not sent <= set(Permission.__members__.values()):
        raise web.HTTPBadRequest
    return [each for each in Permission if each.value in sent]


def _problems(request: web.Request, name: str, chosen: Sequence[Permission]) -> dict[str, str]:
    words = words_for(request)
    problems = {}
    if len(name) not in _NAME_LENGTH:
        problems["name"] = words("roles.name_length")
    elif name.casefold() in {each.casefold() for each in names_of_roles((), words).values()}:
        problems["name"] = words("roles.name_taken")
    if not chosen:
        problems["permissions"] = words("roles.nothing_chosen")
    elif is_mixed(completed(chosen)):
        case = ", ".join(
            words.named("permission", each) for each in chosen if each not in NO_CASE_ACCESS
        )
        problems["permissions"] = words("roles.mixed", case=case)
    return problems


def _form(
    request: web.Request,
    row: RoleRow | None,
    *,
    name: str,
    chosen: Sequence[Permission],
    problems: Mapping[str, str] | None = None,
) -> web.Response:
    open_to_all = [each for each in Permission if each in NO_CASE_ACCESS]
    return page(
        request,
        "role.html",
        status=422 if problems else 200,
        role=row,
        is_own=row is not None and row.id == request[SIGNED_IN].user.role,
        name=name,
        chosen=chosen,
        groups=(
            ("case", [each for each in Permission if each not in NO_CASE_ACCESS]),
            ("other", [each for each in open_to_all if each is not Permission.SIGNED_IN]),
        ),
        problems=problems or {},
        said=said_in(request),
    )


def _in_order(granted: frozenset[Permission]) -> list[Permission]:
    return [each for each in Permission if each in granted and each is not Permission.SIGNED_IN]


async def _role(request: web.Request) -> RoleRow:
    wanted = request.match_info["role_id"]
    for row in await own_roles(request.app[SERVICE].store):
        if row.id == wanted:
            return row
    raise web.HTTPNotFound


def _refuse_own(request: web.Request, row: RoleRow) -> None:
    if row.id == request[SIGNED_IN].user.role:
        raise web.HTTPForbidden


ROUTES: tuple[web.RouteDef, ...] = (
    web.get(_ROLES, roles),
    web.post(_ROLES, add),
    web.get(f"{_ROLES}/new", new_role),
    web.get(_ROLE, role),
    web.post(_ROLE, save),
    web.post(f"{_ROLE}/remove", remove),
)
