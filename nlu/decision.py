"""From the floor and the model to one assessment (quyết định). The floor is never talked down."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from nlu.assessment import Assessment, Place, Reason
from nlu.facts import facts
from nlu.floor import Finding, FloorReading
from nlu.labels import NON_REPORTS, Danger, Intent, Urgency, more_urgent
from nlu.languages import language
from nlu.model import Opinion
from nlu.said import Said
from nlu.senses import OF_DANGER
from nlu.text import Reading


@dataclass(frozen=True)
class _Bar:
    """What the model must believe before it alone may say something (ngưỡng)."""

    chance: float
    """At least so much to "critical" …"""
    evidence: float
    """… that much that speaks for it by itself: most of what people write it never saw …"""
    idle: float
    """… and at most so much to all that is neither a report nor a cry for help."""


_FEW_SENSES, _MANY_SENSES = _Bar(0.1, -1.0, 0.06), _Bar(0.4, -1.5, 0.35)
"""To say critical: where the words have fewer than two senses of danger, and where more."""
_A_REPORT = _Bar(0.06, -1.0, 0.02)
"""… and where next to nothing of it is idle talk: a grave report that may be more than grave."""
_RULE_SPOKE = 0.35
"""This much earlier, and without more evidence, where a rule of the floor found a doubt …"""
_RULE_NEEDS = 0.15
"""… but with this chance at least."""
_GUESS = 0.5
"""Below this, and without a word of the floor, the kind of a grave report is a guess: it asks …"""
_FEW_WORDS, _GUESS_IN_FEW_WORDS = 5, 0.65
"""… and in a message as short as an answer to a question ("ông nội con"), below that or without any
sense of danger, it is no grave report."""
_ASK_FEW, _ASK_MANY, _ASK_SHORT = _Bar(0.02, -2.5, 0.9), _Bar(0.007, -2.5, 0.9), _Bar(0.05, -2, 0.8)
"""To find danger not excluded: one neutral question is due; last where it is as short as an answer.
All chosen on the dev set, with strangers' comments beside it; see docs/nlu-report.md."""
ASKS_FROM = _ASK_FEW.chance
"""From this chance of critical on a talk is near the threshold, whatever else spoke against it."""
_NO_GUESS = 0.35
"""Below this a short message that names no danger is not even a guess ("khi nào cũng được")."""
_ALSO_AT = 0.15
_NAMED_AT = 0.5
"""A danger is named to the reporter only when the model is this sure of the kind."""
_SURE_AT = 0.7
_SHARE_CRITICAL = 0.02
"""A kind may be critical when at least this share of what the model gives it is."""
_FLOOR_CONFIDENCE = 0.75
_OF_SEX = frozenset({"sex_touch", "sex_act", "undress", "body_private", "pregnant"})
"""Senses of which one at least must stand in the words before the model alone names that danger:
a child who hides in a room of a father who beats is told nothing about another harm."""

_DANGERS = {
    Intent.DROWNING_EMERGENCY: Danger.DROWNING,
    Intent.PHYSICAL_VIOLENCE: Danger.ATTACK,
    Intent.SEXUAL_ABUSE: Danger.SEXUAL_ATTACK,
    Intent.SUICIDE_SELF_HARM: Danger.SUICIDE,
    Intent.TRAFFICKING_ABDUCTION: Danger.ABDUCTION,
}


def decide(
    said: Said, floor: FloorReading, opinion: Opinion, places: tuple[Place, ...]
) -> Assessment:
    """Weigh the layers; pure, and never raises."""
    top = floor.top
    intent = _likeliest(opinion.intents)
    is_critical = _is_surely_critical(said, floor, opinion)
    urgency = Urgency.CRITICAL if is_critical else _urgency_of(intent, opinion)
    if is_critical:
        intent = _likeliest(_critical_chances(opinion) or opinion.intents)
    forced = by_floor = False
    if top is not None and top.urgency is not None:
        chosen = _floor_intent(floor, top, opinion, intent)
        by_floor = top.urgency is Urgency.CRITICAL
        forced = by_floor or chosen is not intent
        intent, urgency = chosen, more_urgent(urgency, top.urgency)
    confidence = opinion.intents[intent]
    is_guess = top is None and urgency is Urgency.HIGH and _is_guess(said, opinion, confidence)
    if is_guess and _is_short(said):
        urgency = Urgency.NORMAL
        is_guess = confidence >= _NO_GUESS or _names_danger(opinion)
    return Assessment(
        intent=intent,
        urgency=urgency,
        confidence=round(max(confidence, _FLOOR_CONFIDENCE) if forced else confidence, 3),
        ask=floor.asks
        or (urgency is not Urgency.CRITICAL and (is_guess or _is_danger_open(said, opinion))),
        lang=language(said.reading),
        also=_also(floor, opinion, intent),
        danger=_danger(floor, intent, opinion, is_confident=confidence >= _NAMED_AT)
        if urgency is Urgency.CRITICAL
        else None,
        places=places,
        facts=facts(said, opinion, intent),
        reasons=_reasons(floor, opinion, intent, urgency),
        critical=round(opinion.urgencies[Urgency.CRITICAL], 3),
    )


def _likeliest(chances: Mapping[Intent, float]) -> Intent:
    return max(chances, key=lambda one: chances[one])


def _urgency_of(intent: Intent, opinion: Opinion) -> Urgency:
    """Return the likeliest urgency below critical that messages of this kind have."""
    chances = {
        urgency: chance
        for (one, urgency), chance in opinion.matters.items()
        if one is intent and urgency is not Urgency.CRITICAL
    }
    return max(chances, key=lambda one: chances[one], default=Urgency.HIGH)


