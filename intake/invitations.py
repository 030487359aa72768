"""Invitations (lời mời): an administrator names and sends a link, the person does the rest."""

import hashlib
import secrets
from datetime import datetime, timedelta

from intake.access import asking_for_role
from intake.accounts import check_login
from intake.passwords import WeakPassword, hashed, weakness_of
from storage.accounts import invitations
from storage.accounts.access import Why
from storage.accounts.invitations import Invitation
from storage.rows import UserRow
from storage.store import Store

VALID_FOR = timedelta(hours=72)


async def invite(store: Store, *, name: str, role: str, now: datetime, actor_id: str) -> str:
    """Keep an invitation and return the token of its link, which is nowhere else."""
    token = secrets.token_urlsafe(32)
    await invitations.invite(
        store,
        token_hash=_hash(token),
        name=name,
        role=role,
        now=now,
        expires_at=now + VALID_FOR,
        actor_id=actor_id,
    )
    return token


async def invited(store: Store, token: str) -> Invitation | None:
    """Return the invitation of a link, whatever became of it; None for a link that is not ours."""
    return await invitations.invitation_with(store, _hash(token)) if token else None


async def join(
    store: Store, invitation: Invitation, *, login: str, password: str, now: datetime
) -> UserRow:
    """Make the account of the invited person; a second person is asked about it.

    Raises `BadLogin`, `WeakPassword`, `LoginTaken`, `InvitationGone`.
    """
    check_login(login)
    if code := weakness_of(password, login=login):
        raise WeakPassword(code)
    return await invitations.accept(
        store,
        invitation,
        login=login,
        password_hash=await hashed(password),
        asking=await asking_for_role(
            store, invitation.role, why=Why.INVITED, actor_id=invitation.created_by
        ),
        now=now,
    )


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
