"""What is kept from somebody is in no number: each page is as if there were no such ticket."""

import re
from dataclasses import replace

import pytest

from intake.console.queue.board import BOARD
from intake.permissions import Role
from nlu.labels import Urgency
from storage import tickets
from storage.accounts import users
from storage.queue.views import Asked
from storage.safeguarding import kept_from

PAGES = (
    "/console/parts/queue",
    "/console/parts/queue?view=free",
    "/console/parts/queue?view=overdue",
    "/console/now",
    "/console/handover",
    "/console/rota",
    "/console/health",
    "/console/find?q=khẩn cấp",
    "/console/incidents",
)
_OURS = re.compile(r'name="csrf" value="[^"]*"|data-after="\d+"|content="[^"]*"')


async def _as_read(browser, path: str) -> str:
    _, text = await browser.get(path)
    return _OURS.sub("", text)


@pytest.fixture
async def lan(console):
    """A supervisor, at a desk where one ticket waits already."""
    await console.rows.report(urgency=Urgency.CRITICAL)
    return await console.signed_in(Role.SUPERVISOR, "lan", "Nguyễn Thị Lan")


async def _kept_one(console, clock, login: str = "lan"):
    """Open a ticket that is kept from her."""
    store = console.service.store
    ticket = await console.rows.report(urgency=Urgency.CRITICAL)
    found = {each.login: each.id for each in await _staff(console)}
    await kept_from.keep(
        store, ticket.id, from_user=found[login], reason="Tin báo nhắc tên người này",
        user_id="somebody", now=clock(),
    )  # fmt: skip
    return ticket


async def _staff(console):
    return await users.list_users(console.service.store)


async def test_no_page_tells_that_there_is_one_more(console, clock, lan) -> None:
    hoa = await console.signed_in(Role.SUPERVISOR, "hoa", "Hoa")
    clock.forward(600)
    before = {path: await _as_read(lan, path) for path in PAGES}
    for_hoa = await _as_read(hoa, PAGES[0])

    await _kept_one(console, clock)

    assert [path for path in PAGES if await _as_read(lan, path) != before[path]] == []
    assert await _as_read(hoa, PAGES[0]) != for_hoa


async def test_a_held_one_is_in_nobodys_count_for_her(console, clock, lan) -> None:
    minh_id = await console.rows.join("minh", Role.OPERATOR, name="Minh")
    before = {path: await _as_read(lan, path) for path in PAGES}

    ticket = await _kept_one(console, clock)
    await tickets.claim_ticket(console.service.store, ticket.id, user_id=minh_id, now=clock())

    assert [path for path in PAGES if await _as_read(lan, path) != before[path]] == []


async def test_the_queue_is_read_once_for_all_from_whom_nothing_is_kept(
    console, clock, lan
) -> None:
    await console.signed_in(Role.SUPERVISOR, "hoa")
    ticket = await _kept_one(console, clock)
    board, service = console.server.app[BOARD], console.service
    ids = {each.login: each.id for each in await _staff(console)}
    asked = replace(Asked(), size=7)
    begun = board.readings

    for_hoa = await board.look_as(service, asked, ids["hoa"])
    again = await board.look_as(service, asked, ids["hoa"])
    for_lan = await board.look_as(service, asked, ids["lan"])

    assert again is for_hoa
    assert board.readings - begun == 2
    assert (for_hoa.page.counts.open, for_lan.page.counts.open) == (2, 1)
    assert ticket.id not in {row.ticket.id for row in for_lan.page.rows + for_lan.page.critical}


async def test_an_administrator_who_is_named_is_not_told_by_the_number_of_kept_tickets(
    console, clock
) -> None:
    admin = await console.signed_in(Role.ADMINISTRATOR, "sep")
    before = await _as_read(admin, "/console/users")

    await _kept_one(console, clock, "sep")

    assert await _as_read(admin, "/console/users") == before
