"""All checks over a folder of labelled messages, and the figures that go with them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nlu.labels import Intent, Urgency
from nlu.lint.balance import Goals, balance, share_of_short, shortfalls
from nlu.lint.findings import Finding, Level, error
from nlu.lint.hardness import share_of_hard_negatives
from nlu.lint.labels import labels
from nlu.lint.persons import persons
from nlu.lint.repeats import repeats, shared_authors
from nlu.written import FileUnreadable, Written, written

SETS = ("train", "dev", "test", "stress")


@dataclass(frozen=True)
class Report:
    """What was found in a folder with `train`, `dev`, `test` and `stress` (kết quả kiểm tra)."""

    findings: tuple[Finding, ...]
    counts: dict[str, Any]

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What has to be mended before a model may learn from the data."""
        return tuple(one for one in self.findings if one.level is Level.ERROR)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What a person should look at."""
        return tuple(one for one in self.findings if one.level is Level.WARNING)

    def as_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {
            "errors": [one.as_json() for one in self.errors],
            "warnings": [one.as_json() for one in self.warnings],
            "counts": self.counts,
        }


def lint(folder: Path, goals: Goals | None = None) -> Report:
    """Check the three sets in a folder; a set that is not there is empty."""
    goals = goals or Goals()
    messages: list[Written] = []
    findings: list[Finding] = []
    for name in SETS:
        for path in sorted((folder / name).glob("*.yml")):
            try:
                messages.extend(written(path))
            except FileUnreadable as broken:
                findings.append(error("unreadable", str(broken)))
    if not messages:
        findings.append(error("no_messages", f"no messages in {folder}/{{{','.join(SETS)}}}"))
    train = [one for one in messages if one.path.parent.name == "train"]
    findings.extend(labels(messages))
    findings.extend(persons(messages))
    findings.extend(repeats(messages))
    findings.extend(shared_authors(messages))
    findings.extend(balance(train, goals))
    hard = share_of_hard_negatives(train)
    findings.extend(shortfalls(train, goals, hard=hard))
    return Report(tuple(findings), _counts(messages, hard))


def _counts(messages: Sequence[Written], hard: float) -> dict[str, Any]:
    return {
        "messages": len(messages),
        "sets": {
            name: {
                "messages": len(group),
                "authors": _tally(group, "author"),
                "short": round(share_of_short(group), 4),
            }
            for name in SETS
            if (group := [one for one in messages if one.path.parent.name == name])
        },
        "short": round(share_of_short(messages), 4),
        "styles": _tally(messages, "style"),
        "languages": _tally(messages, "lang"),
        "roles": _tally(messages, "author_role"),
        "hard": sum(1 for one in messages if one.about.get("hard")),
        "hard_negatives": round(hard, 4),
        "intents": {
            intent.value: _of_intent([one for one in messages if one.intent == intent.value])
            for intent in Intent
        },
    }


def _of_intent(messages: Sequence[Written]) -> dict[str, Any]:
    authors = _tally(messages, "author")
    most = max(authors.values(), default=0)
    urgencies = Counter(str(one.about.get("urgency", "")) for one in messages)
    return {
        "messages": len(messages),
        **{urgency.value: urgencies[urgency.value] for urgency in Urgency},
        "authors": len(authors),
        "largest_author_share": round(most / max(len(messages), 1), 4),
    }


def _tally(messages: Sequence[Written], name: str) -> dict[str, int]:
    return dict(Counter(str(one.about.get(name, "")) for one in messages).most_common())
