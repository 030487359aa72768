"""What an engine answered to each message, and how long it took."""

import time
from collections.abc import Iterable
from dataclasses import dataclass

from nlu.assessment import Assessment
from nlu.evaluation.cases import Case
from nlu.evaluation.engines import Understand
from nlu.labels import Urgency


@dataclass(frozen=True)
class Answer:
    """One message, what is true of it, and what was understood (câu trả lời)."""

    case: Case
    found: Assessment
    seconds: float = 0.0

    @property
    def is_intent_right(self) -> bool:
        """Whether the kind is the true one."""
        return self.found.intent is self.case.example.intent

    @property
    def is_urgency_right(self) -> bool:
        """Whether the urgency is the true one."""
        return self.found.urgency is self.case.example.urgency

    @property
    def is_called_critical(self) -> bool:
        """Whether it would ring."""
        return self.found.urgency is Urgency.CRITICAL

    @property
    def is_noticed(self) -> bool:
        """Whether it would ring, or the neutral question would be asked."""
        return self.is_called_critical or self.found.ask


def ask_all(understand: Understand, cases: Iterable[Case]) -> tuple[Answer, ...]:
    """Ask the engine about every message, one after another."""
    answers = []
    for case in cases:
        began = time.perf_counter()
        found = understand(case.example.text)
        answers.append(Answer(case, found, time.perf_counter() - began))
    return tuple(answers)
