"""Who may do what (quyền hạn): a route that does not say so stops the start."""

from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import TypeVar

from aiohttp import web

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
    TEACH = "teach"
    REVIEW_CONTENT = "review_content"
    MANAGE_USERS = "manage_users"
    READ_HEALTH = "read_health"
    READ_AUDIT = "read_audit"


_EVERYONE = {Permission.SIGNED_IN}
_DESK = _EVERYONE | {Permission.READ_QUEUE, Permission.READ_TICKET, Permission.WORK_TICKET}
GRANTS: dict[Role, frozenset[Permission]] = {
    Role.OPERATOR: frozenset(_DESK),
    Role.SUPERVISOR: frozenset(
        _DESK
        | {
            Permission.CONFIRM_DISMISSAL,
            Permission.UNLOCK_COMPOSER,
            Permission.TEACH,
            Permission.REVIEW_CONTENT,
            Permission.READ_HEALTH,
        }
    ),
    Role.COMMUNICATOR: frozenset(_EVERYONE | {Permission.REVIEW_CONTENT}),
    Role.ADMINISTRATOR: frozenset(_EVERYONE | {Permission.MANAGE_USERS, Permission.READ_HEALTH}),
    Role.AUDITOR: frozenset(_EVERYONE | {Permission.READ_AUDIT, Permission.READ_HEALTH}),
}
"""Case access and user administration are never in one role."""

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
