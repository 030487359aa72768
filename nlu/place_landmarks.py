"""Places that are no commune (mốc): ấp 3, kinh Vĩnh Tế, sau trường, QL91 km 25, phà Vàm Cống.

They are kept as they were said. A commune is added only from the reviewed list
`nlu/data/landmarks.csv`; a canal, road or hamlet that bears a commune's name lies anywhere.
"""

from dataclasses import dataclass, field

from nlu.assessment import Landmark
from nlu.assessment import LandmarkKind as Kind
from nlu.place_kinds import BESIDE, HAS_NUMBER, NAMELESS, NUMBERED, THROUGH, VAGUE_POSITIONS, WITHIN
from nlu.place_landmark_names import (
    KIND_WORDS,
    capitals_end,
    headed_end,
    is_dashed,
    is_school_letter,
    kind_at,
    with_number,
)
from nlu.place_lookup import Lookup, Spelled, rows
from nlu.place_names import Name
from nlu.place_position import Position, position_before
from nlu.place_words import NEAR, NEAR_BARE, is_away, type_before
from nlu.text import Reading, Word

MOST_LANDMARKS = 12
WITHIN_WEIGHT = 0.5


@dataclass(frozen=True)
class Known:
    """One line of the reviewed list."""

    name: str
    kind: Kind
    code: str
    needs_near: bool


@dataclass(frozen=True)
class Settled:
    """A landmark of the reviewed list, and the words it stands at."""

    mark: Landmark
    first: int
    last: int


@dataclass
class Landmarks:
    """What was found in one message, and what that says about its words."""

    found: list[Landmark] = field(default_factory=list)
    weights: dict[int, float] = field(default_factory=dict)
    """For words that belong to a landmark's name: how much of a commune's name they are."""
    settled: list[Settled] = field(default_factory=list)
    """Those whose commune is certain."""


def load_landmarks() -> Lookup[Known]:
    """Read the reviewed list; `kinh` and `kênh` are one word."""
    spelled: list[Spelled[Known]] = []
    for row in rows("landmarks.csv"):
        known = Known(row["name"], Kind(row["kind"]), row["code"], row["needs"] == "near")
        words = tuple(row["name"].split())
        spelled.append(Spelled(words, known))
        if words[0] == "kinh":
            spelled.append(Spelled(("kênh", *words[1:]), known))
            spelled.append(Spelled((words[0], "xáng", *words[1:]), known))
    return Lookup(spelled)


