"""In which letters a message is written (chữ viết): enough to know whether anybody can read it."""

import re

_LETTER = re.compile(r"[^\W\d_]")
_READABLE = re.compile(r"[A-Za-zĐđ\u00c0-\u024f\u1e00-\u1eff\u0300-\u036f\u1780-\u17ff]")


def is_foreign(text: str) -> bool:
    """Whether most letters are neither Latin nor Khmer (chữ lạ)."""
    letters = _LETTER.findall(text)
    return bool(letters) and 2 * len(_READABLE.findall("".join(letters))) < len(letters)


def has_letters(text: str) -> bool:
    """Whether anything can be read in it at all; emoji and dots cannot."""
    return bool(_LETTER.search(text)) or any(sign.isdigit() for sign in text)
