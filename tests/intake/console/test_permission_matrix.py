"""Every route of the console, called as every role and as a stranger, answers as it declares.

The routes are read from the router, so that none can be forgotten.
"""

import itertools
import re
import secrets
from datetime import timedelta

import pytest
from aiohttp import ClientResponse, web

from intake.console.sessions import _hash
from intake.permissions import (
    GRANTS,
    NO_CASE_ACCESS,
    Permission,
    Role,
    completed,
    grants_of,
    is_mixed,
    own_grants,
    permission_of,
)
from storage.accounts import roles, sessions, users
from storage.rows import UserRow
from tests.intake.console.conftest import Browser, Console

NOBODY = "0" * 32
SAMPLES = (
    *("999999999", NOBODY, "PT-2026-999999", "own-0000000000", "2026-11-24"),
    *("thanks", "vi", "any"),
)
"""Values for the parts of addresses; of what is counted or random, surely nobody's."""


def _routes(app: web.Application) -> list[tuple[str, str, Permission | None]]:
    """Return method, address and permission of every route under /console."""
    found = []
    for route in app.router.routes():
        resource = route.resource
        assert resource is not None
        if isinstance(resource, web.StaticResource) or route.method == "HEAD":
            continue
        if resource.canonical.startswith("/console"):
            found.append((route.method, _address(resource), permission_of(route.handler)))
    return found


def _address(resource: web.AbstractResource) -> str:
    """Return an address that the router takes for this resource."""
    pattern = resource.get_info().get("pattern")
    if pattern is None:
        return resource.canonical
    names = re.findall(r"\{(\w+)\}", resource.canonical)
    for values in itertools.product(SAMPLES, repeat=len(names)):
        address = resource.canonical
        for name, value in zip(names, values, strict=True):
            address = address.replace(f"{{{name}}}", value)
        if pattern.fullmatch(address):
            return address
    raise AssertionError(f"add a value to SAMPLES that fits {resource.canonical}")


async def _signed_in(console: Console, user_id: str) -> tuple[Browser, str]:
    """Return a fresh browser of somebody and its form token, without asking for a password."""
    token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    await sessions.open_session(
        console.service.store,
        user_id,
        token_hash=_hash(token),
        csrf=csrf,
        now=console.service.clock(),
        lifetime=timedelta(hours=1),
    )
    browser = console.browser()
    browser.client.session.cookie_jar.update_cookies(
        {"langnghe_console": token}, browser.client.make_url("/console")
    )
    return browser, csrf


async def _call(browser: Browser, method: str, path: str, csrf: str) -> ClientResponse:
    """Call a route; only the head of the answer matters, a stream would never end."""
    data = {"csrf": csrf} if method == "POST" else None
    async with browser.client.request(method, path, data=data, allow_redirects=False) as response:
        return response


def _is_sent_to_log_in(response: ClientResponse) -> bool:
    location = response.headers.get("Location", "")
    return response.status == 401 or location.startswith("/console/login")


@pytest.mark.parametrize("role", list(Role))
async def test_a_role_may_call_exactly_what_is_declared(console: Console, role: Role) -> None:
    user_id = await console.rows.join(role.value, role)
    wrong = []

    for method, path, permission in _routes(console.server.app):
        browser, csrf = await _signed_in(console, user_id)
        response = await _call(browser, method, path, csrf)
        is_allowed = permission is None or permission in GRANTS[role]
        if (response.status == 403) is is_allowed or response.status >= 500:
            wrong.append((method, path, permission, response.status))
        await browser.client.session.close()

    assert wrong == []


async def test_a_stranger_gets_in_only_where_it_is_public(console: Console) -> None:
    browser, wrong = console.browser(), []
    csrf = await browser.token()

    for method, path, permission in _routes(console.server.app):
        response = await _call(browser, method, path, csrf)
        is_refused = _is_sent_to_log_in(response)
        if permission is not None and not is_refused:
            wrong.append((method, path, permission, response.status))
        if permission is None and path != "/console/login" and is_refused:
            wrong.append((method, path, permission, response.status))

    assert wrong == []


async def test_a_role_of_the_centres_own_may_call_exactly_what_it_was_given(
    console: Console, clock
) -> None:
    wrong = []
    for permission in Permission:
        role_id = await roles.make_role(
            console.service.store,
            name=f"Chỉ {permission}",
            permissions=[permission.value],
            now=clock(),
            actor_id="x",
        )
        person = await _holder(console, role_id)
        granted = grants_of(person)
        wrong += [
            (permission, path)
            for method, path, needed in _routes(console.server.app)
            if method == "GET"
            if needed is not None and needed is not Permission.SIGNED_IN
            if await _is_refused(console, person, path) is (needed in granted)
        ]

    assert wrong == []


async def _holder(console: Console, role_id: str) -> UserRow:
    user_id = await console.rows.join(role_id, Role.COMMUNICATOR)
    await roles.set_role(
        console.service.store, user_id, role=role_id, now=console.service.clock(), actor_id="x"
    )
    person = await users.user(console.service.store, user_id)
    assert person is not None
    return person


async def _is_refused(console: Console, person: UserRow, path: str) -> bool:
    browser, csrf = await _signed_in(console, person.id)
    response = await _call(browser, "GET", path, csrf)
    await browser.client.session.close()
    return response.status == 403


def test_no_shipped_role_opens_both_cases_and_accounts() -> None:
    assert [role for role, granted in GRANTS.items() if is_mixed(granted)] == []


@pytest.mark.parametrize("permission", sorted(set(Permission) - NO_CASE_ACCESS))
def test_every_way_into_a_case_is_kept_from_who_manages_users(permission: Permission) -> None:
    mixed = {permission.value, Permission.MANAGE_USERS.value}

    assert is_mixed(completed(Permission(name) for name in mixed))
    assert own_grants(mixed) == {Permission.SIGNED_IN}  # even if the row was written by hand


def test_who_works_on_tickets_can_read_them() -> None:
    granted = own_grants([Permission.CONFIRM_DISMISSAL.value, "no_longer_known"])

    assert granted == {
        Permission.SIGNED_IN,
        Permission.READ_QUEUE,
        Permission.READ_TICKET,
        Permission.WORK_TICKET,
        Permission.CONFIRM_DISMISSAL,
    }
