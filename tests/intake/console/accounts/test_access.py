"""Opening cases takes two people: whoever gives rights gives none to themselves."""

import asyncio
import re
from collections.abc import Awaitable

import pytest

from intake.accounts import create_account
from intake.invitations import invite, invited, join
from intake.permissions import Permission, Role, grants_of
from storage import events
from storage.accounts import access, roles, users
from storage.accounts.access import Why
from storage.accounts.second_people import LastSecondPerson
from storage.rows import UserRow
from tests.intake.console.conftest import PASSWORD, Browser, Console

DESK = "Nhận phiếu gấp nhất"


async def _person(console: Console, login: str) -> UserRow:
    found = await users.find_user(console.service.store, login)
    assert found is not None
    return found.user


async def _add(admin: Browser, login: str, role: Role) -> str:
    """Add an account and return its one-time password."""
    _, text = await admin.post("/console/users", name=login, login=login, role=role.value)
    once = re.search(r'class="password">([^<]+)<', text)
    assert once is not None
    return once[1]


async def _join(console: Console, login: str, once: str) -> Browser:
    """Sign in for the first time and choose a password."""
    browser = console.browser()
    await browser.sign_in(login, once)
    await browser.post("/console/password", current=once, new=PASSWORD, again=PASSWORD)
    return browser


async def _asks(console: Console) -> list[tuple[Why, bool]]:
    found = await access.open_asks(console.service.store)
    return [(each.why, each.is_waiting) for each in found]


async def _answer(browser: Browser, outcome: str, reason: str = "") -> tuple[int, str]:
    """Answer what the page lists first."""
    _, text = await browser.get("/console/access")
    found = re.search(r'action="(/console/access/\d+)"', text)
    assert found is not None
    return await browser.post(found[1], outcome=outcome, reason=reason)


async def test_a_second_account_of_an_administrator_sees_nothing_until_a_supervisor_knows_it(
    console,
) -> None:
    ticket = await console.rows.report()
    hoa = await console.signed_in(Role.SUPERVISOR, "hoa")
    admin = await console.signed_in(Role.ADMINISTRATOR)
    lan = await _join(console, "lan", await _add(admin, "lan", Role.OPERATOR))

    _, text = await lan.get("/console")
    assert "chờ người thứ hai xác nhận" in text
    assert (await lan.get(f"/console/tickets/{ticket.number}"))[0] == 403
    assert (await admin.post("/console/access/1", outcome="confirmed"))[0] == 403
    assert 'id="access-asks"' not in (await admin.get("/console/users"))[1]
    assert 'id="access-asks"' in (await hoa.get("/console"))[1]

    _, text = await _answer(hoa, "confirmed")
    assert "Đã xác nhận" in text
    assert DESK in (await lan.get("/console"))[1]
    assert 'id="access-asks"' not in (await hoa.get("/console/parts/queue"))[1]
    kinds = [each.kind for each in await events.events_after(console.service.store, 0)]
    assert {"access_asked", "access_confirmed"} <= set(kinds)


async def test_a_second_administrator_waits_too_and_confirms_nothing_before(console) -> None:
    await console.signed_in(Role.SUPERVISOR, "hoa")
    admin = await console.signed_in(Role.ADMINISTRATOR)
    twin = await _join(console, "twin", await _add(admin, "twin", Role.ADMINISTRATOR))
    await _add(admin, "lan", Role.OPERATOR)

    assert (await twin.get("/console/access"))[0] == 403
    assert await _asks(console) == [(Why.MADE, True), (Why.MADE, True)]


async def test_where_nobody_could_confirm_it_holds_at_once_and_the_next_supervisor_is_told(
    console,
) -> None:
    admin = await console.signed_in(Role.ADMINISTRATOR)
    lan = await _join(console, "lan", await _add(admin, "lan", Role.OPERATOR))
    assert DESK in (await lan.get("/console"))[1]

    hoa = await console.signed_in(Role.SUPERVISOR, "hoa")
    assert 'id="access-asks"' in (await hoa.get("/console"))[1]
    assert "Đã có hiệu lực ngay" in (await hoa.get("/console/access"))[1]
    await _answer(hoa, "confirmed")
    assert await _asks(console) == []


async def test_an_account_that_nobody_knows_is_closed_with_a_reason(console) -> None:
    hoa = await console.signed_in(Role.SUPERVISOR, "hoa")
    admin = await console.signed_in(Role.ADMINISTRATOR)
    await _add(admin, "lan", Role.OPERATOR)

    status, text = await _answer(hoa, "refused", "?")
    assert (status, "f-reason-problem" in text) == (422, True)
    assert (await _person(console, "lan")).is_active
    _, text = await _answer(hoa, "refused", "Không có ai tên này ở Trung tâm")

    assert "Tài khoản đã bị khoá" in text
    assert not (await _person(console, "lan")).is_active
    path = f"/console/users/{(await _person(console, 'lan')).id}/active"
    await admin.post(path, active="1")
    assert await _asks(console) == [(Why.REOPENED, True)]
    assert grants_of(await _person(console, "lan")) == {Permission.SIGNED_IN}


