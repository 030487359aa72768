"""From the floor and the model to one assessment (quyết định). The floor is never talked down."""

import math
from collections.abc import Mapping

from nlu.assessment import Assessment, Place, Reason
from nlu.facts import facts
from nlu.floor import Finding, FloorReading
from nlu.labels import NON_REPORTS, Danger, Intent, Urgency, more_urgent
from nlu.languages import language
from nlu.model import Opinion
from nlu.text import Reading

CRITICAL_AT = 0.5
"""The model alone says critical from here on, where the words are of danger …"""
CRITICAL_ANYWHERE_AT = 0.7
"""… and from here on elsewhere (both chosen on the dev set, see docs/nlu-report.md)."""
_PERHAPS_REPORT = 0.7
"""Only when it is this sure that the message is a report at all."""
_GUESS = 0.5
"""Below this, and without a word of the floor, the kind of a grave report is a guess: a question is
due, and no danger is named …"""
_FEW_WORDS = 8
"""… and in a message as short as an answer to a question it is no grave report at all."""
_UNSURE = 0.35
"""Below this the model does not know what the message is about."""
ASK_AT = 0.1
"""From here on danger is not excluded: one neutral question is due."""
_ALSO_AT = 0.22
_FLOOR_CONFIDENCE = 0.75

_POSSIBLE: Mapping[Intent, frozenset[Urgency]] = {
    Intent.ASK_INFORMATION: frozenset({Urgency.LOW}),
    Intent.TICKET_STATUS: frozenset({Urgency.LOW}),
    Intent.BROADCAST_OPTIN: frozenset({Urgency.LOW}),
    Intent.BROADCAST_OPTOUT: frozenset({Urgency.LOW}),
    Intent.SMALLTALK: frozenset({Urgency.LOW}),
    Intent.OUT_OF_SCOPE: frozenset({Urgency.LOW, Urgency.NORMAL}),
    Intent.TALK_TO_HUMAN: frozenset({Urgency.LOW, Urgency.CRITICAL}),
    Intent.CHILD_LABOUR: frozenset({Urgency.HIGH, Urgency.NORMAL}),
    Intent.CHILD_MARRIAGE: frozenset({Urgency.HIGH, Urgency.NORMAL}),
    Intent.DROWNING_EMERGENCY: frozenset({Urgency.CRITICAL, Urgency.HIGH}),
    Intent.WELFARE_SUPPORT: frozenset({Urgency.HIGH, Urgency.NORMAL}),
}
_OF_DANGER_SPELLED = (
    "hit weapon sex_touch sex_act undress in_water pulled lifeless water fall choke burn electric "
    "poison bite accident missing death_wish self_harm farewell high_place pills grab locked "
    "border threat left_alone infant punish marks bed witness body_private boat lure vehicle "
    "age_small"
)
_OF_DANGER = frozenset(_OF_DANGER_SPELLED.split())
_REPORTED = frozenset({Urgency.CRITICAL, Urgency.HIGH, Urgency.NORMAL})
_DANGERS = {
    Intent.DROWNING_EMERGENCY: Danger.DROWNING,
    Intent.PHYSICAL_VIOLENCE: Danger.ATTACK,
    Intent.SEXUAL_ABUSE: Danger.SEXUAL_ATTACK,
    Intent.SUICIDE_SELF_HARM: Danger.SUICIDE,
    Intent.TRAFFICKING_ABDUCTION: Danger.ABDUCTION,
}


def decide(
    reading: Reading, floor: FloorReading, opinion: Opinion, places: tuple[Place, ...]
) -> Assessment:
    """Weigh the layers; pure, and never raises."""
    intent, urgency = _likeliest(opinion)
    top = floor.top
    forced = by_floor = False
    if top is not None and top.urgency is not None:
        chosen = _floor_intent(floor, top, opinion, intent)
        by_floor = top.urgency is Urgency.CRITICAL
        forced = by_floor or chosen is not intent
        intent, urgency = chosen, more_urgent(urgency, top.urgency)
    confidence = opinion.intents[intent]
    is_sure = _is_surely_critical(opinion, confidence)
    doubted = urgency is Urgency.CRITICAL and not by_floor and not is_sure
    if doubted:
        urgency = Urgency.HIGH if intent.is_report else Urgency.LOW
    guessed = top is None and intent.is_report and confidence < _GUESS and _is_grave(urgency)
    if guessed and _says_too_little(reading, confidence, is_sure=is_sure):
        urgency = Urgency.NORMAL
    is_critical = urgency is Urgency.CRITICAL
    return Assessment(
        intent=intent,
        urgency=urgency,
        confidence=round(max(confidence, _FLOOR_CONFIDENCE) if forced else confidence, 3),
        ask=floor.asks
        or doubted
        or (not is_critical and (guessed or _is_danger_open(opinion, confidence))),
        lang=language(reading),
        also=_also(floor, opinion, intent),
        danger=_danger(floor, intent, is_confident=confidence >= _GUESS) if is_critical else None,
        places=places,
        facts=facts(reading, opinion, intent),
        reasons=_reasons(floor, opinion, intent, urgency),
    )


def _is_grave(urgency: Urgency) -> bool:
    return urgency in {Urgency.CRITICAL, Urgency.HIGH}


def _is_surely_critical(opinion: Opinion, confidence: float) -> bool:
    """Whether the model may say critical by itself; it must be surer where the kind is a guess."""
    speaks_of_danger = len(opinion.senses & _OF_DANGER) >= 2 and confidence >= _GUESS
    enough = CRITICAL_AT if speaks_of_danger else CRITICAL_ANYWHERE_AT
    is_report = _report_chance(opinion) >= _PERHAPS_REPORT
    return is_report and opinion.urgencies[Urgency.CRITICAL] >= enough


def _says_too_little(reading: Reading, confidence: float, *, is_sure: bool) -> bool:
    """Whether a guessed kind is all there is: an answer of a few words, or a shrug at more."""
    if len(reading.words) <= _FEW_WORDS:
        return True
    return confidence < _UNSURE and not is_sure


def _is_danger_open(opinion: Opinion, confidence: float) -> bool:
    """Whether danger is neither affirmed nor excluded by what the model believes."""
    critical = opinion.urgencies[Urgency.CRITICAL]
    unclear = confidence < _UNSURE and _report_chance(opinion) > _PERHAPS_REPORT
    return critical >= ASK_AT or (unclear and critical > ASK_AT / 2)


def _report_chance(opinion: Opinion) -> float:
    return sum(chance for one, chance in opinion.intents.items() if one.is_report)


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


def _likeliest(opinion: Opinion) -> tuple[Intent, Urgency]:
    """Return the pair of intent and urgency that is likeliest together and allowed."""
    best = (Intent.OUT_OF_SCOPE, Urgency.LOW)
    best_score = -math.inf
    for intent, chance in opinion.intents.items():
        for urgency in _POSSIBLE.get(intent, _REPORTED):
            score = math.log(chance + 1e-9) + 0.7 * math.log(opinion.urgencies[urgency] + 1e-9)
            if score > best_score:
                best, best_score = (intent, urgency), score
    return best


def _floor_intent(floor: FloorReading, top: Finding, opinion: Opinion, intent: Intent) -> Intent:
    """Choose among the kinds that the gravest rules allow; the model breaks ties only."""
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


def _danger(floor: FloorReading, intent: Intent, *, is_confident: bool) -> Danger | None:
    """Name the danger that the floor found, or that a confident model means."""
    hit = floor.hit
    if hit is not None and hit.urgency is Urgency.CRITICAL:
        return hit.danger
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
