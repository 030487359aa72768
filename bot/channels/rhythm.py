"""The rhythm of chest compressions as a sound of our own (nhịp ấn tim), made once a process.

It only keeps time. How many presses, how deep and when to breathe is said by the signed cards;
every beat sounds alike, so that the sound never says something else than they do.
"""

import io
import math
import wave
from functools import cache
from typing import Final

BEATS_PER_MINUTE: Final = 110
"""In the middle of 100 to 120 a minute (domain D1b, RCUK); app.css beats as fast."""
BEATS: Final = 22
"""12 seconds, for a page that begins it anew: small enough for a slow line."""
RATE: Final = 8_800
"""Samples a second: a beat is a whole number of them, so that the loop keeps time."""
_BEAT: Final = RATE * 60 // BEATS_PER_MINUTE
_CLICK_SECONDS: Final = 0.04
_PITCH: Final = 1_100
_LOUDNESS: Final = 0.9
_SILENCE: Final = 128


@cache
def sound(beats: int = BEATS) -> bytes:
    """Return the WAV file: mono, 8 bits, the same bytes every time."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(1)
        out.setframerate(RATE)
        out.writeframes(_beat() * beats)
    return file.getvalue()


def _beat() -> bytes:
    """A soft click that dies away, then silence until the next."""
    click = [_click(place / RATE) for place in range(int(RATE * _CLICK_SECONDS))]
    return bytes([*click, *[_SILENCE] * (_BEAT - len(click))])


def _click(seconds: float) -> int:
    fades = math.exp(-seconds / (_CLICK_SECONDS / 5)) * min(1.0, seconds / 0.001)
    swing = _LOUDNESS * fades * math.sin(2 * math.pi * _PITCH * seconds)
    return _SILENCE + round(127 * swing)
