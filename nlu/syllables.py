"""Vietnamese spelling (chính tả): marks off and on, tone placement, what can be a syllable at all.

Runs on Python 3.10. Nothing here knows words; only the letters that may stand together.
"""

import unicodedata
from functools import lru_cache

TONES = "\u0301\u0300\u0309\u0303\u0323"
"""Sắc, huyền, hỏi, ngã, nặng: the order of the VNI keys 1–5."""

_NOT_STOPPED = frozenset(TONES[1:4])
_STOPS = ("p", "t", "c", "ch")
"""Before these a tone is sắc or nặng."""

_LONGEST = 7
"""`nghiêng` has seven letters; nothing longer is worth remembering."""

_VOWELS = frozenset("aăâeêioôơuưy")
_MARKED = frozenset("ăâêôơư")

_INITIALS = ("ngh", "ch", "gh", "gi", "kh", "ng", "nh", "ph", "qu", "th", "tr")
_SINGLE_INITIALS = frozenset("bcdđghklmnprstvx")

_RHYMES_SPELLED = (
    "a ac ach ai am an ang anh ao ap at au ay e ec ech em en eng enh eo ep et eu i ia ich im "
    "in inh ip it iu iec iem ien ieng iep iet ieu o oc oi om on ong op ot oa oac oach oai oam "
    "oan oang oanh oao oap oat oay oe oen oeo oet u ua uc ui um un ung up ut uu uan uang uat "
    "uay uoc uoi uom uon uong uop uot uou uo ue uech uenh uy uyen uyet uych uynh uyt uya uyu "
    "y ych yem yen yeng yet yeu yn ynh yt"
)
_RHYMES = frozenset(_RHYMES_SPELLED.split())

_RARE = frozenset({"xoong", "boong", "moong", "goong"})

_MARKED_RHYMES_SPELLED = (
    "a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây e "
    "ec em en eng eo ep et ê êch êm ên ênh êp êt êu i ia ich im in inh ip it iu iêc iêm iên "
    "iêng iêp iêt iêu o oc oi om on ong op ot oa oac oach oai oam oan oang oanh oao oap oat "
    "oay oăc oăm oăn oăng oăt oe oen oeo oet ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt u ua uc "
    "ui um un ung up ut uân uâng uât uây uê uêch uênh uôc uôi uôm uôn uông uôt uơ uy uya uych "
    "uyên uyêt uynh uyt uyu ư ưa ưc ưi ưm ưn ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu y yêm "
    "yên yêng yêt yêu"
)
_MARKED_RHYMES = frozenset(_MARKED_RHYMES_SPELLED.split())


def strip_marks(text: str) -> str:
    """Take all diacritics off Vietnamese letters; other scripts stay as they are (bỏ dấu)."""
    if text.isascii():
        return text
    return _bare_word(text) if len(text) <= _LONGEST else "".join(map(_bare_letter, text))


@lru_cache(maxsize=16384)
def _bare_word(word: str) -> str:
    return "".join(map(_bare_letter, word))


@lru_cache(maxsize=4096)
def _bare_letter(letter: str) -> str:
    if letter in "đĐ":
        return "d" if letter == "đ" else "D"
    base = unicodedata.normalize("NFD", letter)[0]
    return base if base.isascii() else letter


def split_tone(syllable: str) -> tuple[str, str]:
    """Return the syllable without its tone, and the combining tone (empty when level)."""
    if syllable.isascii():
        return syllable, ""
    tone = ""
    letters = []
    for letter in syllable:
        plain, found = _letter_tone(letter)
        letters.append(plain)
        tone = found or tone
    return "".join(letters), tone


@lru_cache(maxsize=4096)
def _letter_tone(letter: str) -> tuple[str, str]:
    parts = unicodedata.normalize("NFD", letter)
    found = "".join(part for part in parts if part in TONES)
    if not found:
        return letter, ""
    kept = "".join(part for part in parts if part not in TONES)
    return unicodedata.normalize("NFC", kept), found[-1]


