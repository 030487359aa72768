"""A desk after years of work, written straight into the tables: tickets, talks, notes, events.

Everything is invented and drawn from one seed. Each talk has the same few sealed bodies, so that a
million messages take seconds; keys are real, one for each talk and each ticket.
"""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Table, insert, select, update

from bot.channels.codec import content_to_json, outbound_to_json
from bot.channels.contract import OutboundMessage, Text
from nlu.labels import Intent, Urgency
from storage.events import note_context
from storage.keys.sealing import Key, seal_json, seal_text
from storage.keys.vault import KeyKind
from storage.store import Store
from storage.tables import (
    chain,
    contacts,
    conversations,
    events,
    inbox,
    outbox,
    ticket_numbers,
    tickets,
)
from storage.talks.talk import body_context
from storage.tickets import facts_context

OPEN, NOTED = 0.02, 0.08
"""Shares of the tickets: those that are still open, and those that somebody wrote a note on."""
_AT_ONCE = 5_000
_NOTES = (
    "Đã gọi cho cô giáo chủ nhiệm, em vẫn đi học đều, hẹn gọi lại vào thứ hai tuần sau",
    "Bà nội nói em ở với cậu, chưa gặp được em; cán bộ xã sẽ đến nhà trong buổi chiều",
    "Gia đình không nghe máy hai lần, sẽ thử lại sau giờ tan làm và ghi kết quả vào đây",
)
RARE = "hoa phượng"
"""Words that stand in one note of five hundred."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What was written."""

    tickets: int
    messages: int
    notes: int
    open_numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Case:
    at: datetime
    ticket: dict[str, Any]
    key: Key


class _Rows:
    """Draws rows ticket by ticket."""

    def __init__(
        self, store: Store, *, staff: list[str], communes: list[str], messages: int, now: datetime
    ) -> None:
        self.store, self.staff, self.communes = store, staff, communes
        self.messages, self.now = messages, now
        self.draw = random.Random(111)  # noqa: S311 - invented rows, the same each time
        self.event_id = 0
        self.notes = 0

    def case(self, number: int, count: int, key: Key) -> _Case:
        """Draw a ticket; the last ones are open. Its talk has the same id, hence the same key."""
        draw, ticket_id = self.draw, id_of(number)
        at = self.now - timedelta(minutes=7) * (count - number)
        is_open = number > count * (1 - OPEN)
        state = draw.choice(("new", "acknowledged", "in_progress") if is_open else ("closed",))
        urgency = (
            draw.choices(list(Urgency)[1:], (2, 6, 2))[0] if is_open else draw.choice(list(Urgency))
        )
        return _Case(
            at,
            {
                "id": ticket_id,
                "number": f"PT-{at.year}-{number:06d}",
                "conversation_id": ticket_id,
                "channel": draw.choice(("web", "telegram", "zalo")),
                "kind": draw.choice([kind.value for kind in Intent if kind.is_report]),
                "urgency": urgency.value,
                "urgency_rank": urgency.rank,
                "state": state,
                "commune_code": draw.choice(self.communes),
                "holder_id": None if state == "new" else draw.choice(self.staff),
                "needs_human": False,
                "facts_sealed": seal_json(key, {"child_age": 9}, facts_context(ticket_id)),
                "opened_at": at,
                "first_message_at": at,
                "acknowledged_at": None if state == "new" else at + timedelta(minutes=3),
                "closed_at": None if is_open else at + timedelta(days=2),
                "last_reporter_at": at,
                "last_operator_at": None if state == "new" else at + timedelta(minutes=4),
            },
            key,
        )

    def talk(self, case: _Case) -> dict[str, Any]:
        """Return the row of a conversation."""
        return {
            "id": case.ticket["conversation_id"],
            "contact_id": case.ticket["conversation_id"],
            "channel": case.ticket["channel"],
            "source": "",
            "waiting": 0,
            "held": 0,
            "is_hushed": False,
            "created_at": case.at,
            "last_reporter_at": case.at,
        }

    def said(self, case: _Case, *, from_reporter: bool) -> Iterator[dict[str, Any]]:
        """Draw one side of a talk: ten messages on average, few talks much longer."""
        direction = "in" if from_reporter else "out"
        body = (
            content_to_json(Text(text="con nghe tiếng la ở nhà bên"))
            if from_reporter
            else (
                outbound_to_json(
                    OutboundMessage(text="Cô nghe con đây, con kể tiếp cho cô nghe nhé")
                )
            )
        )
        talk_id = case.ticket["conversation_id"]
        sealed = seal_json(case.key, body, body_context(talk_id, direction))
        usual = self.messages // 2
        many = usual * 8 if self.draw.random() < 0.02 else max(1, round(usual * 0.86))
        for number in range(many):
            at = case.at + timedelta(seconds=20 * number)
            yield {
                "channel": case.ticket["channel"],
                "conversation_id": talk_id,
                "body_sealed": sealed,
                "lane": 1,
            } | (_arrived(talk_id, number, at) if from_reporter else _sent(at))

    def happened(self, case: _Case) -> Iterator[dict[str, Any]]:
        """Draw what is in the log of a ticket."""
        kinds = ["ticket_opened", "ticket_read", "ticket_claimed", "operator_wrote"]
        if case.ticket["state"] == "new":
            kinds = kinds[:1]
        elif self.draw.random() < NOTED:
            kinds.append("note_added")
        if case.ticket["state"] == "closed":
            kinds.append("ticket_moved")
        for minute, kind in enumerate(kinds):
            self.event_id += 1
            yield {
                "id": self.event_id,
                "at": case.at + timedelta(minutes=minute),
                "kind": kind,
                "ticket_id": case.ticket["id"],
                "actor_id": None if kind == "ticket_opened" else case.ticket["holder_id"],
                "detail": {"number": case.ticket["number"], "urgency": case.ticket["urgency"]},
                "note_sealed": self._note(case) if kind == "note_added" else None,
                "mac": bytes(32),
            }

    def _note(self, case: _Case) -> bytes:
        self.notes += 1
        text = self.draw.choice(_NOTES) + (f", gần {RARE}" if self.notes % 500 == 0 else "")
        return seal_text(case.key, text, note_context(case.ticket["id"]))


