"""Whether a new model may take the place of the one in use (kết luận so sánh). Pure.

The rules are the constants below with `_dangers` and `_burdens`; every broken one is said in words.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from nlu.labels import Urgency
from nlu.shadow import Changes, Labelled, Own, Reader, Score, changes, score

MORE_FALSE_CRITICALS = (1, 0.001)
"""On labelled messages: at most one more, or one more per 1,000 that are not critical."""
MORE_ALARMS = (2, 0.10)
"""On the Centre's own messages: at most 2 more, or a tenth more."""
MORE_QUESTIONS = (5, 0.20)
"""The neutral question, asked of own messages and of labelled ones that need nobody."""
WORSE_ACCURACY = 0.01
"""Intent or urgency, of all labelled messages."""


class Verdict(StrEnum):
    """What comes of it."""

    BETTER = "better"
    NO_BETTER = "no better"
    """As safe, but it gains nothing."""
    WORSE = "worse"


@dataclass(frozen=True)
class Comparison:
    """All that was counted; each pair is the model in use, then the new one."""

    data: tuple[Score, Score]
    lessons: tuple[Score, Score]
    lost_never_miss: int
    never_miss: int
    lost_lessons: int
    own: Changes

    @property
    def faults(self) -> tuple[str, ...]:
        """Every rule that the new model breaks, in words."""
        return (*_dangers(self), *_burdens(self))

    @property
    def verdict(self) -> Verdict:
        """Better only when no rule is broken and something is gained."""
        if self.faults:
            return Verdict.WORSE
        before, after = (one.right + two.right for one, two in zip(*self._pairs, strict=True))
        return Verdict.BETTER if after > before else Verdict.NO_BETTER

    @property
    def _pairs(self) -> tuple[tuple[Score, Score], tuple[Score, Score]]:
        return self.data, self.lessons


def compare(
    now: Reader,
    new: Reader,
    *,
    data: Sequence[Labelled],
    lessons: Sequence[Labelled],
    never_miss: Sequence[str],
    own: Sequence[Own],
    triaged: tuple[Reader, Reader],
) -> Comparison:
    """Ask both models everything; `triaged` are the same two as the service uses them."""
    return Comparison(
        data=(score(now, data), score(new, data)),
        lessons=(score(now, lessons), score(new, lessons)),
        never_miss=len(never_miss),
        lost_never_miss=sum(now(x).is_critical and not new(x).is_critical for x in never_miss),
        lost_lessons=sum(
            now(x.text).is_critical and not new(x.text).is_critical
            for x in lessons
            if x.urgency is Urgency.CRITICAL
        ),
        own=changes(*triaged, own),
    )


def as_json(comparison: Comparison) -> Mapping[str, object]:
    """Return counts as plain JSON values, without the numbers of tickets."""
    own = comparison.own
    return {
        "verdict": comparison.verdict.value,
        "faults": list(comparison.faults),
        "data": [vars(one) for one in comparison.data],
        "lessons": [vars(one) for one in comparison.lessons],
        "never_miss": {"sentences": comparison.never_miss, "lost": comparison.lost_never_miss},
        "lost_lessons": comparison.lost_lessons,
        "own": {
            "messages": own.messages,
            "intent": own.intent,
            "urgency": own.urgency,
            "asks": own.asks,
            "alarms": list(own.alarms),
            "questions": list(own.questions),
            "lost": len(own.lost),
            "lost_unlowered": len(own.lost_unlowered),
            "gained": len(own.gained),
        },
    }


def _dangers(found: Comparison) -> Iterator[str]:
    """A child in danger who would be found no more."""
    before, after = found.data
    if found.lost_never_miss:
        yield f"{found.lost_never_miss} sentences that must always ring would not"
    if found.lost_lessons:
        yield f"{found.lost_lessons} critical lessons would not ring any more"
    if after.found < before.found:
        yield f"finds {after.found} of {after.criticals} critical messages, not {before.found}"
    if after.found_or_asked < before.found_or_asked:
        yield (
            f"finds or asks about {after.found_or_asked} of {after.criticals} critical messages, "
            f"not {before.found_or_asked}"
        )
    if found.own.lost_unlowered:
        count = len(found.own.lost_unlowered)
        yield f"{count} own tickets that people left critical would not ring"


def _burdens(found: Comparison) -> Iterator[str]:
    """Alarms and questions that nobody needs, and plain mistakes."""
    before, after = found.data
    least, share = MORE_FALSE_CRITICALS
    if after.false_criticals - before.false_criticals > max(least, share * before.not_critical):
        yield (
            f"{after.false_criticals} false criticals on labelled messages, "
            f"now {before.false_criticals}"
        )
    if _is_many(before.vain_questions, after.vain_questions, MORE_QUESTIONS):
        yield f"{after.vain_questions} questions to who needs nobody, now {before.vain_questions}"
    if _is_many(*found.own.alarms, MORE_ALARMS):
        yield "{1} own talks would ring, now {0}".format(*found.own.alarms)
    if _is_many(*found.own.questions, MORE_QUESTIONS):
        yield "{1} own messages would be asked about, now {0}".format(*found.own.questions)
    for name, old, young in (
        ("intent", before.intents, after.intents),
        ("urgency", before.urgencies, after.urgencies),
    ):
        if old - young > WORSE_ACCURACY * before.messages:
            yield f"{name} right in {young} of {before.messages} labelled messages, now {old}"


def _is_many(before: int, after: int, limit: tuple[int, float]) -> bool:
    least, share = limit
    return after - before > max(least, share * before)
