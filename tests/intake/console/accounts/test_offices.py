"""The pages beside the desk: users, health, audit."""

import re

import pytest
from sqlalchemy import Connection, update
from sqlalchemy import text as sql

from intake.console.accounts.chain_check import CHAIN_CHECKS
from intake.permissions import Role
from nlu.labels import Intent, Urgency
from storage.accounts import chain_checks, users
from storage.rows import NewOutbound
from storage.tables import events, outbox
from storage.words import speech


def _forge(connection: Connection) -> int:
    """Do what only somebody with the database in hand can do."""
    connection.execute(sql("DROP TRIGGER events_refuse_update"))
    return connection.execute(update(events).where(events.c.id == 1).values(kind="x")).rowcount


async def _verified(console, auditor) -> str:
    """Ask for a check, and return the page once it is done."""
    await auditor.post("/console/audit/verify")
    await console.server.app[CHAIN_CHECKS].finished()
    _, text = await auditor.get("/console/parts/chain-check")
    return text


async def _person(console, login: str):
    found = await users.find_user(console.service.store, login)
    assert found is not None
    return found.user


async def test_an_administrator_adds_somebody_and_sees_the_password_once(console) -> None:
    admin = await console.signed_in(Role.ADMINISTRATOR)

    _, text = await admin.post(
        "/console/users", name="Nguyễn Thị Lan", login="lan", role="operator"
    )

    once = re.search(r'class="password">([^<]+)<', text)
    assert once is not None
    _, text = await admin.get("/console/users")
    assert "Nguyễn Thị Lan" in text
    assert once[1] not in text
    browser = console.browser()
    _, text = await browser.sign_in("lan", once[1])
    assert "Đặt mật khẩu của riêng bạn" in text


@pytest.mark.parametrize(
    ("name", "login", "words"),
    [
        ("", "lan", "Hãy ghi tên hiển thị"),
        ("Lan", "Lan Nguyễn", "3–32 ký tự"),
        ("Lan", "administrator", "đã có người dùng"),
    ],
)
async def test_a_bad_new_account_is_asked_again(console, name: str, login: str, words: str) -> None:
    admin = await console.signed_in(Role.ADMINISTRATOR)

    status, text = await admin.post("/console/users", name=name, login=login, role="operator")

    assert status == 422
    assert words in text
    assert f'value="{login}"' in text


async def test_a_closed_account_is_signed_out_at_once(console) -> None:
    lan = await console.signed_in(Role.OPERATOR, "lan")
    admin = await console.signed_in(Role.ADMINISTRATOR)
    person = await _person(console, "lan")

    _, text = await admin.post(f"/console/users/{person.id}/active", active="0")

    assert "Đã khoá" in text
    _, text = await lan.get("/console")
    assert "Đăng nhập" in text
    await admin.post(f"/console/users/{person.id}/active", active="1")
    assert (await _person(console, "lan")).is_active


async def test_a_new_role_holds_from_the_next_log_in(console) -> None:
    lan = await console.signed_in(Role.OPERATOR, "lan")
    admin = await console.signed_in(Role.ADMINISTRATOR)
    person = await _person(console, "lan")

    await admin.post(f"/console/users/{person.id}/role", role="supervisor")

    assert (await _person(console, "lan")).role == "supervisor"
    _, text = await lan.get("/console")
    assert "Đăng nhập" in text


async def test_a_reset_password_is_shown_once_and_works(console) -> None:
    await console.rows.join("lan", Role.OPERATOR)
    admin = await console.signed_in(Role.ADMINISTRATOR)
    person = await _person(console, "lan")

    _, text = await admin.post(f"/console/users/{person.id}/password")

    once = re.search(r'class="password">([^<]+)<', text)
    assert once is not None
    _, text = await console.browser().sign_in("lan", once[1])
    assert "Đặt mật khẩu của riêng bạn" in text


@pytest.mark.parametrize(
    ("path", "fields"), [("role", {"role": "auditor"}), ("active", {"active": "0"})]
)
async def test_nobody_changes_their_own_account(console, path: str, fields: dict[str, str]) -> None:
    admin = await console.signed_in(Role.ADMINISTRATOR)
    person = await _person(console, "administrator")

    status, _ = await admin.post(f"/console/users/{person.id}/{path}", **fields)

    assert status == 403
    _, text = await admin.get(f"/console/users/{person.id}")
    assert "Bạn không thể tự khoá" in text


