"""Members of staff whom a report names (người trong đơn vị bị nhắc tên), found in its words.

By display name, by log-in, or by a given name beside what they do ("chú Ba trực tổng đài"). A role
alone points at nobody: it is shown to supervisors, who keep a person away by hand.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache

from intake.word_patterns import bare, compiled
from storage.accounts import users
from storage.rows import TicketChange, UserRow
from storage.store import Store

_FRESH = timedelta(seconds=30)
_PERSON = "chú|cô|anh|chị|ông|bà|bác|thầy|dì|cậu|người|cán bộ|nhân viên|thằng|con mụ"
_PLACE = "tổng đài|trung tâm|trực máy|trực điện thoại|đường dây nóng|trưởng ca|cán bộ trực"
_AT = "trực|ở|bên|của|làm|làm ở|trong|nghe|trực ở"
_ROLE = compiled(f"[{_PERSON}] [{_AT}]? [{_PLACE}]")
_LOGIN_LENGTH = 5
"""Shorter log-ins are words that anybody may write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Who is meant."""

    user_ids: tuple[str, ...] = ()
    says_role: bool = False
    """A member of our staff is meant, and nobody can tell who."""


@dataclass(slots=True)
class StaffNames:
    """The staff as the walk knows them: read anew now and then, not for every message."""

    _staff: tuple[UserRow, ...] = field(default=(), repr=False)
    _read_at: datetime | None = None

    async def kept_apart(
        self, store: Store, change: TicketChange | None, words: str, now: datetime
    ) -> TicketChange | None:
        """Return what the ticket gains, with those who must not see it."""
        if change is None or not words:
            return change
        if self._read_at is None or now - self._read_at > _FRESH:
            self._staff, self._read_at = await users.list_users(store), now
        named = named_in(words, self._staff)
        facts = {**change.facts, "names_staff_role": named.says_role or None}
        return replace(change, facts=facts, kept_from=named.user_ids)


def named_in(words: str, staff: Iterable[UserRow]) -> Named:
    """Return who of the staff is meant by these words."""
    tokens = re.findall(r"[\w.]+", words.lower())
    said = [token.strip(".") for token in tokens]
    found = tuple(user.id for user in staff if _is_named(user, said, words))
    says_role = not found and any(pattern.search(words) for pattern in _ROLE)
    return Named(user_ids=found, says_role=says_role)


def _is_named(user: UserRow, said: Sequence[str], words: str) -> bool:
    name = user.display_name.lower().split()
    if len(name) > 1 and _stands_in(name, said):
        return True
    login = user.login.lower()
    is_own = len(login) >= _LOGIN_LENGTH or not login.isalpha()
    if is_own and login in said:
        return True
    return bool(name) and _is_given_name_with_role(name[-1], words)


def _stands_in(name: Sequence[str], said: Sequence[str]) -> bool:
    """Whether the name stands there as it is written, or wholly without its marks."""
    size, without = len(name), [bare(part) for part in name]
    rows = [list(said[at : at + size]) for at in range(len(said) - size + 1)]
    return list(name) in rows or without in rows


def _is_given_name_with_role(given: str, words: str) -> bool:
    name = "".join(letter for letter in given if letter.isalnum())
    said = words.casefold()
    if not name or not any(each.casefold() in said for each in (name, bare(name))):
        return False
    return any(pattern.search(words) for pattern in _beside(name))


@cache
def _beside(name: str) -> tuple[re.Pattern[str], ...]:
    """Compile the patterns of a name when it is first said: it takes some milliseconds."""
    return compiled(
        f"[{_PERSON}] [{name}] [{_AT}]? [{_PLACE}]",
        f"[{_PERSON}] [{name}] [làm|ngồi|nghe máy|đang]? [{_AT}] [{_PLACE}]",
        f"[{_PLACE}] [tên|là|tên là]? [{_PERSON}]? [{name}]",
    )
