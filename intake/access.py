"""Opening cases takes two people (hai người mới mở được quyền xem vụ việc).

An administrator gives roles and reads no case; a second account of their own would undo that. So
what opens cases or accounts waits until a supervisor or another administrator knows the person. On
an installation with nobody else to ask it holds at once, and is told to whoever joins later. A new
password or second factor holds at once too and is told: whoever is locked out at night is needed,
and the account's owner notices by themselves that the old one is gone. The command line asks
nobody: whoever has the machine has everything, and its accounts are events like all others. The
last other person who confirms is not closed in the console: nobody makes themselves alone first.
"""

from collections.abc import Iterable, Mapping

from intake.permissions import GRANTS, Permission, Role, grants_of, opens_much, own_grants
from storage.accounts import users
from storage.accounts.access import Asking, Why
from storage.accounts.roles import RoleRow, own_roles
from storage.accounts.second_people import LastSecondPerson
from storage.rows import UserRow
from storage.store import Store


async def asking_for_role(
    store: Store, role: str, *, why: Why, actor_id: str, about: str = ""
) -> Asking | None:
    """Return what a second person is asked before somebody gets a role; None: nothing.

    `about` is the account, where there is one already.
    """
    staff = await users.list_users(store)
    if not _is_of(staff, actor_id) or not opens_much(await _granted(store, role)):
        return None
    return asking_among(staff, why=why, actor_id=actor_id, about=about)


def asking_among(staff: Iterable[UserRow], *, why: Why, actor_id: str, about: str = "") -> Asking:
    """Return what is asked where these work: it waits if there is anybody to answer."""
    is_waiting = any(_is_second(each, actor_id=actor_id, about=about) for each in staff)
    return Asking(why=why, asked_by=actor_id, is_waiting=is_waiting)


async def telling_of(store: Store, user: UserRow, *, why: Why, actor_id: str) -> Asking | None:
    """Return what supervisors are told before somebody gets in anew; None: nothing."""
    staff = await users.list_users(store)
    if not _is_of(staff, actor_id) or not opens_much(await _granted(store, user.role)):
        return None
    return Asking(why=why, asked_by=actor_id, is_waiting=False)


async def beside_closed(store: Store, user: UserRow, *, actor_id: str) -> Mapping[str, str] | None:
    """Return who else could confirm, with their roles, before somebody is closed.

    None: the account confirms nothing itself, so nothing is lost with it. Raises `LastSecondPerson`
    when there is nobody; the same is looked at again with the change (storage/accounts).
    """
    if not _is_second(user, actor_id=actor_id, about=""):
        return None
    staff = await users.list_users(store)
    others = [each for each in staff if _is_second(each, actor_id=actor_id, about=user.id)]
    if not others:
        raise LastSecondPerson
    return {each.id: each.role for each in others}


async def beside_lowered(
    store: Store, user: UserRow, role: str, *, actor_id: str
) -> Mapping[str, str] | None:
    """Return the same before somebody gets another role; None also where that one confirms too."""
    if Permission.CONFIRM_ACCESS in await _granted(store, role):
        return None
    return await beside_closed(store, user, actor_id=actor_id)


async def is_last_role(
    store: Store, row: RoleRow, permissions: Iterable[Permission], *, actor_id: str
) -> bool:
    """Whether nobody else could confirm any more once a role has only these permissions."""
    staff = await users.list_users(store)
    if Permission.CONFIRM_ACCESS in permissions:
        return False
    seconds = [each for each in staff if _is_second(each, actor_id=actor_id, about="")]
    return bool(seconds) and all(each.role == row.id for each in seconds)


def _is_second(user: UserRow, *, actor_id: str, about: str) -> bool:
    """Whether somebody can be the second person of what `actor_id` opens to `about`."""
    is_other = user.is_active and user.id not in (actor_id, about)
    return is_other and Permission.CONFIRM_ACCESS in grants_of(user)


def _is_of(staff: Iterable[UserRow], actor_id: str) -> bool:
    """Whether a person did it in the console, not the command line."""
    return any(each.id == actor_id for each in staff)


async def _granted(store: Store, role: str) -> frozenset[Permission]:
    if role in Role.__members__.values():
        return GRANTS[Role(role)]
    own = {row.id: row.permissions for row in await own_roles(store)}
    return own_grants(own.get(role, ()))
