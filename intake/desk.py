"""The walk: one conversation under its lease, its messages in order, stops 3 to 7 of the road.

Every stop is a call that returns. A walk that fails gives the conversation back; the sweeper takes
it up again, and the third failure turns the message into a critical "unread message" ticket.
"""

import asyncio
import secrets
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot.channels.codec import content_from_json, words_of
from bot.channels.contract import Channel, Content, Location, OutboundMessage
from bot.content.shelf import Shelf
from bot.dialogue.advance import advance, timer_turn, unread_turn
from bot.dialogue.choices import by_number
from bot.dialogue.silence import Silence, watched
from bot.dialogue.state import DialogueState
from bot.dialogue.turn import Said, Turn
from intake import mapping
from intake.clock import Clock
from intake.codes import CodeDesk
from intake.logs import log
from intake.named_staff import StaffNames
from intake.shelving import Shelving
from intake.triage import triage
from nlu.assessment import Classifier, Place
from nlu.floor import Floor
from nlu.places import Gazetteer
from storage.errors import Erased, LeaseLost, StorageUnavailable
from storage.rows import (
    InboxRow,
    Keep,
    Kept,
    Lease,
    Loaded,
    NewOutbound,
    TicketChange,
)
from storage.store import Store
from storage.talks import inbox, road, threads
from storage.talks.threads import ThreadEntry
from storage.words import speech

WALKS_BEFORE_POISON = 3
_LEASE_SECONDS = 15.0
_SWEEP_SECONDS = 1.0
_SWEEP_AT_ONCE = 32
_RECENT_TURNS = 256
_LOOK_AGAIN_SECONDS = 0.25
_WALKS_AT_ONCE = 16
_URGENT_WALKS_AT_ONCE = 8


