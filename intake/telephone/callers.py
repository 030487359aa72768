"""Who rings (người gọi), as the carrier names them: a number that could be rung back, or nobody."""

import re
from typing import Final

_SHOWN = re.compile(r"(?:sips?:)?(\+?[0-9]{7,15})(?:@[^\s]*)?")
_HIDDEN: Final = frozenset(
    {"+266696687", "+7378742883", "+2562533", "+8656696", "+86282452253", "266696687"}
)
"""What carriers send in place of a hidden number: "anonymous", "restricted", … in keys."""
_SID = re.compile(r"[A-Za-z0-9]{2,64}")


def number_of(caller: str) -> str:
    """Return the number of a caller; empty for anonymous ones, names and everything odd."""
    found = _SHOWN.fullmatch(caller.strip())
    number = found[1] if found else ""
    return "" if number in _HIDDEN else number


def is_sid(text: str) -> bool:
    """Whether this can be the carrier's name of a call."""
    return _SID.fullmatch(text) is not None
