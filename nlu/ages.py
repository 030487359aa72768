"""Ages said in digits or in words (tuổi)."""

import re

from nlu.text import Reading

_AGE = re.compile(
    r"(?<![^ ])(\d{1,2}) ?(?:tuổi|tuoi|tủi|t|years? old|year old|yo)(?![^ ])"
    r"|(?<![^ ])(\d{1,2})t(?![^ ])"
)
_SPOKEN_AGE = re.compile(
    r"(?<![^ ])((?:[^ ]+ (?:mươi|muoi) |mười |muoi )?)([^ ]+) (?:tuổi|tuoi)(?![^ ])"
)
_DIGITS = {
    "một": 1, "mot": 1, "hai": 2, "ba": 3, "bốn": 4, "bon": 4, "năm": 5, "nam": 5,
    "lăm": 5, "lam": 5, "sáu": 6, "sau": 6, "bảy": 7, "bay": 7, "tám": 8, "tam": 8,
    "chín": 9, "chin": 9, "mười": 10, "muoi": 10,
}  # fmt: skip


def child_age(reading: Reading) -> int | None:
    """Return the first age from 0 to 17 that is said in digits or words."""
    return next((age for age in _ages(reading) if age < 18), None)


def grown_age(reading: Reading) -> int | None:
    """Return the first age of a grown-up that is said."""
    return next((age for age in _ages(reading) if 18 <= age < 100), None)


def _ages(reading: Reading) -> list[int]:
    ages = [int(digits or glued) for digits, glued in _AGE.findall(reading.full)]
    for tens, ones in _SPOKEN_AGE.findall(reading.full):
        value = _DIGITS.get(ones, 0)
        words = tens.split()
        if words:
            first = _DIGITS.get(words[0], 10)
            value += 10 if words[0] in {"mười", "muoi"} else 10 * first
        if value:
            ages.append(value)
    return ages
