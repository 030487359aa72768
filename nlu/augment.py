"""Other ways to type the same message (tăng cường dữ liệu), drawn with a seeded generator.

Training only. A copy keeps its labels: marks, keys and spelling change, who did what to whom never.
"""

import unicodedata
from random import Random

from nlu.syllables import split_tone, strip_marks

_TEENCODE = {
    "không": ("k", "ko", "hk", "hông", "hổng"),
    "được": ("dc", "đc"),
    "với": ("vs",),
    "rồi": ("r", "òi", "rùi"),
    "em": ("e",),
    "vậy": ("z",),
    "mình": ("mk",),
    "bạn": ("bn",),
    "gì": ("j",),
    "cũng": ("cx",),
    "nói": ("ns",),
    "người": ("ng",),
    "muốn": ("mún",),
    "giờ": ("h",),
    "trước": ("trc",),
    "quá": ("wá",),
    "đi": ("ik",),
    "biết": ("bik",),
    "nữa": ("nx",),
    "làm": ("lm",),
    "tôi": ("tui",),
    "buồn": ("bùn",),
    "hiểu": ("hỉu",),
    "chồng": ("ck",),
    "vợ": ("vk",),
    "học": ("hk",),
    "luôn": ("lun",),
    "cứu": ("cíu",),
    "mấy": ("mí",),
    "sao": ("s",),
}
_KIN = (
    ("ba", "cha", "tía", "bố"),
    ("má", "mẹ"),
    ("nó", "thằng nhỏ"),
    ("kinh", "kênh"),
    ("vô", "vào"),
)
_TELEX_TONES = {"\u0301": "s", "\u0300": "f", "\u0309": "r", "\u0303": "x", "\u0323": "j"}
_TELEX_LETTERS = {"ă": "aw", "â": "aa", "đ": "dd", "ê": "ee", "ô": "oo", "ơ": "ow", "ư": "uw"}


def variants(text: str, random: Random) -> list[str]:
    """Return other typings of a message: bare, half bare with slips, teencode, other kin words."""
    copies = [strip_marks(text), _slips(_half_bare(text, random), random)]
    copies.append(_teencode(text, random))
    copies.append(strip_marks(_kin(_teencode(text, random), random)))
    copies.append(_telex(text, random))
    return [copy for copy in dict.fromkeys(copies) if copy != text]


def _half_bare(text: str, random: Random) -> str:
    return " ".join(
        strip_marks(word) if random.random() < 0.45 else word for word in text.split(" ")
    )


def _slips(text: str, random: Random) -> str:
    words = text.split(" ")
    for index, word in enumerate(words):
        if len(word) < 3 or random.random() > 0.2:
            continue
        at = random.randrange(1, len(word))
        kind = random.randrange(3)
        if kind == 0:
            words[index] = word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :]
        elif kind == 1:
            words[index] = word[:at] + word[at - 1 :]
        else:
            words[index] = word[:at] + word[at + 1 :]
    return " ".join(words)


def _teencode(text: str, random: Random) -> str:
    return " ".join(
        random.choice(_TEENCODE[word.lower()])
        if word.lower() in _TEENCODE and random.random() < 0.7
        else word
        for word in text.split(" ")
    )


def _kin(text: str, random: Random) -> str:
    words = text.split(" ")
    for group in _KIN:
        if random.random() < 0.5:
            chosen = random.choice(group)
            words = [chosen if word.lower() in group else word for word in words]
    return " ".join(words)


def _telex(text: str, random: Random) -> str:
    """Type some words as raw keys, as with the input method off."""
    return " ".join(_keys(word) if random.random() < 0.3 else word for word in text.split(" "))


def _keys(word: str) -> str:
    toneless, tone = split_tone(unicodedata.normalize("NFC", word.lower()))
    return "".join(_TELEX_LETTERS.get(letter, letter) for letter in toneless) + (
        _TELEX_TONES.get(tone, "")
    )
