"""Words around names of places (từ chỉ nơi chốn): type, position, way; and what is no place at all.

A name in a message counts when something says so: its type, a word of place before it, capitals,
or that it can be nothing else. Without marks fewer words say so: `cho` is seldom `chợ`.
"""

from nlu.place_lookup import listed
from nlu.syllables import may_be, strip_marks
from nlu.text import Reading, Word

TYPES = {
    "xã": "xã",
    "x": "xã",
    "phường": "phường",
    "p": "phường",
    "f": "phường",
    "đặc khu": "đặc khu",
    "đk": "đặc khu",
    "thị trấn": "thị trấn",
    "tt": "thị trấn",
    "ttr": "thị trấn",
    "huyện": "huyện",
    "h": "huyện",
    "quận": "huyện",
    "thị xã": "thị xã",
    "tx": "thị xã",
    "thành phố": "thành phố",
    "tp": "thành phố",
    "tỉnh": "tỉnh",
    "t": "tỉnh",
}
_SHORT_TYPES = frozenset(kind for kind in TYPES if len(kind) <= 3 and kind.isascii())
_WHOLE_TYPES = {
    bare: kind for kind in TYPES if kind not in _SHORT_TYPES for bare in [strip_marks(kind)]
}

NEAR = listed(
    "ở tại bên dưới trên từ về qua gần khu vùng quê miệt ngoài xuống lên tới vô chỗ thuộc đảo xứ "
    "hướng vàm sang đến địa ngụ dân khúc đoạn phía giáp cách sát bển trú trụ trong nhà người đi "
    "đồn ra ghé xóm làng cồn"
)
"""Before a name with marks these say that it is a place."""
NEAR_BARE = listed(
    "o tai duoi ve gan khu vung que miet xuong len thuoc huong qua sang ngu khuc phia giap cach "
    "sat noi cho"
) - {"cho"}
"""The same for words without marks, where fewer are safe."""

AWAY = listed("đi từ quê hướng tới đến sang ghé huong que di den")
"""Where somebody goes or comes from is not where he is."""
POSITIONS = frozenset(["gần", "cách", "giáp", "sát", "kế", "cạnh", "ngang", "quá", "khỏi"])
"""Next to a commune is not in it."""

_DISTINCT_SPELLED = (
    "long xuyên|châu đốc|tri tôn|rạch giá|hà tiên|phú quốc|giồng riềng|gò quao|u minh thượng|"
    "tịnh biên|thoại sơn|óc eo|cù lao giêng|núi sam|núi cấm|núi sập|nhà bàng|kiên lương|kiên hải|"
    "thổ châu|mong thọ|giục tượng|minh lương|sóc sơn|vĩnh tế|chợ vàm|cái dầu|mỹ luông|nhơn hội|"
    "vĩnh xương|quốc thái|đa phước|tân châu|châu phú|châu thành|vĩnh hanh|hòn nghệ|hòn đất|"
    "vĩnh thuận|giang thành|lê trì|văn giáo|lạc quới|lương phi|khánh an|ba chúc|vĩnh ngươn|"
    "châu phong|vọng thê|vọng đông|phú tân|thạnh mỹ tây|ô long vỹ|đào hữu cảnh|vĩnh thạnh trung|"
    "bình thạnh đông|mỹ hòa hưng|vĩnh hội đông|rạch sỏi|gành dầu|dương đông|an thới|hàm ninh|"
    "dương tơ|lại sơn|hòn tre|lình huỳnh|thới sơn|lương an trà|tà đảnh|vĩnh nhuận|"
    "hòa bình thạnh|vĩnh gia|mỹ thới|bình đức|vĩnh hậu|vĩnh trường|phú hữu|khánh bình|long bình|"
    "châu lăng|nhơn mỹ|long kiến|bình phước xuân|thổ sơn|nam thái sơn|vĩnh điều|pháo đài|tô châu"
)
DISTINCT = listed(_DISTINCT_SPELLED)
"""Names that, with their marks, are hardly anything else."""
_PLAIN_WHEN_BARE_SPELLED = (
    "hòn tre|an thới|dương tơ|dương đông|tô châu|văn giáo|ba chúc|mỹ thới|lại sơn|hòn đất|"
    "mong thọ|châu thành|pháo đài|vĩnh hậu|khánh an|long bình|sóc sơn|cái dầu|phú hữu|lê trì|"
    "nhà bàng|chợ vàm|hòn nghệ|mỹ luông|châu phong"
)
DISTINCT_BARE = DISTINCT - listed(_PLAIN_WHEN_BARE_SPELLED)
"""… and without them: `hon tre` may be a child that is kissed, `duong to` a stepfather."""

EVERYDAY = listed(
    "bình an|hòa bình|an bình|bình minh|hòa thuận|thuận hòa|hòa lợi|hòa an|an hòa|thứ ba|chợ mới|"
    "đông hòa|hội an|phú an|định an|nam yên|hưng yên|bình trị|tân lập|minh thuận|hòa hưng"
)
"""Also words of every day: in small letters a vague word of place is not enough."""

