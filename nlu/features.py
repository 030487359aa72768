"""What the model looks at (đặc trưng): words, letters, senses and rules, as hashed numbers."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import combinations, pairwise
from zlib import crc32

from nlu.floor import FloorReading
from nlu.labels import Urgency
from nlu.text import Reading

_SHORTEST, _LONGEST = 2, 5
_MOST_WORDS = 400
"""A pasted page says what it says in its first hundreds of words."""
_MOST_LETTERS = 1_000
_RUNS = (4, 5, 6, 7)
_LONGEST_WORD = 200
"""Khmer and Thai run on without spaces."""


def word_features(reading: Reading) -> list[int]:
    """Return hashes of words, pairs and triples, bare; and with marks where the writer has them."""
    words = [word.bare for word in reading.words if word.full not in ",.!"][:_MOST_WORDS]
    found = [_word(word) for word in words]
    found += [_pair(one, two) for one, two in pairwise(words)]
    found += [
        crc32(f"3:{one} {two} {three}".encode())
        for one, two, three in zip(words, words[1:], words[2:], strict=False)
    ]
    if reading.is_marked:
        marked = [word.full for word in reading.words if word.full not in ",.!"][:_MOST_WORDS]
        found += [crc32(f"m:{word}".encode()) for word in marked]
        found += [crc32(f"M:{one} {two}".encode()) for one, two in pairwise(marked)]
    found += [crc32(f"e:{sign}".encode()) for sign in reading.emoji]
    found.append(crc32(f"n:{min(len(words), 12) // 3}".encode()))
    return sorted(set(found))


def run_features(reading: Reading) -> list[int]:
    """Return hashes of letters in a row across words: spelling, order and joined words at once."""
    words = [word.bare for word in reading.words if word.full not in ",.!"][:_MOST_WORDS]
    line = f" {' '.join(words)[:_MOST_LETTERS]} "
    found = {
        crc32(f"x:{piece}".encode())
        for size in _RUNS
        for at in range(len(line) - size + 1)
        if " " in (piece := line[at : at + size])[1:-1]
    }
    return sorted(found)


def skip_features(reading: Reading) -> list[int]:
    """Return hashes of two words with one to three between: "rớt … kinh", "không … đánh"."""
    words = [word.bare for word in reading.words if word.full not in ",.!"][:_MOST_WORDS]
    found = {
        crc32(f"s:{one} {other}".encode())
        for index, one in enumerate(words)
        for other in words[index + 2 : index + 5]
    }
    return sorted(found)


def letter_features(reading: Reading) -> list[int]:
    """Return hashes of letters in a row inside words; Khmer, without spaces, lives on them."""
    found: set[int] = set()
    for word in reading.words[:_MOST_WORDS]:
        if len(word.bare) > 1:
            found.update(_letters(word.bare[:_LONGEST_WORD]))
    return sorted(found)


@lru_cache(maxsize=16384)
def _word(word: str) -> int:
    return crc32(f"1:{word}".encode())


@lru_cache(maxsize=32768)
def _pair(one: str, two: str) -> int:
    return crc32(f"2:{one} {two}".encode())


@lru_cache(maxsize=16384)
def _letters(word: str) -> tuple[int, ...]:
    padded = f"<{word}>"
    longest = min(_LONGEST, len(padded))
    return tuple(
        crc32(f"c:{padded[at : at + size]}".encode())
        for size in range(_SHORTEST, longest + 1)
        for at in range(len(padded) - size + 1)
    )


def sense_features(senses: Sequence[str]) -> list[int]:
    """Return hashes of senses, of pairs that occur together, and of pairs in a row."""
    present = sorted(set(senses))
    found = {crc32(f"k:{sense}".encode()) for sense in present}
    found.update(_together(one, two) for one, two in combinations(present, 2))
    found.update(_in_a_row(one, two) for one, two in pairwise(senses))
    return sorted(found)


@lru_cache(maxsize=8192)
def _together(one: str, two: str) -> int:
    return crc32(f"kk:{one} {two}".encode())


@lru_cache(maxsize=8192)
def _in_a_row(one: str, two: str) -> int:
    return crc32(f"k>:{one} {two}".encode())


def rule_features(floor: FloorReading) -> list[int]:
    """Return hashes of the rules that matched and of what their guards left of them."""
    found = {crc32(f"f:{x.rule.rule_id}:{_left(x.urgency)}".encode()) for x in floor.findings}
    found.update(crc32(f"fu:{_left(x.urgency)}".encode()) for x in floor.findings)
    return sorted(found) or [crc32(b"f:none")]


def _left(urgency: Urgency | None) -> str:
    return "ask" if urgency is None else urgency.value
