"""What the log of an invented ticket holds, and the clocks that follow from it.

The clocks are reckoned by the service's own rules and written as a service that was never down
would have left them: what ran out was told when it did, and what is still owed has its timer.
"""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from intake.clock_facts import measure_with
from intake.clock_rules import ClockName
from intake.working_days import Calendar
from nlu.labels import Intent, Urgency
from storage.clocks.clocks import CLOCK, CLOCK_BREACHED, ClockTerm
from storage.clocks.marks import DONE, OPEN, OVER
from storage.clocks.steps import STEP_RECORDED
from storage.events import note_context
from storage.keys.sealing import Key, seal_text
from storage.rows import EventRow, TicketRow, TicketState

NOTED, OWED = 0.08, 0.02
"""Shares of the tickets: those that somebody wrote a note on, and those that were closed although
nobody wrote down what the law asks for."""
_NOTES = (
    "Đã gọi cho cô giáo chủ nhiệm, em vẫn đi học đều, hẹn gọi lại vào thứ hai tuần sau",
    "Bà nội nói em ở với cậu, chưa gặp được em; cán bộ xã sẽ đến nhà trong buổi chiều",
    "Gia đình không nghe máy hai lần, sẽ thử lại sau giờ tan làm và ghi kết quả vào đây",
)
RARE = "hoa phượng"
"""Words that stand in one note of five hundred."""
_STEPS = (ClockName.FORWARDED, ClockName.MEASURES, ClockName.PLAN)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A ticket's columns, and the key that seals its words."""

    ticket: dict[str, Any]
    key: Key

    @property
    def at(self) -> datetime:
        """When it was opened."""
        opened_at: datetime = self.ticket["opened_at"]
        return opened_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """The rows of one ticket."""

    events: tuple[dict[str, Any], ...]
    clocks: tuple[dict[str, Any], ...]
    timers: tuple[dict[str, Any], ...]


class Log:
    """Draws what happened, ticket by ticket; ids go on after `last_id`."""

    def __init__(self, draw: random.Random, *, last_id: int, now: datetime) -> None:
        self._draw, self._now = draw, now
        self._measure = measure_with(Calendar())
        self.last_id = last_id
        self.notes = 0

    def of(self, case: Case) -> Logged:
        """Return what is in the log of a ticket and the clocks that it has."""
        done = [self._event(case, kind, at, more) for kind, at, more in self._done(case)]
        terms = self._measure(_ticket(case), [_read(event) for event in done])
        late = [term for term in terms if term.done_at is None and term.due_at <= self._now]
        told = [
            self._event(case, CLOCK_BREACHED, term.due_at, {"clock": term.name}) for term in late
        ]
        return Logged(
            events=(*done, *told),
            clocks=tuple(_clock(case, term, is_late=term in late) for term in terms),
            timers=tuple(
                _timer(case, term) for term in terms if not term.done_at and term not in late
            ),
        )

    def _done(self, case: Case) -> Iterator[tuple[str, datetime, dict[str, str]]]:
        state = case.ticket["state"]
        kinds = ["ticket_opened"]
        if state != "new":
            kinds += ["ticket_read", "ticket_claimed", "operator_wrote"]
            kinds += ["note_added"] * (self._draw.random() < NOTED)
        for minute, kind in enumerate(kinds):
            yield kind, case.at + minute * _MINUTE, {}
        if state == "closed":
            if self._draw.random() >= OWED:
                for minute, step in enumerate(_STEPS, len(kinds)):
                    at = case.at + minute * _MINUTE
                    yield STEP_RECORDED, at, {"step": step.value, "done_at": at.isoformat()}
            yield "ticket_moved", case.ticket["closed_at"], {}

    def _event(
        self, case: Case, kind: str, at: datetime, more: Mapping[str, str]
    ) -> dict[str, Any]:
        self.last_id += 1
        is_machine = kind in ("ticket_opened", CLOCK_BREACHED)
        about = {name: case.ticket[name] for name in ("number", "urgency", "state")}
        return {
            "id": self.last_id,
            "at": at,
            "kind": kind,
            "ticket_id": case.ticket["id"],
            "actor_id": None if is_machine else case.ticket["holder_id"],
            "detail": {**about, **more},
            "note_sealed": self._note(case) if kind == "note_added" else None,
            "mac": bytes(32),
        }

    def _note(self, case: Case) -> bytes:
        self.notes += 1
        text = self._draw.choice(_NOTES) + (f", gần {RARE}" if self.notes % 500 == 0 else "")
        return seal_text(case.key, text, note_context(case.ticket["id"]))


def _ticket(case: Case) -> TicketRow:
    kept: dict[str, Any] = {each.name: case.ticket.get(each.name) for each in fields(TicketRow)}
    read = {
        "kind": Intent(case.ticket["kind"]),
        "urgency": Urgency(case.ticket["urgency"]),
        "state": TicketState(case.ticket["state"]),
        "facts": {},
    }
    return TicketRow(**{**kept, **read})


def _read(event: Mapping[str, Any]) -> EventRow:
    kept = ("id", "at", "kind", "ticket_id", "actor_id", "detail")
    return EventRow(**{name: event[name] for name in kept})


def _clock(case: Case, term: ClockTerm, *, is_late: bool) -> dict[str, Any]:
    still = OPEN if case.ticket["closed_at"] is None else OVER
    return {
        "ticket_id": case.ticket["id"],
        "name": term.name,
        "state": DONE if term.done_at else still,
        "start_at": term.start_at,
        "amber_at": term.amber_at,
        "due_at": term.due_at,
        "done_at": term.done_at,
        "breached_at": term.due_at if is_late else None,
    }


def _timer(case: Case, term: ClockTerm) -> dict[str, Any]:
    return {
        "kind": CLOCK,
        "subject": case.ticket["id"],
        "step": term.number,
        "due_at": term.due_at,
    }
