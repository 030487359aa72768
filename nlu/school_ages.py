"""Ages that a class or a school tells (tuổi theo lớp): `lớp 5` is ten to eleven."""

from dataclasses import dataclass

from nlu.fact_kinds import Age
from nlu.numbers import number_at
from nlu.said import Said, Span
from nlu.terms import word_set

_THEN = word_set("hoi tu luc nghi bo day nhiem het khoi xong ra")
_PUPILS = word_set("hoc be chau sinh em dua con lop di tre gai trai nho len moi")
_SCHOOLS = {
    ("mam", "non"): Age(2, 5), ("mau", "giao"): Age(3, 5), ("nha", "tre"): Age(0, 3),
    ("lop", "la"): Age(5, 5), ("lop", "choi"): Age(4, 4), ("lop", "mam"): Age(3, 3),
    ("tieu", "hoc"): Age(6, 11), ("cap", "1"): Age(6, 11), ("cap", "mot"): Age(6, 11),
    ("cap", "2"): Age(11, 15), ("cap", "hai"): Age(11, 15), ("thcs",): Age(11, 15),
    ("cap", "3"): Age(15, 18), ("cap", "ba"): Age(15, 18), ("thpt",): Age(15, 18),
}  # fmt: skip
_CLASS = frozenset({"lop", "grade"})
SCHOOL_WORDS = _CLASS | {words[0] for words in _SCHOOLS}
"""The bare words with which the name of a class or a school begins."""


@dataclass(frozen=True)
class AgeSaid:
    """One age, not yet anybody's."""

    age: Age
    span: Span
    is_certain: bool = True


def school_age(said: Said, at: int) -> AgeSaid | None:
    """`lớp 5`: ten to eleven; a class long past, or one that is taught, tells no age."""
    if any(word in _THEN for word in said.bare[max(at - 2, 0) : at]):
        return None
    if said.bare[at] in _CLASS and at + 1 < len(said.full):
        digits = said.full[at + 1].rstrip("abcdefgh")
        number = (int(digits), at + 2) if digits.isdecimal() and len(digits) <= 2 else None
        number = number or number_at(said, at + 1)
        if number is not None and 1 <= number[0] <= 12:
            age = Age(number[0] + 5, number[0] + 6)
            return AgeSaid(age, Span(at, number[1]), is_certain=False)
    is_pupil = said.bare[at - 1] in _PUPILS if at else said.bare[0] == "lop"
    for words, age in _SCHOOLS.items():
        if is_pupil and said.bare[at : at + len(words)] == words:
            return AgeSaid(age, Span(at, at + len(words)), is_certain=False)
    return None
