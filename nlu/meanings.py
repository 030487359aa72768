"""What each typed word was meant to be (ý người viết): keys, teencode, lost spaces, slips.

Runs on Python 3.10. The order is from what is certain to what is likely: a table with one reading,
raw keys, lost spaces, a slip of the finger. A word that makes sense as it
stands is left alone.
"""

import re
from functools import lru_cache

from nlu.keystrokes import is_sure_vni, undo_telex, undo_vni
from nlu.lexicon import lexicon
from nlu.segments import part_meant, parted
from nlu.slips import mended
from nlu.sounds import is_by_ear, sounded
from nlu.spelling import LONGEST, ONE_READING
from nlu.syllables import is_syllable, strip_marks
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
_CHUNK = re.compile(r"\d+t(?=[bcdđgklmnpqsvx])|\d+|[^\W\d_]+")
"""A number (`14tmà` begins with an age), or letters."""
_LONGEST_NEIGHBOUR = 7
_AFTER_WE_SPELLED = "con em minh chau may bay nho toi tao ban nay kia"
_AFTER_WE = frozenset(_AFTER_WE_SPELLED.split())
_OWNED_SPELLED = "con chau nha em me ma ba vo chong be chi anh bo"
_OWNED = frozenset(_OWNED_SPELLED.split())
"""`con tui em` is my child: whose, not who."""
_LEAST_UNDONE = 3
"""A word that alone in its message may be in raw keys has to be one that occurs."""
_HABIT = 2
"""So many words in raw keys, and they are how this message is typed."""


def meant(tokens: list[Word]) -> list[Word]:
    """Return the words that were meant; each keeps the place of what was typed."""
    telex = sum(_is_in_keys(token.full) for token in tokens) >= _HABIT
    vni = _is_vni(tokens)
    may_slip = _is_vietnamese(tokens)
    by_ear = any(is_by_ear(token.full) for token in tokens)
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
        if token.full == "tui" and _is_we(tokens, index):
            said = "tụi"
        if said == token.full:
            after = _first_word(tokens[index + 1]) if index + 1 < len(tokens) else ""
            around = (_neighbour(before), _neighbour(after))
            if is_syllable(said):
                said = said if is_name else _resaid(said, around, by_ear and may_slip, may_slip)
            elif _is_puzzling(said) and budget > 0:
                budget -= len(said)
                said = _guessed(said, around, may_slip=may_slip, is_name=is_name, keys=telex)
        if said == token.full:
            words.append(token)
        else:
            words.extend(word_of(part, token, token) for part in said.split())
    return words


def _is_we(tokens: list[Word], index: int) -> bool:
    """Whether `tui` lost its dot: `tui no` are they (tụi nó), `tui bi` is I."""
    before = tokens[index - 1].bare if index else ""
    after = tokens[index + 1] if index + 1 < len(tokens) else tokens[index]
    if before in _OWNED:
        return False
    return after.bare == "no" or (after.full.isascii() and after.bare in _AFTER_WE)


def _is_in_keys(word: str) -> bool:
    return undo_telex(word) != word and not _with_i(word)


def _first_word(token: Word) -> str:
    """Return the bare word that comes next, teencode read."""
    said = ONE_READING.get(token.full)
    return token.bare if said is None else strip_marks(said.partition(" ")[0])


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
        return _teencode(undo_vni(word), "d9") if vni else word
    if not telex and _with_i(word):
        return _with_i(word)
    undone = undo_telex(word, habit=telex) if word.isascii() or not is_syllable(word) else word
    if telex:
        return _teencode(undone, "dd")
    likely = undone in ONE_READING or "đ" in undone or lexicon().count(undone) >= _LEAST_UNDONE
    return ONE_READING.get(undone, undone) if likely else word


def _with_i(word: str) -> str:
    """Return what `j` at the end spells where it is no key: `laj` is `lai`; else nothing."""
    spelled = f"{word[:-1]}i" if word[-1] == "j" else ""
    return spelled if len(spelled) > 2 and is_syllable(spelled) else ""


def _teencode(word: str, keys: str) -> str:
    """Read teencode that was typed in raw keys: `ddc` and `d9c` are `đc`."""
    plain = word.replace(keys, "đ", 1)
    if plain == word and keys == "d9" and word.endswith("9"):
        plain = word[:-1].replace("d", "đ", 1)
    return ONE_READING.get(plain, ONE_READING.get(word, word))


@lru_cache(maxsize=16384)
def _is_puzzling(word: str) -> bool:
    """Whether a word is none as it stands, so that it is worth a guess."""
    if word.isalpha():
        return len(word) > 2 and not lexicon().knows(word)
    return len(word) > 4 and word.isalnum() and not word.isdigit()


def _resaid(word: str, around: tuple[str, str], by_ear: bool, may_slip: bool) -> str:
    """Read a syllable as what was heard, or as a slip when it is no word."""
    heard = sounded(word, *around, by_ear=by_ear)
    return mended(word, *around) if heard == word and may_slip else heard


def _guessed(
    word: str, around: tuple[str, str], *, may_slip: bool, is_name: bool, keys: bool
) -> str:
    if not word.isalpha():
        return _numbered(word)
    parts = parted(word, surely=True, keys=keys)
    if len(parts) > 1 or is_name:
        return _spaced(parts)
    mend = mended(word, *around) if may_slip else word
    return mend if mend != word else _spaced(parted(word))


def _spaced(parts: tuple[str, ...]) -> str:
    if len(parts) == 1:
        return parts[0]
    return " ".join(map(part_meant, parts))


def _numbered(word: str) -> str:
    """Set numbers and words apart (`congai5tuoi`) when all that is not a number is words."""
    known = lexicon()
    parts: list[str] = []
    for chunk in _CHUNK.findall(word):
        found = parted(chunk) if chunk.isalpha() else (chunk,)
        if chunk.isalpha() and len(found) == 1 and (len(chunk) < 2 or not known.knows(chunk)):
            return word
        parts += found
    return _spaced(tuple(parts)) if len(parts) > 1 else word