class LandmarkFinder:
    """Finds landmarks; knows the names of communes so as not to take one for the other."""

    def __init__(self, names: Lookup[Name], known: Lookup[Known]) -> None:
        self._names = names
        self._known = known
        self._firsts = names.firsts | known.firsts | KIND_WORDS

    def look(self, reading: Reading) -> Landmarks:
        """Return the landmarks of a message in the order in which they stand."""
        marks = Landmarks()
        taken: set[int] = set()
        if HAS_NUMBER.search(reading.full):
            self._numbered(reading, marks, taken)
        index = 0
        while index < len(reading.words) and len(marks.found) < MOST_LANDMARKS:
            is_first = reading.words[index].bare in self._firsts
            after = self._at(reading, index, marks, taken) if is_first else 0
            index = max(index + 1, after)
        marks.found.sort(key=lambda mark: mark.span)
        return marks

    def _numbered(self, reading: Reading, marks: Landmarks, taken: set[int]) -> None:
        for kind, pattern in NUMBERED:
            for match in pattern.finditer(reading.full):
                first = reading.full.count(" ", 0, match.start())
                last = reading.full.count(" ", 0, match.end())
                if not taken.isdisjoint(range(first, last + 1)):
                    continue
                if _is_name(reading, last):
                    continue  # `kinh Mười Châu Phú`, `ấp Ba Xoài`
                if kind is Kind.KILOMETRE and first - 1 not in taken and _is_number(reading, first):
                    continue  # `2 km 5 phút`
                if len(marks.found) < MOST_LANDMARKS:
                    taken.update(range(first, last + 1))
                    name = reading.said(*match.span("name"))
                    marks.found.append(_landmark(reading, kind, first, last, name=name))

    def _at(self, reading: Reading, index: int, marks: Landmarks, taken: set[int]) -> int:
        """Add what stands at a word; return where to read on."""
        if index in taken:
            return index + 1
        listed = self._known.at(reading, index)
        commune = self._names.at(reading, index)
        if commune and type_before(reading, index)[0]:
            return commune.last + 1  # `thị trấn Núi Sập` is no mountain
        if listed and commune and commune.last > listed.last:
            return commune.last + 1  # `U Minh Thượng` is more than U Minh
        if listed and self._is_said(reading, index, listed.all[0], is_exact=listed.is_exact):
            return self._add_known(reading, index, listed.last, listed.all[0], marks)
        kind, size = kind_at(reading, index)
        if kind is None:
            return index + 1
        if commune and commune.last >= index + size and not commune.all[0].needs:
            return commune.last + 1  # `Núi Sập`, `Rạch Giá`: the word belongs to the name
        return self._add_named(reading, index, size, kind, marks, taken)

    def _is_said(self, reading: Reading, index: int, known: Known, *, is_exact: bool) -> bool:
        if is_exact or not known.needs_near:
            return True
        before = reading.words[index - 1] if index else None
        return before is not None and (before.full in NEAR or before.bare in NEAR_BARE)

    def _add_known(
        self, reading: Reading, first: int, last: int, known: Known, marks: Landmarks
    ) -> int:
        last = self._with_other_end(reading, last)
        mark = _landmark(reading, known.kind, first, last, name=known.name, code=known.code)
        marks.found.append(mark)
        is_beside = not BESIDE.isdisjoint(mark.position.split())
        if known.code and (is_beside or is_away(reading.words, first)):
            marks.weights.update(dict.fromkeys(range(first + 1, last + 1), WITHIN_WEIGHT))
            return last + 1
        marks.weights.update(dict.fromkeys(range(first, last + 1), 0.0))
        if known.code:
            marks.settled.append(Settled(mark, first, last))
        return last + 1

    def _with_other_end(self, reading: Reading, last: int) -> int:
        """`kênh Rạch Giá – Hà Tiên`, also where only one end is in the list."""
        if last + 1 < len(reading.words) and is_dashed(reading, last):
            other = self._names.at(reading, last + 1)
            return other.last if other else last
        return last

    def _add_named(
        self,
        reading: Reading,
        index: int,
        size: int,
        kind: Kind,
        marks: Landmarks,
        taken: set[int],
    ) -> int:
        first = index + size
        last = self._name_end(reading, first, kind)
        if last < first:
            self._add_nameless(reading, index, size, kind, marks)
            return first
        if not taken.isdisjoint(range(first, last + 1)):
            return first
        words = reading.words[first : last + 1]
        name = reading.original[words[0].start : words[-1].end]
        marks.found.append(_landmark(reading, kind, index, last, name=name))
        if kind in THROUGH:
            marks.weights.update(dict.fromkeys(range(first, last + 1), 0.0))
        elif kind in WITHIN:
            marks.weights.update(dict.fromkeys(range(first, last + 1), WITHIN_WEIGHT))
        return last + 1

    def _name_end(self, reading: Reading, first: int, kind: Kind) -> int:
        """Return the last word of the name that begins at a word; less than it when none does."""
        words = reading.words
        if first >= len(words):
            return first - 1
        if type_before(reading, first + 1)[0] and first + 1 < len(words):
            commune = self._names.at(reading, first + 1)
            if commune:
                return first - 1  # `công an xã Vĩnh Tế`: the commune speaks for itself
        listed = self._known.at(reading, first)
        if listed:
            return listed.last
        start = first + 1 if is_school_letter(words[first], kind) else first
        commune = self._names.at(reading, start) if start < len(words) else None
        if commune and not commune.all[0].needs:
            return self._with_other_end(reading, with_number(words, commune.last))
        end = capitals_end(reading, first)
        if end >= first:
            return with_number(words, end)
        return headed_end(reading, first, kind)

    def _add_nameless(
        self, reading: Reading, index: int, size: int, kind: Kind, marks: Landmarks
    ) -> None:
        if kind not in NAMELESS:
            return
        position = position_before(reading, index)
        if position is None or (position.words in VAGUE_POSITIONS and kind is not Kind.BRIDGE):
            return
        marks.found.append(_landmark(reading, kind, index, index + size - 1, name=""))


def _landmark(
    reading: Reading, kind: Kind, first: int, last: int, *, name: str, code: str = ""
) -> Landmark:
    words = reading.words
    position = position_before(reading, first) or Position("", first)
    end = position.last if position.last > last else last
    end = _distance_end(words, position, last) or end
    span = (words[position.first].start, words[end].end)
    return Landmark(
        kind=kind,
        said=reading.original[span[0] : span[1]],
        name=name,
        position=position.words,
        code=code,
        span=span,
    )


def _distance_end(words: tuple[Word, ...], position: Position, last: int) -> int | None:
    """`cách chợ 2 km`: the distance may follow."""
    if position.words not in {"cách", "cach"} or last + 2 >= len(words):
        return None
    number, unit = words[last + 1], words[last + 2]
    return last + 2 if number.full.isdigit() and unit.full in Position.UNITS else None


def _is_number(reading: Reading, first: int) -> bool:
    return first > 0 and reading.words[first - 1].full.isdigit()


def _is_name(reading: Reading, last: int) -> bool:
    """Whether a number in letters begins a name: it is a capital, and so is what follows."""
    words = reading.words
    if words[last].full[:1].isdigit() or last + 1 >= len(words):
        return False
    return words[last].capital and words[last + 1].capital
