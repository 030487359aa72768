"""Raw keystrokes of a keyboard that was off (gõ Telex, VNI chưa ra dấu): `dduwowcj` is `được`.

Runs on Python 3.10. A word is undone only when it makes no sense as typed and makes sense undone.
"""

import re
from functools import lru_cache

from nlu.syllables import TONES, is_marked_syllable, is_syllable, place_tone, split_tone

_TELEX_TONES = dict(zip("sfrxj", TONES, strict=True))
_VNI_TONES = dict(zip("12345", TONES, strict=True))
_CIRCUMFLEX = {"a": "â", "e": "ê", "o": "ô"}
_HORN = {"u": "ư", "o": "ơ"}
_VOWELS = frozenset("aăâeêioôơuưy")
_KEY_WITHIN = re.compile(r"\d[^\W\d]|[6-9][1-5]$")

_NOT_KEYSTROKES_SPELLED = (
    "sos sms ads as is us his this yes boss sex six sir her or for off of if car far bar max "
    "box fax tax fix mix net web app its was has does news plus gas bus less miss mess pass "
    "class kids girls boys guys days hours years parents please swimming lessons drowns hits "
    "dies cats dogs roblox iphones facebook tiktok zalo discord app apps air are sir our your "
    "their father mother brother sister river water never there here where after over under "
    "dear door war far star her more sure fire hear near year four poor house use nurse worse "
    "horse else case close lose nose those xx sx ff ss aaa hihi haha hehe huhu aws"
)
_NOT_KEYSTROKES = frozenset(_NOT_KEYSTROKES_SPELLED.split())
_NAMES_SPELLED = "sos sms sex ads gas web app apps zalo facebook roblox tiktok discord ss xx sx ff"
_NAMES = frozenset(_NAMES_SPELLED.split())
"""What keeps its sense even in a message of raw keys."""


@lru_cache(maxsize=16384)
def undo_telex(word: str, *, habit: bool = False) -> str:
    """Return the syllable that these Telex keys spell, or the word itself when they spell none.

    With `habit` the whole message is typed so: `car` is `cả` then, and `toio` is `tôi`.
    """
    if (
        not 2 <= len(word) <= 9
        or word[0] in "fjw"
        or word in (_NAMES if habit else _NOT_KEYSTROKES)
    ):
        return word
    if not word.isalpha() or is_syllable(word) or not (habit or _has_telex_key(word)):
        return word
    undone = _spelled_by(word, loosely=False)
    return _spelled_by(word, loosely=True) if undone == word and habit else undone


def _spelled_by(word: str, *, loosely: bool) -> str:
    letters: list[str] = []
    toneless, tone = split_tone(word)
    for key in toneless:
        if key in _TELEX_TONES and _has_vowel(letters):
            tone = _TELEX_TONES[key]
        elif key == "w":
            _horn_or_breve(letters)
        elif key == "d" and letters and letters[0] == "d":
            letters[0] = "đ"
        elif not _doubled(letters, key, loosely):
            letters.append(key)
    undone = place_tone("".join(letters), tone)
    return (
        undone if undone != word and is_marked_syllable(undone) and not undone.isascii() else word
    )


def _has_telex_key(word: str) -> bool:
    if any(key in word[1:] for key in "sfrxjw"):
        return True
    return word[0] == word[-1] == "d" or any(x in word for x in ("aa", "ee", "oo", "dd"))


def _has_vowel(letters: list[str]) -> bool:
    return any(letter in _VOWELS for letter in letters)


def _horn_or_breve(letters: list[str]) -> None:
    """Apply the key `w` the way keyboards do: `uo` becomes `ươ`, `uu` becomes `ưu`."""
    joined = "".join(letters)
    if "uo" in joined:
        at = joined.rindex("uo")
        letters[at : at + 2] = ["ư", "ơ"]
        return
    if joined.endswith("uu"):
        letters[-2] = "ư"
        return
    for index in range(len(letters) - 1, -1, -1):
        if letters[index] in _HORN:
            letters[index] = _HORN[letters[index]]
            return
        if letters[index] == "a":
            letters[index] = "ă"
            return
    letters.append("ư")


def _doubled(letters: list[str], key: str, loosely: bool) -> bool:
    """Put the hat on a vowel typed twice; loosely, also when another vowel stands between."""
    if key not in _CIRCUMFLEX or not letters:
        return False
    for index in range(len(letters) - 1, -1, -1):
        if letters[index] == key:
            letters[index] = _CIRCUMFLEX[key]
            return True
        if letters[index] in _VOWELS and not loosely:
            return False
    return False


def is_sure_vni(word: str) -> bool:
    """Whether a key stands within the word, or two end it: `d9a1nh`, `chet61`; `to3` is unsure."""
    return _KEY_WITHIN.search(word) is not None


@lru_cache(maxsize=16384)
def undo_vni(word: str) -> str:
    """Return the syllable that these VNI keys spell, or the word itself when they spell none."""
    if not 2 <= len(word) <= 10 or not word[0].isalpha() or word.isalpha():
        return word
    letters: list[str] = []
    tone = ""
    for key in word:
        if not key.isdigit():
            letters.append(key)
        elif key in _VNI_TONES and _has_vowel(letters):
            tone = _VNI_TONES[key]
        elif not _vni_mark(letters, key):
            return word
    undone = place_tone("".join(letters), tone)
    return undone if is_marked_syllable(undone) and not undone.isascii() else word


def _vni_mark(letters: list[str], key: str) -> bool:
    if key == "9" and letters and letters[0] == "d":
        letters[0] = "đ"
        return True
    if key == "7":
        joined = "".join(letters)
        if "uo" in joined:
            at = joined.rindex("uo")
            letters[at : at + 2] = ["ư", "ơ"]
            return True
    table = {"6": _CIRCUMFLEX, "7": _HORN, "8": {"a": "ă"}}.get(key, {})
    for index in range(len(letters) - 1, -1, -1):
        if letters[index] in table:
            letters[index] = table[letters[index]]
            return True
    return False
