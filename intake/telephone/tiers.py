"""Whose telephones ring for a call (thứ tự đổ chuông), by the rota as it is now. Pure.

Who is kept from a ticket is not among the staff that come in here, so their telephone never rings.
"""

from typing import Final

from intake.escalation import is_of_desk, plan
from storage.rota.phones import Reachable
from storage.rows import UserRow

MOST_AT_ONCE: Final = 10
"""As many telephones as one <Dial> takes."""
_TIERS: Final = (0, 1, 4)
"""Of the alarm's plan: on duty, then all operators, then everybody."""
_ON_CALL_FROM: Final = 1


def phones_of(
    tier: int, reachable: tuple[Reachable, ...], staff: tuple[UserRow, ...]
) -> tuple[Reachable, ...]:
    """Say whose telephones ring at a tier, who is on call first; nobody on duty: everybody's."""
    planned = plan(_TIERS[tier], is_life_in_minutes=False, staff=staff)
    wanted = {user.id for user in planned.staff}
    desk = {user.id for user in staff if is_of_desk(user)}
    found = (
        each
        for each in reachable
        if each.user_id in wanted
        or (tier >= _ON_CALL_FROM and each.is_on_call and each.user_id in desk)
    )
    return tuple(found)[:MOST_AT_ONCE]
