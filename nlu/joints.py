"""Letters and halves of words that were set apart (chữ viết rời): `c h ế t`, `ch.ết`, `chê/t`.

Runs on Python 3.10.
"""

import re
from bisect import bisect_right

from nlu.lexicon import lexicon
from nlu.segments import parted
from nlu.spelling import ONE_READING, spelled
from nlu.syllables import canonical, is_syllable
from nlu.tokens import Word, word_of

_GLUE = re.compile(r"[-./*_~`|+]{1,2}")
_OFTEN = 10
"""A word so common after `h.` or `r.` stands for itself."""
_MOST_LETTERS = 24
"""So many letters may stand apart one after another and be words."""
_ONE_WORD = 8
_MOST_TRIES = 12
"""In so many places several words are looked for, then only one at a time."""


def join_struck(tokens: list[Word]) -> list[Word]:
    """Join letters written apart when together they are one syllable, or several."""
    joined: list[Word] = []
    index = tries = 0
    while index < len(tokens):
        most = _MOST_LETTERS if tries < _MOST_TRIES else _ONE_WORD
        run = _letters_from(tokens, index, most)
        if len(run) < 3:
            joined.append(tokens[index])
            index += 1
            continue
        tries += 1
        index, words = _said_apart(tokens, run, most)
        joined.extend(words)
    return joined


def _letters_from(tokens: list[Word], index: int, most: int) -> list[int]:
    """Return the places of letters that stand one by one from here on; dots tie them."""
    run: list[int] = []
    for at in range(index, min(index + 2 * most, len(tokens))):
        token = tokens[at]
        if run and token.full in {".", ","} and token.start == tokens[at - 1].end:
            continue
        if len(token.full) != 1 or not token.full.isalpha() or len(run) == most:
            break
        run.append(at)
    return run


def _said_apart(tokens: list[Word], run: list[int], most: int) -> tuple[int, list[Word]]:
    """Return up to where letters were read, and as what: at least the first one as it stands."""
    letters = "".join(tokens[at].full for at in run)
    parts: tuple[str, ...] = (letters,)
    if not _is_one(letters) and most > _ONE_WORD:
        parts = parted(letters)
    if len(parts) == 1 and not _is_one(letters):
        sizes = range(min(len(run), _ONE_WORD), 2, -1)
        parts = tuple(letters[:size] for size in sizes if _is_one(letters[:size]))[:1]
    if not parts:
        return run[0] + 1, [tokens[run[0]]]
    words: list[Word] = []
    at = 0
    for part in parts:
        first, last = tokens[run[at]], tokens[run[at + len(part) - 1]]
        words.append(word_of(canonical(spelled(part)), first, last))
        at += len(part)
    return run[at - 1] + 1, words


def _is_one(letters: str) -> bool:
    return is_syllable(letters) or letters in {"sos", "help", "alo"}


def join_split(tokens: list[Word], letters: str, places: list[int]) -> list[Word]:
    """Join two halves of one syllable with a sign between them."""
    if not _GLUE.search(letters):
        return tokens
    joined: list[Word] = []
    for token in tokens:
        if len(joined) > 1 and _is_dotted(joined[-2], joined[-1], token):
            joined.pop()
            joined[-1] = word_of(canonical(joined[-1].full + token.full), joined[-1], token)
        elif joined and _is_one_syllable(joined[-1], token, letters, places):
            joined[-1] = word_of(canonical(joined[-1].full + token.full), joined[-1], token)
        else:
            joined.append(token)
    return joined


def _is_dotted(before: Word, dot: Word, token: Word) -> bool:
    """Whether a dot without spaces splits a known word: `ch.ết`, but not `k.an`."""
    if dot.full != "." or before.end != dot.start or token.start != dot.end:
        return False
    if len(before.full) > 1 and is_syllable(before.full):
        return False
    if not before.full.isalpha() or not token.full.isalpha():
        return False
    known = lexicon()
    if before.full in ONE_READING and (
        token.full in ONE_READING or known.count(token.full) >= _OFTEN
    ):
        return False
    return known.knows(canonical(before.full + token.full))


def _is_one_syllable(before: Word, token: Word, letters: str, places: list[int]) -> bool:
    if not 1 <= token.start - before.end <= 2:
        return False
    if not before.full.isalpha() or not token.full.isalpha():
        return False
    if is_syllable(before.full) and is_syllable(token.full):
        return False
    at = bisect_right(places, before.end - 1)
    between = letters[at : bisect_right(places, token.start - 1)]
    return bool(_GLUE.fullmatch(between)) and is_syllable(before.full + token.full)
