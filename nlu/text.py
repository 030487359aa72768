"""A message read without loss (chuẩn hoá): what the layers match, tied to what the writer wrote.

Runs on Python 3.10, because the Rasa components import it. Nothing is thrown away: every word keeps
its place in the original, so explanations can show the reporter's own spelling.
"""

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import lru_cache

from nlu.keystrokes import undo_telex, undo_vni
from nlu.letters import UNSPACED, visible_letters
from nlu.spelling import ONE_READING, SPOKEN_EMOJI, spelled
from nlu.syllables import canonical, is_syllable, strip_marks

_TOKEN = re.compile(
    rf"(?P<unspaced>[{UNSPACED}]+)|(?P<word>[^\W_{UNSPACED}]+)|(?P<stop>[.!?…\n;。]+)|(?P<comma>[,:]+)"
)
_UNSPACED = re.compile(f"[{UNSPACED}]")
_GLUE = re.compile(r"[-./*_~'`’|+]{1,2}")
_ENGLISH_SPELLED = (
    "the is are was were my me i you he she his her they them their to of and in on at for "
    "not with from has have had this that there what how can please who will just been being "
    "an it its we our us by but so because when where why am im all out up down no yes "
    "someone into after before now every day boy girl man woman school house home kid kids "
    "child children help don isn didn doesn won t would could should need want get got if or "
    "do did does said says she's he's father mother dad mom brother sister son daughter "
    "friend neighbour neighbor teacher over under near behind sister's"
)
_ENGLISH = frozenset(_ENGLISH_SPELLED.split())


@dataclass(frozen=True)
class Word:
    """One word, as it was written and as it is matched."""

    full: str
    """Lower case, with the marks the writer typed or clearly meant."""
    bare: str
    """The same without marks."""
    start: int
    """Where it starts in the original text."""
    end: int
    capital: bool = False
    """Written with a capital first letter."""


@dataclass(frozen=True)
class Reading:
    """A message as the layers see it (bản đọc)."""

    original: str = field(repr=False)
    words: tuple[Word, ...] = field(repr=False)
    """Words and punctuation; punctuation is one of `.` `?` `!` `,`."""
    full: str = field(repr=False)
    """All `Word.full` joined by single spaces: what the floor's patterns run on."""
    bare: str = field(repr=False)
    emoji: tuple[str, ...] = ()
    is_english: bool = False
    is_khmer: bool = False
    is_unspaced: bool = False
    """Holds a script in which words are not set apart (nlu/letters.py)."""
    starts: tuple[int, ...] = field(default=(), repr=False)
    """Where each word starts in `full`."""

    is_marked: bool = False
    """The writer uses Vietnamese marks as a habit, not in one word."""

    def said(self, start: int, end: int) -> str:
        """Return the writer's own words for a span of `full`."""
        if not self.words or start >= end:
            return ""
        first = self.words[max(bisect_right(self.starts, start) - 1, 0)]
        last = self.words[max(bisect_right(self.starts, end - 1) - 1, 0)]
        return self.original[first.start : last.end]


def read(text: str) -> Reading:
    """Read a message. Never raises, for any text of any length."""
    letters, places = visible_letters(text)
    tokens = _tokens(letters, places)
    english = _is_english(tokens)
    words = _undo(_join_split(_join_struck(tokens), letters, places), english)
    full = " ".join(word.full for word in words)
    starts: list[int] = []
    at = 0
    for word in words:
        starts.append(at)
        at += len(word.full) + 1
    return Reading(
        original=text,
        words=tuple(words),
        full=full,
        bare=" ".join(word.bare for word in words),
        emoji=_emoji(letters),
        is_english=english,
        is_khmer=any("\u1780" <= letter <= "\u17ff" for letter in letters),
        is_unspaced=not letters.isascii() and _UNSPACED.search(letters) is not None,
        starts=tuple(starts),
        is_marked=sum(1 for word in words if word.full != word.bare) * 5 > len(words),
    )


