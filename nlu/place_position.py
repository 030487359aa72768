"""Words of position before a place (từ chỉ vị trí): `gần`, `đối diện`, `cách 2 km`."""

from dataclasses import dataclass
from typing import ClassVar

from nlu.place_kinds import BARE_POSITIONS, POSITIONS
from nlu.place_lookup import listed
from nlu.text import Reading

_LONGEST = max(len(one.split()) for one in POSITIONS)
_POSITIONS = frozenset(POSITIONS)


@dataclass(frozen=True)
class Position:
    """Where something lies from a place, and from which word on that is said."""

    UNITS: ClassVar[frozenset[str]] = listed(
        "km cây số mét met m bước buoc cay so chục trăm tram cây"
    )

    words: str
    first: int
    last: int = -1


def position_before(reading: Reading, index: int) -> Position | None:
    """Return the words of position that end just before a word."""
    words = reading.words
    at = index
    if at and words[at - 1].full in {"cái", "con", "cây", "ngôi", "nhà"}:
        at -= 1
    distance = _distance_before(reading, at)
    if distance is not None:
        return distance
    for size in range(min(_LONGEST, at), 0, -1):
        said = " ".join(word.full for word in words[at - size : at])
        if said in _POSITIONS or (not reading.is_marked and said in BARE_POSITIONS):
            return Position(said, at - size)
    return None


def _distance_before(reading: Reading, index: int) -> Position | None:
    """`cách 2 km`, `cách khoảng 500 mét` before a place."""
    words = reading.words
    for at in range(index - 1, max(index - 7, -1), -1):
        if words[at].full not in {"cách", "cach"}:
            continue
        between = [word.full for word in words[at + 1 : index]]
        if between and any(one in Position.UNITS for one in between):
            return Position(" ".join(["cách", *between]), at)
        return None
    return None
