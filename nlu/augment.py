"""Other ways to type the same message (tăng cường dữ liệu), drawn with a seeded generator.

Training only. A copy keeps its labels: marks, keys and spelling change, who did what to whom never.
What reading undoes without loss (look-alikes, capitals) is not drawn.
"""

from random import Random

from nlu.noise.kinds import noised

_KIN = (
    ("ba", "cha", "tía", "bố"),
    ("má", "mẹ"),
    ("nó", "thằng nhỏ"),
    ("kinh", "kênh"),
    ("vô", "vào"),
)
_SLIPPED = (("some_diacritics", "typos"), ("no_diacritics", "typos"), ("typos",))
_SPELLED = (
    ("teencode",),
    ("teencode", "no_diacritics"),
    ("teencode", "some_diacritics"),
)
_SOUNDED = (("dialect",), ("dialect", "no_diacritics"), ("dictated",))
_SHAPED = (
    ("joined_words",),
    ("joined_words", "no_diacritics"),
    ("joined_all",),
    ("telex_words",),
    ("vni_words",),
    ("spaced",),
    ("stretched",),
    ("emoji",),
    ("no_diacritics", "no_punctuation"),
)


def variants(text: str, random: Random) -> list[str]:
    """Return up to two other typings of a message; the first has no diacritics.

    Another message teaches more than another copy: with two copies of each for five, and messages
    of more voices in their place, unknown voices are understood better in the same time.
    """
    copies = [noised(text, "no_diacritics", random)]
    copy = _kin(text, random) if random.random() < 0.3 else text
    for kind in random.choice(random.choice((_SLIPPED, _SPELLED, _SOUNDED, _SHAPED))):
        copy = noised(copy, kind, random)
    copies.append(copy)
    return [copy for copy in dict.fromkeys(copies) if copy != text]


def _kin(text: str, random: Random) -> str:
    words = text.split(" ")
    for group in _KIN:
        if random.random() < 0.5:
            chosen = random.choice(group)
            words = [chosen if word.lower() in group else word for word in words]
    return " ".join(words)
