"""The second factor (xác thực hai bước): a six-digit number from the phone, RFC 6238.

A number counts once and within 30 seconds of its time, before or after: phones run fast or slow.
Who has lost the phone types one of ten recovery codes instead, each of which counts once.
"""

import hmac
import re
from datetime import datetime

import pyotp
import segno

from intake.passwords import spoken
from storage.accounts import second_factors
from storage.rows import UserRow
from storage.store import Store

ISSUER = "Lang Nghe"
"""What the phone's app shows above the number; without marks, some apps drop them."""
CODES = 10
_DRIFT = (0, -1, 1)
"""Steps of 30 seconds."""
_NUMBER = re.compile(r"\d{6}")


async def waiting_secret(store: Store, user_id: str) -> str:
    """Return the secret that the phone is to know; the same until its first number comes."""
    return await second_factors.offer_secret(store, user_id, pyotp.random_base32())


async def set_up(
    store: Store, user: UserRow, number: str, *, now: datetime, keeps: bytes
) -> tuple[str, ...]:
    """Confirm the waiting secret by its first number; return the recovery codes, () if wrong.

    Every session but `keeps` ends.
    """
    factor = await second_factors.factor_of(store, user.id)
    step = step_of(factor.pending, number, now) if factor.pending else None
    if step is None:
        return ()
    codes = _new_codes()
    is_done = await second_factors.confirm(
        store, user.id, step=step, codes=map(_bare, codes), now=now, keeps=keeps
    )
    return codes if is_done else ()


def is_number(typed: str) -> bool:
    """Whether what was typed is a number of the phone, not a recovery code."""
    return bool(_NUMBER.fullmatch(typed.replace(" ", "")))


async def passes(store: Store, user: UserRow, typed: str, *, now: datetime) -> bool:
    """Tell whether a number or a recovery code lets the person in; it counts once."""
    if not is_number(typed):
        return await second_factors.use_code(store, user.id, _bare(typed), now=now)
    digits = typed.replace(" ", "")
    factor = await second_factors.factor_of(store, user.id)
    step = step_of(factor.secret, digits, now) if factor.secret else None
    return step is not None and await second_factors.use_step(store, user.id, step=step)


async def new_codes(store: Store, user: UserRow, now: datetime) -> tuple[str, ...]:
    """Give new recovery codes in place of the old ones."""
    codes = _new_codes()
    await second_factors.replace_codes(store, user.id, map(_bare, codes), now=now)
    return codes


def step_of(secret: str, number: str, now: datetime) -> int | None:
    """Return the step of time that a number belongs to; None when it is not of these moments."""
    if not _NUMBER.fullmatch(number):
        return None
    totp = pyotp.TOTP(secret)
    this = totp.timecode(now)
    for drift in _DRIFT:
        if hmac.compare_digest(totp.generate_otp(this + drift), number):
            return this + drift
    return None


def qr_code(secret: str, login: str) -> str:
    """Return the picture that the phone's app reads, as inline SVG without script or style."""
    address = pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=ISSUER)
    picture = segno.make(address, error="m", micro=False)
    return str(picture.svg_inline(border=4, omitsize=True, dark="#000", light="#fff"))


def in_groups(secret: str) -> str:
    """Return a secret in groups of four, for who types it."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


def _new_codes() -> tuple[str, ...]:
    return tuple(spoken(2) for _ in range(CODES))


def _bare(code: str) -> str:
    """Return a recovery code as it is compared: small letters, no blanks or hyphens."""
    return re.sub(r"[\s-]", "", code).casefold()[:64]
