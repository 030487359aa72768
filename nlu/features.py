"""What the model looks at (đặc trưng): words, letters, senses and rules, as hashed numbers."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import combinations
from zlib import crc32

from nlu.floor import FloorReading
from nlu.labels import Urgency
from nlu.said import Said

_SHORTEST, _LONGEST = 2, 5
_MOST_WORDS = 400
"""A pasted page says what it says in its first hundreds of words."""
_MOST_LETTERS = 1_000
_RUNS = (4, 5, 6, 7)
_LONGEST_WORD = 200
"""Khmer and Thai run on without spaces."""
_SILENT = frozenset({"", ",", ".", "!"})
_RUN, _SKIP = crc32(b"x:"), crc32(b"s:")
"""How the hash of every such feature begins; `crc32` goes on from there."""


def spoken_words(said: Said) -> list[str]:
    """Return the bare words without commas and stops; a question mark speaks."""
    return [bare for bare in said.bare if bare not in _SILENT][:_MOST_WORDS]


def written_words(said: Said) -> list[str]:
    """Return the same words with their marks; none where the writer has no habit of marks."""
    if not said.reading.is_marked:
        return []
    return [full for full in said.full if full not in _SILENT][:_MOST_WORDS]


def word_features(words: list[str], written: list[str], emoji: Sequence[str]) -> set[int]:
    """Return hashes of words, pairs and triples, bare; and with marks where the writer has them."""
    found = set(map(_word, words))
    found.update(map(_pair, words, words[1:]))
    found.update(
        crc32(f"3:{one} {two} {three}".encode())
        for one, two, three in zip(words, words[1:], words[2:], strict=False)
    )
    found.update(map(_written, written))
    found.update(map(_written_pair, written, written[1:]))
    found.update(crc32(f"e:{sign}".encode()) for sign in emoji)
    found.add(crc32(f"n:{min(len(words), 12) // 3}".encode()))
    return found


def run_features(words: list[str]) -> set[int]:
    """Return hashes of letters in a row across words: spelling, order and joined words at once."""
    line = f" {' '.join(words)[:_MOST_LETTERS]} "
    spaces = [line.find(" ", at + 1) for at in range(len(line))]
    """The next space after each letter: a run holds it, and goes on behind it."""
    found: set[int] = set()
    for size in _RUNS:
        runs = [
            line[at : at + size] for at in range(len(line) - size + 1) if spaces[at] < at + size - 1
        ]
        found.update([crc32(run.encode(), _RUN) for run in runs])
    return found


def skip_features(words: list[str]) -> set[int]:
    """Return hashes of two words with one to three between: "rớt … kinh", "không … đánh"."""
    spelled = [word.encode() for word in words]
    found: set[int] = set()
    for index, one in enumerate(spelled):
        begun = crc32(one + b" ", _SKIP)
        found.update(crc32(other, begun) for other in spelled[index + 2 : index + 5])
    return found


def letter_features(said: Said) -> set[int]:
    """Return hashes of letters in a row inside words; Khmer, without spaces, lives on them."""
    found: set[int] = set()
    for bare in said.bare[:_MOST_WORDS]:
        if len(bare) > 1:
            found.update(_letters(bare[:_LONGEST_WORD]))
    return found


@lru_cache(maxsize=16384)
def _word(word: str) -> int:
    return crc32(f"1:{word}".encode())


@lru_cache(maxsize=32768)
def _pair(one: str, two: str) -> int:
    return crc32(f"2:{one} {two}".encode())


@lru_cache(maxsize=16384)
def _written(word: str) -> int:
    return crc32(f"m:{word}".encode())


@lru_cache(maxsize=32768)
def _written_pair(one: str, two: str) -> int:
    return crc32(f"M:{one} {two}".encode())


@lru_cache(maxsize=16384)
def _letters(word: str) -> tuple[int, ...]:
    padded = f"<{word}>"
    longest = min(_LONGEST, len(padded))
    return tuple(
        crc32(f"c:{padded[at : at + size]}".encode())
        for size in range(_SHORTEST, longest + 1)
        for at in range(len(padded) - size + 1)
    )


def sense_features(senses: Sequence[str]) -> set[int]:
    """Return hashes of senses, of pairs that occur together, and of pairs in a row."""
    present = sorted(set(senses))
    found = set(map(_sense, present))
    found.update(_together(one, two) for one, two in combinations(present, 2))
    found.update(map(_in_a_row, senses, senses[1:]))
    return found


@lru_cache(maxsize=1024)
def _sense(sense: str) -> int:
    return crc32(f"k:{sense}".encode())


@lru_cache(maxsize=8192)
def _together(one: str, two: str) -> int:
    return crc32(f"kk:{one} {two}".encode())


@lru_cache(maxsize=8192)
def _in_a_row(one: str, two: str) -> int:
    return crc32(f"k>:{one} {two}".encode())


def rule_features(floor: FloorReading) -> set[int]:
    """Return hashes of the rules that matched and of what their guards left of them."""
    found = {crc32(f"f:{x.rule.rule_id}:{_left(x.urgency)}".encode()) for x in floor.findings}
    found.update(crc32(f"fu:{_left(x.urgency)}".encode()) for x in floor.findings)
    return found or {crc32(b"f:none")}


def _left(urgency: Urgency | None) -> str:
    return "ask" if urgency is None else urgency.value
