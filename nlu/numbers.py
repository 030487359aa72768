"""Numbers in digits and in words (số đếm): `mười hai`, `hăm lăm`, `14`, `14t`."""

from functools import lru_cache

from nlu.said import Said
from nlu.syllables import may_be
from nlu.terms import word_set

_ONES_SPELLED = (
    "một 1 mốt 1 hai 2 ba 3 bốn 4 tư 4 năm 5 lăm 5 nhăm 5 sáu 6 bảy 7 bẩy 7 tám 8 chín 9 "
    "one 1 two 2 three 3 four 4 five 5 six 6 seven 7 eight 8 nine 9 ten 10 eleven 11 twelve 12 "
    "thirteen 13 fourteen 14 fifteen 15 sixteen 16 seventeen 17"
)
_ONES = dict(zip(_ONES_SPELLED.split()[::2], map(int, _ONES_SPELLED.split()[1::2]), strict=True))
_BARE_ONES_SPELLED = "mot 1 bon 4 tu 4 nam 5 lam 5 sau 6 bay 7 tam 8 chin 9"
_BARE = dict(
    zip(_BARE_ONES_SPELLED.split()[::2], map(int, _BARE_ONES_SPELLED.split()[1::2]), strict=True)
)
_TENS = frozenset({"mươi", "muoi", "mưoi", "chục"})
_TEN = frozenset({"mười", "muoi"})
_TWENTY = frozenset({"hăm", "hai mươi"})
_CLASSIFIERS = word_set("đứa dua thằng thang người nguoi nhóc thanh")
_AFTER_ANY = frozenset({"anh em", "chị em", "anh", "chị"})


def begins_number(word: str) -> bool:
    """Whether `number_at` may find a number that begins with this word."""
    return word.isdecimal() or word in _TEN or word == "hăm" or one_of(word) > 0


def number_at(said: Said, at: int) -> tuple[int, int] | None:
    """Return the number that begins at a word and where it ends, or None; at most 999."""
    words = said.full
    if at >= len(words):
        return None
    word = words[at]
    if word.isdecimal():
        return (int(word), at + 1) if len(word) <= 3 else None
    following = words[at + 1] if at + 1 < len(words) else ""
    if word in _TEN or (word == "hăm" and one_of(following)):
        ones = one_of(following)
        base = 20 if word == "hăm" else 10
        return (base + ones, at + 2) if ones else (base, at + 1)
    ones = one_of(word)
    if not ones:
        return None
    if following in _TENS:
        last = one_of(words[at + 2]) if at + 2 < len(words) else 0
        return (10 * ones + last, at + 3) if last else (10 * ones, at + 2)
    return ones, at + 1


def one_of(word: str) -> int:
    """Return what one word counts, 0 for none: `bảy`, `bay`."""
    return _ONES.get(word) or _BARE.get(word) or 0


@lru_cache(maxsize=4096)
def digit_of(word: str) -> str:
    """Return the one digit that a word says in a telephone number, or nothing."""
    if may_be(word, "không") or word == "linh":
        return "0"
    found = one_of(word)
    return str(found) if 0 < found < 10 and word not in _ENGLISH_LONG else ""


_ENGLISH_LONG = frozenset({"ten"})


def number_before(said: Said, at: int) -> int | None:
    """Return how many persons a number right before them says: `hai đứa con`, `3 bé`.

    `ba con` is a father and `năm em` a year: words that mean something else count only with a
    classifier between.
    """
    begin, classified = at - 1, False
    if begin >= 0 and said.full[begin] in _CLASSIFIERS:
        begin, classified = begin - 1, True
    if begin < 0:
        return None
    word = said.full[begin]
    if word.isdecimal() and len(word) <= 2:
        return _counted(int(word), said, begin)
    is_own_word = said.full[at] in _CLASSIFIERS
    if word in {"ba", "năm", "nam", "tư", "tu"} and not (classified or is_own_word):
        return None
    two = number_at(said, begin - 1) if begin else None
    if two is not None and two[1] == begin + 1 and not said.full[begin - 1].isdecimal():
        return _counted(two[0], said, begin - 1)
    found = one_of(word) or (10 if word in _TEN else 0)
    return _counted(found, said, begin) if found else None


def _counted(number: int, said: Said, begin: int) -> int | None:
    """`lớp 5 con`, `thứ hai con`, `chị Hai con` count nobody."""
    before = said.bare[begin - 1] if begin else ""
    is_rank = before in {"lop", "thu", "anh", "chi", "chu", "bac", "co", "di", "duong", "cau", "ap"}
    return number if 0 < number <= 60 and not is_rank else None