@dataclass(slots=True)
class Desk:
    """Walks conversations in this process."""

    store: Store
    owner: str
    floor: Floor
    classifier: Classifier
    places: Gazetteer
    shelving: Shelving
    channels: Mapping[str, Channel]
    clock: Clock
    model_version: str = ""
    random: Callable[[int], bytes] = secrets.token_bytes
    _names: StaffNames = field(default_factory=StaffNames)
    _tasks: set[asyncio.Task[object]] = field(default_factory=set)
    _turns: dict[int, asyncio.Event] = field(default_factory=dict)
    _recent: OrderedDict[int, tuple[ThreadEntry, ...]] = field(default_factory=OrderedDict)
    _room: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_WALKS_AT_ONCE))
    _urgent_room: asyncio.Semaphore = field(
        default_factory=lambda: asyncio.Semaphore(_URGENT_WALKS_AT_ONCE)
    )

    @property
    def _codes(self) -> CodeDesk:
        return CodeDesk(store=self.store, floor=self.floor, random=self.random)

    @property
    def shelf(self) -> Shelf:
        """Return the words as they are now."""
        return self.shelving.shelf

    def wake(self, lease: Lease, *, is_urgent: bool, loaded: Loaded | None = None) -> None:
        """Walk a leased conversation soon; urgent ones have room of their own."""
        room = self._urgent_room if is_urgent else self._room
        self.begin(self._walk_in(room, lease, loaded))

    def begin(self, work: Coroutine[Any, Any, object]) -> None:
        """Run something beside the walks; `close` waits for it."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def turn(
        self, inbox_id: int, *, timeout_seconds: float
    ) -> tuple[ThreadEntry, ...] | None:
        """Return the replies to a message once its turn is committed, by any process.

        None after the time: the turn will come, and the thread will show it.
        """
        waiter = self._turns.setdefault(inbox_id, asyncio.Event())
        try:
            async with asyncio.timeout(timeout_seconds):
                while (replies := self._recent.get(inbox_id)) is None:
                    if not await _rings(waiter, _LOOK_AGAIN_SECONDS):
                        replies = await threads.replies_to(self.store, inbox_id)
                        if replies is not None:
                            break
        except TimeoutError:
            return None
        finally:
            self._turns.pop(inbox_id, None)
        return replies

    async def walk(self, lease: Lease, loaded: Loaded | None = None) -> None:
        """Take the conversation's waiting messages in order until none waits; never raises."""
        try:
            while True:
                loaded = loaded or await road.load(self.store, lease, now=self.clock())
                if not loaded.waiting:
                    return
                kept = await self._keep_turn(lease, loaded, loaded.waiting[0])
                if not kept.more:
                    return
                loaded = None
        except LeaseLost:
            log.warning("lease_lost", conversation_id=lease.conversation_id)
        except Erased:
            await road.discard(self.store, lease, now=self.clock())
            log.warning("conversation_erased", conversation_id=lease.conversation_id)
        except StorageUnavailable as error:
            log.error("walk_interrupted", conversation_id=lease.conversation_id, error=str(error))
        except Exception:  # noqa: BLE001 - the re-walk loop: any failure is counted and retried
            log.exception("walk_failed", conversation_id=lease.conversation_id)
            await self._give_back(lease)

    async def sweep_forever(self) -> None:
        """Take up what nobody walks: after a crash, a restart, a failed walk."""
        while True:
            try:
                leases = await inbox.sweep(
                    self.store,
                    owner=self.owner,
                    now=self.clock(),
                    lease_seconds=_LEASE_SECONDS,
                    limit=_SWEEP_AT_ONCE,
                )
            except StorageUnavailable as error:
                log.error("sweep_interrupted", error=str(error))
                leases = ()
            for lease in leases:
                self.wake(lease, is_urgent=False)
            if len(leases) < _SWEEP_AT_ONCE:
                await asyncio.sleep(_SWEEP_SECONDS)
            else:
                await asyncio.gather(*self._tasks, return_exceptions=True)

    async def speak(self, conversation_id: str, kind: str) -> None:
        """Say what a timer of the conversation calls for, unless nobody wants to or can hear."""
        now = self.clock()
        try:
            loaded = await road.peek(self.store, conversation_id, now=now)
        except Erased:
            log.warning("conversation_erased", conversation_id=conversation_id)
            return
        turn = timer_turn(DialogueState.from_json(dict(loaded.state)), kind, self.shelf)
        for reply in turn.replies:
            await speech.say(
                self.store,
                conversation_id=conversation_id,
                ticket_id=None,
                user_id=None,
                message=self._outbound(reply, loaded.channel),
                now=now,
            )

    async def close(self) -> None:
        """Let walks under way finish."""
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _walk_in(self, room: asyncio.Semaphore, lease: Lease, loaded: Loaded | None) -> None:
        async with room:
            await self.walk(lease, loaded)

    async def _give_back(self, lease: Lease) -> None:
        try:
            await road.release(self.store, lease)
        except StorageUnavailable as error:  # the lease runs out by itself
            log.error("release_failed", conversation_id=lease.conversation_id, error=str(error))

    def _announce(self, inbox_id: int, replies: tuple[ThreadEntry, ...]) -> None:
        self._recent[inbox_id] = replies
        while len(self._recent) > _RECENT_TURNS:
            self._recent.popitem(last=False)
        waiter = self._turns.get(inbox_id)
        if waiter is not None:
            waiter.set()

    async def _keep_turn(self, lease: Lease, loaded: Loaded, message: InboxRow) -> Kept:
        if message.walks > WALKS_BEFORE_POISON:
            log.error("message_unread", inbox_id=message.id, walks=message.walks)
            turn = unread_turn(mapping.readable(loaded.state), self.shelf)
            turn = replace(turn, timers_cancel=tuple(Silence))
            return await self._keep(
                lease, loaded, message, turn, mapping.UNREAD, state=loaded.state
            )
        state = DialogueState.from_json(dict(loaded.state))
        content = by_number(state, content_from_json(message.body), loaded.channel)
        if message.body.get("is_edit") and isinstance(content, Location):
            # A live location moves on: people see it, and a phone is not rung at every step.
            turn = Turn(state=state)
            return await self._keep(lease, loaded, message, turn, None, is_live_step=True)
        words = words_of(content)
        assessment = await self.classifier.assess(words) if words else None
        sized = triage(assessment, self.floor.look(words) if words else None)
        said = Said(content=content, near=self._near(content))
        turn = watched(advance(state, said, assessment, sized.urgency, self.shelf), said)
        turn = await self._codes.settle(
            turn, loaded, self.shelf, is_pulled=self._pulls(loaded.channel), now=self.clock()
        )
        change = mapping.ticket_change(turn, assessment, sized, model=self.model_version)
        change = await self._names.kept_apart(self.store, change, words, self.clock())
        doubt = mapping.doubt_of(content, assessment)
        return await self._keep(lease, loaded, message, turn, change, doubt=doubt)

    async def _keep(
        self,
        lease: Lease,
        loaded: Loaded,
        message: InboxRow,
        turn: Turn,
        change: TicketChange | None,
        *,
        state: Mapping[str, Any] | None = None,
        is_live_step: bool = False,
        doubt: int | None = None,
    ) -> Kept:
        now = self.clock()
        replies = tuple(self._outbound(reply, loaded.channel) for reply in turn.replies)
        kept = await road.keep(
            self.store,
            Keep(
                lease=lease,
                inbox_id=message.id,
                now=now,
                state=turn.state.to_json() if state is None else state,
                replies=replies,
                ticket=change,
                timers_set=mapping.new_timers(turn, loaded.conversation_id, message.id, now),
                timers_cancel=turn.timers_cancel,
                ticket_id=loaded.ticket.id if loaded.ticket else None,
                is_live_step=is_live_step,
                doubt=doubt,
                is_in_other_hands=turn.state.phone_taken or turn.state.hidden,
                hold=mapping.turn_hold(
                    turn, loaded.standing, is_pulled=self._pulls(loaded.channel)
                ),
                lease_seconds=_LEASE_SECONDS,
            ),
        )
        self._announce(message.id, mapping.entries(kept.reply_ids, replies, now))
        if kept.ticket and kept.ticket_opened:
            log.info(
                "ticket_opened",
                ticket_id=kept.ticket.id,
                intent=kept.ticket.kind,
                urgency=kept.ticket.urgency,
                channel=loaded.channel,
            )
        return kept

    def _near(self, content: Content) -> tuple[Place, ...]:
        if not isinstance(content, Location):
            return ()
        around = self.places.around(content.latitude, content.longitude)
        return () if around.is_outside else around.places

    def _outbound(self, reply: OutboundMessage, channel: str) -> NewOutbound:
        return mapping.new_outbound(reply, is_pulled=self._pulls(channel))

    def _pulls(self, channel: str) -> bool:
        known = self.channels.get(channel)
        return known is not None and known.pulls


async def _rings(waiter: asyncio.Event, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            return await waiter.wait()
    except TimeoutError:
        return False
