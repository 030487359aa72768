"""Sessions, lockouts, invitations and roles, as people meet them in the console."""

import re
from pathlib import Path

import pytest

from intake.permissions import Permission, Role
from storage import events, tickets
from storage.accounts import roles, users
from storage.rows import UserRow
from tests.intake.console.conftest import PASSWORD, Browser, Console


async def _person(console: Console, login: str) -> UserRow:
    found = await users.find_user(console.service.store, login)
    assert found is not None
    return found.user


async def _kinds(console: Console) -> list[str]:
    return [event.kind for event in await events.events_after(console.service.store, 0)]


async def _invite(console: Console, role: str = "operator") -> tuple[Browser, str]:
    """Return the administrator's browser and a link."""
    admin = await console.signed_in(Role.ADMINISTRATOR)
    return admin, await _link(admin, "Trần Văn Minh", role)


async def _link(admin: Browser, name: str, role: str) -> str:
    _, text = await admin.post("/console/invitations", name=name, role=role)
    link = re.search(r'class="key">([^<]*/console/invitation#[\w-]+)<', text)
    assert link is not None
    return link[1]


async def _form_of(browser: Browser) -> str:
    """Return the token of the form that asks for the key of a link."""
    _, text = await browser.get("/console/invitation")
    csrf = re.search(r'name="csrf" value="([^"]+)"', text)
    assert csrf is not None
    return csrf[1]


async def _open(browser: Browser, link: str) -> tuple[int, str]:
    """Paste a whole link, as people do where no script takes the key out of it."""
    return await browser.post("/console/invitation/open", await _form_of(browser), key=link)


async def _join(browser: Browser, link: str, **fields: str) -> tuple[int, str]:
    filled = {"login": "minh", "new": PASSWORD, "again": PASSWORD, **fields}
    key = link.partition("#")[2]
    return await browser.post("/console/invitation", await _form_of(browser), key=key, **filled)


async def test_one_other_browser_is_signed_out_and_the_shift_goes_on(console) -> None:
    here = await console.signed_in(Role.OPERATOR, "lan")
    await here.post("/console/duty", on="1")
    there = console.browser()
    there.client.session.headers["User-Agent"] = "Mozilla/5.0 coc_coc_browser/120.0 Chrome/114"
    await there.sign_in("lan")

    _, text = await here.get("/console/account")
    assert "Cốc Cốc" in text
    handles = re.findall(r'name="session" value="([0-9a-f]+)"', text)
    assert len(handles) == 1
    await here.post("/console/account/end", session=handles[0])

    _, text = await there.get("/console")
    assert "Phiên làm việc đã hết" in text
    assert (await _person(console, "lan")).is_on_duty
    assert "sessions_ended" in await _kinds(console)


async def test_nobody_ends_a_session_of_somebody_else(console) -> None:
    lan = await console.signed_in(Role.OPERATOR, "lan")
    _, text = await lan.get("/console/account")
    other = await console.signed_in(Role.OPERATOR, "hoa")
    second = console.browser()
    await second.sign_in("hoa")
    _, text = await other.get("/console/account")
    handle = re.findall(r'name="session" value="([0-9a-f]+)"', text)[0]

    await lan.post("/console/account/end", session=handle)

    _, text = await second.get("/console")
    assert "Nhận phiếu gấp nhất" in text


async def test_all_other_browsers_are_signed_out_at_once(console) -> None:
    here = await console.signed_in(Role.OPERATOR, "lan")
    others = [console.browser(), console.browser()]
    for browser in others:
        await browser.sign_in("lan")

    _, text = await here.post("/console/account/end-others")

    assert "Đã đăng xuất mọi nơi khác" in text
    for browser in others:
        _, text = await browser.get("/console")
        assert "Phiên làm việc đã hết" in text


async def test_an_administrator_ends_every_session_of_somebody(console) -> None:
    lan = await console.signed_in(Role.OPERATOR, "lan")
    await lan.post("/console/duty", on="1")
    admin = await console.signed_in(Role.ADMINISTRATOR)
    person = await _person(console, "lan")

    _, text = await admin.post(f"/console/users/{person.id}/sign-out")

    assert "Đã đăng xuất người này" in text
    _, text = await lan.get("/console")
    assert "Phiên làm việc đã hết" in text
    assert not (await _person(console, "lan")).is_on_duty


