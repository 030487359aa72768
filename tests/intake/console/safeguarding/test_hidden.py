"""Page by page: what is kept from somebody is on none, and cannot be told from what is not there.

Each test looks as the supervisor first, so that a page that shows nothing to anybody is red.
"""

from datetime import timedelta

import pytest
from sqlalchemy import update

from intake.permissions import Role
from nlu.labels import Intent, Urgency
from storage import tickets
from storage.incidents import incidents, ticket_links
from storage.learning import readings
from storage.queue import transfers
from storage.safeguarding import kept_from
from storage.tables import inbox
from storage.tables import tickets as table
from tests.intake.console.clocks.test_now import breach
from tests.tickets_made import BEATEN, open_ticket

REASON = "Tin báo nhắc tên người này"


@pytest.fixture
async def kept(console, clock):
    """A ticket that is kept from Lan, a supervisor; her browser and that of Hoa, another one."""
    ticket = await console.rows.report(urgency=Urgency.CRITICAL, account="reporter")
    lan_id = await console.rows.join("lan", Role.SUPERVISOR, name="Nguyễn Thị Lan")
    lan = console.browser()
    await lan.sign_in("lan")
    hoa = await console.signed_in(Role.SUPERVISOR, "hoa", "Hoa")
    await kept_from.keep(
        console.service.store, ticket.id, from_user=lan_id, reason=REASON, user_id="somebody",
        now=clock(),
    )  # fmt: skip
    return ticket, lan, hoa


async def _seen(ticket, lan, hoa, path: str) -> tuple[bool, bool]:
    """Whether Hoa and Lan are shown the number on a page."""
    (_, for_hoa), (_, for_lan) = await hoa.get(path), await lan.get(path)
    return ticket.number in for_hoa, ticket.number in for_lan


async def test_the_search_does_not_find_it_by_columns_or_by_a_note(console, kept) -> None:
    ticket, lan, hoa = kept
    await hoa.post(f"/console/tickets/{ticket.number}/notes", text="người đón mặc áo mưa vàng")

    assert await _seen(ticket, lan, hoa, "/console/find?q=khẩn cấp") == (True, False)
    assert await _seen(ticket, lan, hoa, "/console/find?q=áo mưa vàng") == (True, False)


async def test_the_hand_over_tells_neither_of_it_nor_of_its_note(console, kept) -> None:
    ticket, lan, hoa = kept
    await hoa.post(f"/console/tickets/{ticket.number}/claim")
    await hoa.post(f"/console/tickets/{ticket.number}/notes", text="gọi lại lúc 9 giờ")

    assert await _seen(ticket, lan, hoa, "/console/handover") == (True, False)
    notes = ["gọi lại lúc 9 giờ" in (await b.get("/console/handover"))[1] for b in (hoa, lan)]
    assert notes == [True, False]


async def test_an_incident_of_nothing_else_is_not_listed(console, clock, kept) -> None:
    ticket, lan, hoa = kept
    store = console.service.store
    other = await console.rows.report(urgency=Urgency.CRITICAL)
    await incidents.join(store, ticket.id, other.number, user_id="somebody", now=clock())

    _, for_hoa = await hoa.get("/console/incidents")
    _, for_lan = await lan.get("/console/incidents")

    assert "2 phiếu" in for_hoa
    assert "1 phiếu" in for_lan
    assert await _seen(ticket, lan, hoa, "/console/incidents/1") == (True, False)


async def test_now_does_not_name_it(console, clock, kept) -> None:
    ticket, lan, hoa = kept
    clock.forward(3700)
    await breach(console)
    for browser, login in ((lan, "lan"), (hoa, "hoa")):
        await browser.sign_in(login)

    assert await _seen(ticket, lan, hoa, "/console/now") == (True, False)
    assert await _seen(ticket, lan, hoa, "/console/parts/breaches") == (True, False)


async def test_it_is_passed_on_to_everybody_else_of_a_role(console, clock, kept) -> None:
    ticket, lan, hoa = kept
    minh_id = await console.rows.join("minh", Role.OPERATOR)
    store = console.service.store
    await tickets.claim_ticket(store, ticket.id, user_id=minh_id, now=clock())
    await transfers.offer(
        store, ticket.id, to_role="supervisor", note="nhờ trưởng ca", user_id=minh_id, now=clock()
    )

    assert await _seen(ticket, lan, hoa, "/console") == (True, False)
    assert await _seen(ticket, lan, hoa, "/console/parts/queue") == (True, False)


