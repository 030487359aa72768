"""Counting the words of the training messages (đếm từ): makes `nlu/data/words.txt`.

`python -m nlu.word_counts` writes the file anew; it is worth it when the messages have grown by a
good part, and a model has to be trained afterwards. Names of places are words too.
"""

import csv
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise

from nlu.examples import DATA, TRAIN, Example, load_examples
from nlu.keystrokes import undo_telex
from nlu.letters import visible_letters
from nlu.lexicon import PAIR, STRANGER, WORD, WORDS_FILE
from nlu.spelling import ONE_READING
from nlu.syllables import is_syllable, strip_marks
from nlu.tokens import Word, tokens_of

_SPELLED_WELL = frozenset({"standard", "voice_transcript"})
_LEAST_WORD, _LEAST_PAIR, _LEAST_STRANGER = 1, 3, 2
_STRANGERS_SPELLED = (
    "tik tok mic test fan buff seen boy girl laptop ipad iphone android wifi internet sim card "
    "phone chat nude sexy sex show hot hotline email mail gmail web online offline live stream "
    "livestream status story post react comment cmt share like follow page group fanpage shop sale "
    "ship shipper grab taxi bus cano pizza trend idol kpop anime manga game gamer server level "
    "rank skin noob pro team clan mod admin bot robot lag hack acc clone nick pass password otp "
    "code app zalo viber telegram facebook messenger insta instagram tiktok youtube google roblox "
    "minecraft pubg covid vitamin insulin oxy alo bye hello hi sorry thank thanks please oke okie "
    "yes file video clip camera photo link block inbox spam deadline stress crush drama menu "
    "out gas down note says logo anten vovinam "
    "balo inox oto moto sos rồ gara noel karaoke bar pub vip team casino robux meme gym body "
    "massage tivi radio loa ubnd gdcd sgk bhyt cccd cmnd sđt sdt gđ"
)
"""Everyday words of other tongues, which the messages may hold too seldom to show."""
_PLACES = (
    ("communes.csv", "name"),
    ("old_communes.csv", "old_name"),
    ("old_communes.csv", "old_district"),
    ("landmarks.csv", "name"),
    ("outside.csv", "name"),
)


def count_words(examples: Iterable[Example], names: Iterable[str] = ()) -> list[str]:
    """Return the lines of the file: words, pairs of words, and what is no Vietnamese word."""
    words: Counter[str] = Counter()
    pairs: Counter[str] = Counter()
    strangers: Counter[str] = Counter()
    for one in examples:
        tokens = _tokens(one.text) if one.lang == "vi" else []
        for token in tokens:
            if is_syllable(token.full):
                words[token.full] += one.style in _SPELLED_WELL
            elif token.full.isalpha() and undo_telex(token.full) == token.full:
                strangers[token.full] += one.style in _SPELLED_WELL
        for before, after in pairwise(tokens):
            if is_syllable(before.bare) and is_syllable(after.bare):
                pairs[f"{before.bare} {after.bare}"] += 1
    lines = _lines(WORD, words, _LEAST_WORD)
    known = {strip_marks(line.split("\t")[1]) for line in lines}
    for token in (token for name in names for token in _tokens(name) if token.full.isalpha()):
        if token.full not in words and is_syllable(token.full):
            lines.append(f"{WORD}\t{token.full}\t1")
            words[token.full] = 1
    likely = {pair: n for pair, n in pairs.items() if known.issuperset(pair.split(" "))}
    lines += _lines(PAIR, likely, _LEAST_PAIR)
    strangers.update({word: _LEAST_STRANGER for word in _STRANGERS_SPELLED.split()})
    kept = {
        word: n
        for word, n in strangers.items()
        if word not in ONE_READING and word not in words and len(word) > 2
    }
    return lines + _lines(STRANGER, kept, _LEAST_STRANGER)


def _tokens(text: str) -> list[Word]:
    letters, places = visible_letters(text)
    return tokens_of(letters, places)


def _lines(sort: str, counts: dict[str, int], least: int) -> list[str]:
    return [f"{sort}\t{said}\t{n}" for said, n in sorted(counts.items()) if n >= least]


def place_names() -> list[str]:
    """Return every name of a place that ships with the program."""
    names: list[str] = []
    for file, column in _PLACES:
        with (DATA / file).open(encoding="utf-8", newline="") as rows:
            names.extend(row[column] for row in csv.DictReader(rows))
    return names


if __name__ == "__main__":
    counted = count_words(load_examples(TRAIN), place_names())
    WORDS_FILE.write_text("\n".join(counted) + "\n", encoding="utf-8")
