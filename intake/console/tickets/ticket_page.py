"""All that the page of one ticket shows and lets its reader do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aiohttp import web

from bot.channels.sources import OURS
from intake.console.calls.case import call_values
from intake.console.clocks.clock_view import checklist_values, clock_values
from intake.console.incidents.view import incident_values
from intake.console.learning.correct_view import correct_values
from intake.console.learning.second_person_view import second_person_values
from intake.console.present import DONE_STATES, WAITING_STATES, commune_name
from intake.console.queue.passing_shown import transfer_values
from intake.console.render import may, words_for
from intake.console.safeguarding.held_view import held_bubbles
from intake.console.safeguarding.hidden import hidden_tickets
from intake.console.safeguarding.kept_view import kept_values
from intake.console.safeguarding.masking import masked_values
from intake.console.sessions import SIGNED_IN, SignedIn
from intake.console.strings import Words
from intake.console.tickets.alarm_block import alarm_values
from intake.console.tickets.form_values import form_values
from intake.console.tickets.lines import code_of, talk_of
from intake.console.tickets.timeline import facts_of, happenings_of, reason_in_words
from intake.console.tickets.told import told_of
from intake.console.tickets.waiting import waiting_of
from intake.console.tickets.why import why_of
from intake.console.words.canned_view import canned_values
from intake.permissions import Permission
from intake.service import SERVICE
from nlu.labels import Intent, Urgency
from storage import tickets
from storage.accounts import users
from storage.calls.spoken import is_spoken
from storage.rows import TicketRow, TicketState
from storage.talks.unlocking import CHANGED_HANDS
from storage.tickets import TicketDetail
from storage.words import held_words
from storage.words.held_words import HeldState

WRITABLE = (TicketState.ACKNOWLEDGED, TicketState.IN_PROGRESS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """What the reader may do with this ticket as it stands."""

    claim: bool
    write: bool
    work: bool
    release: bool
    confirm: bool
    unlock: bool
    """Open the composer again after the phone changed hands."""


def is_composer_locked(detail: TicketDetail) -> bool:
    """Whether the phone changed hands (máy đã sang tay khác): nobody writes until a supervisor
    opens the composer."""
    return detail.ticket.facts.get(CHANGED_HANDS) is True


def is_shut(detail: TicketDetail) -> bool:
    """Whether nobody can write: the phone changed hands, or there is no line to write on."""
    return is_composer_locked(detail) or is_spoken(detail.ticket.channel)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Somebody proposed to dismiss a critical ticket."""

    name: str = field(repr=False)
    is_mine: bool
    reason: str = field(repr=False)


async def ticket_values(request: web.Request, detail: TicketDetail) -> Mapping[str, Any]:
    """Return the values of `_ticket.html`."""
    service, signed_in = request.app[SERVICE], request[SIGNED_IN]
    words, ticket = words_for(request), detail.ticket
    staff = await users.list_users(service.store)
    names = {each.id: each.display_name for each in staff}
    talk = await talk_of(service, ticket, names=names, words=words)
    held = await held_words.of_ticket(service.store, ticket.id)
    unsent = held_bubbles(held, names=names, words=words)
    allowed = _allowed(signed_in, detail)
    timeline = happenings_of(reversed(detail.events), names=names, words=words)
    return {
        "ticket": ticket,
        "commune": commune_name(ticket.commune_code, service.places),
        "holder": detail.holder_name or "",
        "is_mine": ticket.holder_id == signed_in.user.id,
        "is_done": ticket.state in DONE_STATES,
        "is_locked": is_composer_locked(detail),
        "is_spoken": is_spoken(ticket.channel),
        "waiting": await waiting_of(service, detail, words),
        "previous_number": detail.previous_number,
        "source": "" if detail.source.startswith(OURS) else detail.source,
        "can": allowed,
        **await canned_values(request, ticket, is_writing=allowed.write),
        "bot_silent": detail.talk_held_by is not None,
        "bot_silent_by_you": detail.talk_held_by == signed_in.user.id,
        "bubbles": sorted(talk.bubbles + unsent, key=lambda one: one.at),
        "held_waiting": [one for one in held if one.state is HeldState.WAITING],
        **await kept_values(request, detail, staff),
        **masked_values(request, detail),
        "more_before": talk.more_before,
        "lines": talk.lines,
        "code": await code_of(service, ticket),
        **await call_values(
            service, ticket, hidden=await hidden_tickets(request), names=names, words=words
        ),
        **await form_values(request, detail, may_write=may_settle(signed_in, detail)),
        "proposal": _proposal(detail, signed_in, names),
        **await second_person_values(request, detail, names),
        "moments": _moments(ticket),
        "facts": facts_of(ticket.facts, words, service.shelf),
        "told": told_of(ticket.facts, words),
        "reasons": _reasons(ticket, words),
        "why": why_of(ticket),
        **correct_values(request, detail),
        **await incident_values(request, detail),
        "moves": _moves(signed_in, detail),
        "urgency_options": [(each.value, words(f"urgency.{each.value}")) for each in Urgency],
        "kind_options": _kind_options(words),
        "notes": [each for each in timeline if each.kind == "note_added"],
        "timeline": [each for each in timeline if each.kind != "note_added"],
        **clock_values(service, detail, names),
        **checklist_values(detail, names),
        **await alarm_values(request, detail, names),
        **await transfer_values(request, detail, staff),
        "problems": {},
        "typed": {"form": "", "reason": "", "message": "", "override": ""},
    }


