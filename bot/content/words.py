"""Words that mean one thing as a whole message (từ lệnh), compared as people type them.

Not a classifier: what is not exactly one of these is left to `nlu`.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.content.cards import FOLDER, read_yaml, reading

_NOT_A_LETTER = re.compile(r"[^\w\u1780-\u17d3\u17d7\u17dc\u17dd]+|_")
_SHORTEST_WITH_SLIPS = 5


def fold(text: str) -> str:
    """Return lower-case words without diacritics and punctuation; Khmer keeps its signs."""
    plain = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    kept = "".join(letter for letter in plain if not "\u0300" <= letter <= "\u036f")
    return " ".join(_NOT_A_LETTER.sub(" ", kept).split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """words.yml, folded."""

    commands: Mapping[str, str]
    """Folded words -> `sos`, `human` or `exit`."""
    answers: Mapping[str, str]
    """Folded words -> `yes`, `no`, `skip` or `stop`."""
    english: frozenset[str]
    """Folded commands that only people who write English type."""
    not_slips: frozenset[str]
    thanks: tuple[str, ...]
    phone_taken: Mapping[str, tuple[str, ...]]
    """How somebody sounds who has taken the phone: `who`, `does`, `whom`, `sayings`, …"""
    situations: Mapping[str, tuple[str, ...]]
    """Rescue card -> phrases."""
    topics: Mapping[str, tuple[str, ...]]
    """Card that answers -> phrases of the question."""
    menu: Mapping[str, str]
    """Folded words, as a whole message -> the card of that topic."""

    def command(self, text: str) -> str:
        """Return the command that the whole message is, or an empty string."""
        said = fold(text)
        for form in (said, _STRETCHED.sub(r"\1\1", said), _STRETCHED.sub(r"\1", said)):
            if form in self.commands:
                return self.commands[form]
        if not said or said in self.not_slips:
            return ""
        return next((what for word, what in self.commands.items() if is_slip(said, word)), "")

    def is_english(self, text: str) -> bool:
        """Whether the whole message is a command that tells the language too."""
        return fold(text) in self.english

    def answer(self, text: str) -> str:
        """Return `yes`, `no`, `skip`, `stop`, or an empty string."""
        return self.answers.get(fold(text), "")

    def says_thanks(self, text: str) -> bool:
        """Whether thanks are in the message."""
        return any(holds(fold(text), phrase) for phrase in self.thanks)

    def asks_who_writes(self, text: str) -> bool:
        """Whether somebody else seems to hold the phone (người khác cầm máy)."""
        said = fold(text)
        groups = self.phone_taken
        if any(f" {saying} " in f" {said} " for saying in groups["sayings"]):
            return True
        for greeting in groups["greetings"]:
            said = said.removeprefix(f"{greeting} ")
        if len(said.split()) > _LONGEST_WHO_IS_THIS or _starts(said, groups["not_who"]):
            return False
        if not _starts(said, groups["who"]):
            return False
        return all(
            any(f" {word} " in f" {said} " for word in groups[key]) for key in ("does", "whom")
        )

    def topic(self, text: str) -> str:
        """Return the card that answers a question, or an empty string; the longest phrase wins."""
        said = fold(text)
        if said in self.menu:
            return self.menu[said]
        found = [
            (len(phrase), card)
            for card, phrases in self.topics.items()
            for phrase in phrases
            if f" {phrase} " in f" {said} "
        ]
        return max(found, default=(0, ""))[1]

    def from_menu(self, text: str) -> str:
        """Return the card of a topic when its name is the whole message, or an empty string."""
        return self.menu.get(fold(text), "")

    def is_situation(self, card: str, text: str) -> bool:
        """Whether the message speaks of what `card` is for, and does not deny it."""
        said = fold(_MOTHER.sub("mẹ", unicodedata.normalize("NFC", text)))
        return any(holds(said, phrase) for phrase in self.situations.get(card, ()))

    def wants_nobody_to_know(self, text: str) -> bool:
        """Whether the writer asks that it goes no further; not what somebody else forbade them."""
        said = fold(text)
        phrases = self.situations.get(WANTS_NOBODY_TO_KNOW, ())
        found = next((one for one in phrases if f" {one} " in f" {said} "), "")
        before = f" {said} ".partition(f" {found} ")[0].split() if found else []
        return bool(found) and not set(before[-_ORDERED:]) & _ORDERS


WANTS_NOBODY_TO_KNOW = "wants_nobody_to_know"
_ORDERED = 3
_ORDERS = {"keu", "bieu", "dan", "bao", "noi", "cam", "bat", "doa", "ham", "told", "says", "said"}
"""Within so many words before it: "Ổng biểu đừng nói cho ai" tells of somebody's order."""


