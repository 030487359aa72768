"""How long the name of a place is (tên mốc): `kinh Ông Cò`, `ấp phú hiệp`, `trường nguyễn trãi`."""

from nlu.assessment import LandmarkKind as Kind
from nlu.place_kinds import (
    BARE_KINDS,
    GUESSED_KINDS,
    HEADS,
    KINDS,
    LONGEST_KIND,
    NO_CAPITALS,
    NO_NAMES,
    SURE_POSITIONS,
)
from nlu.syllables import strip_marks
from nlu.text import Reading, Word

_LONGEST_NAME = 5
KIND_WORDS = frozenset(
    strip_marks(spelling.split()[0]) for spelling in (*KINDS, *BARE_KINDS, *GUESSED_KINDS)
)
"""The bare words with which a kind of place begins."""


def kind_at(reading: Reading, index: int) -> tuple[Kind | None, int]:
    """Return what kind of place a word opens, and how many words say so."""
    words = reading.words[index : index + LONGEST_KIND]
    for size in range(len(words), 0, -1):
        part = words[:size]
        spelled = " ".join(word.full for word in part)
        kind = KINDS.get(spelled)
        if kind is not None:
            return (None, 0) if _is_surname(reading, index, size) else (kind, size)
        if spelled in BARE_KINDS:
            return KINDS[BARE_KINDS[spelled]], size
    guessed = GUESSED_KINDS.get(words[0].full) if not reading.is_marked else None
    if guessed and (_is_placed(reading, index) or _is_titled(reading, index)):
        return KINDS[guessed], 1
    return None, 0


def _is_titled(reading: Reading, index: int) -> bool:
    """`nhay cau Hoang Dieu`; but `cho Minh Anh` is for somebody."""
    if reading.words[index].full == "cho":
        return False
    name = reading.words[index + 1 : index + 3]
    return (
        len(name) == 2
        and not reading.words[index].capital
        and all(word.capital and word.full.isalpha() for word in name)
    )


def _is_placed(reading: Reading, index: int) -> bool:
    before = [word.full for word in reading.words[max(index - 2, 0) : index]]
    return " ".join(before) in SURE_POSITIONS or before[-1:] == ["gan"]


def _is_surname(reading: Reading, index: int, size: int) -> bool:
    """`Hồ Thị Mai`, `Am` and `Đình` are people when they and what follows are capitals."""
    words = reading.words
    if size > 1 or index + 1 >= len(words) or words[index].full not in {"hồ", "đình", "am"}:
        return False
    return words[index].capital and words[index + 1].capital


def capitals_end(reading: Reading, first: int) -> int:
    """Return the last of the capitals that begin at a word; less than it when none does."""
    words = reading.words
    end = first - 1
    for at in range(first, min(first + _LONGEST_NAME, len(words))):
        word = words[at]
        is_name = word.full.isalpha() and word.capital and word.full not in NO_CAPITALS
        if not is_name or (at > first and not _is_close(words[at - 1], word)):
            break
        end = at
    if reading.original.isupper() and end - first > 1:
        return first - 1  # everything is in capitals: no name can be told from the rest
    return end


def headed_end(reading: Reading, first: int, kind: Kind) -> int:
    """Return the end of a name in small letters, where its first word is that of a name."""
    words = reading.words
    if words[first].full not in HEADS.get(kind, ()):
        return first - 1
    end = first
    longest = 3 if kind in {Kind.SCHOOL, Kind.ROAD} else 2
    for at in range(first + 1, min(first + longest, len(words))):
        word = words[at]
        if not word.full.isalpha() or word.full in NO_NAMES or word.bare in NO_NAMES:
            break
        end = at
    if end == first:
        return first - 1
    return with_number(words, end)


def with_number(words: tuple[Word, ...], end: int) -> int:
    """`ấp Vĩnh Hòa 2`, `Long Điền A`, but not the age that follows."""
    if end + 1 >= len(words) or not _is_close(words[end], words[end + 1]):
        return end
    after = words[end + 1]
    beyond = words[end + 2].full if end + 2 < len(words) else ""
    is_number = after.full.isdigit() and len(after.full) <= 2
    return end + 1 if is_number and beyond not in {"tuổi", "tuoi", "giờ", "đứa", "t"} else end


def is_school_letter(word: Word, kind: Kind) -> bool:
    """`trường tiểu học A Long Bình`."""
    return kind is Kind.SCHOOL and word.capital and word.full in {"a", "b", "c", "d"}


def _is_close(one: Word, other: Word) -> bool:
    return other.start - one.end <= 3


def is_dashed(reading: Reading, last: int) -> bool:
    """Whether a dash follows a word: a canal is called after its two ends."""
    between = reading.original[reading.words[last].end : reading.words[last + 1].start]
    return any(sign in between for sign in "-–—")