async def test_dead_letters_and_unread_tickets_are_on_the_health_page(console, clock) -> None:
    ticket = await console.rows.report(
        kind=Intent.OUT_OF_SCOPE, urgency=Urgency.CRITICAL, needs_human=True
    )
    written = await speech.say(
        console.service.store,
        conversation_id=ticket.conversation_id,
        ticket_id=None,
        user_id=None,
        message=NewOutbound(body={"text": "loi rieng"}),
        now=clock(),
    )
    await console.service.store.db.transaction(
        lambda connection: (
            connection.execute(
                update(outbox)
                .where(outbox.c.id == written.outbox_id)
                .values(state="dead", error="blocked_by_user", doubts=2)
            ).rowcount
        )
    )
    supervisor = await console.signed_in(Role.SUPERVISOR)

    _, text = await supervisor.get("/console/health")

    for words in ("blocked_by_user", "Không gửi được", "2 lần gửi", ticket.number):
        assert words in text
    assert "loi rieng" not in text


async def test_an_administrator_sees_numbers_but_no_way_into_a_ticket(console) -> None:
    ticket = await console.rows.report(
        kind=Intent.OUT_OF_SCOPE, urgency=Urgency.CRITICAL, needs_human=True
    )
    admin = await console.signed_in(Role.ADMINISTRATOR)

    _, text = await admin.get("/console/health")

    assert ticket.number in text
    assert "/console/tickets/" not in text


async def test_the_auditor_sees_who_did_what_and_no_note(console) -> None:
    ticket = await console.rows.report()
    lan = await console.signed_in(Role.OPERATOR, "lan", "Nguyễn Thị Lan")
    await lan.post(f"/console/tickets/{ticket.number}/notes", text="chuyen rieng cua tre")
    auditor = await console.signed_in(Role.AUDITOR)

    _, text = await auditor.get("/console/audit")

    for words in ("Ghi chú", "Đã đọc phiếu", "Nguyễn Thị Lan", ticket.number, "Phiếu được mở"):
        assert words in text
    assert "chuyen rieng" not in text


async def test_a_whole_chain_and_a_broken_one_are_told_apart(console) -> None:
    await console.rows.report()
    auditor = await console.signed_in(Role.AUDITOR, "mai", "Mai")

    assert "Chuỗi nguyên vẹn" in await _verified(console, auditor)
    await console.service.store.db.transaction(_forge)
    text = await _verified(console, auditor)
    assert "Chuỗi bị đứt ở sự kiện số 1" in text
    assert "Mai yêu cầu lúc" in text
    assert "Nguyên vẹn, " in text  # the check before is still listed


async def test_a_check_goes_on_behind_the_page_and_is_asked_for_once(console, clock) -> None:
    auditor = await console.signed_in(Role.AUDITOR)
    store = console.service.store
    check = await chain_checks.begin(store, user_id="somebody", now=clock())
    await chain_checks.note_walked(store, check, walked=check.total // 2, now=clock())

    _, text = await auditor.post("/console/audit/verify")
    assert 'hx-trigger="every 2s"' in text
    assert '<noscript><meta http-equiv="refresh"' in text
    assert f"{check.total // 2} trên {check.total} sự kiện" in text
    assert len(await chain_checks.newest(store, limit=5)) == 1
    clock.forward(120)
    _, text = await auditor.get("/console/parts/chain-check")
    assert "dừng giữa chừng" in text
    assert "Chuỗi nguyên vẹn" in await _verified(console, auditor)


async def test_the_audit_goes_back_in_time_page_by_page(console) -> None:
    for _ in range(120):
        await console.rows.report()
    auditor = await console.signed_in(Role.AUDITOR)

    _, newest = await auditor.get("/console/audit")
    before = re.search(r"before=(\d+)", newest)
    assert before is not None
    _, older = await auditor.get(f"/console/audit?before={before[1]}")

    assert newest.count("<tr>") == 101
    assert 1 < older.count("<tr>") < 101
    assert "<td>1</td>" in older
    status, _ = await auditor.get("/console/audit?before=-1'")
    assert status == 200


async def test_each_role_is_led_to_its_own_page(console) -> None:
    for role, words in (
        (Role.ADMINISTRATOR, "Thêm người dùng"),
        (Role.AUDITOR, "Kiểm tra chuỗi"),
        (Role.COMMUNICATOR, "Mọi lời máy gửi đi nằm ở đây"),
        (Role.SUPERVISOR, "Nhận phiếu gấp nhất"),
    ):
        browser = await console.signed_in(role)
        _, text = await browser.get("/console/")
        assert words in text
