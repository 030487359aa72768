"""Who may do what (quyền hạn): a route that does not say so stops the start.

`grants_of` is the one place that answers what somebody may, by a role that is shipped or by one
that the Centre made. Case access and user administration are never in one role.
"""

from collections.abc import Awaitable, Callable, Iterable
from enum import StrEnum
from typing import TypeVar

from aiohttp import web

from storage.rows import UserRow

Handler = TypeVar("Handler", bound=Callable[..., Awaitable[web.StreamResponse]])


class Role(StrEnum):
    """What a member of staff is (vai trò)."""

    OPERATOR = "operator"
    SUPERVISOR = "supervisor"
    COMMUNICATOR = "communicator"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


class Permission(StrEnum):
    """What can be done in the console."""

    SIGNED_IN = "signed_in"
    READ_QUEUE = "read_queue"
    READ_TICKET = "read_ticket"
    WORK_TICKET = "work_ticket"
    CONFIRM_DISMISSAL = "confirm_dismissal"
    UNLOCK_COMPOSER = "unlock_composer"
    SAFEGUARD = "safeguard"
    TEACH = "teach"
    REVIEW_CONTENT = "review_content"
    MANAGE_USERS = "manage_users"
    CONFIRM_ACCESS = "confirm_access"
    READ_HEALTH = "read_health"
    READ_AUDIT = "read_audit"
    MANAGE_ROTA = "manage_rota"
    TEST_ALARM = "test_alarm"


_EVERYONE = {Permission.SIGNED_IN}
_DESK = _EVERYONE | {Permission.READ_QUEUE, Permission.READ_TICKET, Permission.WORK_TICKET}
GRANTS: dict[Role, frozenset[Permission]] = {
    Role.OPERATOR: frozenset(_DESK),
    Role.SUPERVISOR: frozenset(
        _DESK
        | {
            Permission.CONFIRM_DISMISSAL,
            Permission.UNLOCK_COMPOSER,
            Permission.SAFEGUARD,
            Permission.CONFIRM_ACCESS,
            Permission.TEACH,
            Permission.REVIEW_CONTENT,
            Permission.READ_HEALTH,
            Permission.MANAGE_ROTA,
            Permission.TEST_ALARM,
        }
    ),
    Role.COMMUNICATOR: frozenset(_EVERYONE | {Permission.REVIEW_CONTENT}),
    Role.ADMINISTRATOR: frozenset(
        _EVERYONE
        | {
            Permission.MANAGE_USERS,
            Permission.CONFIRM_ACCESS,
            Permission.READ_HEALTH,
            Permission.TEST_ALARM,
        }
    ),
    Role.AUDITOR: frozenset(_EVERYONE | {Permission.READ_AUDIT, Permission.READ_HEALTH}),
}
"""What the roles that are shipped may; nobody edits them."""
NO_CASE_ACCESS = frozenset(
    {
        Permission.SIGNED_IN,
        Permission.REVIEW_CONTENT,
        Permission.MANAGE_USERS,
        Permission.CONFIRM_ACCESS,
        Permission.READ_HEALTH,
        Permission.READ_AUDIT,
        Permission.MANAGE_ROTA,
        Permission.TEST_ALARM,
    }
)
"""Show nothing of a case. A permission that is not named here counts as case access."""
_IMPLIED = {
    Permission.READ_TICKET: frozenset({Permission.READ_QUEUE}),
    Permission.WORK_TICKET: frozenset({Permission.READ_QUEUE, Permission.READ_TICKET}),
    Permission.CONFIRM_DISMISSAL: frozenset(_DESK),
    Permission.UNLOCK_COMPOSER: frozenset(_DESK),
}
"""What somebody cannot use without something else."""


def grants_of(user: UserRow) -> frozenset[Permission]:
    """Return what somebody may; an own role that mixes what must stay apart grants nothing.

    Nor may somebody whom a second person has yet to confirm (intake/access.py).
    """
    if user.awaits_second_person:
        return frozenset(_EVERYONE)
    if user.role in Role.__members__.values():
        return GRANTS[Role(user.role)]
    return own_grants(user.own_permissions)


def own_grants(names: Iterable[str]) -> frozenset[Permission]:
    """Return what an own role may, by the names that are stored; unknown ones are nothing."""
    kept = set(names)
    known = completed(each for each in Permission if each.value in kept)
    return frozenset(_EVERYONE) if is_mixed(known) else known


def completed(permissions: Iterable[Permission]) -> frozenset[Permission]:
    """Add what the given permissions cannot be used without."""
    given = frozenset(permissions) | _EVERYONE
    return given.union(*(_IMPLIED.get(each, frozenset()) for each in given))


def is_mixed(permissions: Iterable[Permission]) -> bool:
    """Whether a role would open both cases and accounts: whoever gives rights would read all."""
    given = frozenset(permissions)
    return Permission.MANAGE_USERS in given and bool(given - NO_CASE_ACCESS)


def opens_much(permissions: Iterable[Permission]) -> bool:
    """Whether a role opens cases or accounts: giving it takes two people."""
    mighty = {Permission.MANAGE_USERS, Permission.CONFIRM_ACCESS}
    return bool(frozenset(permissions) - (NO_CASE_ACCESS - mighty))


def leads(user: UserRow) -> bool:
    """Whether somebody is a supervisor (trưởng ca) in what they may, whatever the role's name."""
    return Permission.CONFIRM_DISMISSAL in grants_of(user)


_MARK = "langnghe_permission"


class UndeclaredRoute(Exception):
    """A route does not say who may call it."""


def public(handler: Handler) -> Handler:
    """Declare a route that strangers may call."""
    setattr(handler, _MARK, None)
    return handler


def needs(permission: Permission) -> Callable[[Handler], Handler]:
    """Declare a route for roles that hold `permission`."""

    def mark(handler: Handler) -> Handler:
        setattr(handler, _MARK, permission)
        return handler

    return mark


def permission_of(handler: object) -> Permission | None:
    """Return what a handler needs, None for a public one; raises `UndeclaredRoute`."""
    if not hasattr(handler, _MARK):
        raise UndeclaredRoute(getattr(handler, "__qualname__", repr(type(handler))))
    permission: Permission | None = getattr(handler, _MARK)
    return permission


def check_routes(app: web.Application) -> None:
    """Raise `UndeclaredRoute` unless every route, static ones apart, declares who may call it."""
    for route in app.router.routes():
        if not isinstance(route.resource, web.StaticResource):
            permission_of(route.handler)
