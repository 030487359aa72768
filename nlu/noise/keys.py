"""What fingers and keyboards do: raw Telex and VNI keys, slips on a telephone's keyboard."""

import re
from collections.abc import Callable
from random import Random

from nlu.syllables import split_tone, strip_marks

_WORD = re.compile(r"[^\W\d_]+")
_TELEX_TONES = {"\u0301": "s", "\u0300": "f", "\u0309": "r", "\u0303": "x", "\u0323": "j"}
_TELEX_LETTERS = {"ă": "aw", "â": "aa", "ê": "ee", "ô": "oo", "ơ": "ow", "ư": "uw"}
_VNI_TONES = {"\u0301": "1", "\u0300": "2", "\u0309": "3", "\u0303": "4", "\u0323": "5"}
_VNI_LETTERS = {"ă": "a8", "â": "a6", "ê": "e6", "ô": "o6", "ơ": "o7", "ư": "u7"}

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_SLIP = 0.18
"""How often a word of three letters or more is struck."""


def _neighbours() -> dict[str, str]:
    found: dict[str, str] = {}
    for number, row in enumerate(_ROWS):
        for at, key in enumerate(row):
            near = row[max(at - 1, 0) : at] + row[at + 1 : at + 2]
            for other in _ROWS[max(number - 1, 0) : number] + _ROWS[number + 1 : number + 2]:
                near += other[max(at - 1, 0) : at + 1]
            found[key] = near
    return found


_NEIGHBOURS = _neighbours()


def telex(text: str, random: Random, *, share: float = 1.0) -> str:
    """Leave words as Telex keys, in one of the ways to type them (`vowst`, `vowts`, `dangd`)."""
    return _rekeyed(text, random, share, _telex_word)


def vni(text: str, random: Random, *, share: float = 1.0) -> str:
    """Leave words as VNI keys, in one of the ways to type them (`d9a1nh`, `d9anh1`)."""
    return _rekeyed(text, random, share, _vni_word)


def _rekeyed(text: str, random: Random, share: float, keys: Callable[[str, Random], str]) -> str:
    habit = random.getrandbits(32)

    def keyed(match: re.Match[str]) -> str:
        word = match.group()
        if word.isascii() or (share < 1 and random.random() > share):
            return word
        typed = keys(word.lower(), Random(habit))  # noqa: S311 - one writer types one way
        return typed[0].upper() + typed[1:] if word[0].isupper() else typed

    return _WORD.sub(keyed, text)


def _telex_word(word: str, random: Random) -> str:
    tone_last, d_last, horn_once = (random.random() < p for p in (0.6, 0.12, 0.6))
    toneless, tone = split_tone(word)
    at = _tone_place(word)
    typed = ""
    for index, letter in enumerate(toneless):
        if letter == "đ":
            typed += "d" if d_last else "dd"
        elif letter == "ư" and toneless[index + 1 : index + 2] == "ơ" and horn_once:
            typed += "u"
        else:
            typed += _TELEX_LETTERS.get(letter, letter)
        if index == at and not tone_last:
            typed += _TELEX_TONES.get(tone, "")
    typed += _TELEX_TONES.get(tone, "") if tone_last or at is None else ""
    return typed + ("d" if d_last and word[0] == "đ" else "")


def _vni_word(word: str, random: Random) -> str:
    tone_last, marks_last, horn_once = (random.random() < p for p in (0.6, 0.2, 0.6))
    toneless, tone = split_tone(word)
    at = _tone_place(word)
    typed = late = ""
    for index, letter in enumerate(toneless):
        keys = "d9" if letter == "đ" else _VNI_LETTERS.get(letter, letter)
        if letter == "ư" and toneless[index + 1 : index + 2] == "ơ" and horn_once:
            keys = "u"
        typed += keys[0] if marks_last else keys
        late += keys[1:] if marks_last else ""
        if index == at and not tone_last and not marks_last:
            typed += _VNI_TONES.get(tone, "")
    late += _VNI_TONES.get(tone, "") if tone_last or marks_last or at is None else ""
    return typed + late.replace("77", "7")


def _tone_place(word: str) -> int | None:
    """Return the index of the letter that carries the tone."""
    for index, letter in enumerate(word):
        if split_tone(letter)[1]:
            return index
    return None


def slips(text: str, random: Random) -> str:
    """Let fingers slip: neighbouring keys, letters swapped, missed or doubled."""
    words = text.split(" ")
    long = [index for index, word in enumerate(words) if len(word) > 2 and word.isalpha()]
    struck = [index for index in long if random.random() < _SLIP]
    if long and not struck:
        struck = [random.choice(long)]
    for index in struck:
        words[index] = _slip(words[index], random)
    return " ".join(words)


def _slip(word: str, random: Random) -> str:
    at = random.randrange(1, len(word))
    kind = random.randrange(5)
    if kind == 0:
        return word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :]
    if kind == 1:
        return word[:at] + word[at - 1 :]
    if kind == 2:
        return word[:at] + word[at + 1 :]
    near = _NEIGHBOURS.get(strip_marks(word[at]).lower(), word[at])
    return word[:at] + random.choice(near) + word[at + 1 :]
