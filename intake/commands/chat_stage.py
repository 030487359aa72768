"""A whole service on a temporary store, without a server: the real road, with time in our hands.

Nothing goes on in the background. After each thing that happens, `Stage.settle` lets every timer
run that is due and every send go out; `Stage.wait` walks through time from timer to timer.
"""

import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType

from bot.channels.codec import outbound_from_json
from bot.channels.contract import Channel, Content, InboundMessage, OutboundMessage
from bot.channels.web import WebChannel
from intake.assembly import Parts, assemble, close_channel
from intake.clock import Clock
from intake.delivery import Delivery
from intake.errors import IntakeError
from intake.permissions import Role
from intake.reception import receive
from intake.service import Service
from intake.settings import read_settings
from intake.telephone.alarm_channel import call_channels
from intake.telephone.alarm_hang_up import hang_up_needless
from intake.timekeeper import Timekeeper
from storage import events, schema, tickets, timers
from storage.accounts import users
from storage.accounts.users import NewUser
from storage.codes import lines
from storage.rows import EventRow, TicketRow, TicketState, UserRow
from storage.store import open_store
from storage.talks import threads
from storage.talks.contacts import find_conversation

_TURN_SECONDS = 20.0
_ROUNDS = 500
"""Far more timers and sends than any story has: a timer that comes back at once ends the walk."""


class StageBroken(IntakeError):
    """The service on the stage did not do its part."""


class Messenger:
    """A channel that pushes, as Telegram and Zalo do: what arrives at the phone is kept here."""

    pulls = False

    def __init__(self, name: str) -> None:
        self.name = name
        self.phones: dict[str, list[OutboundMessage]] = {}

    async def send(self, recipient: str, message: OutboundMessage) -> str:
        """Let it arrive."""
        phone = self.phones.setdefault(recipient, [])
        phone.append(message)
        return f"{recipient}-{len(phone)}"


class StageClock:
    """A clock that stands, or runs beside another one, and can be put forward."""

    def __init__(self, base: Clock) -> None:
        self._base = base
        self._ahead = timedelta()

    def __call__(self) -> datetime:
        return self._base() + self._ahead

    def put_to(self, moment: datetime) -> None:
        """Go forward to a moment; never back."""
        self._ahead += max(moment - self(), timedelta())


@dataclass(slots=True)
class Line:
    """One reporter on one channel, and what they have seen so far."""

    channel: str
    account: str
    source: str = ""
    sent: int = 0
    seen: int = 0
    cursor: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bubble:
    """Something that arrived at the reporter."""

    message: OutboundMessage
    is_turn: bool
    """It answers what the reporter just did; False: it came by itself, or from a person."""
    by_person: bool = False


