"""The alarm's plan (báo động): who rings by which tier, and when the next tier is due. Pure.

    life in minutes    0 s everybody by every way, 30 s the truth to the reporter, then every 2 min
    other critical     0 s on duty, 60 s all operators, 120 s supervisors, 180 s on call (staff
                       chat, webhook and who is on call by telephone), then everybody every 2 min
    nobody on duty     0 s everybody by every way, and the reporter is told at once
    holder is silent   2 min after a message in a critical chat: holder and who is on duty,
                       after 4 min everybody by every way
    graver while held  0 s everybody by every way, then every 2 min until an operator writes or
                       takes the ticket anew; life in minutes: 30 s the truth to the reporter
    reporter silent    10 min after the last message of a critical talk: supervisors, once
    nobody takes it    high after 1 h, normal after 3 h: on duty and on call, at most 3 times more

On duty is who says so or is planned so (storage/rota/duty.py, storage/rota/shifts.py). Every way
means every telephone as well, who is on call first. Times as in design §5. Storage starts the alarm
when it opens or raises a ticket (storage/alarm/alarms.py), intake/ringing.py and intake/calling.py
carry the plan out, claiming the ticket stops it.
"""

from dataclasses import dataclass
from datetime import timedelta

from intake.permissions import Permission, grants_of, leads
from nlu.labels import Urgency
from storage.alarm.alarms import ASSIGNED_WITHIN
from storage.rota.phones import Reachable
from storage.rows import UserRow

TRUTH_AFTER = timedelta(seconds=30)
REPEAT_EVERY = timedelta(minutes=2)
CALLS_AGAIN = 3
"""How often a ticket that is not critical calls again after its first call."""
WIDE_SILENCE = timedelta(minutes=4)
_TIER_EVERY = timedelta(seconds=60)
_ON_CALL_TIER = 3
_REPEAT_TIER = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One tier of the alarm."""

    staff: tuple[UserRow, ...]
    """Who rings in the console and on their own messenger."""
    rings_on_call: bool
    """The staff chat and the webhook ring too."""
    next_tier: int
    next_after: timedelta
    tells_truth: bool = False
    """In 30 s the reporter hears that nobody has answered yet, if that is so then."""
    is_rota_empty: bool = False
    """Nobody is on duty: the reporter hears it at once."""
    rings_every_phone: bool = False
    """Not only the telephone of who is on call by the rota."""


def plan(tier: int, *, is_life_in_minutes: bool, staff: tuple[UserRow, ...]) -> Plan:
    """Say who rings by a tier, of all active staff, and what comes after it."""
    desk = tuple(user for user in staff if is_of_desk(user))
    on_duty = tuple(user for user in desk if user.is_on_duty)
    is_rota_empty = tier == 0 and not on_duty
    if is_life_in_minutes or is_rota_empty or tier >= _REPEAT_TIER:
        return Plan(
            staff=desk,
            rings_on_call=True,
            next_tier=max(tier + 1, _REPEAT_TIER),
            next_after=REPEAT_EVERY,
            tells_truth=is_life_in_minutes and tier == 0,
            is_rota_empty=is_rota_empty,
            rings_every_phone=True,
        )
    is_repeat_next = tier == _ON_CALL_TIER
    return Plan(
        staff=_up_to(tier, desk),
        rings_on_call=is_repeat_next,
        next_tier=tier + 1,
        next_after=REPEAT_EVERY if is_repeat_next else _TIER_EVERY,
    )


def plan_silence(silent_for: timedelta, *, holder_id: str, staff: tuple[UserRow, ...]) -> Plan:
    """Say who rings when the holder of a critical ticket leaves the reporter without an answer."""
    desk = tuple(user for user in staff if is_of_desk(user))
    is_wide = silent_for >= WIDE_SILENCE
    near = tuple(user for user in desk if user.is_on_duty or user.id == holder_id)
    return Plan(
        staff=desk if is_wide else near,
        rings_on_call=is_wide,
        next_tier=0,
        next_after=REPEAT_EVERY,
        rings_every_phone=is_wide,
    )


def plan_graver(*, is_first: bool, is_life_in_minutes: bool, staff: tuple[UserRow, ...]) -> Plan:
    """Say who rings when a held ticket became graver: everybody, the holder among them."""
    return Plan(
        staff=tuple(user for user in staff if is_of_desk(user)),
        rings_on_call=True,
        next_tier=0,
        next_after=REPEAT_EVERY,
        tells_truth=is_first and is_life_in_minutes,
        rings_every_phone=True,
    )


def plan_reporter_silent(staff: tuple[UserRow, ...]) -> Plan:
    """Say who hears that a critical reporter is silent: the supervisors, else the desk."""
    desk = tuple(user for user in staff if is_of_desk(user))
    return Plan(
        staff=tuple(user for user in desk if leads(user)) or desk,
        rings_on_call=False,
        next_tier=0,
        next_after=REPEAT_EVERY,
    )


def plan_unassigned(urgency: Urgency, *, staff: tuple[UserRow, ...]) -> Plan:
    """Say who is called when nobody has taken a ticket in time: on duty, else the whole desk."""
    desk = tuple(user for user in staff if is_of_desk(user))
    return Plan(
        staff=tuple(user for user in desk if user.is_on_duty) or desk,
        rings_on_call=True,
        next_tier=0,
        next_after=ASSIGNED_WITHIN[urgency],
    )


def telephones(
    plan: Plan, reachable: tuple[Reachable, ...], staff: tuple[UserRow, ...]
) -> tuple[Reachable, ...]:
    """Say whose telephones ring by a plan, and in which order: who is on call first.

    The rota names who is on call. Where it names nobody that can be reached, every telephone of the
    desk rings: a hole in the rota must not keep the alarm from anybody.
    """
    if not plan.rings_on_call:
        return ()
    desk = {user.id for user in staff if is_of_desk(user)}
    found = tuple(each for each in reachable if each.user_id in desk)
    on_call = tuple(each for each in found if each.is_on_call)
    if plan.rings_every_phone or not on_call:
        return on_call + tuple(each for each in found if not each.is_on_call)
    return on_call


def is_of_desk(user: UserRow) -> bool:
    """Whether a person may take tickets, and so may be rung."""
    return user.is_active and Permission.WORK_TICKET in grants_of(user)


def _up_to(tier: int, desk: tuple[UserRow, ...]) -> tuple[UserRow, ...]:
    """Each tier rings those before it too: who slept through the first may wake at the second."""
    return tuple(
        user for user in desk if user.is_on_duty or tier >= 2 or (tier == 1 and not leads(user))
    )
