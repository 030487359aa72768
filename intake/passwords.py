"""Passwords (mật khẩu): made, hashed, checked, and refused when anybody would guess them.

Argon2 is slow on purpose, so it has two threads of its own: a burst of log-ins neither stops the
road of a child's message nor takes more than 2 × 32 MiB. The rules are those of NIST SP 800-63B:
a length, and a list of what people choose; no capitals or signs are asked for.
"""

import asyncio
import secrets
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from intake.errors import IntakeError

PASSWORD_LENGTH = range(12, 201)
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without i, l, o, 0 and 1: a one-time password is read aloud and typed by hand."""
_GROUPS, _GROUP_LETTERS = 4, 4
_FEWEST_LETTERS = 6
_COMMON = Path(__file__).with_name("common_passwords.txt")
_LOOKALIKES = str.maketrans("0134@$!", "oieaasi")

_hasher = PasswordHasher(time_cost=3, memory_cost=32 * 1024, parallelism=1)
_threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="argon2")
NOBODYS_HASH = (
    "$argon2id$v=19$m=32768,t=3,p=1$bGFuZ25naGUtbm9ib2R5$"
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
)
"""Verified for an unknown log-in name, so that the time taken does not tell who exists."""


class WeakPassword(IntakeError):
    """The new password is refused; `code` is the key of the sentence that says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def one_time_password() -> str:
    """Return a password that is read aloud easily, 79 bits strong (mật khẩu một lần)."""
    return spoken(_GROUPS)


def spoken(groups: int) -> str:
    """Return random groups of four letters that are read aloud easily, 20 bits each."""
    return "-".join(
        "".join(secrets.choice(_LETTERS) for _ in range(_GROUP_LETTERS)) for _ in range(groups)
    )


async def hashed(password: str) -> str:
    """Return the Argon2 hash of a password."""
    return await asyncio.get_running_loop().run_in_executor(_threads, _hasher.hash, password)


async def is_right(password_hash: str, password: str) -> bool:
    """Tell whether a password is the one that was hashed."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_threads, _verify, password_hash, password)


def weakness_of(password: str, *, login: str, current: str = "") -> str:
    """Return why a new password is refused, or an empty string."""
    if len(password) < PASSWORD_LENGTH.start:
        return "too_short"
    if len(password) not in PASSWORD_LENGTH:
        return "too_long"
    if current and password == current:
        return "same"
    if login.casefold() in password.casefold():
        return "like_login"
    if len(set(password.casefold())) < _FEWEST_LETTERS:
        return "too_plain"
    return "too_common" if _is_common(password) else ""


def _is_common(password: str) -> bool:
    """Whether nothing is left when the words that everybody takes, digits and signs are taken out.

    Digits alone are a telephone number or a date: whoever knows the person tries them first.
    """
    folded = _folded(password)
    bare = "".join(letter for letter in folded if letter.isalpha())
    core = folded.strip("0123456789 .,!?#*-_")
    alike = "".join(letter for letter in core.translate(_LOOKALIKES) if letter.isalpha())
    return any(_is_made_of(text, _common_words()) for text in (bare, alike))


def _is_made_of(text: str, words: frozenset[str]) -> bool:
    reached = {0}
    for start in range(len(text)):
        if start in reached:
            reached |= {start + len(word) for word in words if text.startswith(word, start)}
    return len(text) in reached


def _folded(text: str) -> str:
    """Return small letters without Vietnamese marks."""
    parts = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


@cache
def _common_words() -> frozenset[str]:
    return frozenset(_COMMON.read_text(encoding="utf-8").split())


def _verify(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except VerificationError:
        return False
