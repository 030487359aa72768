"""Labels outside their sets, and pairs of intent and urgency that cannot be."""

from collections.abc import Iterable, Iterator, Mapping

from nlu.labels import AuthorRole, Intent, Language, Urgency
from nlu.lint.findings import Finding, error, warning
from nlu.written import Written

STYLES = ("standard", "no_diacritics", "teencode", "typo", "voice_transcript", "mixed")
"""How a message is written; also the order in tables."""
_VALUES: Mapping[str, frozenset[str]] = {
    "urgency": frozenset(x.value for x in Urgency),
    "style": frozenset(STYLES),
    "author_role": frozenset(x.value for x in AuthorRole),
    "lang": frozenset(x.value for x in Language),
}
_NEEDED = ("urgency", "style", "author_role", "lang", "author")
_OPTIONAL = frozenset({"facts", "hard"})
"""`facts`: what is true of the people in it, for `evaluate`; `hard`: written to mislead."""

_LOW = frozenset({Urgency.LOW})
_REPORTED = frozenset({Urgency.CRITICAL, Urgency.HIGH, Urgency.NORMAL})
_POSSIBLE: Mapping[Intent, frozenset[Urgency]] = {
    Intent.ASK_INFORMATION: _LOW,
    Intent.TICKET_STATUS: _LOW,
    Intent.BROADCAST_OPTIN: _LOW,
    Intent.BROADCAST_OPTOUT: _LOW,
    Intent.SMALLTALK: _LOW,
    Intent.TALK_TO_HUMAN: frozenset(Urgency),
    Intent.OUT_OF_SCOPE: frozenset(Urgency),
    Intent.DROWNING_EMERGENCY: frozenset({Urgency.CRITICAL, Urgency.HIGH}),
}
"""Nobody needs to act on a question; a report needs somebody; water waits for nobody."""


def labels(messages: Iterable[Written]) -> Iterator[Finding]:
    """Find unknown or missing labels, texts that are no strings, and impossible pairs."""
    for one in messages:
        yield from _metadata(one)
        if not one.is_string or not one.text:
            yield error(
                "no_string", "the text is empty, or no string: put quotes round it", one.place
            )
        if one.intent not in {x.value for x in Intent}:
            yield error("unknown_intent", one.intent, one.place)
        elif str(one.about.get("urgency")) in _VALUES["urgency"]:
            intent, urgency = Intent(one.intent), Urgency(one.about["urgency"])
            if urgency not in _POSSIBLE.get(intent, _REPORTED):
                yield error("impossible_pair", f"{intent.value} · {urgency.value}", one.place)


def _metadata(one: Written) -> Iterator[Finding]:
    for name in _NEEDED:
        value = str(one.about.get(name) or "")
        if not value:
            yield error("no_label", f"`{name}` is missing", one.place)
        elif name in _VALUES and value not in _VALUES[name]:
            yield error("unknown_value", f"{name}: {value}", one.place)
    for name in sorted(one.about.keys() - set(_NEEDED) - _OPTIONAL):
        yield warning("unknown_metadata", name, one.place)
