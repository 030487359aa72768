"""What each typed word was meant to be (ý người viết): keys, teencode, lost spaces, slips.

Runs on Python 3.10. The order is from what is certain to what is likely: a table with one reading,
raw keys, lost spaces, a slip of the finger. A word that makes sense as it
stands is left alone.
"""

import re
from functools import lru_cache

from nlu.keystrokes import is_sure_vni, undo_telex, undo_vni
from nlu.lexicon import lexicon
from nlu.segments import parted
from nlu.slips import mended
from nlu.sounds import sounded
from nlu.spelling import LONGEST, ONE_READING
from nlu.syllables import canonical, is_syllable
from nlu.tokens import Word, word_of

_MOST_GUESSED = 400
"""Letters of unknown words that are puzzled over in one text; the rest stays as typed."""
_SIGNS = frozenset(".!?,")
_NUMBERED_SPELLED = (
    "to ap xa so khu lop duong hem kp quan phuong phong "
    "tang lo ngo day km cau kenh kinh nha tap cap nhom ca bai"
)
_NUMBERED = frozenset(_NUMBERED_SPELLED.split())
"""What has a number rather than a tone: `to3` is a group of households."""
_CHUNK = re.compile(r"\d+t(?=[^\W\d]{2})|\d+|[^\W\d_]+")
"""A number (`14t` is an age), or letters."""
_LONGEST_NEIGHBOUR = 7
_HABIT = 2
"""So many words in raw keys, and they are how this message is typed."""


def meant(tokens: list[Word]) -> list[Word]:
    """Return the words that were meant; each keeps the place of what was typed."""
    telex = sum(undo_telex(token.full) != token.full for token in tokens) >= _HABIT
    vni = _is_vni(tokens)
    may_slip = _is_vietnamese(tokens)
    shouted = sum(token.capital for token in tokens) * 2 > len(tokens)
    words: list[Word] = []
    budget = _MOST_GUESSED
    for index, token in enumerate(tokens):
        if token.full in _SIGNS:
            words.append(token)
            continue
        before = words[-1].bare if words else ""
        if len(token.full) > LONGEST or (len(token.full) == 1 and before.isdigit()):
            words.append(token)
            continue
        is_name = token.capital and not shouted and before not in {"", ".", "!", "?"}
        said = token.full if is_name and not (telex or vni) else _undone(token.full, telex, vni)
        if said == token.full:
            after = tokens[index + 1].bare if index + 1 < len(tokens) else ""
            around = (_neighbour(before), _neighbour(after))
            if is_syllable(said):
                said = said if is_name else sounded(said, *around)
            elif _is_puzzling(said) and budget > 0:
                budget -= len(said)
                said = _guessed(said, *around, may_slip, is_name)
        if said == token.full:
            words.append(token)
        else:
            words.extend(word_of(part, token, token) for part in said.split())
    return words


def _neighbour(bare: str) -> str:
    return "" if bare in _SIGNS or len(bare) > _LONGEST_NEIGHBOUR else bare


def _is_vietnamese(tokens: list[Word]) -> bool:
    """Whether most words are known: among words of another tongue no slip is looked for."""
    words = [token.full for token in tokens if token.full.isalpha()]
    unknown = sum(map(_is_puzzling, words))
    return unknown * 5 <= len(words) * 2


def _is_vni(tokens: list[Word]) -> bool:
    """Whether the message is typed in VNI keys: one sure word, or several that may be numbered."""
    undone = [token.full for token in tokens if undo_vni(token.full) != token.full]
    if any(map(is_sure_vni, undone)):
        return True
    unsure = [word for word in undone if word.rstrip("0123456789") not in _NUMBERED]
    return len(unsure) >= max(_HABIT, len(tokens) // 6)


@lru_cache(maxsize=16384)
def _undone(word: str, telex: bool, vni: bool) -> str:
    if word in ONE_READING:
        return ONE_READING[word]
    if not telex and word in lexicon().strangers:
        return word
    if not word.isalpha():
        return undo_vni(word) if vni else word
    undone = undo_telex(word, habit=telex) if word.isascii() or not is_syllable(word) else word
    return ONE_READING.get(undone, undone)


@lru_cache(maxsize=16384)
def _is_puzzling(word: str) -> bool:
    """Whether a word is none as it stands, so that it is worth a guess."""
    if word.isalpha():
        return len(word) > 2 and not lexicon().knows(word)
    return len(word) > 4 and word.isalnum() and not word.isdigit()


def _guessed(word: str, before: str, after: str, may_slip: bool, is_name: bool) -> str:
    if not word.isalpha():
        return _numbered(word)
    parts = parted(word, surely=True)
    if len(parts) > 1 or is_name:
        return _spaced(parts)
    mend = mended(word, before, after) if may_slip else word
    return mend if mend != word else _spaced(parted(word))


def _spaced(parts: tuple[str, ...]) -> str:
    if len(parts) == 1:
        return parts[0]
    return " ".join(ONE_READING.get(part, canonical(part)) for part in parts)


def _numbered(word: str) -> str:
    """Set numbers and words apart (`congai5tuoi`) when all that is not a number is words."""
    chunks = _CHUNK.findall(word)
    parts = [part for chunk in chunks for part in (parted(chunk) if chunk.isalpha() else (chunk,))]
    known = lexicon()
    if any(part.isalpha() and (len(part) < 2 or not known.knows(part)) for part in parts):
        return word
    return _spaced(tuple(parts)) if len(parts) > 1 else word
