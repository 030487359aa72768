"""Where a message names a commune, and how surely (nhắc tới địa danh)."""

from dataclasses import dataclass, replace

from nlu.place_lookup import Found, Lookup
from nlu.place_names import DISTRICT_TYPES, Meaning, Name
from nlu.place_words import (
    DISTINCT,
    DISTINCT_BARE,
    EVERYDAY,
    NEAR,
    NEAR_BARE,
    NOT_AFTER,
    NOT_BEFORE,
    PERSONS,
    POSITIONS,
    SURNAMES,
    is_away,
    is_capital,
    is_denied,
    is_one_of,
    type_before,
)
from nlu.text import Reading, Word

TYPED, NAMED = 0.92, 0.85
"""How sure a name is with its type and without."""
_BESIDE, _AWAY, DOUBTED = 0.5, 0.55, 0.5
_OLD_WORDS = frozenset(["cũ", "củ"])
MOST_MENTIONS = 24
"""More places than this are a list, not an address."""


@dataclass(frozen=True)
class Mention:
    """One name in a message."""

    name: Name
    first: int
    last: int
    start: int
    """Where its type or word of position begins."""
    type: str
    is_sure: bool
    confidence: float
    is_old: bool = False
    """`huyện Châu Phú cũ`."""
    is_plain: bool = True
    """Nothing says that it is beside, away, or part of another name."""

    @property
    def meanings(self) -> tuple[Meaning, ...]:
        """Keep the meanings which agree with the type that was said (`huyện`, `xã`, `phường`)."""
        known = self.name.meanings
        if self.is_old:
            known = tuple(x for x in known if x.level != "new") or known
        if not self.type or self.type == "tỉnh":
            return known
        if self.type in DISTRICT_TYPES:
            return tuple(x for x in known if x.level == "district") or known
        same = tuple(x for x in known if x.type == self.type and x.level != "district")
        return same or tuple(x for x in known if x.level != "district") or known


def mentions_in(reading: Reading, names: Lookup[Name], weights: dict[int, float]) -> list[Mention]:
    """Return the names of a message; `weights` says which words belong to another place's name."""
    found: list[Mention] = []
    index = 0
    while index < len(reading.words) and len(found) < MOST_MENTIONS:
        weight = weights.get(index, 1.0)
        match = names.at(reading, index) if weight else None
        mention = _weighed(match, reading, weight) if match else None
        if mention is None:
            index += 1
            continue
        found.append(mention)
        index = mention.last + 1
    return found if is_little_else(found, reading) else _kept(found)


def is_little_else(found: list[Mention], reading: Reading) -> bool:
    """Whether the message is names and little else: an answer to `which commune?`."""
    covered = sum(x.last - x.start + 1 for x in found)
    spoken = sum(1 for word in reading.words if word.full.isalnum())
    return covered * 5 >= spoken * 4


def _kept(found: list[Mention]) -> list[Mention]:
    sure = [x for x in found if x.is_sure]
    return [x for x in found if x.is_sure or any(is_near(x, other) for other in sure)]


def is_near(one: Mention, other: Mention) -> bool:
    """Whether two mentions stand close enough to speak of one place."""
    gap = max(one.first, other.first) - min(one.last, other.last)
    return one is not other and gap <= 4


def _weighed(found: Found[Name], reading: Reading, weight: float) -> Mention | None:
    """Weigh a name found at a word: sure, unsure, or None when it means something else."""
    words = reading.words
    name = found.all[0] if len(found.all) == 1 else _any_of(found.all)
    before = words[found.first - 1] if found.first else None
    after = words[found.last + 1] if found.last + 1 < len(words) else None
    if is_one_of(after, NOT_AFTER.get(name.short)) or is_one_of(before, NOT_BEFORE.get(name.short)):
        return None
    if words[found.last].full == "an" and after is not None and after.full == "giang":
        return None  # `hội an giang`: the end belongs to the province
    kind, start = type_before(reading, found.first)
    if kind == "tỉnh" or (
        kind and is_one_of(before, frozenset(["xã"])) and _is_society(words, found)
    ):
        return None
    if is_denied(words, start):
        return None
    capital = is_capital(reading, found.first, found.last)
    near = _near(before, reading, is_capital=capital, is_exact=found.is_exact)
    if not kind and (name.needs == "type" or (name.needs == "near" and not near)):
        return None
    is_sure = bool(kind) or _is_sure(found, name, near=near, reading=reading)
    if not kind and _is_person(before, found, name, reading):
        return None
    word = words[start - 1] if start else None
    beside = word is not None and word.full in POSITIONS | {"gan"}
    factor = (_BESIDE if beside else _AWAY if is_away(words, start) else 1.0) * weight
    if not kind and _is_everyday(found, name, reading):
        factor *= DOUBTED
    return Mention(
        name=name,
        first=found.first,
        last=found.last,
        start=start - 1 if beside else start,
        type=kind,
        is_sure=is_sure,
        confidence=(TYPED if kind else NAMED) * factor,
        is_old=after is not None and _is_old(after, reading, kind),
        is_plain=factor == 1.0,
    )


def _any_of(names: tuple[Name, ...]) -> Name:
    """Without marks `phu thanh` is Phú Thành and Phú Thạnh: all their meanings stand."""
    return Name(names[0].words, tuple(dict.fromkeys(x for name in names for x in name.meanings)))


def _is_society(words: tuple[Word, ...], found: Found[Name]) -> bool:
    """`xã hội an toàn` is society, not a commune."""
    return words[found.first].full == "hội" and not words[found.first].capital


def _is_old(after: Word, reading: Reading, kind: str) -> bool:
    if after.full in _OLD_WORDS:
        return True
    return not reading.is_marked and after.full == "cu" and bool(kind)


def _near(before: Word | None, reading: Reading, *, is_capital: bool, is_exact: bool) -> bool:
    if before is None:
        return False
    if before.full in NEAR and (is_exact or before.full != before.bare):
        return True
    # `o Cho Moi` also in a message with marks elsewhere
    return before.full in NEAR_BARE and (is_capital or not reading.is_marked)


def _is_sure(found: Found[Name], name: Name, *, near: bool, reading: Reading) -> bool:
    if name.needs:
        return True
    capital = is_capital(reading, found.first, found.last)
    if found.is_exact:
        if name.short in DISTINCT or capital:
            return True
        return near and (name.short not in EVERYDAY or _says_where(reading, found.first))
    if len(found.all) == 1 and name.short in DISTINCT_BARE:
        return True
    return near or (capital and not reading.is_marked)


def _says_where(reading: Reading, index: int) -> bool:
    return reading.words[index - 1].full in {"ở", "tại", "bên", "dưới", "trên", "thuộc", "về"}


def _is_everyday(found: Found[Name], name: Name, reading: Reading) -> bool:
    """`thứ ba` alone may answer `when?`."""
    if name.short not in EVERYDAY or is_capital(reading, found.first, found.last):
        return False
    return found.first == 0 or not _says_where(reading, found.first)


def doubted(mention: Mention) -> Mention:
    """Return a mention of which something else may be meant."""
    return replace(mention, confidence=mention.confidence * DOUBTED, is_plain=False)


def _is_person(before: Word | None, found: Found[Name], name: Name, reading: Reading) -> bool:
    """`chị Mỹ An`, `Trần Bình Minh`: people are called like communes."""
    if before is None or name.short in DISTINCT:
        return False
    if before.full in PERSONS:
        return True
    first = reading.words[found.first]
    return before.capital and first.capital and before.full in SURNAMES
