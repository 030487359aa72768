"""The queue pane: views, filters, pages, and one query for fifty open consoles."""

import asyncio

from sqlalchemy import Engine, event

from intake.console.queue.address import address_of, asked_in
from intake.console.queue.board import BOARD
from intake.permissions import Role
from nlu.labels import Danger, Intent, Urgency
from storage.queue.views import Asked, View


async def _critical(console):
    return await console.rows.report(
        kind=Intent.DROWNING_EMERGENCY, urgency=Urgency.CRITICAL, danger=Danger.DROWNING
    )


def test_an_address_says_what_is_asked_and_nothing_else(console) -> None:
    places = console.service.places
    asked = Asked(view=View.MINE, user_id="me", communes=("30337",), kinds=("bullying",), page=3)

    address = address_of(asked)
    query = dict(part.split("=") for part in address.split("&"))

    assert asked_in(query, user_id="me", places=places) == asked
    assert address_of(Asked()) == ""


def test_nonsense_in_an_address_is_left_out(console) -> None:
    said = {
        "show": "secret", "commune": "1,x", "kind": "' or 1=1", "channel": "fax", "page": "-9",
    }  # fmt: skip

    assert asked_in(said, user_id="me", places=console.service.places) == Asked()


async def test_views_and_filters_narrow_the_cards(console) -> None:
    here = await console.rows.report()
    there = await console.rows.report(commune="30316", kind=Intent.DROWNING_HAZARD)
    browser = await console.signed_in(Role.OPERATOR)
    await browser.post(f"/console/tickets/{here.number}/claim")

    for query, shown, hidden in (
        ("show=mine", here, there),
        ("show=free", there, here),
        ("show=hazards", there, here),
        ("commune=30337", here, there),
        ("kind=drowning_hazard", there, here),
    ):
        _, text = await browser.get(f"/console?{query}")
        assert f"card-{shown.number}" in text, query
        assert f"card-{hidden.number}" not in text, query
    _, text = await browser.get("/console?commune=30337")
    assert "Đang lọc: Xã An Phú." in text


async def test_what_rings_is_in_every_view(console) -> None:
    ticket = await _critical(console)
    browser = await console.signed_in(Role.OPERATOR)

    for query in ("show=done", "show=mine", "commune=30316", "page=7"):
        _, text = await browser.get(f"/console/parts/queue?{query}")
        assert f'data-rings="free" data-number="{ticket.number}"' in text, query


async def test_an_opened_ticket_stands_beside_the_queue_that_was_looked_at(console) -> None:
    here = await console.rows.report()
    there = await console.rows.report(commune="30316")
    browser = await console.signed_in(Role.OPERATOR)

    await browser.get("/console?commune=30337")
    _, text = await browser.get(f"/console/tickets/{there.number}")
    assert f"card-{here.number}" in text
    assert f'id="card-{there.number}"' not in text
    assert "commune=30337" in text.partition('id="queue-live"')[2].partition("\n")[0]

    await browser.get("/console")
    _, text = await browser.get(f"/console/tickets/{there.number}")
    assert f'id="card-{there.number}"' in text


async def test_the_second_page_begins_where_the_first_ends(console) -> None:
    made = [await console.rows.report() for _ in range(42)]
    browser = await console.signed_in(Role.OPERATOR)

    _, first = await browser.get("/console")
    _, second = await browser.get("/console?page=2")

    assert first.count('<li id="card-') == 40
    assert 'href="/console?page=2"' in first
    assert second.count('<li id="card-') == 2
    assert f"card-{made[-1].number}" in second
    assert 'rel="prev"' in second


async def test_fifty_consoles_cost_one_reading_and_each_keeps_its_own_marks(console) -> None:
    ticket = await console.rows.report()
    lan = await console.signed_in(Role.OPERATOR, "lan", "Lan")
    minh = await console.signed_in(Role.OPERATOR, "minh", "Minh")
    await lan.post(f"/console/tickets/{ticket.number}/claim")
    board = console.server.app[BOARD]
    before = board.readings

    parts = await asyncio.gather(
        *(browser.get("/console/parts/queue") for browser in (lan, minh) for _ in range(25))
    )

    assert board.readings - before <= 1
    assert all("Bạn giữ" in text and "Lan giữ" not in text for _, text in parts[:25])
    assert all("Lan giữ" in text and "Bạn giữ" not in text for _, text in parts[25:])


async def test_what_happens_is_seen_at_once_although_the_queue_is_shared(console) -> None:
    browser = await console.signed_in(Role.OPERATOR)
    await browser.get("/console/parts/queue")

    ticket = await console.rows.report()

    _, text = await browser.get("/console/parts/queue")
    assert f"card-{ticket.number}" in text


async def test_a_live_update_costs_ten_consoles_no_more_statements_than_one(console) -> None:
    browsers = [await console.signed_in(Role.OPERATOR, f"op{each}") for each in range(10)]
    board, sent = console.server.app[BOARD], []

    async def cost(path: str, *open_consoles) -> int:
        sent.clear()
        await asyncio.gather(*(each.get(path) for each in open_consoles))
        return len(sent)

    async def update(*open_consoles) -> float:
        """Return the statements of one reading of the board after an event."""
        await _critical(console)
        before = board.readings
        all_of_them = await cost("/console/parts/queue", *open_consoles)
        return (all_of_them - len(open_consoles) * who_asks) / (board.readings - before)

    def remember(_connection, _cursor, statement, *_more) -> None:
        if statement.startswith("SELECT"):
            sent.append(statement)

    event.listen(Engine, "before_cursor_execute", remember)
    try:
        who_asks = await cost("/console/password", browsers[0])
        one, ten = await update(browsers[0]), await update(*browsers)
    finally:
        event.remove(Engine, "before_cursor_execute", remember)

    assert one > 10
    assert ten - one < 9, (one, ten)  # not one statement for each further console