def _tokens(letters: str, places: list[int]) -> list[Word]:
    tokens: list[Word] = []
    for match in _TOKEN.finditer(letters):
        start, end = match.span()
        said = match.group()
        at, until = places[start], places[end - 1] + 1
        if match.lastgroup == "stop":
            sign = "?" if "?" in said else "!" if "!" in said else "."
            tokens.append(Word(sign, sign, at, until))
        elif match.lastgroup == "comma":
            tokens.append(Word(",", ",", at, until))
        else:
            full = spelled(said)
            tokens.append(Word(full, strip_marks(full), at, until, said[:1].isupper()))
    for index, letter in enumerate(letters):
        if letter in SPOKEN_EMOJI:
            spoken = SPOKEN_EMOJI[letter]
            place = places[index]
            tokens.append(Word(spoken, strip_marks(spoken), place, place + 1))
    return tokens


def _is_english(tokens: list[Word]) -> bool:
    words = [token.full for token in tokens if token.full.isalpha() and len(token.full) > 1]
    known = sum(1 for word in words if word in _ENGLISH)
    if any(not word.isascii() for word in words):
        return False
    return known >= 2 and known * 3 >= len(words)


def _join_struck(tokens: list[Word]) -> list[Word]:
    """Join letters written apart (`c h ế t`, `ch-ết`) when together they are one syllable."""
    joined: list[Word] = []
    index = 0
    while index < len(tokens):
        end = _struck_until(tokens, index)
        if end > index:
            parts = [token for token in tokens[index : end + 1] if token.full.isalpha()]
            full = canonical(spelled("".join(part.full for part in parts)))
            first, last = tokens[index], tokens[end]
            joined.append(Word(full, strip_marks(full), first.start, last.end, first.capital))
            index = end + 1
        else:
            joined.append(tokens[index])
            index += 1
    return joined


def _struck_until(tokens: list[Word], index: int) -> int:
    """Return the last index of letters written apart from `index` on; `index` itself if none."""
    letters = ""
    best = index
    for at in range(index, min(index + 12, len(tokens))):
        token = tokens[at]
        if token.full in {".", ","} and at > index and token.start == tokens[at - 1].end:
            continue
        if len(token.full) != 1 or not token.full.isalpha():
            break
        letters += token.full
        if len(letters) >= 3 and (is_syllable(letters) or letters == "sos"):
            best = at
    return best


def _join_split(tokens: list[Word], letters: str, places: list[int]) -> list[Word]:
    """Join two halves of one syllable with a sign between them (`ch-ết`, `chê/t`)."""
    if not _GLUE.search(letters):
        return tokens
    joined: list[Word] = []
    for token in tokens:
        before = joined[-1] if joined else None
        if before is not None and _is_one_syllable(before, token, letters, places):
            full = canonical(before.full + token.full)
            joined[-1] = Word(full, strip_marks(full), before.start, token.end, before.capital)
        else:
            joined.append(token)
    return joined


def _is_one_syllable(before: Word, token: Word, letters: str, places: list[int]) -> bool:
    if not 1 <= token.start - before.end <= 2:
        return False
    if not before.full.isalpha() or not token.full.isalpha():
        return False
    if is_syllable(before.full) and is_syllable(token.full):
        return False
    at = bisect_right(places, before.end - 1)
    between = letters[at : bisect_right(places, token.start - 1)]
    return bool(_GLUE.fullmatch(between)) and is_syllable(before.full + token.full)


def _undo(tokens: list[Word], english: bool) -> list[Word]:
    if english:
        return tokens
    vni = sum(1 for token in tokens if undo_vni(token.full) != token.full) >= 2
    words: list[Word] = []
    for index, token in enumerate(tokens):
        after_digit = index > 0 and tokens[index - 1].full.isdigit()
        full = _meant(token.full, vni)
        if after_digit and len(token.full) == 1:
            full = token.full
        if full == token.full:
            words.append(token)
            continue
        for part in full.split():
            words.append(Word(part, strip_marks(part), token.start, token.end, token.capital))
    return words


@lru_cache(maxsize=16384)
def _meant(word: str, vni: bool) -> str:
    if word in ONE_READING:
        return ONE_READING[word]
    if vni and not word.isalpha():
        return undo_vni(word)
    undone = undo_telex(word) if word.isascii() or not is_syllable(word) else word
    return ONE_READING.get(undone, undone)


def _emoji(letters: str) -> tuple[str, ...]:
    if letters.isascii():
        return ()
    found = [x for x in letters if x > "\u2190" and unicodedata.category(x) in {"So", "Sk"}]
    return tuple(found[:20])
