"""Telephone numbers (số điện thoại) as people type them: dots, spaces, +84, words, o for 0.

For the operator only. They are facts of the ticket, sealed with it, and no log ever holds one.
"""

import re
import unicodedata
from collections.abc import Sequence

from nlu.fact_kinds import Phone, PhoneOwner
from nlu.mentions import Mention
from nlu.numbers import digit_of
from nlu.said import Said, Span
from nlu.telling import told
from nlu.terms import word_set

_NOW = re.compile(r"0[35789]\d{8}|02\d{9}")
_OLD = re.compile(r"01[2689]\d{8}")
_MOST_WORDS = 24
_FEWEST_DIGITS, _MOST_DIGITS = 10, 14
_LETTER_DIGITS = str.maketrans({"o": "0", "O": "0", "Ô": "0", "i": "1", "l": "1", "I": "1"})
_BETWEEN = frozenset({".", ","})
_WORDS_AROUND = 7
_ASKS_TO_CALL = word_set("goi goị alo lien he ket ban lai lh call")
_NUMBER_WORDS = word_set("so sdt dt thoai phone number zalo")
_FROM = frozenset({"tu", "bang", "from"})


def phones(
    said: Said, people: Sequence[Mention], offenders: Sequence[Mention]
) -> tuple[Phone, ...]:
    """Return every number once, in the order of the text."""
    found: dict[str, Phone] = {}
    digits_of = [_digits(said, at) for at in range(len(said.full))]
    if sum(map(len, digits_of)) < _FEWEST_DIGITS:
        return ()
    at = 0
    while at < len(said.full):
        number = _number_at(said, digits_of, at)
        if number is None:
            at += 1
            continue
        digits, end = number
        span = Span(at, end)
        owner = _owner(said, span, people, offenders)
        one = told(said, span, digits)
        known = Phone(digits, owner, one.words, one.span, _NOW.fullmatch(digits) is not None)
        found.setdefault(digits, known)
        at = end
    return tuple(found.values())


def _number_at(said: Said, digits_of: Sequence[str], at: int) -> tuple[str, int] | None:
    """Return the longest number that begins at a word, and where it ends."""
    digits, best = "", None
    for end in range(at, min(at + _MOST_WORDS, len(said.full))):
        piece = digits_of[end]
        if not piece:
            if said.full[end] in _BETWEEN and digits:
                continue
            break
        digits += piece
        if len(digits) > _MOST_DIGITS:
            break
        full = _national(digits)
        if _NOW.fullmatch(full) or _OLD.fullmatch(full):
            best = (full, end + 1)
    return best


def _national(digits: str) -> str:
    for prefix in ("0084", "840", "84"):
        if digits.startswith(prefix) and len(digits) - len(prefix) in {9, 10}:
            return "0" + digits[len(prefix) :]
    return digits


def _digits(said: Said, at: int) -> str:
    """Return the digits that one word stands for; nothing where it is no part of a number."""
    word = said.reading.words[at]
    typed = unicodedata.normalize("NFKC", said.reading.original[word.start : word.end])
    if typed.isalpha() and typed.strip("oO"):
        return digit_of(word.full)
    typed = "".join(sign for sign in typed if sign.isalnum())
    if any(sign.isdecimal() for sign in typed) or set(typed.lower()) == {"o"}:
        plain = typed.translate(_LETTER_DIGITS)
        return "".join(str(int(x)) for x in plain) if plain.isdecimal() else ""
    return digit_of(word.full)


def _owner(
    said: Said, span: Span, people: Sequence[Mention], offenders: Sequence[Mention]
) -> PhoneOwner:
    """Tell whose number it is by the nearest words; without any, nobody's in particular."""
    begin = max(span.start - _WORDS_AROUND, 0)
    before = said.bare[begin : span.start]
    near = [x for x in people if begin <= x.span.start and x.span.end <= span.start]
    is_from = bool(_FROM & set(before))
    is_named = before[-1:] == ("la",) and bool(near) and near[-1].span.end == span.start - 1
    if near and (is_named or (_NUMBER_WORDS | _ASKS_TO_CALL | _FROM) & set(before)):
        return _whose(near, people, offenders, is_from)
    after = [x for x in people if 0 <= x.span.start - span.end <= 3]
    if after and said.bare[span.end : span.end + 1] in (("la",), ("so",), ("cua",), ("nha",)):
        return _whose(after[:1], people, offenders, is_from)
    return PhoneOwner.REPORTER if _ASKS_TO_CALL & set(before) else PhoneOwner.UNKNOWN


def _whose(
    near: Sequence[Mention],
    people: Sequence[Mention],
    offenders: Sequence[Mention],
    is_from: bool,
) -> PhoneOwner:
    one = near[-1]
    if one.is_self:
        callers = [x for x in near if not x.is_self]
        if not (is_from and callers):
            return PhoneOwner.REPORTER
        one = callers[-1]  # `nó gọi con từ số`: the number is the caller's
    if one.is_pronoun and one.sex is None and any(x.is_child for x in people):
        return PhoneOwner.OTHER  # `nó` is the child
    if one in offenders or one.is_pronoun or _is_of(one, offenders):
        return PhoneOwner.OFFENDER
    return PhoneOwner.OTHER


def _is_of(one: Mention, offenders: Sequence[Mention]) -> bool:
    return one.relation is not None and any(one.relation in x.relations for x in offenders)