def holds(said: str, phrase: str) -> bool:
    """Whether whole words of `phrase` are in `said`, not straight after a denial."""
    at = f" {said} ".find(f" {phrase} ")
    if at < 0:
        return False
    before = said[: max(at - 1, 0)].split()
    if _is_of_others(phrase, before):
        return False  # "chồng tôi …" is said of somebody else
    return not (set(before[-2:]) & _DENIALS)


def _is_of_others(phrase: str, before: list[str]) -> bool:
    """Whether what a phrase says of who writes is said here of their mother, husband, …"""
    if not before:
        return False
    if phrase.startswith(_OF_ONESELF):
        return before[-1] in _KIN
    owned = before[:-1] if before[-1] in _OWNERS else before
    return phrase.startswith(_BY_MISTAKE) and bool(owned) and owned[-1] in _CARERS


def _starts(said: str, phrases: Iterable[str]) -> bool:
    return any(f"{said} ".startswith(f"{phrase} ") for phrase in phrases)


_STRETCHED = re.compile(r"(\w)\1{2,}")
_LONGEST_WHO_IS_THIS = 10
_OF_ONESELF = ("toi ", "tui ")
_BY_MISTAKE = "lo "
_OWNERS = frozenset({"toi", "tui", "em", "con", "minh"})
_CARERS = frozenset({"chong", "vo", "ba", "me", "cha", "tia", "bo", "duong"})
_KIN = frozenset(
    {"chong", "vo", "ba", "me", "cha", "tia", "duong", "con", "em", "chi", "bac", "noi", "ngoai"}
)
"""Not "ma": without its marks that is "mà" far oftener than "má"; `_MOTHER` tells them apart."""
_MOTHER = re.compile(
    r"\bmá\b"
    r"|(?:^|(?<=[.!?\n])|(?<=[.!?] )|(?<=\bba )|(?<=\bnay )|(?<=\b(?:hom|toi|dem|bua) qua ))"
    r"ma(?= (?:toi|tui)\b)",
    re.IGNORECASE,
)
"""Written so, or first in a sentence, where "mà tôi" hardly stands, after a time, or after "ba"."""
_DENIALS = {"chua", "khong", "ko", "k", "hong", "not", "cant"}


def is_slip(said: str, word: str) -> bool:
    """Whether `said` is `word` with one letter wrong, missing, added or swapped (5+ letters)."""
    if len(word) < _SHORTEST_WITH_SLIPS or " " in word or abs(len(said) - len(word)) > 1:
        return False
    if said == word:
        return True
    start = next((i for i, (a, b) in enumerate(zip(said, word, strict=False)) if a != b), None)
    if start is None:
        return True
    rest, wanted = said[start:], word[start:]
    swapped = wanted[1:2] + wanted[:1] + wanted[2:]
    return rest == swapped or rest[1:] in (wanted[1:], wanted) or rest == wanted[1:]


def read_words(folder: Path = FOLDER) -> Words:
    """Read words.yml and topics.yml."""
    raw, asked = read_yaml(folder / "words.yml"), read_yaml(folder / "topics.yml")
    with reading("words.yml and topics.yml"):
        topics, menu = _topics(raw["topics"], asked["topics"])
        return Words(
            commands=_by_word({**raw["commands"], "human": _humans(raw, asked)}),
            answers=_by_word(raw["answers"]),
            english=frozenset(map(fold, raw["english"])),
            not_slips=frozenset(map(fold, raw["not_slips"])),
            thanks=tuple(map(fold, raw["thanks"])),
            phone_taken={key: tuple(map(fold, said)) for key, said in raw["phone_taken"].items()},
            situations={card: tuple(map(fold, said)) for card, said in raw["situations"].items()},
            topics=topics,
            menu=menu,
        )


def _humans(raw: Mapping[str, Any], asked: Mapping[str, Any]) -> list[str]:
    """Who says that the answer is not it gets a person."""
    return [*raw["commands"]["human"], *asked["not_it"]]


def _topics(
    older: Mapping[str, list[str]], asked: Mapping[str, Mapping[str, list[str]]]
) -> tuple[dict[str, tuple[str, ...]], dict[str, str]]:
    """Return the phrases of every card that answers, and the menu."""
    phrases = {card: list(said) for card, said in older.items()}
    for card, words in asked.items():
        phrases[card] = [*phrases.get(card, ()), *words["asked"]]
    menu = _by_word({card: words["menu"] for card, words in asked.items()})
    return {card: tuple(map(fold, said)) for card, said in phrases.items()}, menu


def _by_word(groups: Mapping[str, Iterable[str]]) -> dict[str, str]:
    return {fold(word): meaning for meaning, words in groups.items() for word in words}
