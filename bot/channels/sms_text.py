"""Words as texts (SMS): without accents, counted in segments, cut where a sentence ends. Pure.

A text holds 160 letters of GSM 03.38, 153 in each part of a longer one; one letter outside of that
alphabet makes it UCS-2: 70, or 67. Vietnamese is therefore written without accents, as everybody
reads it on a telephone. Khmer has no such form and stays.
"""

import re
import unicodedata
from bisect import bisect_right
from typing import Final

from bot.channels.contract import OutboundMessage

MOST_SEGMENTS: Final = 3
"""In one text: more of them come late, out of order, or not at all."""
_GSM: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_PAIRS: Final = frozenset("^{}\\[~]|€\f")
"""An escape and a letter: two places, never parted."""
_GSM_SIZES: Final = (160, 153)
_UCS2_SIZES: Final = (70, 67)
_INSTEAD: Final = str.maketrans(
    {
        "đ": "d", "Đ": "D", "…": "...", "–": "-", "—": "-", "•": "-", "·": "-", "→": "-",
        "‘": "'", "’": "'", "“": '"', "”": '"', "×": "x", "\t": " ", "\u00a0": " ",
        "[": "(", "]": ")",
    }
)  # fmt: skip
_SENTENCE_END = re.compile(r"[.!?:;]+(?=\s)|\n")
_GAP = re.compile(r"(?<!\d)\s|\s(?!\d)")
"""Between words; not inside a number that is written in groups."""
_ANYWHERE = re.compile(r"(?s:\D|\d(?!\d))")


def texts_of(message: OutboundMessage) -> list[str]:
    """Return a bubble as texts, one after the other; its buttons are choices by number.

    A lone button has no number: a number is then an answer of its own, such as an age.
    """
    reply = "Trả lời" if _is_marked(message.text) else "Reply"
    labels = [button.label for button in message.buttons]
    if len(labels) == 1:
        lines = [f"{reply}: {labels[0]}"]
    else:
        lines = [f"{reply} {number}: {label}" for number, label in enumerate(labels, 1)]
    return split_text(plain("\n".join([message.text, *lines])))


def plain(text: str) -> str:
    """Return the words in GSM letters; with other letters than Latin ones they stay as they are."""
    letters = unicodedata.normalize("NFD", text.translate(_INSTEAD))
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    if any(letter.isalpha() and letter not in _GSM for letter in bare):
        return _tidy(text)
    kept = (letter for letter in bare if letter in _GSM or letter in _GSM_PAIRS)
    return _tidy("".join(kept))


def count_segments(text: str) -> int:
    """Return how many segments a text takes on air; an empty one takes one."""
    is_gsm = all(letter in _GSM or letter in _GSM_PAIRS for letter in text)
    alone, each = _GSM_SIZES if is_gsm else _UCS2_SIZES
    widths = [_width(letter, is_gsm=is_gsm) for letter in text]
    if sum(widths) <= alone:
        return 1
    count, used = 1, 0
    for width in widths:
        if used + width > each:
            count, used = count + 1, 0
        used += width
    return count


def split_text(text: str, most_segments: int = MOST_SEGMENTS) -> list[str]:
    """Cut a text into texts of so many segments: after a sentence, a word; never in a number.

    Nothing but space between them is lost. An empty text is one empty part.
    """
    parts, rest = [], text.strip()
    while (end := _fitting(rest, most_segments)) < len(rest):
        end = _cut(rest, end)
        parts.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return [*parts, rest] if rest or not parts else parts


def _fitting(text: str, most_segments: int) -> int:
    lengths = range(len(text) + 1)
    return (
        bisect_right(lengths, most_segments, key=lambda length: count_segments(text[:length])) - 1
    )


def _cut(text: str, limit: int) -> int:
    """Return where to cut; a sentence that ends in the first third leaves too short a text."""
    for pattern, least in ((_SENTENCE_END, limit // 3), (_GAP, 1), (_ANYWHERE, 1)):
        ends = [found.end() for found in pattern.finditer(text) if least <= found.end() <= limit]
        if ends:
            return ends[-1]
    return limit


def _width(letter: str, *, is_gsm: bool) -> int:
    return 1 + (letter in _GSM_PAIRS if is_gsm else ord(letter) > 0xFFFF)


def _is_marked(text: str) -> bool:
    """Whether it has accents: Vietnamese, not English."""
    letters = unicodedata.normalize("NFD", text.replace("đ", "d\u0301"))
    return any(unicodedata.combining(letter) for letter in letters)


def _tidy(text: str) -> str:
    """Leave no space where something was dropped, and no empty line."""
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(line for line in lines if line)
