"""Which pages of the console are looked at: every GET route of the router, so that none is missed.

A new page needs nothing here unless its address has a part that no sample fills yet.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from aiohttp import web

from intake.permissions import GRANTS, Permission, Role, permission_of

FRAGMENTS = frozenset(
    {
        "/console",
        "/console/live",
        "/console/parts/queue",
        "/console/parts/tickets/{number}",
        "/console/parts/now",
        "/console/parts/breaches",
        "/console/calls/{call}/heard",
    }
)
"""Parts of a page or a stream, and an address that only leads on."""
SAMPLES = frozenset(
    {
        *("call", "tally", "user_id", "test", "number", "reading", "incident", "correction"),
        *("card", "lang", "register", "role_id", "held", "canned"),
    }
)
"""Parts of addresses that tests/screenshots/console.py finds a value for."""
_VIEWERS = (Role.OPERATOR, Role.SUPERVISOR, Role.ADMINISTRATOR, Role.AUDITOR, Role.COMMUNICATOR)
_ONLY_FOR = {"/console/alarm-tests/{test}": Role.SUPERVISOR}
"""Who was rung sees the test; others are told that there is no such page."""
_NUMBER_OF = {"/console/sample/{number}": "sample_number"}
"""Not every ticket is in the week's sample: there `number` is another one."""
_MORE = (
    ("find-found", "/console/find?q=sông", Role.OPERATOR),
    ("desk-supervisor", "/console/", Role.SUPERVISOR),
    ("ticket-call", "/console/tickets/{call_number}", Role.OPERATOR),
    ("ticket-unheld", "/console/tickets/{unheld_number}", Role.SUPERVISOR),
    ("ticket-case", "/console/tickets/{number}?pane=case", Role.OPERATOR),
    ("ticket-closed", "/console/tickets/{closed_number}", Role.SUPERVISOR),
    ("home-communicator", "/console/", Role.COMMUNICATOR),
    ("invitation-open", "/console/invitation#{token}", None),
)
"""The same routes in another state."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsolePage:
    """A page to look at."""

    name: str
    path: str
    """With the names of samples in braces."""
    viewer: Role | None
    """None: a stranger."""


def console_pages(app: web.Application) -> tuple[ConsolePage, ...]:
    """Return every page of the console, and some of them in another state."""
    routes = (
        ConsolePage(name=_name(path), path=path, viewer=_ONLY_FOR.get(path, _viewer(permission)))
        for path, permission in get_routes(app)
        if path not in FRAGMENTS
    )
    more = (ConsolePage(name=name, path=path, viewer=viewer) for name, path, viewer in _MORE)
    return (*routes, *more)


def get_routes(app: web.Application) -> Iterator[tuple[str, Permission | None]]:
    """Return address and permission of every GET route under /console, files apart."""
    for route in app.router.routes():
        resource = route.resource
        if route.method != "GET" or resource is None or isinstance(resource, web.StaticResource):
            continue
        if resource.canonical.startswith("/console"):
            yield resource.canonical, permission_of(route.handler)


def samples_in(path: str) -> frozenset[str]:
    """Return the names in braces."""
    return frozenset(re.findall(r"\{(\w+)\}", path))


def address(path: str, samples: Mapping[str, str]) -> str | None:
    """Return the address with its samples; None where one was not found."""
    if path in _NUMBER_OF:
        samples = {**samples, "number": samples.get(_NUMBER_OF[path], "")}
    if not all(samples.get(name) for name in samples_in(path)):
        return None
    return path.format_map(samples)


def _viewer(permission: Permission | None) -> Role | None:
    if permission is None:
        return None
    return next(role for role in _VIEWERS if permission in GRANTS[role])


def _name(path: str) -> str:
    parts = path.removeprefix("/console").strip("/")
    return re.sub(r"[^a-z0-9-]+", "-", parts).strip("-") or "desk"