async def fill(
    store: Store,
    *,
    count: int,
    messages: int,
    staff: list[str],
    communes: list[str],
    now: datetime,
) -> Desk:
    """Write `count` tickets with about `messages` messages, in a few large transactions."""
    rows = _Rows(store, staff=staff, communes=communes, messages=max(2, messages // count), now=now)
    rows.event_id = await store.db.read(lambda c: c.execute(select(chain.c.last_id)).scalar_one())
    written, open_numbers = 0, []
    numbers = iter(range(1, count + 1))
    while some := list(islice(numbers, _AT_ONCE)):
        keys = await store.vault.create({id_of(number): KeyKind.TICKET for number in some})
        cases = [rows.case(number, count, keys[id_of(number)]) for number in some]
        written += await store.db.transaction(lambda c, cases=cases: _write(c, rows, cases))
        open_numbers += [x.ticket["number"] for x in cases if x.ticket["closed_at"] is None]
    await store.db.transaction(lambda c: _count_on(c, rows, count))
    return Desk(tickets=count, messages=written, notes=rows.notes, open_numbers=tuple(open_numbers))


def _write(connection: Connection, rows: _Rows, cases: list[_Case]) -> int:
    def put(table: Table, values: Iterable[dict[str, Any]]) -> int:
        listed = list(values)
        connection.execute(insert(table), listed)
        return len(listed)

    put(contacts, (_contact(each) for each in cases))
    put(conversations, (rows.talk(each) for each in cases))
    put(tickets, (each.ticket for each in cases))
    put(events, (event for each in cases for event in rows.happened(each)))
    return put(
        inbox, (said for each in cases for said in rows.said(each, from_reporter=True))
    ) + put(outbox, (said for each in cases for said in rows.said(each, from_reporter=False)))


def _contact(case: _Case) -> dict[str, Any]:
    return {
        "id": case.ticket["conversation_id"],
        "channel": case.ticket["channel"],
        "lookup": bytes.fromhex(case.ticket["id"] * 2),
        "account_sealed": b"",
        "is_blocked": False,
        "created_at": case.at,
    }


def _arrived(talk_id: str, number: int, at: datetime) -> dict[str, Any]:
    moments = dict.fromkeys(("sent_at", "received_at", "handled_at"), at)
    return {"external_id": f"{talk_id}-{number}", "walks": 1, **moments}


def _sent(at: datetime) -> dict[str, Any]:
    return {
        "author": "bot",
        "state": "sent",
        "repeat_in_doubt": True,
        "attempts": 1,
        "doubts": 0,
        **dict.fromkeys(("due_at", "created_at", "settled_at"), at),
    }


def id_of(number: int) -> str:
    """Return the id of a ticket, of its talk and of the contact."""
    return f"{number:032x}"


def _count_on(connection: Connection, rows: _Rows, count: int) -> None:
    """Let numbers and events go on after what was written."""
    connection.execute(update(chain).values(last_id=rows.event_id, last_mac=bytes(32)))
    year = rows.now.year
    connection.execute(insert(ticket_numbers), {"year": year, "last": count})