async def test_its_talk_is_not_read_again(console, clock, kept) -> None:
    ticket, lan, hoa = kept
    store, day = console.service.store, clock().astimezone(readings.LOCAL_ZONE).date()
    await _let_it_be_drawn(store, ticket)
    assert await readings.draw(store, day, near_from=1, now=clock())
    (drawn,) = await readings.open_readings(store)
    clock.forward(24 * 3600)
    for browser, login in ((lan, "lan"), (hoa, "hoa")):
        await browser.sign_in(login)

    statuses = [(await browser.get(f"/console/reading/{drawn.id}"))[0] for browser in (hoa, lan)]
    link = f'href="/console/reading/{drawn.id}"'
    listed = [link in (await browser.get("/console/reading"))[1] for browser in (hoa, lan)]

    assert statuses == [200, 404]
    assert listed == [True, False]


async def test_a_correction_on_it_is_not_shown(console, clock, kept) -> None:
    ticket, lan, hoa = kept
    minh_id = await console.rows.join("minh", Role.OPERATOR)
    await tickets.change_kind(
        console.service.store, ticket.id, kind=Intent.BULLYING, reason="đọc lại",
        user_id=minh_id, now=clock(),
    )  # fmt: skip

    assert await _seen(ticket, lan, hoa, "/console/lessons") == (True, False)
    statuses = [(await browser.get("/console/lessons/1"))[0] for browser in (hoa, lan)]
    assert statuses == [200, 404]


async def test_a_link_to_it_is_neither_shown_nor_made(console, clock, kept) -> None:
    ticket, lan, hoa = kept
    other = await console.rows.report()
    await ticket_links.link_tickets(
        console.service.store, other.id, ticket.number, reason="cùng người", user_id="somebody",
        now=clock(),
    )  # fmt: skip
    path = f"/console/tickets/{other.number}"

    links = [f"/console/tickets/{ticket.number}" in (await b.get(path))[1] for b in (hoa, lan)]
    statuses = [
        (await lan.post(f"{path}/links", other=number, reason="cùng người báo"))[0]
        for number in (ticket.number, "PT-2026-999999")
    ]

    assert links == [True, False]
    assert statuses == [422, 422]


async def test_unread_messages_do_not_name_it(console, clock, kept) -> None:
    _, lan, hoa = kept
    ticket = await console.rows.report(
        kind=Intent.OUT_OF_SCOPE, account="reporter-2", needs_human=True
    )
    lan_id = next(
        each.user_id for each in await kept_from.kept_on(console.service.store, kept[0].id)
    )
    assert await _seen(ticket, lan, hoa, "/console/health") == (True, True)
    await kept_from.keep(
        console.service.store, ticket.id, from_user=lan_id, reason=REASON, user_id="somebody",
        now=clock(),
    )  # fmt: skip

    assert await _seen(ticket, lan, hoa, "/console/health") == (True, False)


async def test_the_next_ticket_of_the_same_talk_is_kept_as_well(console, clock, kept) -> None:
    first, lan, hoa = kept
    store = console.service.store
    clock.forward(24 * 3600)
    again = await open_ticket(store, clock(), BEATEN, account="reporter")
    assert again.conversation_id == first.conversation_id
    for browser, login in ((lan, "lan"), (hoa, "hoa")):
        await browser.sign_in(login)

    assert await _seen(again, lan, hoa, "/console") == (True, False)
    statuses = [(await b.get(f"/console/tickets/{again.number}"))[0] for b in (hoa, lan)]
    assert statuses == [200, 404]
    lan_id = (await kept_from.kept_on(store, first.id))[0].user_id
    assert await kept_from.kept_away(store, again.id) == {lan_id}


async def _let_it_be_drawn(store, ticket) -> None:
    """The ticket was closed long before the day of its talk's last message."""

    def work(connection) -> int:
        long_ago = ticket.opened_at - timedelta(days=9)
        connection.execute(update(table).where(table.c.id == ticket.id).values(closed_at=long_ago))
        return connection.execute(
            update(inbox).where(inbox.c.conversation_id == ticket.conversation_id).values(doubt=5)
        ).rowcount

    await store.db.transaction(work)
