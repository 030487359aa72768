"""Where a text names a place, and how surely (nhắc tới địa danh): `ba chục ngàn` names none."""

from dataclasses import dataclass

from nlu.place_names import DISTRICT_TYPES, TYPES, Meaning, Name
from nlu.syllables import may_be, strip_marks
from nlu.text import Reading, Word

_NEAR_WORDS_SPELLED = (
    "ở tại bên dưới trên từ về qua gần khu vùng quê miệt ngoài xuống lên tới vô đi chỗ ấp "
    "khóm tổ chợ cầu bến kênh kinh sông trường đường núi trạm phà gò cồn cù lao chùa hẻm "
    "thuộc đảo nhà người dân xứ hướng ngã ba đồn vàm sang đến trong địa ubnd ủy công"
)
_NEAR_WORDS = frozenset(_NEAR_WORDS_SPELLED.split())
_NEAR_BARE = frozenset(strip_marks(word) for word in _NEAR_WORDS)

_DISTINCT_SPELLED = (
    "long xuyên|châu đốc|tri tôn|rạch giá|hà tiên|phú quốc|giồng riềng|gò quao|"
    "u minh thượng|tịnh biên|thoại sơn|óc eo|cù lao giêng|núi sam|núi cấm|nhà bàng|"
    "kiên lương|kiên hải|thổ châu|mong thọ|giục tượng|minh lương|sóc sơn|vĩnh tế|chợ vàm|"
    "cái dầu|mỹ luông|nhơn hội|vĩnh xương|quốc thái|đa phước|tân châu|châu phú|châu thành|"
    "vĩnh hanh|hòn nghệ|hòn đất|vĩnh thuận|giang thành|lê trì|văn giáo|lạc quới|lương phi|"
    "khánh an|ba chúc|vĩnh ngươn|châu phong|búng bình thiên|vọng thê|vọng đông|núi sập|"
    "phú tân|thạnh mỹ tây|ô long vỹ|đào hữu cảnh|vĩnh thạnh trung|bình thạnh đông|"
    "mỹ hòa hưng|vĩnh hội đông|rạch sỏi|gành dầu|dương đông|an thới|hàm ninh|dương tơ|"
    "lại sơn|hòn tre|lình huỳnh|thới sơn|lương an trà|tà đảnh|vĩnh nhuận|hòa bình thạnh|"
    "vĩnh gia|lx|rg|pq|cđ|mỹ thới|bình đức|vĩnh hậu|vĩnh trường|phú hữu|khánh bình|"
    "long bình|châu lăng|giồng riềng|nhơn mỹ|long kiến|bình phước xuân|thổ sơn|"
    "nam thái sơn|vĩnh điều|pháo đài|tô châu"
)
_DISTINCT = frozenset(_DISTINCT_SPELLED.split("|"))
_NOT_AFTER = {
    "ba chúc": frozenset(
        ["ngàn", "nghìn", "tuổi", "người", "triệu", "k", "phần", "cái", "đứa", "năm", "ngày", "lần"]
    ),
    "thứ ba": frozenset(["tuần", "này", "rồi", "tới", "trong", "là"]),
}
_NOT_BEFORE = {
    "thứ ba": frozenset(
        ["hôm", "bữa", "sáng", "trưa", "chiều", "tối", "ngày", "lần", "đứa", "người", "thằng", "từ"]
    ),
    "bình an": frozenset(["được", "chúc", "sống", "cầu", "cho", "lành"]),
    "hòa bình": frozenset(["sống", "thế", "cho", "vì"]),
}


@dataclass(frozen=True)
class Mention:
    """One name in a text."""

    name: Name
    first: int
    last: int
    type: str
    is_sure: bool


def fitting(mention: Mention) -> tuple[Meaning, ...]:
    """Keep the meanings which agree with the type that was said (`huyện`, `xã`, `phường`)."""
    meanings = mention.name.meanings
    if not mention.type:
        return meanings
    if mention.type in DISTRICT_TYPES:
        return tuple(x for x in meanings if x.level == "district") or meanings
    same = tuple(x for x in meanings if x.type == mention.type and x.level != "district")
    return same or tuple(x for x in meanings if x.level != "district") or meanings


def mention_at(name: Name, index: int, reading: Reading) -> Mention | None:
    """Weigh a name found at a word: sure, unsure, or None when it means something else."""
    words = reading.words
    last = index + len(name.words) - 1
    short = " ".join(name.words)
    before = words[index - 1] if index else None
    after = words[last + 1] if last + 1 < len(words) else None
    if after is not None and _listed(after.full, _NOT_AFTER.get(short)):
        return None
    if before is not None and _listed(before.full, _NOT_BEFORE.get(short)):
        return None
    kind = _type_before(words, index)
    if kind:
        return Mention(name, index, last, kind, True)
    capital = reading.is_marked and all(
        word.capital for word in words[index : last + 1] if word.full.isalpha()
    )
    marked = any(word.full != word.bare for word in words[index : last + 1])
    near = before is not None and before.bare in _NEAR_BARE
    if before is not None and before.full != before.bare:
        near = near and before.full in _NEAR_WORDS
    sure = short in _DISTINCT or near or (capital and marked)
    return Mention(name, index, last, "", sure)


def _listed(word: str, words: frozenset[str] | None) -> bool:
    return bool(words) and any(may_be(word, wanted) for wanted in words or ())


def _type_before(words: tuple[Word, ...], index: int) -> str:
    """Return the type said before a name, also when abbreviated (`TT.`, `p.`)."""
    at = index - 1
    if at >= 1 and words[at].full == "." and len(words[at - 1].full) <= 2:
        at -= 1
    if at < 0:
        return ""
    if at >= 1:
        pair = f"{words[at - 1].full} {words[at].full}"
        for wanted in ("đặc khu", "thị trấn", "thị xã", "thành phố"):
            if may_be(pair, wanted) or pair == strip_marks(wanted):
                return wanted
    for wanted, kind in TYPES.items():
        if " " not in wanted and may_be(words[at].full, wanted):
            return kind
    return ""


def is_near(one: Mention, other: Mention) -> bool:
    """Whether two mentions stand close enough to speak of one place."""
    gap = max(one.first, other.first) - min(one.last, other.last)
    return one is not other and gap <= 6
