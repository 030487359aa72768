"""Lines on which people speak and nobody can be written to (nghe máy, trực tiếp, thư, từ 111)."""

from enum import StrEnum
from typing import Final


class Spoken(StrEnum):
    """Where a report came from that a person took down: the channel of its ticket."""

    PHONE = "phone"
    WALK_IN = "walk_in"
    LETTER = "letter"
    LINE_111 = "line_111"
    """Handed over by the national helpline 111."""


SPOKEN: Final = frozenset(line.value for line in Spoken)


def is_spoken(channel: str) -> bool:
    """Whether a channel has no way to write back: no knock, no bubble, no watch for silence."""
    return channel in SPOKEN
