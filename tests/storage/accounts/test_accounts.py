"""Second factors, invitations, roles and the audit on both engines."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from storage import events
from storage.accounts import audit, invitations, roles, second_factors, users
from storage.accounts.audit import Search
from storage.accounts.invitations import InvitationGone
from storage.accounts.roles import RoleInUse, RoleNameTaken
from storage.accounts.tables import recovery_codes
from storage.accounts.tables import second_factors as factors
from storage.store import Store
from tests.tickets_made import HAZARD, add_user, open_ticket

_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
_DAY = timedelta(days=1)


async def _set_up(store: Store, now) -> str:
    user = await add_user(store, now)
    await second_factors.offer_secret(store, user.id, _SECRET)
    await second_factors.confirm(store, user.id, step=7, codes=["a", "b"], now=now, keeps=b"")
    return user.id


async def test_a_number_counts_once_even_at_once_and_never_an_older_one(
    store: Store, clock
) -> None:
    user_id = await _set_up(store, clock())

    used = await asyncio.gather(
        *(second_factors.use_step(store, user_id, step=9) for _ in range(4))
    )

    assert sorted(used) == [False, False, False, True]
    assert not await second_factors.use_step(store, user_id, step=8)
    assert await second_factors.use_step(store, user_id, step=10)


async def test_a_recovery_code_counts_once_even_at_once(store: Store, clock) -> None:
    user_id = await _set_up(store, clock())

    used = await asyncio.gather(
        *(second_factors.use_code(store, user_id, "a", now=clock()) for _ in range(4))
    )

    assert sorted(used) == [False, False, False, True]
    assert await second_factors.codes_left(store, user_id) == 1
    assert not await second_factors.use_code(store, user_id, "c", now=clock())


async def test_neither_secret_nor_codes_stand_in_the_tables(store: Store, clock) -> None:
    await _set_up(store, clock())

    row = await store.db.read(lambda c: c.execute(select(factors)).one())
    kept = await store.db.read(lambda c: c.execute(select(recovery_codes.c.code_lookup)).all())
    assert _SECRET.encode() not in row.secret_sealed
    assert {len(each.code_lookup) for each in kept} == {32}


async def test_a_reset_leaves_nothing_and_its_reason_is_sealed(store: Store, clock) -> None:
    user_id = await _set_up(store, clock())

    await second_factors.reset(
        store, user_id, reason="mat may o cho", now=clock(), actor_id=user_id
    )

    user = await users.user(store, user_id)
    assert user is not None
    assert not user.has_second_factor
    assert not await second_factors.use_code(store, user_id, "a", now=clock())
    (event,) = await audit.search(store, Search(kind="second_factor_reset"), limit=9)
    assert event.note == ""
    assert "mat may" not in repr(event)


async def test_each_lock_is_twice_as_long_up_to_an_hour_and_a_log_in_forgets(
    store: Store, clock
) -> None:
    user = await add_user(store, clock())

    async def lock() -> int:
        until = await users.record_failure(
            store, user.id, now=clock(), limit=1, lock_for=timedelta(minutes=5)
        )
        assert until is not None
        return round((until - clock()).total_seconds() / 60)

    assert [await lock() for _ in range(6)] == [5, 10, 20, 40, 60, 60]
    await users.record_success(store, user.id, now=clock())
    assert await lock() == 5


async def test_an_invitation_lets_one_person_in(store: Store, clock) -> None:
    admin = await add_user(store, clock(), role="administrator")
    await invitations.invite(
        store,
        token_hash=b"t" * 32,
        name="Trần Văn Minh",
        role="operator",
        now=clock(),
        expires_at=clock() + _DAY,
        actor_id=admin.id,
    )
    invitation = await invitations.invitation_with(store, b"t" * 32)
    assert invitation is not None

    results = await asyncio.gather(
        *(
            invitations.accept(
                store,
                invitation,
                login=f"minh{number}",
                password_hash="h",
                asking=None,
                now=clock(),
            )
            for number in range(3)
        ),
        return_exceptions=True,
    )

    assert sum(isinstance(each, InvitationGone) for each in results) == 2
    assert len(await users.list_users(store)) == 2
    assert not await invitations.revoke(store, invitation.id, now=clock(), actor_id=admin.id)


async def test_a_role_has_one_name_and_stays_while_somebody_has_it(store: Store, clock) -> None:
    user = await add_user(store, clock())

    async def make(name: str) -> str:
        return await roles.make_role(
            store, name=name, permissions=["read_queue"], now=clock(), actor_id=user.id
        )

    role_id = await make("Night")
    with pytest.raises(RoleNameTaken):
        await make("night")
    await roles.set_role(store, user.id, role=role_id, now=clock(), actor_id="x")
    found = await users.user(store, user.id)
    assert found is not None
    assert (found.role_name, found.own_permissions) == ("Night", ("read_queue",))
    with pytest.raises(RoleInUse):
        await roles.remove_role(store, role_id, now=clock(), actor_id="x")
    await roles.set_role(store, user.id, role="operator", now=clock(), actor_id="x")
    await roles.remove_role(store, role_id, now=clock(), actor_id="x")
    assert await roles.own_roles(store) == ()


async def test_the_audit_is_found_by_person_kind_ticket_and_time_page_by_page(
    store: Store, clock
) -> None:
    lan = await add_user(store, clock())
    ticket = await open_ticket(store, clock(), HAZARD)
    await store.db.transaction(
        lambda connection: events.append(
            connection, store.vault, kind="ticket_opened", at=clock(), ticket_id=ticket.id
        )
    )
    yesterday = clock()
    clock.forward(_DAY.total_seconds())
    for _ in range(3):
        await users.set_on_duty(store, lan.id, is_on_duty=True, now=clock())
    await users.record_failure(store, lan.id, now=clock(), limit=9, lock_for=_DAY)

    async def kinds(wanted: Search, limit: int = 9) -> list[str]:
        return [event.kind for event in await audit.search(store, wanted, limit=limit)]

    about = ["sign_in_failed", *["duty_begun"] * 3, "user_created"]
    assert await kinds(Search(person=lan.id)) == about
    assert await kinds(Search(person=lan.id), limit=2) == about[:2]
    assert await kinds(Search(person=lan.id, kind="duty_begun")) == ["duty_begun"] * 3
    assert await kinds(Search(ticket_id=ticket.id)) == ["ticket_opened"]
    first = Search(since=yesterday, until=yesterday + timedelta(hours=1))
    assert await kinds(first) == ["ticket_opened", "user_created"]
    assert await kinds(Search(since=yesterday - _DAY, until=yesterday)) == []
    assert await kinds(Search(before=3)) == ["ticket_opened", "user_created"]
    assert await audit.numbers_of(store, [ticket.id]) == {ticket.id: ticket.number}


async def test_the_head_of_a_day_is_kept_once_and_missed_when_it_is_another(
    store: Store, clock
) -> None:
    assert await audit.keep_head(store, "2026-11-22", now=clock()) is None  # nothing yet
    await add_user(store, clock())

    kept = await asyncio.gather(
        *(audit.keep_head(store, "2026-11-23", now=clock()) for _ in range(3))
    )

    (head,) = [each for each in kept if each is not None]
    report = await events.verify(store)
    assert (head.event_id, head.mac) == (report.last_id, report.last_mac)
    assert await audit.kept_heads(store, limit=5) == (head,)
    assert await audit.missing(store, [head]) == ()
    forged = audit.Head(event_id=head.event_id, mac="0" * 64)
    assert await audit.missing(store, [head, forged]) == (forged,)