def _critical_chances(opinion: Opinion) -> Mapping[Intent, float]:
    """Return the chances of the kinds which such a message may be when it is critical."""
    return {
        intent: chance
        for intent, chance in opinion.intents.items()
        if _may_be_critical(intent, opinion)
    }


def _may_be_critical(intent: Intent, opinion: Opinion) -> bool:
    critical = opinion.matters.get((intent, Urgency.CRITICAL), 0.0)
    return critical > _SHARE_CRITICAL * opinion.intents[intent]


def _is_surely_critical(said: Said, floor: FloorReading, opinion: Opinion) -> bool:
    """Whether the model may say critical by itself: never of a few words that name no danger."""
    if _is_short(said) and not _names_danger(opinion):
        return False
    bar = _MANY_SENSES if _speaks_of_danger(opinion) else _FEW_SENSES
    if floor.findings:
        bar = _Bar(max(bar.chance - _RULE_SPOKE, _RULE_NEEDS), -math.inf, bar.idle)
    return _clears(opinion, bar) or _clears(opinion, _A_REPORT)


def _is_danger_open(said: Said, opinion: Opinion) -> bool:
    """Whether danger is neither affirmed nor excluded by what the model believes."""
    if _is_short(said):
        return _clears(opinion, _ASK_SHORT)
    return _clears(opinion, _ASK_MANY if _speaks_of_danger(opinion) else _ASK_FEW)


def _clears(opinion: Opinion, bar: _Bar) -> bool:
    if opinion.urgencies[Urgency.CRITICAL] < bar.chance or opinion.evidence <= bar.evidence:
        return False
    idle = sum(
        chance
        for (intent, urgency), chance in opinion.matters.items()
        if not intent.is_report and urgency is not Urgency.CRITICAL
    )
    return idle <= bar.idle


def _speaks_of_danger(opinion: Opinion) -> bool:
    return len(opinion.senses & OF_DANGER) >= 2


def _is_guess(said: Said, opinion: Opinion, confidence: float) -> bool:
    if not _is_short(said):
        return confidence < _GUESS
    return confidence < _GUESS_IN_FEW_WORDS or not _names_danger(opinion)


def _is_short(said: Said) -> bool:
    return len(said.full) <= _FEW_WORDS


def _names_danger(opinion: Opinion) -> bool:
    return not OF_DANGER.isdisjoint(opinion.senses)


def nothing_said(places: tuple[Place, ...] = ()) -> Assessment:
    """Return the assessment of a message without words: small talk, nothing to do."""
    return Assessment(
        intent=Intent.SMALLTALK,
        urgency=Urgency.LOW,
        confidence=0.3,
        ask=False,
        lang=language(_EMPTY),
        places=places,
        reasons=(Reason(layer="rule", code="no_words"),),
    )


_EMPTY = Reading(original="", words=(), full="", bare="")


def _floor_intent(floor: FloorReading, top: Finding, opinion: Opinion, intent: Intent) -> Intent:
    """Choose among the kinds that the gravest rules allow; the model breaks ties only.

    A model that is sure of a report keeps its kind: the rule still says how urgent it is, and which
    danger is named.
    """
    is_grave_enough = top.urgency is not Urgency.CRITICAL or _may_be_critical(intent, opinion)
    if intent.is_report and opinion.intents[intent] >= _SURE_AT and is_grave_enough:
        return intent
    gravest = [x for x in floor.findings if x.urgency is top.urgency]
    specific = [x for x in gravest if x.rule.intent not in NON_REPORTS] or gravest
    allowed: dict[Intent, float] = {}
    for place, finding in enumerate(specific):
        first = finding.rule.intent
        allowed[first] = max(allowed.get(first, 0.0), 0.15 - 0.01 * place)
        for other in finding.rule.or_intents:
            allowed.setdefault(other, 0.0)
    if top.urgency is not Urgency.CRITICAL and intent not in allowed and intent.is_report:
        return intent
    return max(allowed, key=lambda one: opinion.intents[one] + allowed[one])


def _also(floor: FloorReading, opinion: Opinion, intent: Intent) -> tuple[Intent, ...]:
    """Name further matters: what another rule found, and what the model finds nearly as likely."""
    further = [one for one in floor.intents if one is not intent and one not in NON_REPORTS]
    by_chance = sorted(opinion.intents, key=lambda one: -opinion.intents[one])[:3]
    further += [
        one
        for one in by_chance
        if opinion.intents[one] >= _ALSO_AT
        and one not in {intent, Intent.SMALLTALK, Intent.OUT_OF_SCOPE}
    ]
    return tuple(dict.fromkeys(further))[:3]


def _danger(
    floor: FloorReading, intent: Intent, opinion: Opinion, *, is_confident: bool
) -> Danger | None:
    """Name the danger that the floor found, or that a confident model means."""
    hit = floor.hit
    if hit is not None and hit.urgency is Urgency.CRITICAL:
        return hit.danger
    if intent is Intent.SEXUAL_ABUSE and _OF_SEX.isdisjoint(opinion.senses):
        return None
    return _DANGERS.get(intent) if is_confident else None


def _reasons(
    floor: FloorReading, opinion: Opinion, intent: Intent, urgency: Urgency
) -> tuple[Reason, ...]:
    found = tuple(
        finding.reason
        if finding.urgency is not None
        else Reason(layer="floor", code=f"{finding.rule.rule_id}:doubt", words=finding.words)
        for finding in floor.findings
    )
    model = Reason(
        layer="model",
        code=(
            f"{intent.value}:{opinion.intents[intent]:.2f},"
            f"{urgency.value}:{opinion.urgencies[urgency]:.2f}"
        ),
    )
    return (*found, model)
