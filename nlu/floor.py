"""The danger floor (sàn an toàn): reviewed rules that no model may talk down.

Fast enough to look at every message when it is received, and it never raises. A long message is
looked at window by window; a guard speaks for the window in which it stands.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass

from nlu.assessment import FloorHit, Reason
from nlu.labels import Danger, Intent, Urgency
from nlu.letters import windows
from nlu.rulebook import Guard, Rule, Rulebook, load_rulebook
from nlu.said import Said, Span
from nlu.text import Reading, read

_REMEMBERED = 32
_LONG = 4_000
"""Letters; beyond, a look takes so long that it would hold up everybody else."""
_SPANS_WEIGHED = 4
"""A pattern that occurs again may mean it this time; more than four times adds nothing."""
_WORDS_BEFORE = 7
"""How far back a negation may stand."""


@dataclass(frozen=True)
class Finding:
    """One rule that matched, after its guards had their say."""

    rule: Rule
    urgency: Urgency | None
    """None: the guards left only a question."""
    asks: bool
    words: str
    """The writer's own words."""

    @property
    def reason(self) -> Reason:
        """Name the rule and show the words."""
        return Reason(layer="floor", code=self.rule.rule_id, words=self.words)


@dataclass(frozen=True)
class FloorReading:
    """All that the floor has to say about one message."""

    findings: tuple[Finding, ...] = ()

    @property
    def asks(self) -> bool:
        """Whether danger was neither affirmed nor excluded by some rule."""
        return any(finding.asks for finding in self.findings)

    @property
    def top(self) -> Finding | None:
        """The gravest finding; of equals the one that was written first in the file."""
        graded = [finding for finding in self.findings if finding.urgency is not None]
        return min(graded, key=_gravity) if graded else None

    @property
    def hit(self) -> FloorHit | None:
        """What the model may not talk down, or None."""
        top = self.top
        if top is None or top.urgency is None:
            return None
        reasons = tuple(finding.reason for finding in self.findings if finding.urgency is not None)
        return FloorHit(
            intent=top.rule.intent,
            urgency=top.urgency,
            danger=_danger(self.findings, top),
            reasons=(top.reason, *(reason for reason in reasons if reason != top.reason)),
        )

    @property
    def intents(self) -> tuple[Intent, ...]:
        """Every kind that a rule named, gravest first."""
        graded = sorted((x for x in self.findings if x.urgency is not None), key=_gravity)
        return tuple(dict.fromkeys(finding.rule.intent for finding in graded))


def _gravity(finding: Finding) -> tuple[int, bool]:
    urgency = finding.urgency
    return (9 if urgency is None else urgency.rank, finding.rule.danger is None)


def _danger(findings: Iterable[Finding], top: Finding) -> Danger | None:
    if top.rule.danger is not None or top.urgency is not Urgency.CRITICAL:
        return top.rule.danger if top.urgency is Urgency.CRITICAL else None
    others = (x.rule.danger for x in findings if x.urgency is Urgency.CRITICAL and x.rule.danger)
    return next(others, None)


class Floor:
    """The rules, ready to look at messages."""

    def __init__(self, book: Rulebook) -> None:
        self._book = book
        self._recent: OrderedDict[str, tuple[Said, FloorReading]] = OrderedDict()

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The reviewed rules, in the order of the file."""
        return self._book.rules

    def look(self, text: str) -> FloorHit | None:
        """Look at raw text, all of it (stop 2 of the road). Never raises."""
        return self.study(text)[1].hit

    async def look_soon(self, text: str) -> FloorHit | None:
        """Look as `look` does; a long text on another thread, so that others are heard meanwhile.

        What was read is remembered: the walk that follows finds it done.
        """
        if len(text) <= _LONG:
            return self.look(text)
        return await asyncio.to_thread(self.look, text)

    def study(self, text: str) -> tuple[Said, FloorReading]:
        """Read and examine raw text; the last few are remembered, for one message is looked at
        at the door, on the walk and by the engine."""
        known = self._recent.get(text)
        if known is None:
            said = Said(read(text))
            known = self._recent[text] = (said, self._examine_all(text, said))
            while len(self._recent) > _REMEMBERED:
                self._recent.popitem(last=False)
        return known

    def _examine_all(self, text: str, said: Said) -> FloorReading:
        """Examine a message; of a long one, of which a reading holds the ends, every window until
        a danger of life is found: what it says besides does not make the alarm any louder."""
        best: dict[int, Finding] = {}
        self._collect(said, best)
        parts = windows(text)
        for part in parts if len(parts) > 1 else ():
            if any(x.urgency is Urgency.CRITICAL and x.rule.danger for x in best.values()):
                break
            self._collect(Said(read(part)), best)
        return FloorReading(tuple(best[index] for index in sorted(best)))

    def examine(self, reading: Reading) -> FloorReading:
        """Find every rule that matches, and weigh its guards."""
        best: dict[int, Finding] = {}
        self._collect(Said(reading), best)
        return FloorReading(tuple(best[index] for index in sorted(best)))

    def _collect(self, said: Said, best: dict[int, Finding]) -> None:
        """Keep the gravest finding of every rule; what a rule said in full is not asked again.

        Of equally grave ones the first in the file stands, so that every process shows the same.
        """
        for number, phrase in self._book.phrases.awake(said):
            index = self._book.rule_of[number]
            rule = self._book.rules[index]
            if index in best and best[index].urgency is rule.urgency:
                continue
            for span in phrase.find(said, _SPANS_WEIGHED):
                finding = self._weigh(rule, span, said)
                if finding is None:
                    continue
                known = best.get(index)
                if known is None or _gravity(finding) < _gravity(known):
                    best[index] = finding

    def _weigh(self, rule: Rule, span: Span, said: Said) -> Finding | None:
        urgency = rule.urgency
        asks = rule.asks or urgency is None or (rule.asks_without_marks and not said.is_marked)
        for name, action in rule.guards.items():
            if not _applies(self._book.guards[name], span, said):
                continue
            if action == "drop":
                return None
            if action == "ask":
                urgency, asks = None, True
            elif urgency is not None and Urgency(action).rank > urgency.rank:
                urgency = Urgency(action)
        return Finding(rule, urgency, asks, said.written(span))


def _applies(guard: Guard, span: Span, said: Said) -> bool:
    """Whether a guard excuses a match; many rules ask the same of the same stretch."""
    part = _scope(guard.scope, span, said)
    key = (guard.name, part)
    known = said.judged.get(key)
    if known is None:
        known = said.judged[key] = _excuses(guard, part, said)
    return known


def _excuses(guard: Guard, part: Span, said: Said) -> bool:
    if not any(
        phrase.occurs(
            said.narrowly if guard.is_narrow or phrase.is_one_word else said, part.start, part.end
        )
        for _, phrase in guard.phrases.awake(said)
    ):
        return False
    lifting = guard.lifted_by.awake(said)
    return not any(phrase.occurs(said, part.start, part.end) for _, phrase in lifting)


def _scope(scope: str, span: Span, said: Said) -> Span:
    """Return the stretch of words in which a guard counts."""
    if scope == "message":
        return Span(0, len(said.full))
    sentence = said.sentence(span)
    if scope == "before":
        return Span(max(sentence.start, span.start - _WORDS_BEFORE), span.start)
    return sentence


def load_floor() -> Floor:
    """Read the reviewed rules that ship with the program."""
    return Floor(load_rulebook())
