"""Ages in digits or in words (tuổi): `bảy tuổi`, `14t`, `18 tháng`, `lớp 5`, `sinh năm 2012`."""

from collections.abc import Callable, Iterator
from functools import lru_cache

from nlu.fact_kinds import Age
from nlu.numbers import begins_number, number_at, one_of
from nlu.said import Said, Span
from nlu.school_ages import SCHOOL_WORDS, AgeSaid, school_age
from nlu.syllables import strip_marks
from nlu.terms import is_sign, word_set

CHILD_UNTIL = 18
_OLDEST = 100
_YEARS = frozenset({"tuổi", "tuoi", "tủi", "tui", "tuối", "tuỗi", "t", "yo", "tuôi", "tuoỉ"})
_GLUED = ("tuoi", "tủi", "tuổi", "tui", "t", "yo")
_MONTH = frozenset({"tháng", "thang", "months", "month"})
_SMALL_UNITS = frozenset({"ngày", "ngay", "tuần", "tuan", "days", "weeks", "day", "week"})
_BABY = word_set(
    "be chau con dua nhoc baby nho tre chac moi duoc gan chua khoang chung tam son girl boy"
)
_WITH_CHILD = frozenset({"thai", "bau", "chua"})
_NO_AGE_AFTER = word_set("nay truoc roi qua lien sau nua troi o khong luong tien moi lan mot")
_NEWBORN = (
    ("so", "sinh"),
    ("moi", "sinh"),
    ("moi", "sanh"),
    ("moi", "de"),
    ("do", "hon"),
    ("newborn",),
)
_FIRST_WORDS = SCHOOL_WORDS | {words[0] for words in _NEWBORN} | {"thoi"}
_ABOUT_SO = word_set("moi chi co chung khoang tam gan hon chua toi duoc tren duoi tuoi chac")
_UNITS = word_set(
    "ngay thang nam gio phut giay lan cai con dua nguoi km met m ngan nghin trieu k dong tram "
    "bua tieng tuan cay so xi kg lit trang bai diem vien thang chiec chai ly goi h hom mon "
    "tang cuon cm g canh an bi kg tac cong ki ky minh chi phan bao hop vi muoi mui cho d 0 "
    "chau em be anh nhom"
)


def ages_in(said: Said) -> list[AgeSaid]:
    """Return all ages in order; none within another."""
    found: list[AgeSaid] = []
    free_from = 0
    for at, word in enumerate(said.full):
        if at < free_from or not _may_begin(word):
            continue
        age = next((one for way in _WAYS if (one := way(said, at)) is not None), None)
        if age is not None:
            found.append(age)
            free_from = age.span.end
    return found


@lru_cache(maxsize=16384)
def _may_begin(word: str) -> bool:
    """Whether an age may begin with this word: a number, a class, a school, a newborn."""
    return word[:1].isdecimal() or begins_number(word) or strip_marks(word) in _FIRST_WORDS


def birth_years(said: Said) -> Iterator[tuple[int, Span]]:
    """Yield years of birth: `sinh năm 2012`, `sn 2012`, `2k12`."""
    for at, word in enumerate(said.bare):
        before = said.bare[max(at - 2, 0) : at]
        is_year = word.isdecimal() and len(word) == 4 and 1920 <= int(word) <= 2099
        if is_year and ("sinh" in before or "sanh" in before or before[-1:] == ("sn",)):
            yield int(word), Span(at - (2 if "nam" in before else 1), at + 1)
        elif word[:2] == "2k" and word[2:].isdecimal() and len(word) <= 4:
            yield 2000 + int(word[2:]), Span(at, at + 1)


def sure_ages(said: Said) -> tuple[int, ...]:
    """Return the ages of one number of years that are said for sure, in order."""
    return tuple(x.age.least for x in ages_in(said) if x.is_certain and x.age.least == x.age.most)


def _years(said: Said, at: int) -> AgeSaid | None:
    """`bảy tuổi`, `14t`, `12, 13 tuổi`, `12-13t`."""
    glued = _glued(said.full[at])
    if glued is not None:
        return _aged(glued, glued, at, at + 1)
    number = number_at(said, at)
    if number is None or number[0] >= _OLDEST or _counts_on(said, at) or _is_past(said, at):
        return None
    least, end = number
    if said.bare[end : end + 1] == ("may",) and least % 10 == 0 and _is_years(said, end + 1):
        return _aged(least, least + 9, at, end + 2)
    follows = end + 1 if said.full[end : end + 1] in ((",",), ("đến",), ("tới",), ("hay",)) else end
    second = number_at(said, follows)
    if second is not None and least <= second[0] <= least + 6 and _is_years(said, second[1]):
        return _aged(least, second[0], at, second[1] + 1)
    last = _glued(said.full[follows]) if follows < len(said.full) else None
    if last is not None and least <= last <= least + 6:
        return _aged(least, last, at, follows + 1)
    if said.full[end : end + 2] in (("years", "old"), ("year", "old"), ("yrs", "old")):
        return _aged(least, least, at, end + 2)
    if _is_years(said, end):
        more = said.bare[end + 1 : end + 2] in (("ruoi",), ("may",))
        return _aged(least, least, at, end + 1 + more)
    return None


