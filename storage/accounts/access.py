"""What an administrator opens to an account (mở quyền), and the second person who settles it.

Some openings wait: until they are settled the account may nothing. The others hold at once and are
told until somebody has looked. intake/access.py decides which.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, select, update

from storage import events
from storage.accounts.tables import access_asks
from storage.accounts.users import NewUser, insert_user
from storage.errors import Changed, OwnWords
from storage.keys.sealing import seal_text
from storage.keys.vault import Vault
from storage.rows import UserRow
from storage.store import Store


class Why(StrEnum):
    """What was opened."""

    MADE = "made"
    """A new account."""
    INVITED = "invited"
    """A new account, by an invitation that was taken up."""
    ROLE = "role"
    RIGHTS = "rights"
    """The role of the account was given more."""
    REOPENED = "reopened"
    PASSWORD = "password"  # noqa: S105 - a name
    FACTOR = "factor"


class Outcome(StrEnum):
    """What the second person said."""

    CONFIRMED = "confirmed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What a second person is to be asked, or told."""

    why: Why
    asked_by: str
    is_waiting: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One opening that nobody has settled."""

    id: int
    user_id: str
    why: Why
    is_waiting: bool
    asked_by: str
    asked_at: datetime

    def is_for(self, user_id: str) -> bool:
        """Whether somebody is a second person here: neither who opened nor whom it is about."""
        return user_id not in (self.asked_by, self.user_id)


async def create_user(
    store: Store, new: NewUser, asking: Asking, *, now: datetime, actor_id: str
) -> UserRow:
    """Add a member of staff and ask about them at once; raises `LoginTaken`."""

    def work(connection: Connection) -> UserRow:
        made = insert_user(connection, store.vault, new, now=now, actor_id=actor_id, detail={})
        ask_inside(connection, store.vault, made.id, asking, now=now)
        return made

    return await store.db.transaction(work)


async def ask(store: Store, user_ids: Iterable[str], asking: Asking, *, now: datetime) -> None:
    """Ask about accounts that there are already, before anything is opened to them."""
    wanted = sorted(user_ids)

    def work(connection: Connection) -> None:
        for user_id in wanted:
            ask_inside(connection, store.vault, user_id, asking, now=now)

    if wanted:
        await store.db.transaction(work)


def ask_inside(
    connection: Connection, vault: Vault, user_id: str, asking: Asking, *, now: datetime
) -> None:
    """Ask about one account inside a transaction."""
    row = {
        "user_id": user_id, "why": asking.why.value, "is_waiting": asking.is_waiting,
        "asked_by": asking.asked_by, "asked_at": now,
    }  # fmt: skip
    connection.execute(access_asks.insert().values(**row))
    kind = "access_asked" if asking.is_waiting else "access_opened"
    detail = {"user": user_id, "why": asking.why.value}
    events.append(connection, vault, kind=kind, at=now, actor_id=asking.asked_by, detail=detail)


async def open_asks(store: Store) -> tuple[Ask, ...]:
    """Return what nobody has settled, the oldest first; nearly always nothing."""
    rows = await store.db.read(lambda connection: connection.execute(_OPEN).all())
    return tuple(
        Ask(
            id=row.id,
            user_id=row.user_id,
            why=Why(row.why),
            is_waiting=row.is_waiting,
            asked_by=row.asked_by,
            asked_at=row.asked_at,
        )
        for row in rows
    )


async def settle(
    store: Store, ask: Ask, *, outcome: Outcome, reason: str = "", user_id: str, now: datetime
) -> None:
    """Confirm or refuse; raises `OwnWords` for no second person, `Changed` for a second click."""
    if not ask.is_for(user_id):
        raise OwnWords
    settled = {"settled_at": now, "settled_by": user_id, "outcome": outcome.value}
    context = events.note_context(None)
    sealed = seal_text(store.vault.staff_key, reason, context) if reason else None

    def work(connection: Connection) -> None:
        changed = connection.execute(
            update(access_asks)
            .where(access_asks.c.id == ask.id, access_asks.c.settled_at.is_(None))
            .values(**settled)
        )
        if changed.rowcount != 1:
            raise Changed
        events.append(
            connection, store.vault, kind=_KINDS[outcome], at=now, actor_id=user_id,
            detail={"user": ask.user_id, "why": ask.why.value}, note_sealed=sealed,
        )  # fmt: skip

    await store.db.transaction(work)


_OPEN = select(access_asks).where(access_asks.c.settled_at.is_(None)).order_by(access_asks.c.id)
_KINDS = {Outcome.CONFIRMED: "access_confirmed", Outcome.REFUSED: "access_refused"}
