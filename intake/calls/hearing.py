"""What the machine hears in the notes while they are typed (nghe cùng người trực).

The same assessment and triage as a typed message gets. It proposes; it never fills a field by
itself, and never lowers what the call-taker says.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from bot.channels.contract import OutboundMessage, Text
from bot.content.shelf import GENERIC_RESCUE, RESCUE_OF_DANGER, Shelf
from bot.dialogue.dangers import rescue_card
from bot.dialogue.hearing import hear
from bot.dialogue.state import DialogueState
from bot.dialogue.turn import Said
from intake.calls.form import YES
from intake.service import Service
from intake.triage import Sized, triage
from nlu.assessment import Assessment, Place, Reason
from nlu.fact_kinds import PhoneOwner
from nlu.labels import AuthorRole, Danger, Intent, Language, Urgency, more_urgent
from nlu.places import Gazetteer

MOST_PROPOSALS = 9
"""As many as there are keys for them."""
_COMMUNES_PROPOSED = 4
_SURE_OF_PLACE = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A value that may be taken over into an empty field, with the words that it comes from."""

    name: str
    value: str = field(repr=False)
    words: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallHeard:
    """What was heard so far, and how urgent it is with what the call-taker said."""

    assessment: Assessment | None
    urgency: Urgency
    kind: Intent
    danger: Danger | None
    reasons: tuple[Reason, ...]
    proposals: tuple[Proposal, ...] = field(repr=False)
    by_machine: Urgency
    """What triage alone says."""


async def hear_call(service: Service, fields: Mapping[str, str]) -> CallHeard:
    """Assess the notes and the place as they stand; never raises for any words."""
    notes = fields.get("notes", "").strip()
    assessment = await service.classifier.assess(notes) if notes else None
    hit = await service.floor.look_soon(notes) if notes else None
    return weigh(fields, assessment, triage(assessment, hit), service.places)


def weigh(
    fields: Mapping[str, str], assessment: Assessment | None, sized: Sized, places: Gazetteer
) -> CallHeard:
    """Put what the machine heard and what the call-taker said together; the graver counts."""
    said = _said(fields)
    danger = Danger(fields["danger_kind"]) if "danger_kind" in fields else sized.danger
    return CallHeard(
        assessment=assessment,
        urgency=more_urgent(more_urgent(sized.urgency, said), Urgency.NORMAL),
        kind=_kind(fields, assessment),
        danger=danger,
        reasons=sized.reasons + _own_reasons(fields, said, sized.urgency),
        proposals=tuple(_proposals(fields, assessment, places))[:MOST_PROPOSALS],
        by_machine=sized.urgency,
    )


def cards_to_read(
    heard: CallHeard, fields: Mapping[str, str], shelf: Shelf
) -> list[OutboundMessage]:
    """Return the cards to read aloud: rescue words and what follows them, else first steps."""
    role = AuthorRole.CHILD if fields.get("caller_relation") == "self" else AuthorRole.ADULT
    names = tuple(name for name in _card_names(heard, fields, role, shelf) if name in shelf.cards)
    return [shelf.card(name, lang=Language.VIETNAMESE, register=role) for name in names]


def _said(fields: Mapping[str, str]) -> Urgency:
    chosen = Urgency(fields.get("urgency", Urgency.LOW.value))
    is_danger = fields.get("danger") == YES or "danger_kind" in fields
    return more_urgent(chosen, Urgency.CRITICAL if is_danger else Urgency.LOW)


def _own_reasons(
    fields: Mapping[str, str], said: Urgency, by_machine: Urgency
) -> tuple[Reason, ...]:
    """Name what the call-taker said where it is why the ticket is so urgent."""
    if fields.get("danger") == YES or "danger_kind" in fields:
        return (Reason("operator", "danger_now"),)
    return (Reason("operator", "chosen"),) if said.rank < by_machine.rank else ()


def _kind(fields: Mapping[str, str], assessment: Assessment | None) -> Intent:
    if "kind" in fields:
        return Intent(fields["kind"])
    return assessment.intent if assessment else Intent.OUT_OF_SCOPE


def _card_names(
    heard: CallHeard, fields: Mapping[str, str], role: AuthorRole, shelf: Shelf
) -> Iterator[str]:
    """The card that thanks for a report is left out: a person says that in their own words."""
    if heard.urgency is Urgency.CRITICAL:
        first = _rescue(heard, fields, role, shelf)
        yield first
        yield shelf.cards[first].then
    elif heard.kind.is_report:
        yield shelf.cards[f"report_{heard.kind.value}"].then


def _rescue(heard: CallHeard, fields: Mapping[str, str], role: AuthorRole, shelf: Shelf) -> str:
    if "danger_kind" in fields:
        return RESCUE_OF_DANGER[Danger(fields["danger_kind"])]
    if heard.assessment is None:
        return GENERIC_RESCUE
    known = DialogueState(intent=heard.kind, danger=heard.danger, register=role)
    chosen = replace(known, intent=heard.kind if "kind" in fields else None, urgency=heard.urgency)
    said = Said(content=Text(text=fields.get("notes", "")))
    words = hear(known, said, heard.assessment, heard.urgency, shelf.words)
    return rescue_card(chosen, known, words, shelf)


def _proposals(
    fields: Mapping[str, str], assessment: Assessment | None, places: Gazetteer
) -> Iterator[Proposal]:
    """Yield what may be taken over; a field that holds anything is left alone."""
    where = fields.get("where", "").strip()
    found = [*_communes(places.find(f"{where} {fields.get('address', '')}".strip()))]
    found = found or [*_in_part(where, places)]
    if assessment and not found:
        found = [*_communes(assessment.places)]
    if assessment:
        found += _facts(assessment)
    for one in found:
        if not fields.get(one.name, "").strip():
            yield one


def _in_part(where: str, places: Gazetteer) -> Iterator[Proposal]:
    """A name that is being typed: whoever listens does not wait for its end."""
    for code in places.in_part(where)[:_COMMUNES_PROPOSED] if len(where) > 1 else ():
        yield Proposal(name="commune", value=code, words=where)


def _communes(found: tuple[Place, ...]) -> Iterator[Proposal]:
    for place in found[:_COMMUNES_PROPOSED]:
        if place.confidence >= _SURE_OF_PLACE:
            yield Proposal(name="commune", value=place.code, words=place.said)


def _facts(assessment: Assessment) -> Iterator[Proposal]:
    facts = assessment.facts
    for age in facts.child_ages[:1]:
        least, most = age.value
        value = str(least) if least == most else f"{least}–{most}"
        yield Proposal(name="child_age", value=value, words=age.words)
    for sex in facts.child_sexes[:1]:
        yield Proposal(name="child_sex", value=sex.value.value, words=sex.words)
    for relation in facts.offender_relations[:1]:
        yield Proposal(name="offender_relation", value=relation.value.value, words=relation.words)
    if assessment.landmarks:
        said = ", ".join(mark.said for mark in assessment.landmarks)
        yield Proposal(name="address", value=said, words=said)
    for phone in facts.phones:
        if phone.owner is PhoneOwner.REPORTER:
            yield Proposal(name="caller_number", value=phone.value, words=phone.words)
