"""Roles (vai trò) as people read them: those that are shipped, then the Centre's own."""

from collections.abc import Iterable

from aiohttp import web

from intake.console.render import words_for
from intake.console.strings import Words
from intake.permissions import Role
from intake.service import SERVICE
from storage.accounts.roles import RoleRow, own_roles


async def role_options(request: web.Request) -> list[tuple[str, str]]:
    """Return every role that can be given, as value and name."""
    own = await own_roles(request.app[SERVICE].store)
    return list(names_of_roles(own, words_for(request)).items())


def names_of_roles(own: Iterable[RoleRow], words: Words) -> dict[str, str]:
    """Return the name of every role by its value."""
    shipped = {role.value: words(f"role.{role.value}") for role in Role}
    return shipped | {row.id: row.name for row in own}
