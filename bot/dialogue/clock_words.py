"""Times of the day in words (giờ giấc): "tối sau 9h", "7h tới 10h sáng", "after 9pm", folded.

An hour that may be morning or evening is not guessed: then all of it is unclear.
"""

import re
from collections.abc import Iterator
from typing import Final

Span = tuple[int, int]
"""Begin and end in minutes of the day."""

PARTS: Final[dict[str, Span]] = {
    "sang": (7 * 60, 11 * 60),
    "trua": (11 * 60, 13 * 60),
    "chieu": (13 * 60, 17 * 60),
    "toi": (19 * 60, 21 * 60),
    "dem": (21 * 60, 23 * 60),
    "ban ngay": (7 * 60, 17 * 60),
    "ca ngay": (7 * 60, 21 * 60),
}
"""The parts of the day, narrow on purpose: at their edges people do not agree."""
_SAME = {
    "khuya": "dem", "buoitoi": "toi", "morning": "sang", "noon": "trua", "lunchtime": "trua",
    "afternoon": "chieu", "evening": "toi", "night": "dem", "daytime": "ban ngay",
    "all day": "ca ngay",
}  # fmt: skip
_ENDS = (11 * 60, 13 * 60, 17 * 60, 21 * 60, 23 * 60)
_LATE = 20 * 60
"""Who names an hour from here on means the late evening."""
_BEGINS = (7 * 60, 11 * 60, 13 * 60, 19 * 60, 21 * 60)
_HOUR = {"sang": range(4, 12), "trua": range(1, 13), "chieu": range(1, 7), "toi": range(5, 12),
         "dem": range(8, 12)}  # fmt: skip
"""Which hours of the twelve each part of the day can have."""

_PART = (
    r"(?:ban ngay|ca ngay|all day|sang|trua|chieu|toi|buoitoi|dem|khuya|morning|noon|lunchtime"
    r"|afternoon|evening|night|daytime)s?"
)
_TIME = (
    r"(?<!\w)(?P<h{n}>\d{{1,2}}(?!\d))(?: ?(?P<u{n}>gio|h|g) ?(?P<m{n}>\d{{2}}|ruoi)?)?"
    r"(?: ?(?P<a{n}>am|pm))?"
    rf"(?: ?(?:buoi |in the |at )?(?P<p{{n}}>{_PART}))?(?!\w)"
)


def _time(number: int) -> str:
    return _TIME.format(n=number)


_PATTERNS = (
    ("range", re.compile(rf"{_time(1)} (?:den|toi|to|until|till|and) {_time(2)}")),
    ("after", re.compile(rf"\b(?:sau|qua|tu|after|from|since) {_time(1)}")),
    ("before", re.compile(rf"\b(?:truoc|before|until|till) {_time(1)}")),
    ("at", re.compile(_time(1))),
)
_PARTS_SAID = re.compile(rf"(?<!\w){_PART}(?!\w)")
_PERHAPS_I = re.compile(
    r"(?<!buoi )(?<!ban )(?<!moi )(?<!luc )(?<!vao )(?<!\| )\btoi\b(?! \|)(?!$)"
)
"""`toi` without its mark is the evening only where a time stands beside it."""


class _Unclear(Exception):
    """It may be this or that."""


def spans_in(clause: str) -> tuple[Span, ...] | None:
    """Return the times that a folded clause names; none is an empty tuple, None is unclear."""
    rest, found = clause, []
    for kind, pattern in _PATTERNS:
        found += [(kind, each.groupdict()) for each in pattern.finditer(rest)]
        rest = pattern.sub(" | ", rest)
    rest = " ".join(rest.split())
    said = _PARTS_SAID.findall(_PERHAPS_I.sub(" ", rest) if rest != "toi" else rest)
    try:
        return tuple(_spans(found, [_part(each) for each in said]))
    except _Unclear:
        return None


def _spans(found: list[tuple[str, dict[str, str | None]]], parts: list[str]) -> Iterator[Span]:
    """Yield what the hours mean; a part of the day beside them says which hours they are."""
    lone = parts[0] if len(set(parts)) == 1 else ""
    is_needed = False
    for kind, said in found:
        last = _part(said.get("p2") or "")
        first = _part(said["p1"] or "")
        is_needed |= not (first or last)
        if kind == "range":
            said = {**said, "a1": said["a1"] or said["a2"]}
            same = first if int(said["h1"] or 0) < int(said["h2"] or 0) else ""
            end = _minutes(said, "2", last or same or lone)
            yield _checked(_minutes(said, "1", first or last or lone), end)
            continue
        yield _around(kind, _minutes(said, "1", first or lone))
    if not (found and is_needed):
        yield from (PARTS[part] for part in parts)


def _around(kind: str, at: int) -> Span:
    if kind == "after":
        ends = _ENDS[-1:] if at >= _LATE else _ENDS
        return _checked(at, next((end for end in ends if at < end), 0))
    if kind == "before":
        return _checked(next((begin for begin in reversed(_BEGINS) if begin < at), 0), at)
    return _checked(at, at + 60)


def _minutes(said: dict[str, str | None], number: str, part: str) -> int:
    """Return the minute of the day; raises `_Unclear` where the half of the day is not known."""
    hour, half, minute = int(said[f"h{number}"] or 0), said[f"a{number}"], said[f"m{number}"]
    is_hour = said[f"u{number}"] or half or part
    minutes = 30 if minute == "ruoi" else int(minute or 0)
    if not is_hour or hour > 24 or minutes > 59:
        raise _Unclear
    if half:
        hour = hour % 12 + 12 * (half == "pm")
    elif hour < 13:
        hour = _of_24(hour, part)
    return 60 * hour + minutes


def _of_24(hour: int, part: str) -> int:
    if hour == 12 and part in ("toi", "dem"):
        return 24
    if part not in _HOUR or hour not in _HOUR[part]:
        raise _Unclear
    if part == "sang" or (part == "trua" and hour > 9):
        return hour
    return hour + 12


def _checked(begin: int, end: int) -> Span:
    if not 0 <= begin < end <= 24 * 60:
        raise _Unclear
    return begin, end


def _part(said: str) -> str:
    whole = said.removesuffix("s")
    return _SAME.get(whole, whole)
