"""What somebody typed into the search box, understood: filters, and words for the notes; pure.

What names a filter is taken as that filter, with or without marks; the rest are words. The page
says how it was understood, and quoted words are words whatever they name.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from intake.clock import LOCAL_ZONE
from intake.console.queue.find_dates import days_in
from nlu.places import Gazetteer
from nlu.syllables import strip_marks
from storage.queue.finding import Sought

_NUMBER = re.compile(r"(?:PT-?)?(?:(\d{4})-)?(\d{1,6})", re.IGNORECASE)
_QUOTED = re.compile(r'["“”]([^"“”]+)["“”]')
_WORD = re.compile(r"@?\w+")
_MOST_WORDS = 8
Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A name in the box that means a filter: `communes`, `kinds`, … and its value."""

    group: str
    value: str
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A search as it was understood."""

    sought: Sought
    words: tuple[str, ...] = field(default=(), repr=False)
    """Without marks, in lower case; each one may be several words that stand together."""
    terms: tuple[str, ...] = ()
    """The filters as the page says them."""
    days: tuple[date, date] | None = None


def number_in(text: str, *, year: int) -> str | None:
    """Return the ticket number that a text is; `123` is a number of this year."""
    match = _NUMBER.fullmatch(text.strip()) if text.isascii() else None
    return f"PT-{match[1] or year}-{int(match[2]):06d}" if match else None


def folded(text: str) -> str:
    """Return words without marks, in lower case, apart by single spaces, spaces around them."""
    plain = strip_marks(unicodedata.normalize("NFC", text).lower())
    return f" {' '.join(_WORD.findall(plain))} "


def vocabulary(terms: Iterable[Term]) -> Mapping[Phrase, tuple[Term, ...]]:
    """Return what can be named, by its words without marks."""
    known: dict[Phrase, tuple[Term, ...]] = {}
    for term in terms:
        for name in {term.said, *term.said.split(",")}:
            phrase = tuple(folded(name).split())
            if phrase:
                known[phrase] = (*known.get(phrase, ()), term)
    return known


def read_wanted(
    text: str, *, names: Mapping[Phrase, tuple[Term, ...]], places: Gazetteer, now: datetime
) -> Wanted:
    """Understand a search. Never raises."""
    quoted = [folded(match).strip() for match in _QUOTED.findall(text)]
    rest = unicodedata.normalize("NFC", _QUOTED.sub(" ", text)).lower()
    days = days_in(strip_marks(rest), today=now.astimezone(LOCAL_ZONE).date())
    if days:
        rest = f"{rest[: days.span[0]]} {rest[days.span[1] :]}"
    terms, left = _terms(rest, names)
    communes, left = _communes(left, names, places)
    words = [folded(word).strip() for word in left]
    found = (*terms, *communes)
    sought = Sought(
        **{
            group: tuple(dict.fromkeys(term.value for term in found if term.group == group))
            for group in ("communes", "kinds", "channels", "urgencies", "states", "holders")
        },
        since=_midnight(days.first) if days else None,
        until=_midnight(days.last + timedelta(days=1)) if days else None,
    )
    return Wanted(
        sought=sought,
        words=tuple(word for word in (*quoted, *words) if word)[:_MOST_WORDS],
        terms=tuple(dict.fromkeys(term.said for term in found)),
        days=(days.first, days.last) if days else None,
    )


def is_there(words: tuple[str, ...], text: str) -> bool:
    """Whether all words stand in a text, each as a whole."""
    inside = folded(text)
    return all(f" {word} " in inside for word in words)


def _terms(rest: str, names: Mapping[Phrase, tuple[Term, ...]]) -> tuple[list[Term], list[str]]:
    """Take the longest names first; a name of one syllable counts only with its own marks."""
    words = _WORD.findall(rest)
    plain = [strip_marks(word) for word in words]
    longest = max((len(phrase) for phrase in names), default=1)
    found: list[Term] = []
    left: list[str] = []
    at = 0
    while at < len(words):
        for length in range(min(longest, len(words) - at), 0, -1):
            terms = [
                term
                for term in names.get(tuple(plain[at : at + length]), ())
                if term.group != "communes"
                and (length > 1 or words[at] == term.said.lower() or term.said.startswith("@"))
            ]
            if terms:
                found += terms
                at += length
                break
        else:
            left.append(words[at])
            at += 1
    return found, left


def _communes(
    left: list[str], names: Mapping[Phrase, tuple[Term, ...]], places: Gazetteer
) -> tuple[list[Term], list[str]]:
    """Take what names a commune, today's name or an old one; the rest are words."""
    text = " ".join(left)
    found = places.find(text)
    if found:
        start, end = found[0].span
        terms = [
            Term(group="communes", value=place.code, said=place.name)
            for place in found
            if place.span == found[0].span
        ]
        return terms, f"{text[:start]} {text[end:]}".split()
    plain = [strip_marks(word) for word in left]
    for length in range(min(6, len(left)), 1, -1):
        for at in range(len(left) - length + 1):
            terms = [
                term
                for term in names.get(tuple(plain[at : at + length]), ())
                if term.group == "communes"
            ]
            if terms:
                return terms, left[:at] + left[at + length :]
    return [], left


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=LOCAL_ZONE)
