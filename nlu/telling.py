"""From a place in the message to a fact with the writer's own words, and on to plain rows."""

from collections.abc import Iterator
from typing import Any, TypeVar

from nlu.assessment import Facts
from nlu.fact_kinds import Age, Told
from nlu.said import Said, Span

T = TypeVar("T")


def told(said: Said, span: Span, value: T, *, is_certain: bool = True, before: int = 0) -> Told[T]:
    """Return a fact told by these words, and by so many right before them."""
    begin = max(span.start - before, 0)
    wider = Span(begin, span.end)
    words = said.reading.words[wider.start : wider.end]
    place = (words[0].start, words[-1].end) if words else (0, 0)
    return Told(value, said.written(wider), place, is_certain)


def told_rows(facts: Facts) -> tuple[dict[str, Any], ...]:
    """Return the facts as plain values: what a ticket keeps, sealed, and the console shows.

    Each row has `fact`, `value`, `words` and `sure`. Without the words a fact is no evidence.
    """
    return tuple(_rows(facts))


def _rows(facts: Facts) -> Iterator[dict[str, Any]]:
    for name, field in _MANY.items():
        for one in getattr(facts, field):
            yield _row(name, one)
    for name, field in _ONE.items():
        one = getattr(facts, field)
        if one is not None:
            yield _row(name, one)
    for phone in facts.phones:
        yield {**_row("phone", phone), "owner": phone.owner.value}


def _row(name: str, one: Any) -> dict[str, Any]:
    return {
        "fact": name,
        "value": _plain(one.value),
        "words": one.words.encode("utf-8", "replace").decode("utf-8"),
        "sure": one.is_certain,
    }


def _plain(value: Any) -> str:
    if isinstance(value, Age):
        return str(value.least) if value.least == value.most else f"{value.least}-{value.most}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(getattr(value, "value", value))


_MANY = {
    "offender_relation": "offender_relations",
    "child_age": "child_ages",
    "birth_year": "birth_years",
    "child_sex": "child_sexes",
    "when": "when",
    "adult_age": "adult_ages",
}
_ONE = {
    "about": "about",
    "children": "children",
    "offenders": "offenders",
    "author_age": "author_age",
    "injured": "is_injured",
    "weapon": "has_weapon",
    "alone": "child_is_alone",
    "present": "offender_is_present",
}
