"""The danger rules as they are reviewed (nlu/danger/), read into frozen values."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nlu.labels import Danger, Intent, Urgency
from nlu.one_key import read_page
from nlu.phrases import Phrase, Sayings, compile_phrase

DANGER_FOLDER = Path(__file__).with_name("danger")
_TOPICS = (
    *("water", "pulled_out", "attack", "home", "sexual", "suicide", "farewell", "injury"),
    *("poison_fire", "abduction", "children", "help", "foreign", "english", "doubt"),
)
"""The files of rules, one a topic. Of equally grave findings the first in this order is named."""


@dataclass(frozen=True)
class Guard:
    """What takes the ground from under a rule: film, past, negation (điều loại trừ)."""

    name: str
    scope: str
    """`message`, `sentence` (the one with the hit), or `before` (the words right before it)."""
    phrases: Sayings
    lifted_by: Sayings
    """A sentence with one of these is about real life after all."""
    is_narrow: bool = False
    """Without marks its words are everyday ones (`chó` and `cho`): then they excuse nothing."""


@dataclass(frozen=True)
class Rule:
    """One reviewed danger (quy tắc)."""

    rule_id: str
    intent: Intent
    or_intents: frozenset[Intent]
    """The model may choose one of these instead; the urgency stays."""
    urgency: Urgency | None
    """None (`urgency: ask` in the file): the words are no danger but one may stand behind them."""
    danger: Danger | None
    says: str
    """What an operator reads (tiếng Việt)."""
    why: str
    """Why no model may talk it down (lý do): what the reviewers signed."""
    phrases: tuple[Phrase, ...]
    guards: Mapping[str, str]
    """Guard name -> what remains then: `drop`, `ask`, or an urgency."""
    asks: bool = False
    """The words have a harmless reading as well: one neutral question is due."""
    asks_without_marks: bool = False
    """Only the reading without marks is open to doubt."""
    must: tuple[str, ...] = field(default=(), repr=False)
    must_not: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Rulebook:
    """All rules and guards, and the patterns of all rules by the words that wake them."""

    rules: tuple[Rule, ...]
    guards: Mapping[str, Guard]
    phrases: Sayings
    """Of all rules, in the order of the files."""
    rule_of: tuple[int, ...]
    """For each of these patterns the place of its rule among `rules`."""


def load_rulebook(folder: Path = DANGER_FOLDER) -> Rulebook:
    """Read and check the rules; raises `ValueError` or `KeyError` for a broken file."""
    shared = read_page(folder / "words.yml")
    sets = _sets(shared["sets"])
    guards = {
        name: _guard(name, value, sets)
        for page in ("guards", "guards_things", "guards_people")
        for name, value in read_page(folder / f"{page}.yml")["guards"].items()
    }
    rules = tuple(
        _rule(value, sets, shared["profiles"])
        for topic in _TOPICS
        for value in read_page(folder / f"{topic}.yml")["rules"]
    )
    unknown = {name for rule in rules for name in rule.guards} - set(guards)
    if unknown:
        raise ValueError(f"unknown guards: {sorted(unknown)}")
    return Rulebook(
        rules,
        guards,
        Sayings(phrase for rule in rules for phrase in rule.phrases),
        tuple(index for index, rule in enumerate(rules) for _ in rule.phrases),
    )


def rules_hash(folder: Path = DANGER_FOLDER) -> str:
    """Return a hash over all files of rules: a model and its rules are in step when it agrees."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.yml")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _sets(values: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Sets are written as `a | b c`; a set may name an earlier one as `<set>`."""
    sets: dict[str, tuple[str, ...]] = {}
    for name, value in values.items():
        words: list[str] = []
        for word in value.split("|"):
            inner = word.strip()
            words.extend(sets[inner[1:-1]] if inner.startswith("<") else [inner])
        sets[name] = tuple(dict.fromkeys(words))
    return sets


def _phrases(values: Iterable[str], sets: Mapping[str, tuple[str, ...]]) -> tuple[Phrase, ...]:
    return tuple(compile_phrase(value, sets) for value in values)


def _guard(name: str, value: Mapping[str, Any], sets: Mapping[str, tuple[str, ...]]) -> Guard:
    return Guard(
        name=name,
        scope=value["scope"],
        phrases=Sayings(_phrases(value["phrases"], sets)),
        lifted_by=Sayings(_phrases(value.get("lifted_by", ()), sets)),
        is_narrow=value.get("reads") == "narrow",
    )


def _rule(
    value: Mapping[str, Any],
    sets: Mapping[str, tuple[str, ...]],
    profiles: Mapping[str, Mapping[str, str]],
) -> Rule:
    guards = dict(profiles[value.get("profile", "standard")])
    guards.update(value.get("guards", {}))
    danger = value.get("danger")
    return Rule(
        rule_id=value["id"],
        intent=Intent(value["intent"]),
        or_intents=frozenset(Intent(name) for name in value.get("or_intents", ())),
        urgency=None if value["urgency"] == "ask" else Urgency(value["urgency"]),
        danger=Danger(danger) if danger else None,
        says=value["says"],
        why=value["why"],
        phrases=_phrases(value["phrases"], sets),
        guards={name: action for name, action in guards.items() if action != "keep"},
        asks=value.get("asks", False),
        asks_without_marks=value.get("asks_without_marks", False),
        must=tuple(value.get("must", ())),
        must_not=tuple(value.get("must_not", ())),
    )
