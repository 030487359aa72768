"""One leg of a call (một đầu dây): carries out TwiML until a key is awaited or the call is over.

Time is the carrier's and passes only as words are heard and telephones ring.
"""

from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol, assert_never
from urllib.parse import urljoin

from intake.commands.call_twiml import (
    Dial,
    Gather,
    Hangup,
    Heard,
    Redirect,
    Verb,
    read_twiml,
)
from intake.errors import IntakeError

_MOST_DOCUMENTS: Final = 200
"""Far more than any call asks for: two addresses that send each other the call end here."""


class CallBroken(IntakeError):
    """A call cannot go on as the service answers, or as the script says."""


class _Left(Exception):
    """The person hung up."""


class End(StrEnum):
    """How a leg ended."""

    NOT_YET = ""
    RAN_OUT = "nothing more to do"
    HUNG_UP = "we hung up"
    LEFT = "they hung up"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of ringing telephones."""

    status: str
    """As Twilio says it: completed, no-answer, busy."""
    sid: str = ""
    taken_by: str = ""
    """Who talks with the caller now; empty: nobody does, although somebody may have answered."""


class Exchange(Protocol):
    """What a leg needs of the carrier."""

    async def ask(self, url: str, form: Mapping[str, str]) -> str:
        """Return what the service says to a signed form; raises `CallBroken`."""

    async def pass_time(self, seconds: float) -> None:
        """Let time pass, and what falls due."""

    async def ring(self, leg: "Leg", dial: Dial) -> Outcome:
        """Ring telephones until somebody takes the call or the time is up."""

    def now(self) -> datetime:
        """Return the time."""


@dataclass(slots=True)
class Leg:
    """A call as one telephone hears it."""

    exchange: Exchange
    form: Mapping[str, str]
    """What every request of this leg says: CallSid, From, To, …"""
    hear: Callable[[str], None]
    status_url: str = ""
    leaves_at: datetime | None = None
    """When the person hangs up, whatever is heard then."""
    is_timeless: bool = False
    """It passes in an instant: several telephones talk at once, and there is one clock."""
    url: str = ""
    waiting: Gather | None = None
    taken_by: str = ""
    end: End = End.NOT_YET
    began_at: datetime | None = None
    asked: int = 0
    _verbs: deque[Verb] = field(default_factory=deque)
    _dialled: Dial | None = None

    @property
    def is_refused(self) -> bool:
        """Whether who answered did not take the call: the whisper ended with a hang-up."""
        return self.end in (End.HUNG_UP, End.LEFT)

    @property
    def is_over(self) -> bool:
        """Whether nobody is on the line any more."""
        return self.end is not End.NOT_YET

    async def begin(self, url: str) -> None:
        """Ask how the call begins, and go on to the first key."""
        self.began_at = self.exchange.now()
        await self._until_left(lambda: self._go_to(url, {"CallStatus": "ringing"}))

    async def press(self, digits: str) -> None:
        """Press keys; what is more than was asked for is not sent, as with a real carrier."""
        gather = self._awaited()
        ended, *_ = digits.split(gather.finish_on_key) if gather.finish_on_key else [digits]
        await self.send_digits(ended[: gather.most_digits])

    async def send_digits(self, digits: str) -> None:
        """Send digits as they are: a carrier that cuts nothing off."""
        gather, self.waiting = self._awaited(), None
        await self._until_left(lambda: self._go_to(gather.action or self.url, {"Digits": digits}))

    async def stay_silent(self) -> None:
        """Press nothing until we give up waiting."""
        gather, self.waiting = self._awaited(), None
        await self._until_left(lambda: self._after_silence(gather))

    async def hang_up(self) -> None:
        """Let the person hang up."""
        await self._finish(End.LEFT)

    async def let_go(self) -> None:
        """Let who took the call hang up; the caller is still on the line."""
        dial, self._dialled, self.taken_by = self._dialled, None, ""
        if dial is None:
            raise CallBroken("nobody has taken the call")
        await self._until_left(lambda: self._after(dial, Outcome(status="completed"), is_met=True))

    async def spend(self, seconds: float) -> None:
        """Let time pass, but not beyond the moment at which the person hangs up."""
        if self.is_timeless:
            return
        now = self.exchange.now()
        if self.leaves_at is None or now + timedelta(seconds=seconds) < self.leaves_at:
            await self.exchange.pass_time(seconds)
            return
        await self.exchange.pass_time(max(0.0, (self.leaves_at - now).total_seconds()))
        raise _Left

    def absolute(self, url: str) -> str:
        """Return an address as seen from the document that is carried out."""
        return urljoin(self.url, url)

    async def _after_silence(self, gather: Gather) -> None:
        await self.spend(gather.timeout_seconds)
        if gather.tells_silence:
            await self._go_to(gather.action or self.url, {"Digits": ""})
            return
        await self._run()

    async def _go_to(self, url: str, more: Mapping[str, str]) -> None:
        await self._load(url, more)
        await self._run()

    async def _load(self, url: str, more: Mapping[str, str]) -> None:
        self.asked += 1
        if self.asked > _MOST_DOCUMENTS:
            raise CallBroken("the call goes round in circles")
        self.url = urljoin(self.url, url)
        form = {**self.form, "CallStatus": "in-progress", **more}
        self._verbs = deque(read_twiml(await self.exchange.ask(self.url, form)))

    async def _run(self) -> None:
        while self._verbs and self.waiting is None and not self.taken_by and not self.is_over:
            await self._do(self._verbs.popleft())
        if self.waiting is None and not self.taken_by and not self.is_over:
            await self._finish(End.RAN_OUT)

    async def _do(self, verb: Verb) -> None:
        match verb:
            case Heard():
                await self._listen(verb)
            case Gather():
                for prompt in verb.prompts:
                    await self._listen(prompt)
                self.waiting = verb
            case Redirect(url=url):
                await self._load(url, {})
            case Dial():
                await self._dial(verb)
            case Hangup():
                await self._finish(End.HUNG_UP)
            case _:
                assert_never(verb)

    async def _listen(self, heard: Heard) -> None:
        if heard.words:
            self.hear(heard.words)
        await self.spend(heard.seconds)

    async def _dial(self, dial: Dial) -> None:
        outcome = await self.exchange.ring(self, dial)
        await self.spend(0.0)
        if outcome.taken_by:
            self._dialled, self.taken_by = dial, outcome.taken_by
            return
        await self._load_after(dial, outcome, is_met=False)

    async def _after(self, dial: Dial, outcome: Outcome, *, is_met: bool) -> None:
        await self._load_after(dial, outcome, is_met=is_met)
        await self._run()

    async def _load_after(self, dial: Dial, outcome: Outcome, *, is_met: bool) -> None:
        if not dial.action:
            return
        more = {
            "DialCallStatus": outcome.status,
            "DialCallSid": outcome.sid,
            "DialBridged": "true" if is_met else "false",
        }
        await self._load(dial.action, {name: value for name, value in more.items() if value})

    async def _until_left(self, go_on: Callable[[], Awaitable[None]]) -> None:
        try:
            await go_on()
        except _Left:
            await self._finish(End.LEFT)

    async def _finish(self, end: End) -> None:
        if self.is_over:
            return
        self.end, self.waiting, self.taken_by = end, None, ""
        if not self.status_url:
            return
        seconds = (self.exchange.now() - (self.began_at or self.exchange.now())).total_seconds()
        status = {"CallStatus": "completed", "CallDuration": str(round(seconds))}
        await self.exchange.ask(self.status_url, {**self.form, **status})

    def _awaited(self) -> Gather:
        if self.waiting is None:
            raise CallBroken(f"no key is awaited: {self.end or self.taken_by or 'not begun'}")
        return self.waiting