def place_tone(toneless: str, tone: str) -> str:
    """Put the tone where the old school spelling has it: `hóa`, not `hoá`."""
    if not tone:
        return toneless
    start, end = _nucleus(toneless)
    if start == end:
        return toneless
    index = _tone_index(toneless, start, end)
    letter = unicodedata.normalize("NFC", toneless[index] + tone)
    return toneless[:index] + letter + toneless[index + 1 :]


def _nucleus(toneless: str) -> tuple[int, int]:
    """Return the span of the vowels which may carry the tone."""
    length = len(toneless)
    start = 0
    while start < length and toneless[start] not in _VOWELS:
        start += 1
    glide = toneless[:2] == "qu" or toneless[:2] == "gi"
    if glide and start + 1 < length and toneless[start + 1] in _VOWELS:
        start += 1
    end = start
    while end < length and toneless[end] in _VOWELS:
        end += 1
    return start, end


def _tone_index(toneless: str, start: int, end: int) -> int:
    marked = [index for index in range(start, end) if toneless[index] in _MARKED]
    if marked:
        return marked[-1]
    size = end - start
    if size == 1:
        return start
    if end < len(toneless):
        return end - 1
    return start + 1 if size >= 3 else start


def canonical(syllable: str) -> str:
    """Spell one word with its tone in the usual place, so that `hoá` and `hóa` are one word."""
    if syllable.isascii() or not is_syllable(syllable):
        return syllable
    return _canonical(syllable)


@lru_cache(maxsize=16384)
def _canonical(syllable: str) -> str:
    toneless, tone = split_tone(syllable)
    return place_tone(toneless, tone) if tone else syllable


def is_syllable(word: str) -> bool:
    """Say whether the letters can be one Vietnamese syllable, with or without its marks."""
    return len(word) <= _LONGEST and _is_syllable(word)


@lru_cache(maxsize=16384)
def _is_syllable(word: str) -> bool:
    bare = strip_marks(word)
    if not bare.isascii() or not bare.isalpha():
        return False
    if bare in _RARE:
        return True
    for initial in _INITIALS:
        if bare.startswith(initial) and _fits(initial, bare[len(initial) :]):
            return True
    if bare[0] in _SINGLE_INITIALS and _fits(bare[0], bare[1:]):
        return True
    return bare in _RHYMES


@lru_cache(maxsize=16384)
def is_marked_syllable(word: str) -> bool:
    """Say whether a word with marks is one syllable as it stands: `gao` may be, `gaô` is not."""
    toneless, tone = split_tone(word)
    if not is_syllable(word):
        return False
    if tone in _NOT_STOPPED and toneless.endswith(_STOPS):
        return False
    start = 0
    while start < len(toneless) and toneless[start] not in _VOWELS:
        start += 1
    rests = {toneless[start:]}
    if toneless[:2] in {"qu", "gi"}:
        rests.add(toneless[2:])
    return bool(rests & _MARKED_RHYMES)


def _fits(initial: str, rest: str) -> bool:
    if initial == "gi" and rest == "":
        return True
    if initial == "qu":
        return rest in _RHYMES or "u" + rest in _RHYMES
    return rest in _RHYMES


def may_be(said: str, wanted: str) -> bool:
    """Whether a word may be this word with marks missing; `chục` is not `chúc`."""
    if said == wanted:
        return True
    bare = strip_marks(wanted)
    if said == bare:
        return True
    if strip_marks(said) != bare:
        return False
    said_toneless, said_tone = split_tone(said)
    toneless, tone = split_tone(wanted)
    if said_tone not in {"", tone} and {said_tone, tone} != {"\u0309", "\u0303"}:
        return False
    return all(a in {b, strip_marks(b)} for a, b in zip(said_toneless, toneless, strict=True))
