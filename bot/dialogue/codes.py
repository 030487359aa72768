"""Return codes (mã quay lại): made from random bytes, and read back as people write them. Pure.

A code is three words and two digits, with a twin of eight digits for the telephone. The twin has no
check digit: eight digits alone are told apart a thousand times better by looking them up, and a
check digit would make them ten times easier to guess. It never looks like a date or a hotline.
"""

from dataclasses import dataclass, field

from bot.content.code_words import SYLLABLES, CodeWords
from bot.content.words import fold
from nlu.numbers import digit_of

RANDOM_BYTES = 32
WORDS, DIGITS, NUMBER_DIGITS = 3, 2, 8
_LOWEST = 40_000_000
"""Dates begin with 0 to 3 or with the year, hotlines with 1: no number of ours does."""
_PREFIXES = ("ma tin", "ma quay lai", "ma la", "ma", "message code", "return code", "code")
_LONGEST = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A code in the one spelling that is compared; a read one has its words or its number."""

    words: tuple[str, ...] = field(default=(), repr=False)
    """Folded."""
    digits: str = field(default="", repr=False)
    number: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCode:
    """A code that was just made, with the words as they are shown."""

    code: Code
    shown: tuple[str, ...] = field(repr=False)

    @property
    def text(self) -> str:
        """The code as it is given: the words and digits, then the number in two halves."""
        number = self.code.number
        words = " - ".join((*self.shown, self.code.digits))
        return f"{words}\n{number[:4]} {number[4:]}"


def make_code(random: bytes, words: CodeWords) -> NewCode:
    """Make a code of `RANDOM_BYTES` random bytes; the words and the number have nothing in common.

    Sixteen bytes each: how far the remainder is from even is nothing that anybody could use.
    """
    half = len(random) // 2
    draw, number = int.from_bytes(random[:half]), int.from_bytes(random[half:])
    shown = []
    for _ in range(WORDS):
        draw, index = divmod(draw, len(words.words))
        shown.append(words.words[index])
    code = Code(
        words=tuple(map(fold, shown)),
        digits=f"{draw % 10**DIGITS:0{DIGITS}}",
        number=str(_LOWEST + number % (10**NUMBER_DIGITS - _LOWEST)),
    )
    return NewCode(code=code, shown=tuple(shown))


def read_code(text: str, words: CodeWords) -> Code | None:
    """Return the code that a whole message is; None for everything else, and that is nearly all."""
    if len(text) > _LONGEST:
        return None
    said = fold(text)
    # Every prefix is tried: "mã: lá cẩm …" does not begin with "mã là".
    rests = (said.removeprefix(one).split() for one in _PREFIXES if said.startswith(f"{one} "))
    read = (_number(parts) or _words(parts, words) for parts in (*rests, said.split()))
    return next((code for code in read if code is not None), None)


def _number(parts: list[str]) -> Code | None:
    number = _digits(parts)
    is_ours = len(number) == NUMBER_DIGITS and int(number) >= _LOWEST
    return Code(number=number) if is_ours else None


def _words(parts: list[str], words: CodeWords) -> Code | None:
    syllables, rest = parts[: WORDS * SYLLABLES], parts[WORDS * SYLLABLES :]
    digits = _digits(rest)
    if len(digits) != DIGITS:
        return None
    found = [
        words.find(" ".join(syllables[at : at + SYLLABLES]))
        for at in range(0, WORDS * SYLLABLES, SYLLABLES)
    ]
    known = [one for one in found if one is not None]
    if len(known) < WORDS or sum(slips for _, slips in known) > 1:
        return None
    return Code(words=tuple(word for word, _ in known), digits=digits)


def _digits(parts: list[str]) -> str:
    """Return the digits, written or said one by one; empty where anything else is among them."""
    read = [part if part.isascii() and part.isdecimal() else digit_of(part) for part in parts]
    return "".join(read) if all(read) else ""
