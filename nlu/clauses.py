"""Several matters in one message (nhiều chuyện trong một tin): clause by clause, the gravest leads.

A linear model weighs all words together: "đi bán vé số" can drown "tối còn sờ mó em".
"""

import re
from collections.abc import Callable
from dataclasses import replace

from nlu.assessment import Assessment
from nlu.labels import Intent, Urgency
from nlu.model import Opinion

_CUT = re.compile(r"[,.;!?\n]+|\s(?:rồi|mà|còn|roi|ma)\s")
_LEAST_WORDS, _MOST_CLAUSES, _MOST_LETTERS = 3, 8, 1_000
_SURE_OF_KIND, _SURE_IT_IS_GRAVE = 0.9, 0.85


def clauses_of(text: str) -> tuple[str, ...]:
    """Cut a text into its clauses of three words or more; empty where there is only one."""
    found = [part.strip() for part in _CUT.split(text[:_MOST_LETTERS])]
    clauses = [part for part in found if len(part.split()) >= _LEAST_WORDS][:_MOST_CLAUSES]
    return tuple(clauses) if len(clauses) > 1 else ()


def with_clauses(assessment: Assessment, text: str, think: Callable[[str], Opinion]) -> Assessment:
    """Add the matters of single clauses to a report; a graver one leads and makes it high.

    A clause of the same matter makes nothing graver: torn from "last year" and "it never came to
    that" it sounds worse than it is (on the dev set it was wrong ten times as often as right).
    Only reports are looked at: in talk of films and news a clause by itself misleads. Urgency is
    never lowered, and never made critical by a clause alone.
    """
    if not assessment.intent.is_report or assessment.urgency is Urgency.CRITICAL:
        return assessment
    further: list[Intent] = []
    leading: Intent | None = None
    for clause in clauses_of(text):
        opinion = think(clause)
        intent = max(opinion.intents, key=lambda one: opinion.intents[one])
        if not intent.is_report or opinion.intents[intent] < _SURE_OF_KIND:
            continue
        further.append(intent)
        is_other = intent is not assessment.intent and leading is None
        if is_other and assessment.urgency is Urgency.NORMAL and _is_grave(intent, opinion):
            leading = intent
    intent = leading or assessment.intent
    also = dict.fromkeys((*assessment.also, assessment.intent, *further))
    return replace(
        assessment,
        intent=intent,
        urgency=Urgency.HIGH if leading else assessment.urgency,
        also=tuple(one for one in also if one is not intent)[:3],
    )


def _is_grave(intent: Intent, opinion: Opinion) -> bool:
    grave = (Urgency.CRITICAL, Urgency.HIGH)
    return sum(opinion.matters.get((intent, one), 0.0) for one in grave) > _SURE_IT_IS_GRAVE
