"""Plays an invented year (chạy dữ liệu mẫu): acts and timers in the order of their times.

The clock stands at the moment of what happens and is put forward from act to act, so that alarms
ring, shifts begin and terms run out as they would have. Beside real data no timer runs at all.
"""

import heapq
import itertools
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from bot.channels.codec import outbound_to_json
from bot.channels.contract import OutboundMessage
from intake.clock_watch import measure_of
from intake.demo.asides import Asked, Held, ask, hold_drill
from intake.demo.chances import WEB
from intake.demo.courses import Act, Doing
from intake.demo.lines import open_by_phone, open_in_chat, write_on
from intake.demo.stories import Story
from intake.demo.tallies import Counted, Duty, count, plan_shift
from intake.service import Service
from intake.timekeeper import dispatch
from nlu.labels import Urgency
from storage import events, tickets
from storage.clocks import breaches, clocks, steps
from storage.database import new_id
from storage.drills import demo
from storage.rows import Lane, NewOutbound, TicketRow, TicketState, TimerRow, UserRow
from storage.tickets import IllegalMove
from storage.words import speech

Happening = Story | Act | Counted | Duty | Asked | Held | TimerRow
_WOUND = frozenset({Doing.CLAIM, Doing.RESOLVE, Doing.DISMISS})
"""What changes a ticket's terms; steps wind the clocks themselves."""
_ENDS = {
    Doing.RESOLVE: TicketState.RESOLVED,
    Doing.CLOSE: TicketState.CLOSED,
    Doing.DISMISS: TicketState.DISMISSED,
}


class YearClock:
    """A clock that stands, and is put forward."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def put_to(self, moment: datetime) -> None:
        """Go forward to a moment; never back."""
        self.at = max(self.at, moment)


@dataclass(slots=True)
class Player:
    """Plays a year on a service whose clock it holds."""

    service: Service
    clock: YearClock
    operators: tuple[str, ...]
    drill_people: tuple[UserRow, UserRow]
    """Who holds drills, and who answers them."""
    machine: str
    until: datetime
    runs_timers: bool
    _heap: list[tuple[datetime, int, TicketRow | None, Happening]] = field(default_factory=list)
    _numbers: "itertools.count[int]" = field(default_factory=itertools.count)
    _seen: set[tuple[int, datetime]] = field(default_factory=set)
    _takers: dict[str, str] = field(default_factory=dict)
    _accounts: dict[str, str] = field(default_factory=dict)

    async def play(
        self,
        stories: Iterable[Story],
        others: Iterable[Counted | Duty | Asked | Held],
        tell: Callable[[int], None],
    ) -> None:
        """Let everything happen until the end; `tell` hears how many tickets are open."""
        for story in stories:
            self._wait_for(story.begun_at, None, story)
        for other in others:
            self._wait_for(other.at, None, other)
        opened = 0
        while self._heap:
            at, _, ticket, happening = heapq.heappop(self._heap)
            self.clock.put_to(at)
            await self._let_happen(happening, ticket)
            if isinstance(happening, Story):
                tell(opened := opened + 1)
        if self.runs_timers:  # every term stands as the acts left it
            await breaches.note_followed(
                self.service.store, await events.last_event_id(self.service.store)
            )

    def _wait_for(self, at: datetime, ticket: TicketRow | None, happening: Happening) -> None:
        if at < self.until:
            heapq.heappush(self._heap, (at, next(self._numbers), ticket, happening))

    async def _let_happen(self, happening: Happening, ticket: TicketRow | None) -> None:
        match happening:
            case Story():
                await self._open(happening)
            case Act() if ticket is not None:
                await self._act(happening, ticket)
                await self._follow(ticket.id, ticket)
            case Counted():
                await count(self.service, happening, self._operator(happening.taker))
            case Asked():
                await ask(self.service, happening, self.machine)
            case Held():
                await hold_drill(self.service, happening, self.drill_people, self.machine)
            case Duty():
                shift_id = await plan_shift(
                    self.service, happening, self._operator(happening.taker)
                )
                await self._follow(str(shift_id), None)
            case TimerRow():
                await dispatch(self.service, happening)
                await self._follow(happening.subject, ticket)

    def _operator(self, taker: int) -> str:
        return self.operators[taker % len(self.operators)]

    async def _open(self, story: Story) -> None:
        user_id = self._operator(story.taker)
        if story.channel == WEB:
            account = new_id()
            ticket = await open_in_chat(self.service, story, account, self.machine)
            self._accounts[ticket.id] = account
        else:
            ticket = await open_by_phone(self.service, story, user_id)
        self._takers[ticket.id] = user_id
        await self._wind(ticket)
        for act in story.acts:
            self._wait_for(act.at, ticket, act)
        await self._follow(ticket.id, ticket)

    async def _follow(self, subject: str, ticket: TicketRow | None) -> None:
        """Let what is due next on a subject happen in its turn."""
        if not self.runs_timers:
            return
        timer = await demo.next_timer(self.service.store, subject)
        if timer and (timer.id, timer.due_at) not in self._seen:
            self._seen.add((timer.id, timer.due_at))
            self._wait_for(max(timer.due_at, self.clock()), ticket, timer)

    async def _wind(self, ticket: TicketRow) -> None:
        await clocks.wind(self.service.store, ticket.id, measure=measure_of(self.service))

    async def _act(self, act: Act, ticket: TicketRow) -> None:
        store, user_id, now = self.service.store, self._takers[ticket.id], self.clock()
        match act.doing:
            case Doing.CLAIM:
                await tickets.claim_ticket(store, ticket.id, user_id=user_id, now=now)
            case Doing.SAY:
                await self._say(ticket, act.words, user_id)
            case Doing.ANSWER:
                await write_on(self.service, self._accounts[ticket.id], act.words)
            case Doing.NOTE:
                await tickets.add_note(store, ticket.id, text=act.words, user_id=user_id, now=now)
            case Doing.STEP:
                await steps.record_step(
                    store, ticket.id, step=act.step, agency=act.agency, way=act.way,
                    done_at=now, note="", user_id=user_id,
                    measure=measure_of(self.service), now=now,
                )  # fmt: skip
            case Doing.RESOLVE | Doing.CLOSE | Doing.DISMISS:
                await self._end(act, ticket, user_id)
        if act.doing in _WOUND:
            await self._wind(ticket)

    async def _end(self, act: Act, ticket: TicketRow, user_id: str) -> None:
        with suppress(IllegalMove):  # it was critical once, or ended otherwise
            await tickets.move_ticket(
                self.service.store,
                ticket.id,
                to=_ENDS[act.doing],
                reason=act.words,
                user_id=user_id,
                now=self.clock(),
            )

    async def _say(self, ticket: TicketRow, words: str, user_id: str) -> None:
        store, now = self.service.store, self.clock()
        talk = ticket.conversation_id
        await tickets.take_over(store, talk, ticket_id=ticket.id, user_id=user_id, now=now)
        await speech.say(
            store,
            conversation_id=talk,
            ticket_id=ticket.id,
            user_id=user_id,
            message=NewOutbound(
                body=outbound_to_json(OutboundMessage(text=words)),
                lane=Lane.EMERGENCY if ticket.urgency is Urgency.CRITICAL else Lane.REPLY,
                author=user_id,
                is_pulled=True,
            ),
            now=now,
        )
        with suppress(IllegalMove):
            await tickets.move_ticket(
                store, ticket.id, to=TicketState.IN_PROGRESS, reason="", user_id=user_id, now=now
            )
