"""Second factors (xác thực hai bước): a sealed secret, the last number used, recovery codes.

Numbers are made and checked by intake/second_factor.py; here they only count once.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, delete, func, select, update

from storage import events
from storage.accounts.tables import recovery_codes, second_factors
from storage.database import insert_new
from storage.keys.sealing import open_text, seal_text
from storage.rota import duty
from storage.store import Store
from storage.tables import sessions


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """What checking a number needs to know; an empty secret is none."""

    secret: str = field(default="", repr=False)
    pending: str = field(default="", repr=False)
    """Shown to the person, not confirmed yet."""
    last_step: int = 0


async def factor_of(store: Store, user_id: str) -> Factor:
    """Return what a user has of a second factor; all empty when nothing."""
    row = await store.db.read(
        lambda connection: connection.execute(
            select(second_factors).where(second_factors.c.user_id == user_id)
        ).first()
    )
    if row is None:
        return Factor()
    return Factor(
        secret=_open(store, user_id, row.secret_sealed),
        pending=_open(store, user_id, row.pending_sealed),
        last_step=row.last_step,
    )


async def offer_secret(store: Store, user_id: str, fresh: str) -> str:
    """Return the secret that waits for its first number; `fresh` becomes it when none does."""
    sealed = seal_text(store.vault.staff_key, fresh, _context(user_id))

    def work(connection: Connection) -> bytes:
        row = {"user_id": user_id, "pending_sealed": sealed, "last_step": 0}
        if insert_new(connection, second_factors, row):
            return sealed
        mine = second_factors.c.user_id == user_id
        connection.execute(
            update(second_factors)
            .where(mine, second_factors.c.pending_sealed.is_(None))
            .values(pending_sealed=sealed)
        )
        kept: bytes = connection.execute(
            select(second_factors.c.pending_sealed).where(mine)
        ).scalar_one()
        return kept

    return _open(store, user_id, await store.db.transaction(work))


async def confirm(
    store: Store, user_id: str, *, step: int, codes: Iterable[str], now: datetime, keeps: bytes
) -> bool:
    """Let the waiting secret count, with new recovery codes; other sessions than `keeps` end.

    False when nothing waits any more: somebody pressed twice.
    """
    lookups = _lookups(store, user_id, codes)

    def work(connection: Connection) -> bool:
        changed = connection.execute(
            update(second_factors)
            .where(
                second_factors.c.user_id == user_id, second_factors.c.pending_sealed.is_not(None)
            )
            .values(
                secret_sealed=second_factors.c.pending_sealed,
                pending_sealed=None,
                last_step=step,
                confirmed_at=now,
            )
        )
        if not changed.rowcount:
            return False
        _write_codes(connection, user_id, lookups)
        connection.execute(
            delete(sessions).where(sessions.c.user_id == user_id, sessions.c.token_hash != keeps)
        )
        _note(connection, store, "second_factor_set", user_id, now, user_id)
        return True

    return await store.db.transaction(work)


async def use_step(store: Store, user_id: str, *, step: int) -> bool:
    """Let the number of a step count; False when it, or a later one, was used already."""

    def work(connection: Connection) -> bool:
        changed = connection.execute(
            update(second_factors)
            .where(second_factors.c.user_id == user_id, second_factors.c.last_step < step)
            .values(last_step=step)
        )
        return changed.rowcount == 1

    return await store.db.transaction(work)


async def use_code(store: Store, user_id: str, code: str, *, now: datetime) -> bool:
    """Let a recovery code count, once; False for a wrong or a used one."""
    lookup = store.vault.lookup(f"recovery:{user_id}", code)

    def work(connection: Connection) -> bool:
        changed = connection.execute(
            update(recovery_codes)
            .where(
                recovery_codes.c.user_id == user_id,
                recovery_codes.c.code_lookup == lookup,
                recovery_codes.c.used_at.is_(None),
            )
            .values(used_at=now)
        )
        if not changed.rowcount:
            return False
        _note(connection, store, "recovery_code_used", user_id, now, user_id)
        return True

    return await store.db.transaction(work)


async def replace_codes(store: Store, user_id: str, codes: Iterable[str], *, now: datetime) -> None:
    """Give new recovery codes; the old ones, used or not, are nothing any more."""
    lookups = _lookups(store, user_id, codes)

    def work(connection: Connection) -> None:
        _write_codes(connection, user_id, lookups)
        _note(connection, store, "recovery_codes_made", user_id, now, user_id)

    await store.db.transaction(work)


async def codes_left(store: Store, user_id: str) -> int:
    """Return how many recovery codes were not used yet."""
    return await store.db.read(
        lambda connection: connection.execute(
            select(func.count())
            .select_from(recovery_codes)
            .where(recovery_codes.c.user_id == user_id, recovery_codes.c.used_at.is_(None))
        ).scalar_one()
    )


async def reset(store: Store, user_id: str, *, reason: str, now: datetime, actor_id: str) -> None:
    """Take a second factor away, with a reason (sealed); every session ends, and the shift."""
    note = seal_text(store.vault.staff_key, reason, events.note_context(None))

    def work(connection: Connection) -> None:
        connection.execute(delete(recovery_codes).where(recovery_codes.c.user_id == user_id))
        connection.execute(delete(second_factors).where(second_factors.c.user_id == user_id))
        connection.execute(delete(sessions).where(sessions.c.user_id == user_id))
        duty.end_shift(connection, user_id)
        _note(connection, store, "second_factor_reset", user_id, now, actor_id, note)

    await store.db.transaction(work)


def _write_codes(connection: Connection, user_id: str, lookups: list[bytes]) -> None:
    connection.execute(delete(recovery_codes).where(recovery_codes.c.user_id == user_id))
    rows = [{"user_id": user_id, "code_lookup": lookup} for lookup in lookups]
    connection.execute(recovery_codes.insert(), rows)


def _lookups(store: Store, user_id: str, codes: Iterable[str]) -> list[bytes]:
    """Return keyed hashes: a code has 39 bits, too few for a bare hash in a stolen copy."""
    return [store.vault.lookup(f"recovery:{user_id}", code) for code in codes]


def _open(store: Store, user_id: str, sealed: bytes | None) -> str:
    return open_text(store.vault.staff_key, sealed, _context(user_id)) if sealed else ""


def _context(user_id: str) -> str:
    return f"user:{user_id}:second_factor"


def _note(
    connection: Connection,
    store: Store,
    kind: str,
    user_id: str,
    now: datetime,
    actor_id: str,
    note_sealed: bytes | None = None,
) -> None:
    events.append(
        connection, store.vault, kind=kind, at=now, actor_id=actor_id,
        detail={"user": user_id}, note_sealed=note_sealed,
    )  # fmt: skip