def _allowed(signed_in: SignedIn, detail: TicketDetail) -> Allowed:
    ticket, user_id = detail.ticket, signed_in.user.id
    works = may(signed_in, Permission.WORK_TICKET)
    is_held = ticket.state in WRITABLE
    proposer = detail.dismissal_proposed_by
    return Allowed(
        claim=works
        and (
            (ticket.holder_id is None and ticket.state in WAITING_STATES)
            or (detail.rings_holder and ticket.holder_id == user_id)
        ),
        write=works and is_held and ticket.holder_id == user_id and not is_shut(detail),
        work=works,
        release=works and is_held,
        unlock=is_composer_locked(detail) and may(signed_in, Permission.UNLOCK_COMPOSER),
        confirm=may(signed_in, Permission.CONFIRM_DISMISSAL) and proposer not in (None, user_id),
    )


def may_settle(signed_in: SignedIn, detail: TicketDetail) -> bool:
    """Whether this reader may quieten or end the ticket: its holder, or a supervisor."""
    return detail.ticket.holder_id == signed_in.user.id or may(
        signed_in, Permission.CONFIRM_DISMISSAL
    )


def _moves(signed_in: SignedIn, detail: TicketDetail) -> list[TicketState]:
    legal = tickets.legal_moves(detail.ticket.state)
    return [to for to in legal if to not in DONE_STATES or may_settle(signed_in, detail)]


def _proposal(
    detail: TicketDetail, signed_in: SignedIn, names: Mapping[str, str]
) -> Proposal | None:
    proposer = detail.dismissal_proposed_by
    if proposer is None:
        return None
    reasons = [event.note for event in detail.events if event.kind == "dismissal_proposed"]
    return Proposal(
        name=names.get(proposer, proposer),
        is_mine=proposer == signed_in.user.id,
        reason=reasons[-1] if reasons else "",
    )


def _moments(ticket: TicketRow) -> list[tuple[str, datetime]]:
    moments = (
        ("first_message", ticket.first_message_at),
        ("acknowledged", ticket.acknowledged_at),
        ("last_reporter", ticket.last_reporter_at),
        ("last_operator", ticket.last_operator_at),
        ("closed", ticket.closed_at),
    )
    return [(name, at) for name, at in moments if at is not None]


def _reasons(ticket: TicketRow, words: Words) -> list[dict[str, str]]:
    """Return each reason once, though several messages may have given it."""
    found = [
        {**reason, "said": reason_in_words(reason["code"], words)}
        for reason in ticket.facts.get("reasons", ())
    ]
    return [reason for index, reason in enumerate(found) if reason not in found[:index]]


def _kind_options(words: Words) -> list[tuple[str, str]]:
    return [(each.value, words(f"kind.{each.value}")) for each in Intent]
