"""What still points to a real person in a sentence that was rewritten (dấu vết còn sót).

A lesson leaves the Centre; the message it comes from does not. Where in doubt a word is refused:
saying it otherwise costs a minute. The check reads all that the reporter wrote, not one message.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import pairwise

from nlu.places import Gazetteer
from nlu.syllables import strip_marks


class TraceKind(StrEnum):
    """What may give somebody away."""

    NUMBER = "number"
    ADDRESS = "address"
    NAME = "name"
    PLACE = "place"
    NEAR = "near"


@dataclass(frozen=True)
class Trace:
    """Words of the new sentence that must go, as they stand in it."""

    kind: TraceKind
    words: str = field(repr=False)


@dataclass(frozen=True)
class _Word:
    said: str = field(repr=False)
    full: str = field(repr=False)
    """Small letters."""
    plain: str = field(repr=False)
    """Small letters, without marks."""
    is_capital: bool
    begins: bool
    """It begins a sentence: a capital letter says nothing there."""


class _Spellings:
    """Words, the same also where one of two writers leaves marks out; `trần` is no `trấn`."""

    def __init__(self, words: Iterable[_Word]) -> None:
        words = tuple(words)
        self._full = {word.full for word in words}
        self._plain = {word.plain for word in words}

    def __contains__(self, word: _Word) -> bool:
        is_bare = word.full == word.plain
        return word.full in self._full or (word.plain in (self._plain if is_bare else self._full))


_DIGITS = re.compile(r"\+?\d(?:[ .,/()\-]{0,2}\d){5,}")
_PLATE = re.compile(r"\b\d{2}\s?-?\s?[A-Z]{1,2}\d?\s?-?\s?\d{3}[.\s]?\d{1,2}\b", re.IGNORECASE)
_ADDRESS = re.compile(
    r"\S*@\S+|https?://\S+|\bwww\.\S+|\b[\w-]+\.(?:com|vn|net|org|me|info|gl|ly|xyz)\b(?:/\S*)?",
    re.IGNORECASE,
)
_PUBLIC = frozenset({"18008077", "18001567", "19001567", "18001091"})
"""Hotlines are nobody's number."""
_SPOKEN_RUN = 7
_WORD = re.compile(r"[^\W_]+")

_SPOKEN_SPELLED = "khong mot hai ba bon tu nam lam sau bay tam chin"
_SPOKEN = frozenset(_SPOKEN_SPELLED.split())
_NO_NAMES_SPELLED = (
    "ba ma me cha bo anh chi em co chu bac di cau ong thay con chau be ban toi minh truong xa "
    "phuong ap huyen tinh cong an trung tam viet nam facebook zalo telegram tiktok messenger "
    "youtube internet tet game"
)
_NO_NAMES = frozenset(_NO_NAMES_SPELLED.split())
"""Often written with a capital letter, and nobody's name."""
_TITLES_SPELLED = "be thang nho co chu bac di cau ong ba anh chi em ban thay cu"
_TITLES = frozenset(_TITLES_SPELLED.split())
_AFTER_TITLES_SPELLED = (
    "bi dang da cu hay no nay ay do cua em con chau toi minh trai gai nho lon ut hai ba tu nam "
    "sau bay tam chin muoi ca ruot ho re hang xom ghe duong ke noi ngoai ma me cha o ve di den "
    "danh dap chui bao khong ko k chua se muon biet thay nghe goi cho lay co la thi va voi tren "
    "duoi trong kia oi a u nha giao hieu truong lop chu nhiem hoc sinh cung deu nao gi hoai rui "
    "roi moi vua lam an uong choi ngu khoc cuoi dau met so lo bat ep doa chan giat nhau ta be bo "
    "cap day dinh dua duoc het keo len xuong ra vao vo nhieu may mot cac nhung giet hiep xin nhan "
    "tin nhin rang qua lai luon thuong hom gio dung cuu giup khac cong dan tho chong to"
)
_AFTER_TITLES = frozenset(_AFTER_TITLES_SPELLED.split())
"""What stands after `em` or `anh` without being a name."""
_MARKERS_SPELLED = "ấp khóm tổ đường hẻm trường lớp chợ cầu kinh kênh rạch chùa quán ty viện"
_MARKERS = frozenset(_MARKERS_SPELLED.split())
_BARE_MARKERS = frozenset({"ap", "khom", "hem", "lop", "truong"})
_LONG_RUN, _SHORT_RUN, _SHORT_SHARE = 6, 4, 0.6
_SHARED, _SHARED_FROM = 0.75, 6


def traces(new: str, originals: Sequence[str], places: Gazetteer) -> tuple[Trace, ...]:
    """Return what has to go before the sentence may leave; nothing: it may. Never raises."""
    new = unicodedata.normalize("NFC", new)
    words = _words(new)
    found = [*_numbers(new, words), *_addresses(new)]
    for original in originals:
        old = unicodedata.normalize("NFC", original)
        others = _words(old)
        found.extend(_names(words, others))
        found.extend(_places(new, old, places))
        found.extend(_marked_places(words, others))
        found.extend(_near(words, others))
    return tuple(dict.fromkeys(found))


