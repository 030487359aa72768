"""Facts as the tables of these tests write them: without a model, in a report of a given kind."""

from typing import Any

from nlu.assessment import Facts
from nlu.facts import facts
from nlu.labels import AuthorRole, Intent
from nlu.model import INTENTS, URGENCIES, Opinion
from nlu.said import Said
from nlu.text import read

EVEN = 0.5


def facts_of(text: str, intent: Intent = Intent.PHYSICAL_VIOLENCE, *, adult: float = EVEN) -> Facts:
    """Read the facts of a text; the model has no opinion of its own unless `adult` gives one."""
    opinion = Opinion(
        matters={},
        intents=dict.fromkeys(INTENTS, 0.0),
        urgencies=dict.fromkeys(URGENCIES, 0.25),
        roles={AuthorRole.ADULT: adult, AuthorRole.CHILD: 1 - adult},
    )
    return facts(Said(read(text)), opinion, intent)


def values(told: Any) -> list[Any]:
    """Return plain values: ages as `7` or `(10, 11)`, enums by their name."""
    return [_plain(one.value) for one in told]


def value(told: Any) -> Any:
    """Return one plain value, None where nothing is told."""
    return None if told is None else _plain(told.value)


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return value[0] if value[0] == value[1] else tuple(value)
    return getattr(value, "value", value)
