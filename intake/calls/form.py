"""The form of a call (phiếu nghe máy): Mẫu số 01 of Decree 56/2017, in the order of speech. Pure.

Nothing is obligatory but a word of notes or a place. Names of the child, age, sex, parents and the
informant are "if known" or "if they agree" in the law's own form.
"""

from collections.abc import Mapping
from typing import Final

from nlu.fact_kinds import Relation, Sex
from nlu.labels import Danger, Intent, Urgency
from storage.calls.spoken import Spoken

YES: Final = "yes"
NO: Final = "no"
UNKNOWN: Final = "unknown"
KEEP: Final = "me"
GIVE: Final = "next"
_LINE: Final = 300
_NOTES: Final = 8000
_STORY: Final = 2000

CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "channel": tuple(Spoken),
    "danger": (YES, NO, UNKNOWN),
    "danger_kind": tuple(danger.value for danger in Danger),
    "child_sex": (*Sex, UNKNOWN),
    "offender_relation": tuple(Relation),
    "caller_relation": ("self", "parent", "relative", "teacher", "neighbour", "official", "other"),
    "callback": (YES, NO),
    "kind": tuple(intent.value for intent in Intent if intent.is_report),
    "urgency": tuple(urgency.value for urgency in Urgency),
    "holder": (KEEP, GIVE),
}
"""Fields that are one of a list; empty is always allowed and means: not said."""
LENGTHS: Final[Mapping[str, int]] = {
    "where": _LINE,
    "notes": _NOTES,
    "child_name": _LINE,
    "child_age": _LINE,
    "child_state": _STORY,
    "child_now": _LINE,
    "consequence": _STORY,
    "carer": _LINE,
    "father": _LINE,
    "mother": _LINE,
    "family": _STORY,
    "offender": _LINE,
    "address": _LINE,
    "caller_name": _LINE,
    "caller_number": _LINE,
    "caller_address": _LINE,
    "callback_times": _LINE,
    "actions": _STORY,
    "commune": 8,
}
"""Fields in words, with their longest text; a draft keeps longer ones too."""
FIELDS: Final = (*CHOICES, *LENGTHS)
FORM_01: Final = (
    "child_name", "child_age", "child_sex", "where", "address", "child_now", "child_state",
    "consequence", "carer", "father", "mother", "family", "offender", "offender_relation",
    "actions", "caller_relation", "caller_name", "caller_number", "caller_address", "callback",
    "callback_times",
)  # fmt: skip
"""What the ticket shows of the form, in the order of Mẫu số 01; commune and notes stand apart."""
_SAY_SOMETHING = ("notes", "where", "address", "commune")


def read_fields(sent: Mapping[str, object]) -> dict[str, str]:
    """Return the fields of the form that were sent and are not empty; nothing is cut."""
    found = {}
    for name in FIELDS:
        value = sent.get(name, "")
        text = value.replace("\r\n", "\n").replace("\x00", "") if isinstance(value, str) else ""
        is_known = name not in CHOICES or text in CHOICES[name]
        if text.strip() and is_known:
            found[name] = text
    return found


def channel_of(fields: Mapping[str, str]) -> str:
    """Return where the report came from; by telephone unless said otherwise."""
    return fields.get("channel", Spoken.PHONE.value)


def says_something(fields: Mapping[str, str]) -> bool:
    """Whether there is a word of notes or a place: the least that a ticket needs."""
    return any(fields.get(name, "").strip() for name in _SAY_SOMETHING)


def too_long(fields: Mapping[str, str]) -> dict[str, int]:
    """Return the fields that are longer than the ticket takes, each with its limit."""
    return {
        name: limit for name, limit in LENGTHS.items() if len(fields.get(name, "").strip()) > limit
    }


def take_over(fields: Mapping[str, str], wanted: str) -> dict[str, str]:
    """Add a proposed `field=value` where nothing was typed; never overwrites anything."""
    name, _, value = wanted.partition("=")
    if name not in FIELDS or not value or fields.get(name, "").strip():
        return dict(fields)
    return read_fields({**fields, name: value})