async def test_a_given_role_and_a_widened_one_wait_and_less_does_not(console, clock) -> None:
    await console.signed_in(Role.SUPERVISOR, "hoa")
    admin = await console.signed_in(Role.ADMINISTRATOR)
    user_id, store = await console.rows.join("lan", Role.COMMUNICATOR), console.service.store

    await admin.post(f"/console/users/{user_id}/role", role=Role.AUDITOR.value)
    assert await _asks(console) == []
    role_id = await roles.make_role(
        store, name="Thực tập", permissions=["review_content"], now=clock(), actor_id="x"
    )
    await admin.post(f"/console/users/{user_id}/role", role=role_id)
    assert await _asks(console) == []
    await admin.post(f"/console/roles/{role_id}", name="Thực tập", permission="work_ticket")
    await admin.post(f"/console/users/{user_id}/role", role=Role.OPERATOR.value)

    assert await _asks(console) == [(Why.RIGHTS, True), (Why.ROLE, True)]
    assert grants_of(await _person(console, "lan")) == {Permission.SIGNED_IN}


async def test_the_last_who_could_confirm_is_neither_closed_nor_lowered(console) -> None:
    admin = await console.signed_in(Role.ADMINISTRATOR)
    hoa, binh = [await console.rows.join(each, Role.SUPERVISOR) for each in ("hoa", "binh")]

    await admin.post(f"/console/users/{hoa}/active", active="0")
    _, closing = await admin.post(f"/console/users/{binh}/active", active="0")
    _, lowering = await admin.post(f"/console/users/{binh}/role", role=Role.AUDITOR.value)

    assert "người cuối cùng xác nhận được" in closing
    assert "người cuối cùng xác nhận được" in lowering
    left = await _person(console, "binh")
    assert left.is_active
    assert Permission.CONFIRM_ACCESS in grants_of(left)


async def test_nor_is_the_role_by_which_the_last_one_confirms(console, clock) -> None:
    admin, store = await console.signed_in(Role.ADMINISTRATOR), console.service.store
    role_id = await roles.make_role(
        store, name="Trưởng phòng", permissions=["confirm_access"], now=clock(), actor_id="x"
    )
    user_id = await console.rows.join("binh", Role.AUDITOR)
    await roles.set_role(store, user_id, role=role_id, now=clock(), actor_id="x")

    status, text = await admin.post(
        f"/console/roles/{role_id}", name="Trưởng phòng", permission="read_health"
    )

    assert status == 422
    assert "người cuối cùng xác nhận được" in text


async def test_two_who_confirm_are_not_closed_in_the_same_moment(console, clock) -> None:
    store, now = console.service.store, clock()
    hoa, binh = [await console.rows.join(each, Role.SUPERVISOR) for each in ("hoa", "binh")]

    def closed(user_id: str, other: str) -> Awaitable[None]:
        beside = {other: Role.SUPERVISOR.value}
        return users.set_active(
            store, user_id, is_active=False, now=now, actor_id="x", beside=beside
        )

    told = await asyncio.gather(closed(hoa, binh), closed(binh, hoa), return_exceptions=True)

    assert {type(each) for each in told} == {LastSecondPerson, type(None)}


async def test_a_new_password_holds_at_once_and_supervisors_are_told(console) -> None:
    hoa = await console.signed_in(Role.SUPERVISOR, "hoa")
    admin = await console.signed_in(Role.ADMINISTRATOR)
    user_id = await console.rows.join("lan", Role.OPERATOR)

    await admin.post(f"/console/users/{user_id}/password")

    assert await _asks(console) == [(Why.PASSWORD, False)]
    assert Permission.WORK_TICKET in grants_of(await _person(console, "lan"))
    assert 'id="access-asks"' in (await hoa.get("/console"))[1]


async def test_who_was_invited_waits_as_well(console, clock) -> None:
    await console.rows.join("hoa", Role.SUPERVISOR)
    admin_id = await console.rows.join("admin", Role.ADMINISTRATOR)
    store = console.service.store
    token = await invite(store, name="Lan", role="operator", now=clock(), actor_id=admin_id)
    invitation = await invited(store, token)

    await join(store, invitation, login="lan", password=PASSWORD, now=clock())

    assert await _asks(console) == [(Why.INVITED, True)]
    assert (await _person(console, "lan")).awaits_second_person


async def test_the_command_line_asks_nobody_and_is_an_event(console, clock) -> None:
    await console.rows.join("hoa", Role.SUPERVISOR)
    store = console.service.store

    await create_account(store, login="lan", display_name="Lan", role="operator", now=clock())

    assert await _asks(console) == []
    last = (await events.events_after(store, 0))[-1]
    assert (last.kind, last.actor_id) == ("user_created", "command_line")


@pytest.mark.parametrize("who", ["asked_by", "user_id"])
async def test_neither_who_opened_it_nor_whom_it_is_about_is_the_second_person(
    console, clock, who: str
) -> None:
    await console.rows.join("hoa", Role.SUPERVISOR)
    admin_id = await console.rows.join("admin", Role.ADMINISTRATOR)
    store = console.service.store
    await create_account(
        store, login="lan", display_name="Lan", role="operator", now=clock(), actor_id=admin_id
    )
    (ask,) = await access.open_asks(store)

    assert not ask.is_for(getattr(ask, who))
