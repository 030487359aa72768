"""What a story expects (điều phải có), and the rules of the house that hold in every story."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.channels.contract import OutboundMessage
from bot.content.cards import CardKind
from bot.content.check import Rule
from bot.content.shelf import Shelf
from intake.commands.chat_stage import Bubble, Line, Stage
from intake.commands.chat_story import Expects
from nlu.labels import Urgency
from storage.rows import TicketRow

MOST_BUBBLES = 3
LONGEST = 500
LONGEST_RESCUE = 160
MOST_IN_RESCUE = 8
"""Bubbles of a story that begins with rescue words: what Zalo lets us answer for nothing."""
MOST_QUESTIONS = 7
"""In a story that says nothing else: the interview's six and the neutral question."""
_SCRIPTS = {"km": re.compile(r"[\u1780-\u17ff]"), "vi": re.compile(r"[ăâđêôơưạ-ỹ]", re.I)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What the reporter has on the screen since the last step that brought something."""

    turn: tuple[OutboundMessage, ...] = ()
    """The answer to what the reporter did."""
    new: tuple[OutboundMessage, ...] = ()
    """All of it, an operator's words and what came by itself too."""
    by_bot: tuple[OutboundMessage, ...] = ()


async def unmet(step: Expects, seen: Seen, stage: Stage, line: Line) -> list[str]:
    """Return what is not as expected, in words."""
    match step.of:
        case "bot":
            that = step.that if isinstance(step.that, Mapping) else {"silent": True}
            return list(_bot(that, seen, stage.service.shelf))
        case "ticket":
            return list(unmet_ticket(step.that, await stage.tickets_of(line), stage))
    return list(unmet_alarm(str(step.that), await stage.alarms(), await stage.tickets_of(line)))


def house_rules(turn: list[OutboundMessage], *, became_critical: bool) -> Iterator[str]:
    """Yield what no turn may do, whatever the story (issue: figures)."""
    words = "\n".join(message.text for message in turn)
    if len(turn) > MOST_BUBBLES:
        yield f"{len(turn)} bubbles in a turn"
    if words.count("?") > 1:
        yield "two questions in a turn"
    if became_critical and not (turn and turn[0].is_urgent):
        yield "the ticket became critical and the first bubble is no rescue"
    for message in turn:
        limit = LONGEST_RESCUE if message.is_urgent else LONGEST
        if len(message.text) > limit:
            yield f"{message.card} has {len(message.text)} characters, at most {limit}"


def broken_rules(bubbles: Iterable[Bubble], rules: tuple[Rule, ...]) -> Iterator[str]:
    """Yield what the machine says and must never say, in a turn or by itself (issue: never)."""
    for message in (each.message for each in bubbles if not each.by_person):
        for rule in rules:
            if rule.breaks(message.text):
                yield f"{message.card} breaks a rule: {rule.reason}"


def whole_story(limits: Mapping[str, int], bubbles: list[Bubble], shelf: Shelf) -> list[str]:
    """Return which count of the whole story is too high."""
    by_bot = [each.message for each in bubbles if not each.by_person]
    questions = sum(shelf.kind(one.card) is CardKind.QUESTION for one in by_bot)
    sounds = sum(one.sound is not None for one in by_bot)  # each is a message to a messenger
    counts = {"questions": questions, "bubbles": len(by_bot) + sounds}
    most = {"questions": MOST_QUESTIONS, **limits}
    if by_bot and by_bot[0].is_urgent:
        most.setdefault("bubbles", MOST_IN_RESCUE)
    return [
        f"{counts[name]} {name} in the whole story, at most {limit}"
        for name, limit in most.items()
        if counts[name] > limit
    ]


def _bot(that: Mapping[str, Any], seen: Seen, shelf: Shelf) -> Iterator[str]:
    words = "\n".join(message.text for message in seen.new)
    cards = [message.card for message in seen.by_bot]
    asked = [card for card in cards if shelf.kind(card) is CardKind.QUESTION]
    if that.get("silent") and seen.by_bot:
        yield f"the bot is not silent: {', '.join(cards)}"
    if "urgent" in that:
        yield from _urgent(str(that["urgent"]), seen.by_bot)
    for wanted in _list(that.get("says")):
        if wanted.lower() not in words.lower():
            yield f"does not say {wanted!r}; says: {words!r}"
    for unwanted in _list(that.get("never")):
        if unwanted.lower() in words.lower():
            yield f"says {unwanted!r}"
    for card in _list(that.get("cards")):
        if card not in cards:
            yield f"no card {card}; there are: {', '.join(cards) or 'none'}"
    if "asks" in that:
        yield from _asks(that["asks"], asked)
    if len(seen.by_bot) > that.get("bubbles", len(seen.by_bot)):
        yield f"{len(seen.by_bot)} bubbles"
    offered = {name for one in seen.by_bot for b in one.buttons for name in (b.label, b.payload)}
    for button in _list(that.get("offers")):
        if button not in offered:
            yield f"no button {button!r}; there are: {sorted(offered)}"
    if "sounds" in that and that["sounds"] != sum(one.sound is not None for one in seen.by_bot):
        yield f"the rhythm was not sent {that['sounds']} times"
    if "script" in that and not _SCRIPTS[that["script"]].search(words):
        yield f"nothing is written in {that['script']}"


def _urgent(wanted: str, bubbles: tuple[OutboundMessage, ...]) -> Iterator[str]:
    if wanted == "False":
        yield from (f"{one.card} is urgent" for one in bubbles if one.is_urgent)
    elif not bubbles or not bubbles[0].is_urgent:
        yield "the first bubble is no rescue"
    elif wanted not in ("True", *re.findall(r"\d{3,}", bubbles[0].text)):
        yield f"the rescue does not name {wanted}: {bubbles[0].text!r}"


def _asks(wanted: Any, asked: list[str]) -> Iterator[str]:
    if wanted is True and not asked:
        yield "asks nothing"
    elif wanted is False and asked:
        yield f"asks {', '.join(asked)}"
    elif not isinstance(wanted, bool) and not set(_list(wanted)) & set(asked):
        yield f"asks {', '.join(asked) or 'nothing'}, not {wanted}"


def unmet_ticket(that: Any, tickets: list[TicketRow], stage: Stage) -> Iterator[str]:
    """Yield what the newest ticket is not, although it should be."""
    if that == "none":
        yield from (f"there is a ticket: {one.kind.value}" for one in tickets[:1])
        return
    if not tickets:
        yield "there is no ticket"
        return
    ticket = tickets[0]
    if "how_many" in that and len(tickets) != that["how_many"]:
        yield f"{len(tickets)} tickets"
    if "urgency" in that and ticket.urgency.rank > Urgency(that["urgency"]).rank:
        yield f"the urgency is {ticket.urgency.value}, less than {that['urgency']}"
    if "at_most" in that and ticket.urgency.rank < Urgency(that["at_most"]).rank:
        yield f"the urgency is {ticket.urgency.value}, more than {that['at_most']}"
    also = set(ticket.facts.get("also", ())) | {ticket.kind.value}
    for kind in _list(that.get("also")):
        if kind not in also:
            yield f"{kind} is not among the matters: {sorted(also)}"
    for name, value in _told(ticket, stage).items():
        if name in that and value not in _values(that[name]):
            yield f"the {name} is {value}, not {that[name]}"


def _told(ticket: TicketRow, stage: Stage) -> dict[str, Any]:
    code = ticket.commune_code
    return {
        "kind": ticket.kind.value,
        "channel": ticket.channel,
        "danger": ticket.danger.value if ticket.danger else "none",
        "state": ticket.state.value,
        "needs_human": ticket.needs_human,
        "commune": stage.service.places.name(code) if code else "none",
        "child_age": ticket.facts.get("child_age"),
        "author": ticket.facts.get("author_role"),
        "carer": ticket.facts.get("offender_is_carer"),
        "phone_taken": ticket.facts.get("phone_changed_hands", False),
    }


def unmet_alarm(wanted: str, rung: list[Any], tickets: list[TicketRow]) -> Iterator[str]:
    """Yield how the alarm of these tickets did not ring as it should."""
    mine = {ticket.id for ticket in tickets}
    rings = [event for event in rung if event.ticket_id in mine]
    if wanted == "none":
        yield from ("the alarm rings" for _ in rings[:1])
    elif not rings:
        yield "no alarm rings"
    elif wanted == "life" and len(rings[0].detail["recipients"]) < 2:
        yield "the alarm does not ring everybody at once"


def _list(value: Any) -> list[str]:
    if value is None:
        return []
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]


def _values(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