@dataclass(slots=True)
class Stage:
    """The service and the people around it."""

    service: Service
    clock: StageClock
    lines: dict[str, Line] = field(default_factory=dict)

    def line(self, name: str, source: str = "") -> Line:
        """Return a line by its name (`web`, `telegram 2`); the same name is the same person."""
        if name not in self.lines:
            self.lines[name] = Line(name.split()[0], f"story-{len(self.lines) + 1}", source)
        return self.lines[name]

    async def send(self, line: Line, content: Content) -> list[Bubble]:
        """Let the reporter do something, and return what arrives."""
        line.sent += 1
        self.clock.put_to(self.clock() + timedelta(seconds=1))
        now = self.clock()
        message = InboundMessage(
            channel=line.channel,
            sender_key=line.account,
            external_id=f"{line.account}:{line.sent}",
            sent_at=now,
            received_at=now,
            content=content,
            source=line.source,
        )
        reception = await receive(self.service, message)
        if reception.inbox_id is None:
            raise StageBroken("the temporary store is away")
        turn = await self.service.desk.turn(reception.inbox_id, timeout_seconds=_TURN_SECONDS)
        if turn is None:
            raise StageBroken("the turn did not come")
        answers = [outbound_from_json(entry.body) for entry in turn]
        await self.settle()
        return await self._arrived(line, answers)

    async def settle(self) -> None:
        """Let everything happen that is due now."""
        keeper = Timekeeper(self.service, self.service.owner)
        for _ in range(_ROUNDS):
            if not await keeper.run_due() + await self._deliver():
                break
        await hang_up_needless(self.service)
        await self.service.desk.close()

    async def wait(self, line: Line, seconds: float) -> list[Bubble]:
        """Let time pass, timer by timer, and return what arrives at the reporter meanwhile."""
        end = self.clock() + timedelta(seconds=seconds)
        for _ in range(_ROUNDS):
            due_at = await timers.next_due(self.service.store)
            if due_at is None or due_at > end:
                break
            self.clock.put_to(due_at)
            await self.settle()
        self.clock.put_to(end)
        await self.settle()
        return await self._arrived(line, [])

    async def look(self, line: Line) -> list[Bubble]:
        """Return what arrived since the last look."""
        await self.settle()
        return await self._arrived(line, [])

    async def conversation_of(self, line: Line) -> str | None:
        """Return the line's conversation, once something was written."""
        return await find_conversation(self.service.store, line.channel, line.account)

    async def tickets_of(self, line: Line) -> list[TicketRow]:
        """Return the line's tickets with their facts, the newest first."""
        talk = await self.conversation_of(line)
        own = await lines.tickets_on(self.service.store, talk) if talk else ()
        return [ticket for ticket in await self.tickets() if ticket.id in own]

    async def tickets(self) -> list[TicketRow]:
        """Return every ticket with its facts, the newest first."""
        rows = await tickets.queue(self.service.store, states=tuple(TicketState))
        numbers = sorted((row.ticket.number for row in rows), reverse=True)
        found = [await tickets.look_again(self.service.store, number) for number in numbers]
        return [detail.ticket for detail in found if detail]

    async def alarms(self) -> list[EventRow]:
        """Return every ring so far, oldest first."""
        happened = await events.events_after(self.service.store, 0, limit=10_000)
        return [event for event in happened if event.kind == "alarm_rung"]

    async def staff(self) -> list[UserRow]:
        """Return the operators."""
        return list(await users.list_users(self.service.store))

    async def _deliver(self) -> int:
        sent = 0
        for channel in self.service.channels.values():
            if not channel.pulls:
                sent += await Delivery(self.service, channel).deliver_due()
        return sent

    async def _arrived(self, line: Line, answers: list[OutboundMessage]) -> list[Bubble]:
        new = await self._new(line)
        bubbles = []
        for message, by_person in new:
            is_turn = message in answers
            if is_turn:
                answers.remove(message)
            bubbles.append(Bubble(message=message, is_turn=is_turn, by_person=by_person))
        return bubbles

    async def _new(self, line: Line) -> list[tuple[OutboundMessage, bool]]:
        channel = self.service.channels[line.channel]
        if isinstance(channel, Messenger):
            arrived = channel.phones.get(line.account, [])[line.seen :]
            line.seen += len(arrived)
            return [(message, not message.card) for message in arrived]
        talk = await self.conversation_of(line)
        if talk is None:
            return []
        entries = await threads.thread(self.service.store, talk, after=line.cursor)
        line.cursor = entries[-1].cursor if entries else line.cursor
        return [
            (outbound_from_json(entry.body), entry.author != "bot")
            for entry in entries
            if not entry.from_reporter
        ]


@asynccontextmanager
async def open_stage(
    parts: Parts,
    base: Clock,
    *,
    operators: int = 1,
    environment: Mapping[str, str] = MappingProxyType({}),
) -> AsyncIterator[Stage]:
    """Open a service on a folder that is gone afterwards, with operators on duty."""
    with tempfile.TemporaryDirectory(prefix="langnghe-chat-") as folder:
        settings = read_settings({**environment, "LANGNGHE_DATA_DIR": str(Path(folder) / "var")})
        schema.migrate(settings.data.database_url)
        clock = StageClock(base)
        channels: dict[str, Channel] = {"web": WebChannel(), "telegram": Messenger("telegram")}
        channels |= call_channels(settings)
        async with open_store(
            database_url=settings.data.database_url,
            keys_url=settings.data.keys_url,
            master_key_file=settings.data.master_key_file,
        ) as store:
            stage = Stage(assemble(settings, store, parts, channels, clock), clock)
            await _hire(stage, operators)
            yield stage
            await stage.service.desk.close()
            for channel in channels.values():
                await close_channel(channel)


async def _hire(stage: Stage, on_duty: int) -> None:
    """Two operators; the first `on_duty` of them are."""
    store, now = stage.service.store, stage.clock()
    for number in (1, 2):
        new = NewUser(
            login=f"truc{number}",
            display_name=f"Cán bộ {number}",
            role=Role.OPERATOR,
            password_hash="nobody signs in here",  # noqa: S106 - no hash at all: matches nothing
        )
        user = await users.create_user(store, new, now=now)
        if number <= on_duty:
            await users.set_on_duty(store, user.id, is_on_duty=True, now=now)