def _words(text: str) -> list[_Word]:
    words: list[_Word] = []
    end = 0
    for match in _WORD.finditer(text):
        said, between = match.group(), text[end : match.start()]
        words.append(
            _Word(
                said=said,
                full=said.casefold(),
                plain=strip_marks(said).casefold(),
                is_capital=said[0].isupper(),
                begins=not words or any(sign in between for sign in ".!?\n:"),
            )
        )
        end = match.end()
    return words


def _numbers(text: str, words: Sequence[_Word]) -> Iterator[Trace]:
    for match in _DIGITS.finditer(text):
        if re.sub(r"\D", "", match.group()) not in _PUBLIC:
            yield Trace(TraceKind.NUMBER, match.group())
    for match in _PLATE.finditer(text):
        yield Trace(TraceKind.NUMBER, match.group())
    run: list[str] = []
    for word in (*words, None):
        if word is not None and word.plain in _SPOKEN:
            run.append(word.said)
            continue
        if len(run) >= _SPOKEN_RUN:
            yield Trace(TraceKind.NUMBER, " ".join(run))
        run = []


def _addresses(text: str) -> Iterator[Trace]:
    for match in _ADDRESS.finditer(text):
        yield Trace(TraceKind.ADDRESS, match.group())


def _names(words: Sequence[_Word], others: Sequence[_Word]) -> Iterator[Trace]:
    """Names that stand in both: by their capital letter in either, or after `bé`, `chị`, …"""
    named, after = _Spellings(_capitals(others)), _Spellings(_after_titles(others))
    known = _Spellings(others)
    for before, word in zip((None, *words), words, strict=False):
        is_named = word in named
        if word.is_capital and not word.begins and word in known:
            is_named = is_named or word.plain not in _NO_NAMES
        if before is not None and before.plain in _TITLES and word in after:
            is_named = True
        if is_named:
            yield Trace(TraceKind.NAME, word.said)


def _capitals(words: Sequence[_Word]) -> list[_Word]:
    """Return words that a capital letter calls a name; none where everything is in capitals."""
    capital = [word for word in words if word.is_capital]
    if len(capital) * 5 > len(words) * 3 and len(words) > 4:
        return []
    named = [word for word in capital if not word.begins]
    for word, following in pairwise(words):
        if word.is_capital and following.is_capital and not following.begins:
            named += [word, following]  # two in a row: also at the beginning
    return [word for word in named if word.plain not in _NO_NAMES]


def _after_titles(words: Sequence[_Word]) -> Iterator[_Word]:
    for title, word in pairwise(words):
        if title.plain in _TITLES and not word.begins and word.plain not in _AFTER_TITLES:
            yield word


def _places(new: str, old: str, places: Gazetteer) -> Iterator[Trace]:
    said = {place.code for place in places.find(old)}
    for place in places.find(new):
        if place.code in said:
            yield Trace(TraceKind.PLACE, place.said)


def _marked_places(words: Sequence[_Word], others: Sequence[_Word]) -> Iterator[Trace]:
    """`ấp Mỹ Lợi`, `lớp 5a`, `trường Bình Minh`: below what the gazetteer knows."""
    known = {first.plain: _Spellings(()) for first, _ in _marked(others)}
    for marker in known:
        known[marker] = _Spellings(two for one, two in _marked(others) if one.plain == marker)
    for first, second in _marked(words):
        if first.plain in known and second in known[first.plain]:
            yield Trace(TraceKind.PLACE, f"{first.said} {second.said}")


def _marked(words: Sequence[_Word]) -> Iterator[tuple[_Word, _Word]]:
    for first, second in pairwise(words):
        is_marker = first.said.casefold() in _MARKERS or first.plain in _BARE_MARKERS
        if is_marker and second.plain not in _AFTER_TITLES and not second.begins:
            yield first, second


def _near(words: Sequence[_Word], others: Sequence[_Word]) -> Iterator[Trace]:
    """The same words in the same order: whoever knows the message would know it again."""
    new, old = [word.plain for word in words], [word.plain for word in others]
    if len(new) < _SHORT_RUN:
        return
    matcher = SequenceMatcher(None, new, old, autojunk=False)
    blocks = matcher.get_matching_blocks()
    longest = max(blocks, key=lambda block: block.size)
    shared = sum(block.size for block in blocks)
    is_long = longest.size >= _LONG_RUN or (
        longest.size >= _SHORT_RUN and longest.size >= _SHORT_SHARE * len(new)
    )
    if is_long:
        run = words[longest.a : longest.a + longest.size]
        yield Trace(TraceKind.NEAR, " ".join(word.said for word in run))
    elif len(new) >= _SHARED_FROM and shared >= _SHARED * len(new):
        said = [word.said for block in blocks for word in words[block.a : block.a + block.size]]
        yield Trace(TraceKind.NEAR, " ".join(said))