async def test_a_lock_does_not_hold_for_a_browser_that_is_known_and_is_opened_by_people(
    console, clock
) -> None:
    lan = await console.signed_in(Role.OPERATOR, "lan")
    await lan.post("/console/logout")
    person = await _person(console, "lan")
    store = console.service.store
    await users.record_failure(store, person.id, now=clock(), limit=1, lock_for=users.LONGEST_LOCK)

    _, text = await console.browser().sign_in("lan")
    assert "tạm khoá" in text
    _, text = await lan.sign_in("lan")
    assert "Nhận phiếu gấp nhất" in text

    await users.record_failure(store, person.id, now=clock(), limit=1, lock_for=users.LONGEST_LOCK)
    admin = await console.signed_in(Role.ADMINISTRATOR)
    await admin.post(f"/console/users/{person.id}/unlock")
    _, text = await console.browser().sign_in("lan")
    assert "Nhận phiếu gấp nhất" in text


async def test_who_is_invited_chooses_name_and_password_and_is_in(console) -> None:
    admin, link = await _invite(console)
    guest = console.browser()

    _, text = await _open(guest, link)
    assert "Chào Trần Văn Minh" in text
    _, text = await _join(guest, link)

    assert "Nhận phiếu gấp nhất" in text
    person = await _person(console, "minh")
    assert (person.display_name, person.role) == ("Trần Văn Minh", "operator")
    assert not person.must_change_password
    _, text = await admin.get("/console/invitations")
    assert "Đã dùng" in text
    assert link not in text


async def test_the_key_of_a_link_is_in_no_address_and_nowhere_kept(console) -> None:
    _, link = await _invite(console)
    address, _, key = link.partition("#")

    assert "?" not in address
    assert len(key) >= 43  # 32 random bytes
    data = console.service.settings.data.database_url.removeprefix("sqlite:///")
    files = Path(data).parent.glob(f"{Path(data).name}*")
    assert [each for each in files if key.encode() in each.read_bytes()] == []
    status, text = await console.browser().get(f"/console/invitation?key={key}")
    assert (status, "Trần Văn Minh" in text) == (200, False)


async def test_a_link_works_once_and_says_so(console) -> None:
    _, link = await _invite(console)
    await _join(console.browser(), link)

    status, text = await _open(console.browser(), link)

    assert (status, "đã được dùng" in text) == (410, True)


async def test_a_link_that_ran_out_was_taken_back_or_is_wrong_says_so(console, clock) -> None:
    admin, link = await _invite(console)
    _, text = await admin.get("/console/invitations")
    revoke = re.search(r'action="(/console/invitations/[0-9a-f]{32}/revoke)"', text)
    await admin.post(revoke[1])
    status, text = await _open(console.browser(), link)
    assert (status, "đã bị thu hồi" in text) == (410, True)

    link = await _link(admin, "Lê Thị Hoa", "auditor")
    clock.forward(72 * 3600 + 1)
    status, text = await _open(console.browser(), link)
    assert (status, "đã hết hạn" in text) == (410, True)
    status, text = await _open(console.browser(), "nonsense")
    assert (status, "không đúng" in text) == (404, True)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"login": "Ổ"}, "3–32 ký tự"),
        ({"login": "administrator"}, "đã có người dùng"),
        ({"new": "matkhau12345", "again": "matkhau12345"}, "dễ đoán"),
        ({"again": "khac"}, "chưa giống nhau"),
    ],
)
async def test_what_is_wrong_is_said_at_the_field_and_uses_nothing_up(
    console, fields: dict[str, str], words: str
) -> None:
    _, link = await _invite(console)
    guest = console.browser()

    status, text = await _join(guest, link, **fields)

    assert (status, words in text) == (422, True)
    _, text = await _join(guest, link)
    assert "Nhận phiếu gấp nhất" in text


async def _make_role(admin: Browser, name: str, *permissions: str) -> tuple[int, str]:
    fields = [("csrf", await admin.token()), ("name", name)]
    fields += [("permission", each) for each in permissions]
    async with admin.client.post("/console/roles", data=fields) as response:
        return response.status, await response.text()


