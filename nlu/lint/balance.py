"""Who wrote how much of what (cân đối): one author's style must not pass for an intent."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nlu.labels import Intent
from nlu.lint.findings import Finding, error, warning
from nlu.written import Written

SHORT_WORDS = 6


@dataclass(frozen=True)
class Goals:
    """What the shipped data is to be (issue 3)."""

    messages: int = 8_000
    authors: int = 8
    authors_of_an_intent: int = 5
    most_of_one_author: float = 0.40
    short_share: float = 0.25
    hard_share: float = 0.30
    english: int = 200
    most_khmer: int = 60


def balance(messages: Sequence[Written], goals: Goals) -> Iterator[Finding]:
    """Compare training messages by author; errors where an intent is the voice of few."""
    for intent in Intent:
        authors = Counter(_author(one) for one in messages if one.intent == intent.value)
        total = authors.total()
        if len(authors) < goals.authors_of_an_intent:
            says = f"{intent.value}: {len(authors)} authors, {goals.authors_of_an_intent} wanted"
            yield error("few_authors", says)
        for author, count in authors.most_common(1):
            if count > goals.most_of_one_author * total:
                most = f"{goals.most_of_one_author:.0%}"
                says = f"{intent.value}: {author} wrote {count / total:.0%}, {most} at most"
                yield error("one_author", says)


def shortfalls(messages: Sequence[Written], goals: Goals, *, hard: float) -> Iterator[Finding]:
    """Say which goals for the training data are not met; `hard`: its share of hard negatives."""
    languages = Counter(str(one.about.get("lang", "")) for one in messages)
    authors = len({_author(one) for one in messages})
    short = share_of_short(messages)
    if len(messages) < goals.messages:
        yield warning("goal", f"{len(messages)} messages, {goals.messages} wanted")
    if authors < goals.authors:
        yield warning("goal", f"{authors} authors, {goals.authors} wanted")
    if short < goals.short_share:
        yield warning(
            "goal", f"{short:.0%} of {SHORT_WORDS} words or less, {goals.short_share:.0%} wanted"
        )
    if hard < goals.hard_share:
        yield warning("goal", f"{hard:.0%} hard negatives, {goals.hard_share:.0%} wanted")
    if languages["en"] < goals.english:
        yield warning("goal", f"{languages['en']} English messages, {goals.english} wanted")
    if languages["km"] > goals.most_khmer:
        yield warning("goal", f"{languages['km']} Khmer messages, {goals.most_khmer} at most")


def share_of_short(messages: Sequence[Written]) -> float:
    """Return the share of messages of at most six words."""
    short = sum(1 for one in messages if len(one.text.split()) <= SHORT_WORDS)
    return short / max(len(messages), 1)


def _author(one: Written) -> str:
    return str(one.about.get("author", ""))