def _is_past(said: Said, at: int) -> bool:
    """Whether it is an age long gone: `từ năm tuổi`, `hồi ba tuổi`."""
    return at > 0 and said.bare[at - 1] in {"tu", "hoi", "luc"}


def _counts_on(said: Said, at: int) -> bool:
    """Whether the number is the end of a longer one that began before: `mười` of `hai mươi`."""
    return at > 0 and said.bare[at - 1] == "muoi" and bool(one_of(said.full[at]))


def _glued(word: str) -> int | None:
    digits = word.rstrip("abcdefghijklmnopqrstuvwxyzổủố")
    tail = word[len(digits) :]
    if digits.isdecimal() and len(digits) <= 2 and tail in _GLUED:
        return int(digits)
    return None


def _is_years(said: Said, at: int) -> bool:
    return at < len(said.full) and said.full[at] in _YEARS


def _aged(least: int, most: int, begin: int, end: int) -> AgeSaid | None:
    if most >= _OLDEST:
        return None
    return AgeSaid(Age(least, most), Span(begin, end))


def _months(said: Said, at: int) -> AgeSaid | None:
    number = number_at(said, at)
    if number is None or number[0] > 60 or number[1] >= len(said.full):
        return None
    months, end = number
    unit = said.full[end]
    with_years = said.bare[end + 1 : end + 2] in (("tuoi",), ("old",))
    if unit in _SMALL_UNITS and with_years:
        return AgeSaid(Age(0, 0), Span(at, end + 2))
    if unit not in _MONTH:
        return None
    years = Age(months // 12, months // 12)
    if with_years:
        return AgeSaid(years, Span(at, end + 2))
    before = said.bare[max(at - 3, 0) : at]
    after = said.bare[end + 1] if end + 1 < len(said.bare) else ""
    is_theirs = before[-1:] in (("toi",), ("minh",)) and not _BABY.isdisjoint(before)
    is_baby = is_theirs or (bool(before) and before[-1] in _BABY)
    is_baby = is_baby and not _WITH_CHILD & set(before)
    is_answer = len(said.full) - (at > 0 and said.bare[0] == "da") == 2
    is_age = (is_baby or is_answer) and after not in _NO_AGE_AFTER
    return AgeSaid(years, Span(at, end + 1)) if is_age else None


def _newborn(said: Said, at: int) -> AgeSaid | None:
    for words in _NEWBORN:
        if said.bare[at : at + len(words)] == words:
            if words == ("moi", "sinh") and said.bare[at + 2 : at + 3] in (("nam",), ("nhat",)):
                continue
            return AgeSaid(Age(0, 0), Span(at, at + len(words)))
    if said.bare[at : at + 2] == ("thoi", "noi"):
        return AgeSaid(Age(1, 1), Span(at, at + 2), is_certain=False)
    return None


def _begins(said: Said, at: int) -> bool:
    return at == 0 or is_sign(said, at - 1) or said.bare[at - 1] in {"nay", "da"}


def _bare(said: Said, at: int) -> AgeSaid | None:
    """`con mới 14`, `lên bảy`, `chừng 12`: a number that can only be an age."""
    before = said.bare[at - 1] if at else ""
    number = number_at(said, at)
    if number is None or not 1 <= number[0] < _OLDEST:
        return None
    after = said.bare[number[1]] if number[1] < len(said.bare) else ""
    if before == "len" and number[0] <= 10 and said.bare[at - 2 : at - 1] in _LEARNERS:
        return AgeSaid(Age(number[0], number[0]), Span(at - 1, number[1]), is_certain=False)
    is_digits = said.full[at].isdecimal()
    is_plain = after in {
        "",
        ".",
        ",",
        "!",
        "?",
        "thoi",
        "ma",
        "bi",
        "da",
        "hoc",
        "chua",
        "thi",
        "rồi",
    }
    if is_digits and is_plain and before in _ABOUT_SO and 3 <= number[0] <= 17:
        return AgeSaid(Age(number[0], number[0]), Span(at, number[1]), is_certain=False)
    if before in _ENGLISH_AM and is_digits and after in {"", ".", ",", "!", "and", "my", "now"}:
        return AgeSaid(Age(number[0], number[0]), Span(at, number[1]))
    is_last = after in {"", ".", ",", "!", "?"}
    if is_digits and is_last and before in _SELF and _begins(said, at - 1) and 5 <= number[0] <= 17:
        return AgeSaid(Age(number[0], number[0]), Span(at, number[1]), is_certain=False)
    if before == "tuoi" and is_digits and number[0] >= 3 and after not in _UNITS:
        return AgeSaid(Age(number[0], number[0]), Span(at - 1, number[1]), is_certain=False)
    return None


_SELF = frozenset({"con", "em", "chau", "minh"})
_ENGLISH_AM = word_set("am m im is aged age only")
_LEARNERS = tuple((word,) for word in word_set("be con chau moi gai trai nho em no nhoc dua"))
_WAYS: tuple[Callable[[Said, int], AgeSaid | None], ...] = (
    _years,
    _months,
    _newborn,
    school_age,
    _bare,
)