async def test_the_centre_makes_a_role_and_gives_it(console) -> None:
    admin = await console.signed_in(Role.ADMINISTRATOR)
    await console.signed_in(Role.OPERATOR, "lan")
    person = await _person(console, "lan")

    _, text = await _make_role(admin, "Thực tập", Permission.READ_TICKET.value)
    assert "Đã lưu vai trò" in text
    (row,) = await roles.own_roles(console.service.store)
    assert set(row.permissions) == {"signed_in", "read_queue", "read_ticket"}
    _, text = await admin.post(f"/console/users/{person.id}/role", role=row.id)

    assert "Thực tập" in text
    lan = console.browser()
    await lan.sign_in("lan")
    assert (await lan.get("/console/parts/queue"))[0] == 200
    assert (await lan.post("/console/next"))[0] == 403
    _, text = await admin.post(f"/console/roles/{row.id}/remove")
    assert "Chưa xoá được" in text


async def test_a_role_that_mixes_cases_and_accounts_is_refused_with_its_reason(console) -> None:
    admin = await console.signed_in(Role.ADMINISTRATOR)

    status, text = await _make_role(admin, "Làm hết", "work_ticket", "manage_users")

    assert status == 422
    assert "không ai kiểm soát nổi" in text
    assert 'value="Làm hết"' in text
    assert await roles.own_roles(console.service.store) == ()


async def test_who_loses_a_right_is_signed_out_and_their_tickets_wait_again(console, clock) -> None:
    admin = await console.signed_in(Role.ADMINISTRATOR)
    await _make_role(admin, "Trực đêm", "work_ticket", "review_content")
    (row,) = await roles.own_roles(console.service.store)
    user_id = await console.rows.join("lan", Role.OPERATOR)
    await roles.set_role(console.service.store, user_id, role=row.id, now=clock(), actor_id="x")
    lan = console.browser()
    await lan.sign_in("lan")
    ticket = await console.rows.report()
    await tickets.claim_ticket(console.service.store, ticket.id, user_id=user_id, now=clock())

    fields = [("csrf", await admin.token()), ("name", "Trực đêm"), ("permission", "read_ticket")]
    async with admin.client.post(f"/console/roles/{row.id}", data=fields) as response:
        assert "Đã lưu vai trò" in await response.text()

    _, text = await lan.get("/console")
    assert "Phiên làm việc đã hết" in text
    assert "ticket_released" in await _kinds(console)


async def test_nobody_changes_the_role_they_have(console, clock) -> None:
    store = console.service.store
    role_id = await roles.make_role(
        store, name="Tổ máy tính", permissions=["manage_users"], now=clock(), actor_id="x"
    )
    user_id = await console.rows.join("binh", Role.ADMINISTRATOR)
    await roles.set_role(store, user_id, role=role_id, now=clock(), actor_id="x")
    binh = console.browser()
    await binh.sign_in("binh")

    status, _ = await binh.post(f"/console/roles/{role_id}", name="Tổ máy tính")

    assert status == 403
    _, text = await binh.get(f"/console/roles/{role_id}")
    assert "người quản trị khác" in text


async def test_the_audit_is_searched_by_person_kind_ticket_and_day(console, clock) -> None:
    first, second = await console.rows.report(), await console.rows.report()
    lan = await console.signed_in(Role.OPERATOR, "lan", "Nguyễn Thị Lan")
    await lan.get(f"/console/tickets/{second.number}")
    await console.browser().sign_in("lan", "sai")
    clock.forward(26 * 3600)
    auditor = await console.signed_in(Role.AUDITOR)
    person = (await _person(console, "lan")).id

    async def rows(query: str) -> list[str]:
        _, text = await auditor.get(f"/console/audit?{query}")
        return re.findall(r"<tr><td>(.*?)</td></tr>", text, re.DOTALL)

    about_lan = " ".join(await rows(f"person={person}"))
    for words in ("Tạo tài khoản", "Đăng nhập", "Đã đọc phiếu", "Đăng nhập không được"):
        assert words in about_lan
    assert len(await rows("kind=ticket_opened")) == 2
    assert all(first.number in row for row in await rows(f"number={first.number}"))
    assert len(await rows(f"number={int(second.number[-6:])}&kind=ticket_read")) == 1
    assert len(await rows("day=2026-11-25&kind=ticket_opened")) == 2
    assert await rows("day=2026-11-26&kind=ticket_opened") == []
    _, text = await auditor.get("/console/audit?day=hom-qua&number=PT-1999-000001")
    assert "Ngày chưa đúng" in text
    assert "audit_read" in await _kinds(console)