UNIQUE = listed(
    "long xuyên|châu đốc|tri tôn|rạch giá|hà tiên|phú quốc|giồng riềng|gò quao|u minh thượng|"
    "tịnh biên|thoại sơn|óc eo|cù lao giêng|núi sam|núi cấm|núi sập|kiên lương|kiên hải|hòn đất|"
    "ba chúc|vĩnh tế|châu phú|hòn nghệ|an biên|giang thành"
)
"""No other province has them: the name of one beside them says nothing against them."""

NOT_AFTER = {
    "ba chúc": listed("ngàn nghìn tuổi người triệu k phần cái đứa năm ngày lần không"),
    "thứ ba": listed("tuần này rồi tới trong là"),
    "hội an": listed("toàn ninh sinh giang ủi lạc"),
    "châu đốc": listed("sách bài truyện tin báo thư chữ được tâm"),
    "châu phú": listed("bà mẹ má ba ông nội ngoại bán việc nhà giúp nấu rửa dọn làm"),
    "định an": listed("cơm gì ủi"),
}
NOT_BEFORE = {
    "thứ ba": listed("hôm bữa sáng trưa chiều tối ngày lần đứa người thằng từ"),
    "bình an": listed("được chúc sống cầu cho lành"),
    "hòa bình": listed("sống thế cho vì"),
    "hội an": listed("công"),
    "chợ mới": listed("ra ngoài"),
}

PERSONS = listed(
    "anh chị cô chú bác dì cậu mợ thím dượng ông bà em bé con cháu thằng nhỏ bạn thầy tên má mẹ "
    "ba cha nó tía út hai tư năm sáu bảy tám chín mười"
)
"""A name after one of these is a person's: `chị Mỹ An`."""
SURNAMES = listed(
    "nguyễn trần lê phạm huỳnh hoàng phan võ vũ đặng bùi đỗ hồ ngô dương lý đinh trương lâm mai "
    "đoàn trịnh tô tạ lưu cao thái kiều danh thạch néang chau thị văn hữu"
)

_ENOUGH = 400
"""So many characters show whether somebody writes in capitals only."""
_NO = ("không", "chưa", "chẳng", "hết")
_BE = ("phải", "ở", "còn")


def type_before(reading: Reading, index: int) -> tuple[str, int]:
    """Return the type said before a word, also abbreviated (`TT.`, `p.`), and where it begins."""
    words = reading.words
    at = index - 1
    if at >= 1 and words[at].full == "." and words[at - 1].end - words[at - 1].start <= 3:
        at -= 1
    if at < 0:
        return "", index
    if at >= 1:
        pair = f"{words[at - 1].bare} {words[at].bare}"
        kind = _WHOLE_TYPES.get(pair, "")
        if kind and may_be(f"{words[at - 1].full} {words[at].full}", kind):
            return TYPES[kind], at - 1
    typed = reading.original[words[at].start : words[at].end].lower()
    if typed in _SHORT_TYPES:
        return _short_type(typed, reading, at)
    kind = _WHOLE_TYPES.get(words[at].bare, "")
    if kind and (words[at].full == kind or not reading.is_marked) and may_be(words[at].full, kind):
        return TYPES[kind], at
    return "", index


def _short_type(typed: str, reading: Reading, at: int) -> tuple[str, int]:
    """`h` and `t` are `giờ` and `tao` more often; only a dot or a capital makes them a type."""
    if typed in {"h", "t", "f"}:
        word = reading.words[at]
        dotted = reading.original[word.end : word.end + 1] == "."
        if not dotted and not reading.original[word.start].isupper():
            return "", at + 1
    return TYPES[typed], at


def is_denied(words: tuple[Word, ...], first: int) -> bool:
    """Whether the words just before say that it is not there (`không phải ở Tri Tôn`)."""
    before = [word.full for word in words[max(first - 3, 0) : first]]
    while before and before[-1] in {"ở", "o", "bên", "xã", "tại"}:
        before.pop()
        if before and before[-1] in _NO:
            return True
    return len(before) >= 2 and before[-1] in _BE and before[-2] in _NO


def is_one_of(word: Word | None, words: frozenset[str] | None) -> bool:
    """Whether a word may be one of these."""
    return word is not None and any(may_be(word.full, wanted) for wanted in words or ())


def is_capital(reading: Reading, first: int, last: int) -> bool:
    """Whether every word begins with a capital, in a message that is not all capitals."""
    words = reading.words[first : last + 1]
    return all(word.capital for word in words) and not reading.original[:_ENOUGH].isupper()


def is_away(words: tuple[Word, ...], first: int) -> bool:
    """Whether the words before say that somebody goes or comes from there (`chạy về hướng …`)."""
    before = [word.full for word in words[max(first - 2, 0) : first]]
    if before[-1:] == ["về"] or before[-1:] == ["ve"]:
        before.pop()
        return before[-1:] in (["hướng"], ["huong"])
    return bool(before) and before[-1] in AWAY
