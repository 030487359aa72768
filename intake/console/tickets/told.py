"""What the reporter told of the people in it, as the page shows it (theo lời người báo)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from intake.console.strings import Words

_GROUPS = {
    "offender_relation": "relation",
    "child_sex": "sex",
    "about": "about",
    "when": "when",
}
_COUNTS = ("children", "offenders")
_AGES = ("child_age", "author_age", "adult_age")
_ANSWERS = ("injured", "weapon", "alone", "present")


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldLine:
    """One fact with the reporter's words; never without them."""

    name: str
    value: str = field(repr=False)
    words: str = field(repr=False)
    is_sure: bool


def told_of(facts: Mapping[str, Any], words: Words) -> list[ToldLine]:
    """Return what was read from the messages, one line a fact, in the order it was told."""
    return [
        ToldLine(
            name=words.named("told", str(row["fact"])),
            value=_value(row, words),
            words=str(row.get("words", "")),
            is_sure=bool(row.get("sure", True)),
        )
        for row in _rows(facts)
    ]


def _rows(facts: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    rows = facts.get("told", ())
    return (row for row in rows if "fact" in row and "value" in row)


def _value(row: Mapping[str, Any], words: Words) -> str:
    fact, value = str(row["fact"]), str(row["value"])
    if fact in _GROUPS:
        return words.named(_GROUPS[fact], value)
    if fact in _ANSWERS:
        return words.named("fact", value)
    if fact in _AGES:
        return words("told.infant") if value == "0" else words("told.years", n=value)
    if fact in _COUNTS and not row.get("sure", True):
        return words("told.at_least", n=value)
    if fact == "phone":
        return f"{value} ({words.named('phone_owner', str(row.get('owner', 'unknown')))})"
    return value
