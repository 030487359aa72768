"""Seeds an invented year (tạo dữ liệu mẫu): refuses where it could be taken for a real one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.channels.web import WebChannel
from intake.accounts import COMMAND_LINE
from intake.assembly import assemble, read_parts
from intake.demo.asides import Asked, Held, asked_talks, drill_days, lay_out
from intake.demo.playing import Player, YearClock
from intake.demo.stories import Wish, invent
from intake.demo.tallies import counted_calls, duties, plan_shift
from intake.demo.voices import Voices, read_voices
from intake.errors import IntakeError
from intake.passwords import hashed, one_time_password
from intake.permissions import Role, leads
from intake.settings import Mode, Settings
from storage.accounts.users import NewUser
from storage.drills import demo
from storage.drills.demo_marks import holds_real_tickets
from storage.rows import UserRow
from storage.store import Store


class ProductionRefused(IntakeError):
    """LANGNGHE_MODE=production: invented reports have no place beside children's."""


class RealRefused(IntakeError):
    """There are real tickets here. Use a data folder of its own, or --beside for a quiet year."""


class AlreadySeeded(IntakeError):
    """There is an invented year already: `langnghe demo remove` first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is wanted on the command line."""

    tickets: int
    days: int
    seed: int
    beside: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeded:
    """What was made."""

    passwords: Mapping[str, str]
    """By log-in name; kept nowhere."""


async def seed(
    settings: Settings, store: Store, order: Order, *, now: datetime, tell: Callable[[int], None]
) -> Seeded:
    """Make the year; `tell` hears how many tickets are there. Raises what stands above."""
    await _check(settings, store, order)
    clock = YearClock(now - timedelta(days=order.days + 60))
    parts = read_parts(settings)
    # Only the web chat: nothing of this may leave the house by any other way.
    service = assemble(settings, store, parts, {"web": WebChannel()}, clock)
    voices = read_voices()
    people, passwords = await _hire(store, voices, order, now=clock())
    wish = Wish(
        tickets=order.tickets,
        days=order.days,
        seed=order.seed,
        until=now,
        communes=parts.places.communes,
        is_quiet=order.beside,
    )
    stories = invent(wish, voices)
    operators = tuple(each.id for each in people if each.role == Role.OPERATOR)
    leader = next(each for each in people if leads(each))
    player = Player(
        service=service,
        clock=clock,
        operators=operators,
        drill_people=(leader, people[0]),
        machine=voices.machine,
        until=now,
        runs_timers=not order.beside,
    )
    rota = () if order.beside else duties(wish)
    begun = tuple(duty for duty in rota if duty.at < now)
    asides: tuple[Asked | Held, ...] = (
        () if order.beside else (*asked_talks(wish, voices), *drill_days(wish))
    )
    await player.play(stories, (*counted_calls(wish, stories), *begun, *asides), tell)
    clock.put_to(now)
    if not order.beside:  # nothing of it may call anybody, or be taken for the Centre's own
        await lay_out(service, people, wish, voices)
    for duty in rota[len(begun) :]:
        await plan_shift(service, duty, operators[duty.taker % len(operators)])
    return Seeded(passwords=passwords)


async def _check(settings: Settings, store: Store, order: Order) -> None:
    if settings.mode is Mode.PRODUCTION:
        raise ProductionRefused
    if await demo.is_there(store):
        raise AlreadySeeded
    if not order.beside and await holds_real_tickets(store):
        raise RealRefused


async def _hire(
    store: Store, voices: Voices, order: Order, *, now: datetime
) -> tuple[tuple[UserRow, ...], dict[str, str]]:
    passwords = {each["login"]: one_time_password() for each in voices.staff}
    staff = [
        NewUser(
            login=each["login"],
            display_name=each["name"],
            role=Role(each["role"]).value,
            password_hash=await hashed(passwords[each["login"]]),
            must_change_password=False,
        )
        for each in voices.staff
    ]
    people = await demo.begin(
        store, staff, seed=order.seed, count=order.tickets, actor_id=COMMAND_LINE, now=now
    )
    return people, passwords
