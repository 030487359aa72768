"""A desk after years of work, written straight into the tables: tickets, talks, log, clocks.

Everything is invented and drawn from one seed. Each talk has the same few sealed bodies, so that a
million messages take seconds; keys are real, one for each talk and each ticket.
"""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Table, insert, select, update

from bot.channels.codec import content_to_json, outbound_to_json
from bot.channels.contract import OutboundMessage, Text
from nlu.labels import Intent, Urgency
from storage.clocks.breaches import FOLLOWER
from storage.clocks.tables import clocks, followers
from storage.keys.sealing import Key, seal_json
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
    timers,
)
from storage.talks.talk import body_context
from storage.tickets import facts_context
from tests.load.desk_log import Case, Log

OPEN = 0.02
"""Share of the tickets that are still open."""
_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What was written."""

    tickets: int
    messages: int
    notes: int
    open_numbers: tuple[str, ...]


class _Rows:
    """Draws rows ticket by ticket."""

    def __init__(
        self, store: Store, *, staff: list[str], communes: list[str], messages: int, now: datetime
    ) -> None:
        self.store, self.staff, self.communes = store, staff, communes
        self.messages, self.now = messages, now
        self.draw = random.Random(111)  # noqa: S311 - invented rows, the same each time
        self.log = Log(self.draw, last_id=0, now=now)

    def case(self, number: int, count: int, key: Key) -> Case:
        """Draw a ticket; the last ones are open. Its talk has the same id, hence the same key."""
        draw, ticket_id = self.draw, id_of(number)
        at = self.now - timedelta(minutes=7) * (count - number)
        is_open = number > count * (1 - OPEN)
        state = draw.choice(("new", "acknowledged", "in_progress") if is_open else ("closed",))
        urgency = (
            draw.choices(list(Urgency)[1:], (2, 6, 2))[0] if is_open else draw.choice(list(Urgency))
        )
        return Case(
            ticket={
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
                "closed_at": None if is_open else min(self.now, at + timedelta(days=2)),
                "last_reporter_at": at,
                "last_operator_at": None if state == "new" else at + timedelta(minutes=4),
            },
            key=key,
        )

    def talk(self, case: Case) -> dict[str, Any]:
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

    def said(self, case: Case, *, from_reporter: bool) -> Iterator[dict[str, Any]]:
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
    rows.log.last_id = await store.db.read(
        lambda c: c.execute(select(chain.c.last_id)).scalar_one()
    )
    written, open_numbers = 0, []
    numbers = iter(range(1, count + 1))
    while some := list(islice(numbers, _AT_ONCE)):
        keys = await store.vault.create({id_of(number): KeyKind.TICKET for number in some})
        cases = [rows.case(number, count, keys[id_of(number)]) for number in some]
        written += await store.db.transaction(partial(_write, rows=rows, cases=cases))
        open_numbers += [x.ticket["number"] for x in cases if x.ticket["closed_at"] is None]
    await store.db.transaction(lambda c: _count_on(c, rows, count))
    return Desk(
        tickets=count, messages=written, notes=rows.log.notes, open_numbers=tuple(open_numbers)
    )


def _write(connection: Connection, *, rows: _Rows, cases: list[Case]) -> int:
    def put(table: Table, values: Iterable[dict[str, Any]]) -> int:
        listed = list(values)
        if listed:
            connection.execute(insert(table), listed)
        return len(listed)

    put(contacts, (_contact(each) for each in cases))
    put(conversations, (rows.talk(each) for each in cases))
    put(tickets, (each.ticket for each in cases))
    logged = [rows.log.of(each) for each in cases]
    put(events, (event for each in logged for event in each.events))
    put(clocks, (clock for each in logged for clock in each.clocks))
    put(timers, (timer for each in logged for timer in each.timers))
    return put(
        inbox, (said for each in cases for said in rows.said(each, from_reporter=True))
    ) + put(outbox, (said for each in cases for said in rows.said(each, from_reporter=False)))


def _contact(case: Case) -> dict[str, Any]:
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
    """Let numbers, events and the clocks' follower go on after what was written."""
    connection.execute(update(chain).values(last_id=rows.log.last_id, last_mac=bytes(32)))
    connection.execute(insert(followers), {"name": FOLLOWER, "last_id": rows.log.last_id})
    year = rows.now.year
    connection.execute(insert(ticket_numbers), {"year": year, "last": count})
