"""Plays a story on a stage (diễn lại câu chuyện) and says what did not come about."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final, assert_never

from bot.channels.codec import outbound_to_json
from bot.channels.contract import Button, ButtonPress, Content, OutboundMessage, Text
from bot.content.cards import CardKind
from bot.content.check import Rule, read_rules
from bot.dialogue.knock import GIVEN_BACK
from intake.assembly import Parts
from intake.commands.chat_checks import Seen, broken_rules, house_rules, unmet, whole_story
from intake.commands.chat_stage import Bubble, Line, Stage, open_stage
from intake.commands.chat_story import (
    Answers,
    Expects,
    Moves,
    Operates,
    Presses,
    Recalls,
    Says,
    Step,
    Story,
    Waits,
)
from nlu.labels import Urgency
from storage import tickets
from storage.rows import Lane, NewOutbound, TicketRow, TicketState
from storage.talks.unlocking import unlock_composer
from storage.words import speech

EVENING: Final = datetime(2026, 11, 24, 13, 15, tzinfo=UTC)
"""When stories begin: a Tuesday, 20:15 in An Giang."""
_MOST_ANSWERS = 10
_WHY: Final = "câu chuyện cần vậy"
"""The reason that an operator of a story gives."""

Tell = Callable[[str, str], None]
"""Called with who (`reporter`, `bot`, `operator`, `side`) and the words."""


class CannotGoOn(Exception):
    """A step cannot be done: the button is not there, nobody can take the ticket."""


@dataclass(slots=True)
class Player:
    """Plays the steps of one talk, in a story or at a terminal."""

    stage: Stage
    tell: Tell
    rules: tuple[Rule, ...] = field(default_factory=read_rules)
    line: Line = field(init=False)
    seen: Seen = field(default_factory=Seen)
    failures: list[str] = field(default_factory=list)
    bubbles: list[Bubble] = field(default_factory=list)
    """All that came to the reporter in the whole talk."""

    def __post_init__(self) -> None:
        self.line = self.stage.line("web")

    async def play(self, step: Step) -> None:
        """Do one step; what was expected and did not come is added to `failures`."""
        match step:
            case Says(content=content):
                await self.say(content)
            case Presses(button=button):
                await self.say(self._press(button))
            case Answers():
                await self._answer(step)
            case Recalls(what=what):
                await self.say(Text(text=self._code(what)))
            case Waits(seconds=seconds):
                self.tell("side", f"… {timedelta(seconds=seconds)} …")
                self._came(await self.stage.wait(self.line, seconds), is_turn=False)
            case Operates():
                await self._operate(step)
            case Moves():
                self.tell("side", f"— {step.line} —")
                self.line = self.stage.line(step.line, step.source)
                self.seen = Seen()
            case Expects():
                self.failures += await unmet(step, self.seen, self.stage, self.line)
            case _:
                assert_never(step)

    async def say(self, content: Content) -> None:
        """Let the reporter do something."""
        words = content.text if isinstance(content, Text) else _shown(content)
        self.tell("reporter", words)
        before = await self._gravest()
        came = await self.stage.send(self.line, content)
        self._came(came, is_turn=True)
        after = await self._gravest()
        became_critical = after is Urgency.CRITICAL and before is not Urgency.CRITICAL
        turn = [each.message for each in came if each.is_turn]
        self.failures += house_rules(turn, became_critical=became_critical)

    async def look(self) -> None:
        """Show what came by itself."""
        self._came(await self.stage.look(self.line), is_turn=False)

    @property
    def buttons(self) -> tuple[Button, ...]:
        """The buttons that the reporter can press now."""
        offers = [each.message.buttons for each in self.bubbles if each.message.buttons]
        return offers[-1] if offers else ()

    def question(self) -> str:
        """Return the card of the question that the last turn ended with; empty: none."""
        shelf = self.stage.service.shelf
        asked = [one.card for one in self.seen.turn if shelf.kind(one.card) is CardKind.QUESTION]
        return asked[-1] if asked else ""

    def _came(self, came: list[Bubble], *, is_turn: bool) -> None:
        for each in came:
            self.tell("operator" if each.by_person else "bot", each.message.text)
        self.bubbles += came
        self.failures += broken_rules(came, self.rules)
        turn = tuple(each.message for each in came if each.is_turn)
        self.seen = Seen(
            turn=turn if is_turn else self.seen.turn if not came else (),
            new=tuple(each.message for each in came),
            by_bot=tuple(each.message for each in came if not each.by_person),
        )

    def _press(self, button: str) -> ButtonPress:
        """Find a button, the newest first: on a phone the old ones stay where they are."""
        for bubble in reversed(self.bubbles):
            for one in bubble.message.buttons:
                if button in (one.label, one.payload):
                    return ButtonPress(payload=one.payload, label=one.label)
        offered = ", ".join(f"{one.label} ({one.payload})" for one in self.buttons)
        raise CannotGoOn(f"no button {button!r}; there are: {offered or 'none'}")

    def _code(self, what: str) -> str:
        """Find a code that the bot gave: its last two lines are the words and the number."""
        given = [one.message.text for one in self.bubbles if one.message.card == "code_given"]
        if not given:
            raise CannotGoOn("no code was given")
        *_, words, number = (given[0] if what == "first" else given[-1]).splitlines()
        return number if what == "number" else words

    async def _answer(self, step: Answers) -> None:
        for _ in range(_MOST_ANSWERS):
            question = self.question()
            if not question or question == step.until:
                break
            await self.say(self._reply(step.by_card.get(question)))
        if self.question() != step.until:
            raise CannotGoOn(f"asks {self.question() or 'nothing'}, not {step.until or 'nothing'}")

    def _reply(self, words: str | None) -> Content:
        if words is None:
            skips = [one for one in self.buttons if one.payload.startswith("skip:")]
            return self._press(skips[0].payload) if skips else Text(text="bỏ qua")
        pressed = [one for one in self.buttons if words in (one.label, one.payload)]
        return self._press(words) if pressed else Text(text=words)

    async def _gravest(self) -> Urgency | None:
        found = await self.stage.tickets_of(self.line)
        return found[0].urgency if found else None

    async def _operate(self, step: Operates) -> None:
        found = await self.stage.tickets_of(self.line)
        if not found:
            raise CannotGoOn("there is no ticket for an operator")
        self.stage.clock.put_to(self.stage.clock() + timedelta(seconds=1))
        await operate(self.stage, found[0], step)
        self.tell("side", f"(operator {step.act})")
        self._came(await self.stage.look(self.line), is_turn=False)


async def operate(stage: Stage, ticket: TicketRow, step: Operates) -> None:
    """Do what the console does when an operator acts (intake/console/acts.py)."""
    store, now, talk = stage.service.store, stage.clock(), ticket.conversation_id
    user_id = (await stage.staff())[0].id
    match step.act:
        case "claims":
            await tickets.claim_ticket(store, ticket.id, user_id=user_id, now=now)
        case "takes over" | "writes" | "overrides":
            await _hold(stage, ticket, user_id, now)
            if step.words:
                reason = _WHY if step.act == "overrides" else ""
                await _write(stage, ticket, user_id, step.words, now, reason=reason)
        case "unlocks":
            await unlock_composer(
                store, ticket.id, reason=_WHY, user_id=user_id, forgets=GIVEN_BACK, now=now
            )
        case "hands back":
            await tickets.hand_back(store, talk, ticket_id=ticket.id, user_id=user_id, now=now)
            await stage.service.desk.speak(talk, "operator_handed_back")
        case "closes":
            await tickets.claim_ticket(store, ticket.id, user_id=user_id, now=now)
            for state in (TicketState.IN_PROGRESS, TicketState.RESOLVED, TicketState.CLOSED):
                await tickets.move_ticket(
                    store, ticket.id, to=state, reason="xong", user_id=user_id, now=now
                )


async def _hold(stage: Stage, ticket: TicketRow, user_id: str, now: datetime) -> None:
    store, talk = stage.service.store, ticket.conversation_id
    detail = await tickets.look_again(store, ticket.number)
    if detail is None or detail.ticket.holder_id is None:
        await tickets.claim_ticket(store, ticket.id, user_id=user_id, now=now)
    if detail is None or detail.talk_held_by is None:
        await stage.service.desk.speak(talk, "operator_took_over")
        await tickets.take_over(store, talk, ticket_id=ticket.id, user_id=user_id, now=now)


async def _write(
    stage: Stage, ticket: TicketRow, user_id: str, words: str, now: datetime, *, reason: str
) -> None:
    await speech.say(
        stage.service.store,
        conversation_id=ticket.conversation_id,
        ticket_id=ticket.id,
        user_id=user_id,
        message=NewOutbound(
            body=outbound_to_json(OutboundMessage(text=words)),
            lane=Lane.EMERGENCY if ticket.urgency is Urgency.CRITICAL else Lane.REPLY,
            author=user_id,
            is_pulled=stage.service.channels[ticket.channel].pulls,
        ),
        now=now,
        override=reason,
    )


async def play_story(story: Story, parts: Parts, tell: Tell) -> list[str]:
    """Play it on a stage of its own; return what did not come about, empty: all did."""
    async with open_stage(parts, lambda: EVENING, operators=story.operators) as stage:
        player = Player(stage, tell)
        for number, step in enumerate(story.steps, start=1):
            known = len(player.failures)
            try:
                await player.play(step)
            except CannotGoOn as error:
                return [*player.failures, f"step {number}: {error}"]
            player.failures[known:] = [f"step {number}: {one}" for one in player.failures[known:]]
        return player.failures + whole_story(story.whole, player.bubbles, stage.service.shelf)


def _shown(content: Content) -> str:
    if isinstance(content, ButtonPress):
        return f"[{content.label}]"
    return f"({type(content).__name__})"
