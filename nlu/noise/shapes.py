"""What happens to the shape of a text: spaces, stretched letters, signs, pictures, look-alikes."""

import re
from random import Random

from nlu.syllables import strip_marks

_LETTERS = re.compile(r"[^\W\d_]+")
_SIGNS = re.compile(r"[.,!?;:…\"“”'()]+")
_VOWELS = frozenset("aeiouy")
_MOST_JOINED = 6
"""Nobody leaves out all spaces of a longer message."""

_FEELING = ("😭", "😢", "😰", "🙏", "😔", "😱", "🥺", "💔", "😡", "🆘", "‼️", "❤️")
_PICTURED = {
    "trường": "🏫",
    "nhà": "🏠",
    "điện thoại": "📱",
    "dao": "🔪",
    "máu": "🩸",
    "thuốc": "💊",
    "nước": "🌊",
    "công an": "🚓",
    "cấp cứu": "🚑",
    "bé gái": "👧",
    "bé trai": "👦",
    "em bé": "👶",
    "bia": "🍺",
    "tiền": "💰",
}
_LOOKALIKES = {"a": "а", "e": "е", "o": "о", "c": "с", "p": "р", "x": "х", "i": "і", "y": "у"}
_HIDDEN = ("\u200b", "\u200d", "\ufeff", "\u202e", "\u00ad")


def joined(text: str, random: Random) -> str:
    """Leave out a space here and there, at least one."""
    words = text.split(" ")
    places = [
        at
        for at in range(1, len(words))
        if words[at - 1][-1:].isalpha() and words[at][:1].isalpha()
    ]
    struck = {at for at in places if random.random() < 0.2}
    if places and not struck:
        struck = {random.choice(places)}
    return "".join(word if at == 0 or at in struck else f" {word}" for at, word in enumerate(words))


def joined_all(text: str, random: Random) -> str:
    """Leave out all spaces of a short message."""
    words = text.split(" ")
    return "".join(words) if 1 < len(words) <= _MOST_JOINED else text


def spaced(text: str, random: Random) -> str:
    """Spread a word out (`c h ế t`, `ch.ết`), double spaces, put them before signs."""
    words = text.split(" ")
    long = [at for at, word in enumerate(words) if len(word) > 2 and word.isalpha()]
    for at in random.sample(long, min(len(long), 1 + len(words) // 12)):
        words[at] = _spread(words[at], random)
    spread = _SIGNS.sub(r" \g<0>", " ".join(words)) if random.random() < 0.3 else " ".join(words)
    return re.sub(" ", lambda _: "  " if random.random() < 0.15 else " ", spread)


def _spread(word: str, random: Random) -> str:
    if random.random() < 0.6:
        return " ".join(word)
    at = next((index for index, one in enumerate(word) if strip_marks(one).lower() in _VOWELS), 1)
    sign = random.choice((".", "-", "*", "/"))
    return word[: at or 1] + sign + word[at or 1 :]


def stretched(text: str, random: Random) -> str:
    """Hold a vowel, as in a cry (`cứuuuu`); at least the last word's."""
    words = list(_LETTERS.finditer(text))
    ends: list[int] = []
    for match in words:
        at = match.end() - 1
        if strip_marks(text[at]).lower() in _VOWELS and random.random() < 0.3:
            ends.append(at)
    if not ends:
        ends = [m.end() - 1 for m in words if strip_marks(text[m.end() - 1]).lower() in _VOWELS]
        ends = ends[-1:]
    for at in reversed(ends):
        last = text[at].lower() if text[at].isascii() else strip_marks(text[at].lower())
        text = text[: at + 1] + last * random.randrange(2, 6) + text[at + 1 :]
    return text


def emoji(text: str, random: Random) -> str:
    """Put pictures between or behind words, or in the place of words."""
    said = text
    for word, picture in _PICTURED.items():
        if random.random() < 0.6:
            said = re.sub(rf"(?<!\w){word}(?!\w)", picture, said)
    words = said.split(" ")
    for _ in range(random.randrange(0 if said != text else 1, 3)):
        words.insert(random.randrange(1, len(words) + 1), random.choice(_FEELING))
    return " ".join(words)


def plain_signs(text: str, random: Random) -> str:
    """Drop all punctuation."""
    return " ".join(_SIGNS.sub(" ", text).split())


def lookalikes(text: str, random: Random) -> str:
    """Swap letters for those of other scripts that look the same; hide signs between them."""
    letters = []
    for letter in text:
        alike = _LOOKALIKES.get(letter)
        if alike and random.random() < 0.25:
            letters.append(alike)
        elif "a" <= letter <= "z" and random.random() < 0.05:
            letters.append(chr(ord(letter) + 0xFEE0))
        else:
            letters.append(letter)
        if random.random() < 0.03:
            letters.append(random.choice(_HIDDEN))
    return "".join(letters)
