"""A call as the report that storage keeps: the form, what was heard, the notes. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.channels.codec import content_to_json
from bot.channels.contract import Text
from intake.calls.form import FORM_01, GIVE, channel_of
from intake.calls.hearing import CallHeard
from nlu.fact_kinds import Relation
from nlu.labels import Intent, Urgency
from nlu.telling import told_rows
from storage.calls.drafts import CallDraft
from storage.calls.reports import CallReport
from storage.calls.spoken import Spoken
from storage.rows import TicketChange

_CARERS = frozenset(
    {
        Relation.FATHER,
        Relation.MOTHER,
        Relation.PARENT,
        Relation.STEPFATHER,
        Relation.STEPMOTHER,
        Relation.PARENTS_PARTNER,
        Relation.GRANDPARENT,
        Relation.CAREGIVER,
    }
)
"""Parents and who cares for the child: an emergency case, Decree 56/2017 Art. 31(1)."""


def report_of(draft: CallDraft, heard: CallHeard, *, model: str, now: datetime) -> CallReport:
    """Return the report of a call as far as it was written down."""
    fields = draft.fields
    notes = fields.get("notes", "").strip()
    body = {**content_to_json(Text(text=notes)), "noted_by": draft.user_id}
    return CallReport(
        id=draft.id,
        user_id=draft.user_id,
        channel=channel_of(fields),
        change=_change(fields, heard, model),
        kind=heard.kind if "kind" in fields else None,
        notes=body if notes else None,
        is_kept=fields.get("holder") != GIVE,
        begun_at=draft.begun_at,
        now=now,
    )


def soft_report(
    call_id: str, *, channel: str, user_id: str, words: str, now: datetime
) -> CallReport:
    """Return the ticket for a number that rings in silence: nobody knows more (gọi im lặng)."""
    return CallReport(
        id=call_id,
        user_id=user_id,
        channel=channel or Spoken.PHONE.value,
        change=TicketChange(
            kind=Intent.TALK_TO_HUMAN,
            urgency=Urgency.NORMAL,
            danger=None,
            commune_code=None,
            needs_human=True,
            reasons=({"layer": "rule", "code": "silent_calls_repeated", "words": ""},),
        ),
        notes={**content_to_json(Text(text=words)), "noted_by": user_id},
        is_kept=False,
        begun_at=now,
        now=now,
    )


def _change(fields: Mapping[str, str], heard: CallHeard, model: str) -> TicketChange:
    said = heard.assessment
    return TicketChange(
        kind=heard.kind,
        urgency=heard.urgency,
        danger=heard.danger if heard.urgency is Urgency.CRITICAL else None,
        commune_code=fields.get("commune"),
        facts=_facts(fields, heard, model),
        reasons=tuple(
            {"layer": reason.layer, "code": reason.code, "words": reason.words}
            for reason in heard.reasons
        ),
        machine={
            "intent": said.intent.value,
            "urgency": heard.by_machine.value,
            "model": model,
        }
        if said
        else {},
    )


def _facts(fields: Mapping[str, str], heard: CallHeard, model: str) -> dict[str, Any]:
    said = heard.assessment
    form = {name: fields[name].strip() for name in FORM_01 if name in fields}
    facts: dict[str, Any] = {"form": form, "child_age": _age(fields)}
    facts["offender_is_carer"] = _is_carer(fields, heard)
    if said:
        facts |= {
            "also": [intent.value for intent in said.also],
            "told": list(told_rows(said.facts)),
            "confidence": round(said.confidence, 3),
            "lang": said.lang.value,
            "model": model,
        }
    return {name: value for name, value in facts.items() if value not in (None, "", [], {})}


def _age(fields: Mapping[str, str]) -> int | None:
    """Return an age that is nothing but a number of years."""
    said = fields.get("child_age", "").lower().replace("tuổi", "").strip()
    return int(said) if said.isascii() and said.isdecimal() and len(said) <= 2 else None


def _is_carer(fields: Mapping[str, str], heard: CallHeard) -> bool | None:
    if "offender_relation" in fields:
        return Relation(fields["offender_relation"]) in _CARERS
    return heard.assessment.facts.offender_is_carer if heard.assessment else None
