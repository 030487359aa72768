"""Places beyond An Giang (ngoài tỉnh): provinces of today and before, Campuchia, Nam Vang.

Some bear the name of a commune here (Hội An, Phú Thọ, Hòa Bình): both stand, neither is sure.
"""

from dataclasses import dataclass

from nlu.assessment import Landmark, LandmarkKind
from nlu.place_lookup import Found, Lookup, Spelled, listed, rows
from nlu.place_words import (
    NEAR_BARE,
    PERSONS,
    SURNAMES,
    UNIQUE,
    is_capital,
    is_denied,
    type_before,
)
from nlu.syllables import canonical
from nlu.text import Reading

_LOCAL_TYPES = frozenset({"xã", "phường", "đặc khu", "thị trấn", "huyện"})
_WAYS = listed("ở tại bên dưới trên từ về qua lên xuống đi sang quê dân người ngoài làm xứ miệt")
_MOST = 8


@dataclass(frozen=True)
class Outside:
    """A province, country, or well-known place in one."""

    short: str
    kind: LandmarkKind
    where: str
    """The province of today, or the country."""
    needs_near: bool


@dataclass(frozen=True)
class Abroad:
    """One place beyond An Giang in a message."""

    place: Outside
    first: int
    last: int
    start: int
    is_sure: bool
    """Nothing here has this name, or the words say which one is meant."""


def load_outside() -> Lookup[Outside]:
    """Read the names of other provinces and countries."""
    spelled: list[Spelled[Outside]] = []
    for row in rows("outside.csv"):
        short = " ".join(canonical(word) for word in row["name"].lower().split())
        place = Outside(short, LandmarkKind(row["kind"]), row["where"], row["needs"] == "near")
        spelled.append(Spelled(tuple(short.split()), place))
    return Lookup(spelled)


def abroad_in(
    reading: Reading, outside: Lookup[Outside], local: frozenset[str], weights: dict[int, float]
) -> list[Abroad]:
    """Return the places beyond An Giang; `local` are the short names that exist here too."""
    found: list[Abroad] = []
    index = 0
    while index < len(reading.words) and len(found) < _MOST:
        match = outside.at(reading, index) if weights.get(index, 1.0) else None
        abroad = _weighed(match, reading, local) if match else None
        if abroad is not None:
            found.append(abroad)
        index = abroad.last + 1 if abroad is not None else index + 1
    return found


def _weighed(found: Found[Outside], reading: Reading, local: frozenset[str]) -> Abroad | None:
    words = reading.words
    place = found.all[0]
    kind, start = type_before(reading, found.first)
    if kind in _LOCAL_TYPES and place.kind is LandmarkKind.PROVINCE:
        return None
    before = words[found.first - 1] if found.first else None
    near = before is not None and (
        before.full in _WAYS or (not reading.is_marked and before.bare in NEAR_BARE)
    )
    capital = is_capital(reading, found.first, found.last)
    after_comma = before is not None and before.full == "," and (found.is_exact or capital)
    is_alone = found.last - found.first + 1 == len(words)
    if place.needs_near and not (
        kind or near or is_alone or after_comma or (capital and found.is_exact)
    ):
        return None
    if before is not None and not kind and not near and place.needs_near:
        person = before.full in PERSONS or (before.capital and before.full in SURNAMES)
        if person:
            return None
    if is_denied(words, start):
        return None
    return Abroad(place, found.first, found.last, start, bool(kind) or place.short not in local)


_BRIDGE = frozenset([",", "tỉnh", "tp", "thành", "phố", "bên", "của", "thuộc", "tinh", "ở"])


def lies_in(
    first: int, last: int, short: str, abroad: list[Abroad], reading: Reading
) -> Abroad | None:
    """Return the province that is said right after a name: `Châu Thành, Tiền Giang`."""
    if short in UNIQUE:
        return None
    for one in abroad:
        gap = reading.words[last + 1 : one.first]
        if one.first > last and len(gap) <= 3 and all(word.full in _BRIDGE for word in gap):
            return one
    return None


def as_landmarks(abroad: list[Abroad], reading: Reading) -> tuple[Landmark, ...]:
    """Return them as the operator sees them."""
    words = reading.words
    return tuple(
        Landmark(
            kind=one.place.kind,
            said=reading.original[words[one.start].start : words[one.last].end],
            name=one.place.where,
            span=(words[one.start].start, words[one.last].end),
        )
        for one in abroad
    )
