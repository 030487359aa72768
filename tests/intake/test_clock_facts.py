"""What the clocks learn from a ticket and its events."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from intake.clock_facts import clock_facts, ticket_clocks
from intake.clock_rules import ClockName
from intake.clocks import ClockState
from intake.working_days import Calendar
from nlu.labels import Intent, Urgency
from storage.rows import EventRow, TicketRow, TicketState

OPENED = datetime(2026, 11, 24, 20, 15, tzinfo=UTC)
TICKET = TicketRow(
    id="t", number="PT-2026-000001", conversation_id="c", channel="web",
    kind=Intent.PHYSICAL_VIOLENCE, urgency=Urgency.CRITICAL, danger=None, state=TicketState.NEW,
    commune_code=None, holder_id=None, opened_at=OPENED, first_message_at=OPENED,
    acknowledged_at=None, closed_at=None, last_reporter_at=OPENED, last_operator_at=None,
    needs_human=False,
)  # fmt: skip


def happened(*kinds: str | tuple[str, dict[str, Any]], actor: str | None = "u") -> list[EventRow]:
    """Events a minute apart, the first when the ticket opened."""
    named = [kind if isinstance(kind, tuple) else (kind, {}) for kind in kinds]
    return [
        EventRow(
            id=number, at=OPENED + timedelta(minutes=number), kind=kind, ticket_id="t",
            actor_id=actor, detail=detail,
        )
        for number, (kind, detail) in enumerate(named)
    ]  # fmt: skip


def taken_at(events: list[EventRow], ticket: TicketRow = TICKET) -> datetime | None:
    acts = clock_facts(ticket, events).acts
    return next((act.at for act in acts if act.name is ClockName.ACKNOWLEDGED), None)


def test_the_first_claim_is_what_counts() -> None:
    events = happened("ticket_opened", "ticket_claimed", "operator_wrote")

    assert taken_at(events) == events[1].at


def test_a_ticket_that_is_free_again_wants_somebody_anew() -> None:
    events = happened("ticket_opened", "ticket_claimed", "ticket_released")
    facts = clock_facts(TICKET, events)

    assert (facts.free_since, taken_at(events)) == (events[2].at, None)


def test_what_became_critical_by_itself_wants_its_holder_to_act() -> None:
    raised = ("ticket_raised", {"urgency": "critical"})
    events = happened("ticket_opened", "ticket_claimed", raised, actor=None)
    held = replace(TICKET, holder_id="u", acknowledged_at=events[1].at)

    assert taken_at(events, held) is None
    assert taken_at(happened("ticket_opened", "ticket_claimed", raised, "operator_wrote",
                             actor=None), held) == OPENED + timedelta(minutes=3)  # fmt: skip


def test_a_person_who_raises_a_ticket_that_is_held_has_seen_it() -> None:
    events = happened(
        "ticket_opened", "ticket_claimed", ("urgency_changed", {"urgency": "critical"})
    )

    assert taken_at(events) == events[2].at


def test_who_took_a_ticket_without_a_claim_counts_too() -> None:
    held = replace(TICKET, holder_id="u", acknowledged_at=OPENED)

    assert taken_at(happened("ticket_opened"), held) == OPENED


def test_a_kind_that_a_person_set_outweighs_what_the_machine_heard() -> None:
    ticket = replace(
        TICKET,
        kind=Intent.DROWNING_HAZARD,
        facts={"also": ["physical_violence", "something_new"]},
    )
    corrected = happened("ticket_opened", "kind_changed")

    assert Intent.PHYSICAL_VIOLENCE in clock_facts(ticket, happened("ticket_opened")).kinds
    assert clock_facts(ticket, corrected).kinds == {Intent.DROWNING_HAZARD}


def test_a_record_that_was_taken_back_stops_nothing() -> None:
    at = (OPENED + timedelta(minutes=5)).isoformat()
    step = ("step_recorded", {"step": "forwarded", "done_at": at})
    withdrawn = ("step_withdrawn", {"step": "forwarded", "record": 1})

    def state(events: list[EventRow]) -> ClockState:
        clocks = {each.name: each for each in ticket_clocks(TICKET, events, Calendar())}
        return clocks[ClockName.FORWARDED].state(OPENED + timedelta(hours=2))

    assert state(happened("ticket_opened", step)) is ClockState.DONE
    assert state(happened("ticket_opened", step, withdrawn)) is ClockState.BREACHED
    assert state(happened("ticket_opened", step, withdrawn, step)) is ClockState.DONE
