"""Mẫu số 01 on the page of a ticket: what stands in it, its fields, what the machine proposes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from aiohttp import web

from bot.content.shelf import Shelf
from intake.calls.form import CHOICES, FORM_01, LENGTHS
from intake.calls.hearing import Proposal
from intake.console.calls.page import named_value
from intake.console.render import words_for
from intake.console.safeguarding.masking import Mask, mask_of
from intake.console.sessions import SIGNED_IN
from intake.console.strings import Words
from intake.service import SERVICE, Service
from nlu.labels import Language
from storage.calls import drafts
from storage.calls.drafts import CallDraft
from storage.calls.spoken import is_spoken
from storage.rows import TicketRow
from storage.tickets import TicketDetail, forms
from storage.tickets.forms import FormWritten

IDENTIFIERS: Final = ("child_name", "father", "mother", "caller_name", "caller_address")
"""Fields that name a person: masked until revealed; numbers are masked wherever they stand."""
GROUPS: Final = (
    ("step_child", FORM_01[:3] + FORM_01[5:8]),
    ("step_place", FORM_01[3:5]),
    ("step_family", FORM_01[8:12] + FORM_01[14:15]),
    ("step_offender", FORM_01[12:14]),
    ("step_caller", FORM_01[15:19]),
    ("step_callback", FORM_01[19:]),
)
"""The fields as the page groups them; each title is the word `call.<name>`."""
_STORY_FROM = 1000
_TOLD = {"child_age", "child_sex", "offender_relation"}
_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseForm:
    """Mẫu số 01 of a ticket as it stands."""

    draft: CallDraft | None
    """What somebody is still writing on the call page."""
    written: FormWritten
    fields: Mapping[str, str] = field(repr=False)
    """Nothing is empty; what was written on the page of the ticket counts most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldShown:
    """One field of the form."""

    name: str
    label: str
    value: str = field(repr=False)
    shown: str = field(repr=False)
    """In words, masked as the page is."""
    is_hidden: bool
    """Masked: it is not sent to the browser and so not changed."""
    limit: int
    is_story: bool
    options: list[tuple[str, str]]
    problem: str = field(repr=False)
    offered: str = field(repr=False)
    """What the machine read, in words; empty: nothing, or it stands there already."""
    offered_words: str = field(repr=False)
    """The reporter's, where they are not the value itself."""
    may_take: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FormShown:
    """The form as the page shows it."""

    version: int
    groups: list[tuple[str, list[FieldShown]]]
    problem: str
    is_asked: bool
    """Something was typed that is not saved yet."""

    @property
    def filled(self) -> list[FieldShown]:
        """The fields that hold anything, in order."""
        return [each for _, fields in self.groups for each in fields if each.shown]


async def case_form_of(service: Service, ticket: TicketRow) -> CaseForm:
    """Return the form of a ticket: of the call, then as people corrected it on the page."""
    found = await drafts.draft(service.store, ticket.id) if is_spoken(ticket.channel) else None
    draft = found if found and not found.outcome else None
    written = await forms.form_of(service.store, ticket.id)
    said = draft.fields if draft else ticket.facts.get("form", {})
    fields = {**{name: str(said[name]) for name in FORM_01 if name in said}, **written.fields}
    kept = {name: value for name, value in fields.items() if value}
    return CaseForm(draft=draft, written=written, fields=kept)


def form_shown(
    request: web.Request,
    detail: TicketDetail,
    case: CaseForm,
    *,
    typed: Mapping[str, str] | None = None,
    problems: Mapping[str, str] = _NOTHING,
    problem: str = "",
) -> FormShown:
    """Return the form for this reader; `typed` stands in the fields instead of what is kept."""
    service, words = request.app[SERVICE], words_for(request)
    mask = mask_of(detail, request[SIGNED_IN].user.id, service.clock())
    offers = offers_of(detail.ticket, service.shelf, words)

    def shown(name: str) -> FieldShown:
        return _field(name, case, typed or {}, offers.get(name), mask, words, problems)

    groups = [(words(f"call.{title}"), [shown(name) for name in names]) for title, names in GROUPS]
    return FormShown(
        version=case.written.version, groups=groups, problem=problem, is_asked=typed is not None
    )


def offers_of(ticket: TicketRow, shelf: Shelf, words: Words) -> dict[str, Proposal]:
    """Return what the machine read for a field (máy đề nghị), with the reporter's words."""
    lang = Language(words.language.value)
    found: dict[str, Proposal] = {}
    for row in ticket.facts.get("told", ()):
        name, value = _place_of(row), str(row.get("value", ""))
        if name and name not in found:
            found[name] = Proposal(name=name, value=value, words=str(row.get("words", "")))
    if said := ticket.facts.get("answers", {}).get("where"):
        where = shelf.label(str(said), lang)
        found["where"] = Proposal(name="where", value=where, words=where)
    return found


def masked(name: str, value: str, mask: Mask, words: Words) -> str:
    """Return a value in words, masked as the page is."""
    said = named_value(name, value, words)
    return mask.name(said) if name in IDENTIFIERS else mask.text(said)


def _place_of(row: Mapping[str, Any]) -> str:
    fact = str(row.get("fact", ""))
    if fact == "phone":
        return "caller_number" if row.get("owner") == "reporter" else ""
    return fact if fact in _TOLD else ""


def _field(
    name: str,
    case: CaseForm,
    typed: Mapping[str, str],
    offer: Proposal | None,
    mask: Mask,
    words: Words,
    problems: Mapping[str, str],
) -> FieldShown:
    kept = case.fields.get(name, "")
    value, shown = typed.get(name, kept), masked(name, kept, mask, words)
    is_hidden = name not in typed and shown != named_value(name, kept, words)
    is_new = offer is not None and offer.value != kept
    return FieldShown(
        name=name,
        label=words(f"call.{name}"),
        value="" if is_hidden else value,
        shown=shown,
        is_hidden=is_hidden,
        limit=LENGTHS.get(name, 0),
        is_story=LENGTHS.get(name, 0) >= _STORY_FROM,
        options=[(each, named_value(name, each, words)) for each in CHOICES.get(name, ())],
        problem=problems.get(name, ""),
        offered=masked(name, offer.value, mask, words) if offer and is_new else "",
        offered_words=mask.text(offer.words)
        if offer and is_new and offer.words != offer.value
        else "",
        may_take=is_new and not value and not is_hidden,
    )
