"""Stop 5: how urgent it is, and why; may raise what was understood, never lower it (sàng lọc).

The rules are the settled tie-breaks of the taxonomy and of Decree 56/2017; each names its source.
"""

from collections.abc import Callable
from dataclasses import dataclass

from nlu.assessment import Assessment, FloorHit, Reason
from nlu.labels import AuthorRole, Danger, Intent, Urgency, more_urgent


@dataclass(frozen=True, slots=True, kw_only=True)
class Sized:
    """What triage decided of one message."""

    urgency: Urgency
    danger: Danger | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class _Rule:
    code: str
    at_least: Urgency
    applies: Callable[[Assessment], bool]


_RULES = (
    # Every report intent needs a person: taxonomy, "low: anything that needs nobody".
    _Rule("report_needs_a_person", Urgency.NORMAL, lambda said: said.intent.is_report),
    # Danger neither affirmed nor excluded: the ticket opens while we ask (design §6).
    _Rule("danger_in_doubt", Urgency.NORMAL, lambda said: said.ask),
    _Rule(
        "further_report",
        Urgency.NORMAL,
        lambda said: any(intent.is_report for intent in said.also),
    ),
    # A parent or carer who harms makes it an emergency protection case: Decree 56/2017 Art. 31(1).
    _Rule(
        "carer_harms",
        Urgency.HIGH,
        lambda said: (
            said.facts.offender_is_carer is True
            and said.facts.author_role is AuthorRole.CHILD
            and said.intent in (Intent.SEXUAL_ABUSE, Intent.PHYSICAL_VIOLENCE)
            and said.urgency is not Urgency.LOW
        ),
    ),
    _Rule("drowning_now", Urgency.CRITICAL, lambda said: said.intent is Intent.DROWNING_EMERGENCY),
)


def triage(assessment: Assessment | None, floor: FloorHit | None) -> Sized:
    """Size a message from what the classifier and the floor say; None where there are no words."""
    urgency = assessment.urgency if assessment else Urgency.LOW
    danger = assessment.danger if assessment else None
    reasons = assessment.reasons if assessment else ()
    if assessment:
        for rule in _RULES:
            if rule.applies(assessment) and rule.at_least.rank < urgency.rank:
                urgency = rule.at_least
                reasons += (Reason("rule", rule.code),)
    if floor:
        urgency = more_urgent(urgency, floor.urgency)
        danger = floor.danger or danger
        reasons += tuple(reason for reason in floor.reasons if reason not in reasons)
    return Sized(urgency=urgency, danger=danger, reasons=reasons)
