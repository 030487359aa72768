"""Invitations (lời mời): a link that works once, known by the hash of its token."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from storage import events
from storage.accounts.access import Asking, ask_inside
from storage.accounts.tables import invitations
from storage.accounts.users import NewUser, insert_user
from storage.database import new_id
from storage.errors import StorageError
from storage.keys.sealing import open_text, seal_text
from storage.rows import UserRow
from storage.store import Store

_SHOWN = 50


class InvitationGone(StorageError):
    """The invitation was used, taken back, or ran out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """Somebody who may join."""

    id: str
    name: str = field(repr=False)
    role: str
    created_at: datetime
    created_by: str
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None

    def state(self, now: datetime) -> str:
        """Return `open`, `used`, `revoked` or `expired`."""
        if self.used_at is not None:
            return "used"
        if self.revoked_at is not None:
            return "revoked"
        return "open" if self.expires_at > now else "expired"


async def invite(
    store: Store,
    *,
    token_hash: bytes,
    name: str,
    role: str,
    now: datetime,
    expires_at: datetime,
    actor_id: str,
) -> None:
    """Keep an invitation."""
    invitation_id = new_id()
    row = {
        "id": invitation_id,
        "token_hash": token_hash,
        "name_sealed": seal_text(store.vault.staff_key, name, _context(invitation_id)),
        "role": role,
        "created_at": now,
        "created_by": actor_id,
        "expires_at": expires_at,
    }

    def work(connection: Connection) -> None:
        connection.execute(invitations.insert().values(**row))
        _note(connection, store, "invitation_made", now, actor_id, invitation_id, role)

    await store.db.transaction(work)


async def invitation_with(store: Store, token_hash: bytes) -> Invitation | None:
    """Return the invitation that a link belongs to."""
    row = await store.db.read(
        lambda connection: connection.execute(
            select(invitations).where(invitations.c.token_hash == token_hash)
        ).first()
    )
    return _to_invitation(store, row) if row else None


async def list_invitations(store: Store) -> tuple[Invitation, ...]:
    """Return the newest invitations, the last one first."""
    rows = await store.db.read(
        lambda connection: connection.execute(
            select(invitations).order_by(invitations.c.created_at.desc()).limit(_SHOWN)
        ).all()
    )
    return tuple(_to_invitation(store, row) for row in rows)


async def revoke(store: Store, invitation_id: str, *, now: datetime, actor_id: str) -> bool:
    """Take an invitation back; False when it was used or taken back already."""

    def work(connection: Connection) -> bool:
        role = connection.execute(
            update(invitations)
            .where(
                invitations.c.id == invitation_id,
                invitations.c.used_at.is_(None),
                invitations.c.revoked_at.is_(None),
            )
            .values(revoked_at=now)
            .returning(invitations.c.role)
        ).scalar()
        if role is None:
            return False
        _note(connection, store, "invitation_revoked", now, actor_id, invitation_id, role)
        return True

    return await store.db.transaction(work)


async def accept(
    store: Store,
    invitation: Invitation,
    *,
    login: str,
    password_hash: str,
    asking: Asking | None,
    now: datetime,
) -> UserRow:
    """Let the invited person in, once, and ask a second person about them.

    Raises `InvitationGone`, `LoginTaken`.
    """
    new = NewUser(
        login=login,
        display_name=invitation.name,
        role=invitation.role,
        password_hash=password_hash,
        must_change_password=False,
    )

    def work(connection: Connection) -> UserRow:
        changed = connection.execute(
            update(invitations)
            .where(
                invitations.c.id == invitation.id,
                invitations.c.used_at.is_(None),
                invitations.c.revoked_at.is_(None),
                invitations.c.expires_at > now,
            )
            .values(used_at=now)
        )
        if not changed.rowcount:
            raise InvitationGone
        detail = {"invitation": invitation.id}
        by = invitation.created_by
        made = insert_user(connection, store.vault, new, now=now, actor_id=by, detail=detail)
        if asking is not None:
            ask_inside(connection, store.vault, made.id, asking, now=now)
        return made

    return await store.db.transaction(work)


def _to_invitation(store: Store, row: Row[Any]) -> Invitation:
    return Invitation(
        id=row.id,
        name=open_text(store.vault.staff_key, row.name_sealed, _context(row.id)),
        role=row.role,
        created_at=row.created_at,
        created_by=row.created_by,
        expires_at=row.expires_at,
        used_at=row.used_at,
        revoked_at=row.revoked_at,
    )


def _context(invitation_id: str) -> str:
    return f"invitation:{invitation_id}:name"


def _note(
    connection: Connection,
    store: Store,
    kind: str,
    now: datetime,
    actor_id: str,
    invitation_id: str,
    role: str,
) -> None:
    detail = {"invitation": invitation_id, "role": role}
    events.append(connection, store.vault, kind=kind, at=now, actor_id=actor_id, detail=detail)
