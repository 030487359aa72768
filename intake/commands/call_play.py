"""Plays a call script with a carrier (diễn lại cuộc gọi) and says what did not come about."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import assert_never

from bot.content.check import Rule, read_rules
from intake.assembly import Parts
from intake.clock import LOCAL_ZONE
from intake.commands.call_carrier import Carrier
from intake.commands.call_leg import CallBroken, End, Leg
from intake.commands.call_script import (
    Calls,
    Chats,
    Habits,
    HangsUp,
    Hears,
    Over,
    Presses,
    PressesCode,
    Rang,
    Script,
    Sends,
    StaysSilent,
    Step,
    TakenBy,
)
from intake.commands.call_stage import open_carrier
from intake.commands.call_twiml import TwimlError
from intake.commands.chat_checks import unmet_alarm, unmet_ticket
from intake.commands.chat_play import EVENING, CannotGoOn, Player, Tell
from intake.commands.chat_story import Expects, Waits

_LONGEST_SHOWN = 12
_SPELLED = re.compile(r"(?<=\d)[ ,.]+(?=\d)")
"""Numbers are spoken digit by digit: 1, 1, 5 is 115."""


@dataclass(slots=True)
class Caller:
    """Plays the steps of calls, in a script or at a terminal."""

    carrier: Carrier
    rules: tuple[Rule, ...] = field(default_factory=read_rules)
    leg: Leg | None = None
    heard: list[str] = field(default_factory=list)
    """Since the last thing that the caller did."""
    failures: list[str] = field(default_factory=list)
    looked_at: int = 0
    """How many of the rings were looked at."""
    chat: Player = field(init=False)

    def __post_init__(self) -> None:
        self.chat = Player(self.carrier.stage, self.carrier.tell)

    async def play(self, step: Step) -> None:
        """Do one step; what was expected and did not come is added to `failures`."""
        match step:
            case Hears() | Rang() | TakenBy() | Over() | Expects():
                self.failures += await self._unmet(step)
            case Habits():
                self._answer_so(step)
            case Chats(step=story_step):
                await self.chat.play(story_step)
                self.failures += self.chat.failures
                self.chat.failures.clear()
            case Waits(seconds=seconds):
                self._side(f"… {timedelta(seconds=seconds)} …")
                await self.carrier.pass_time(seconds)
            case _:
                await self._act(step)

    async def _act(
        self, step: Calls | Presses | PressesCode | Sends | StaysSilent | HangsUp
    ) -> None:
        """Do something on the telephone, and hear what comes of it."""
        self.heard.clear()
        match step:
            case Calls():
                await self._call(step)
            case Presses(keys=keys, leaves_after=leaves_after):
                self._leave_after(leaves_after)
                self._show(keys)
                await self.line.press(keys)
            case PressesCode():
                self._show(code := self._code())
                await self.line.press(code)
            case Sends(digits=digits):
                self._show(digits)
                await self.line.send_digits(digits)
            case StaysSilent():
                self._side("(im lặng)")
                await self.line.stay_silent()
            case HangsUp(is_operator=True):
                await self.line.let_go()
            case HangsUp():
                await self.line.hang_up()
            case _:
                assert_never(step)
        self.failures += self._broken_rules()

    @property
    def line(self) -> Leg:
        """The call; raises `CallBroken` where nobody has called."""
        if self.leg is None:
            raise CallBroken("nobody has called")
        return self.leg

    async def _call(self, step: Calls) -> None:
        self._side(f"☎ {step.caller} gọi")
        self.leg = self.carrier.leg(step.caller, self._hear)
        self._leave_after(step.leaves_after)
        await self.carrier.begin(self.leg)

    def _hear(self, words: str) -> None:
        self.heard.append(words)
        self.carrier.tell("bot", words)

    def _code(self) -> str:
        """Return the number of the return code that the chat gave last."""
        given = [one.message.text for one in self.chat.bubbles if one.message.card == "code_given"]
        if not given:
            raise CallBroken("no code was given")
        return given[-1].splitlines()[-1].replace(" ", "")

    def _answer_so(self, step: Habits) -> None:
        for owner in self.carrier.owners:
            habit = step.by_login.get(owner.login)
            if habit is not None:
                owner.habit, owner.after_seconds = habit.act, habit.after_seconds

    def _leave_after(self, seconds: float | None) -> None:
        if seconds is not None:
            self.line.leaves_at = self.carrier.now() + timedelta(seconds=seconds)

    async def _unmet(self, step: Hears | Rang | TakenBy | Over | Expects) -> list[str]:
        match step:
            case Hears():
                return list(self._not_heard(step))
            case Rang(logins=logins):
                rang = tuple(self.carrier.rang[self.looked_at :])
                self.looked_at = len(self.carrier.rang)
                return [] if rang == logins else [f"rang: {', '.join(rang) or 'nobody'}"]
            case TakenBy(login=login):
                by = self.line.taken_by
                return [] if by == login else [f"taken by {by or 'nobody'}"]
            case Over(how=how):
                return [] if (self.line.end or "no") == how else [f"over: {self.line.end or 'no'}"]
            case Expects(of="ticket", that=that):
                stage = self.carrier.stage
                return list(unmet_ticket(that, await stage.tickets(), stage))
            case Expects(that=that):
                stage = self.carrier.stage
                newest = (await stage.tickets())[:1]
                return list(unmet_alarm(str(that), await stage.alarms(), newest))
            case _:
                assert_never(step)

    def _not_heard(self, step: Hears) -> Iterator[str]:
        words = _SPELLED.sub("", "\n".join(self.heard).lower())
        for wanted in step.says:
            if wanted.lower() not in words:
                yield f"does not say {wanted!r}; says: {words!r}"
        for unwanted in step.never:
            if unwanted.lower() in words:
                yield f"says {unwanted!r}"

    def _broken_rules(self) -> Iterator[str]:
        """Yield what no call may do, whatever the script."""
        for words in self.heard:
            yield from (f"breaks a rule: {one.reason}" for one in self.rules if one.breaks(words))
        if self.line.end in (End.RAN_OUT, End.HUNG_UP) and not self.heard:
            yield "cut off without a word"

    def _show(self, keys: str) -> None:
        shown = keys if len(keys) <= _LONGEST_SHOWN else f"{keys[:_LONGEST_SHOWN]}… ({len(keys)})"
        self.carrier.tell("reporter", f"[{shown}]")

    def _side(self, words: str) -> None:
        self.carrier.tell("side", words)


async def play_script(script: Script, parts: Parts, tell: Tell) -> list[str]:
    """Play it on a stage of its own; return what did not come about, empty: all did."""
    begins = datetime.combine(EVENING.date(), script.at, tzinfo=LOCAL_ZONE).astimezone(UTC)
    async with open_carrier(parts, lambda: begins, tell, operators=script.operators) as carrier:
        caller = Caller(carrier)
        for number, step in enumerate(script.steps, start=1):
            known = len(caller.failures)
            try:
                await caller.play(step)
            except (CallBroken, CannotGoOn, TwimlError) as error:
                return [*caller.failures, f"step {number}: {error}"]
            caller.failures[known:] = [f"step {number}: {one}" for one in caller.failures[known:]]
        return caller.failures
