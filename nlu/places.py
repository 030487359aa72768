"""Which commune a text means (địa danh): candidates with confidence, never a silent guess."""

import math
from dataclasses import dataclass

from nlu.assessment import Place
from nlu.place_names import (
    DISTRICT_TYPES,
    TYPES,
    Commune,
    Meaning,
    Name,
    load_communes,
    load_names,
)
from nlu.syllables import may_be, strip_marks
from nlu.text import Reading, Word, read

_FAR_KM = 60.0
_MOST = 12
"""A district has at most nine units; more candidates than this help nobody."""

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
class _Mention:
    name: Name
    first: int
    last: int
    type: str
    is_sure: bool


class Gazetteer:
    """The 102 communes and every name that people use for them."""

    def __init__(self, communes: tuple[Commune, ...]) -> None:
        self._communes = {commune.code: commune for commune in communes}
        self._names = load_names(communes)

    @property
    def communes(self) -> tuple[tuple[str, str], ...]:
        """Code and official name of every commune, for lists."""
        return tuple((commune.code, commune.name) for commune in self._communes.values())

    def name(self, code: str) -> str:
        """Return the official name of a commune; raises `KeyError` for an unknown code."""
        return self._communes[code].name

    def nearest(self, latitude: float, longitude: float) -> tuple[Place, float] | None:
        """Return the commune whose centre is nearest and how far it is, None when far away."""
        if not (math.isfinite(latitude) and math.isfinite(longitude)):
            return None
        kilometres, commune = min(
            ((_kilometres(latitude, longitude, x), x) for x in self._communes.values()),
            key=lambda pair: pair[0],
        )
        if kilometres > _FAR_KM:
            return None
        confidence = round(max(0.2, 0.9 - kilometres / 20), 2)
        return Place(
            code=commune.code, name=commune.name, confidence=confidence, said=""
        ), kilometres

    def find(self, text: str) -> tuple[Place, ...]:
        """Return candidates, the likeliest first. Never raises."""
        return self.find_in(read(text))

    def find_in(self, reading: Reading) -> tuple[Place, ...]:
        """Return the candidates of a message that was read already."""
        mentions = self._mentions(reading)
        places: dict[str, Place] = {}
        used: set[int] = set()
        for index, mention in enumerate(mentions):
            if index in used:
                continue
            meanings = _fitting(mention)
            meanings = self._narrowed(meanings, mention, mentions, index, used)
            for place in self._candidates(meanings, mention, reading):
                known = places.get(place.code)
                if known is None or place.confidence > known.confidence:
                    places[place.code] = place
        ordered = sorted(places.values(), key=lambda place: -place.confidence)
        return tuple(ordered[:_MOST])

    def _mentions(self, reading: Reading) -> list[_Mention]:
        mentions: list[_Mention] = []
        index = 0
        words = reading.words
        while index < len(words):
            found = self._name_at(words, index)
            if found is None:
                index += 1
                continue
            mention = _mention(found, index, reading)
            if mention is None:
                index += 1
                continue
            mentions.append(mention)
            index = mention.last + 1
        covered = sum(x.last - x.first + 1 for x in mentions)
        spoken = sum(1 for word in words if word.full.isalnum())
        if covered * 5 >= spoken * 3:
            return mentions  # an answer to "which commune?" is a name and little else
        sure = [x for x in mentions if x.is_sure]
        return [x for x in mentions if x.is_sure or any(_is_near(x, other) for other in sure)]

    def _name_at(self, words: tuple[Word, ...], index: int) -> Name | None:
        for name in self._names.get(words[index].bare, ()):
            end = index + len(name.words)
            if end <= len(words) and all(
                may_be(word.full, wanted)
                for word, wanted in zip(words[index:end], name.words, strict=True)
            ):
                return name
        return None

    def _narrowed(
        self,
        meanings: tuple[Meaning, ...],
        mention: _Mention,
        mentions: list[_Mention],
        index: int,
        used: set[int],
    ) -> tuple[Meaning, ...]:
        """Let a district named nearby decide between units of one name (`Long Thạnh, Tân Châu`)."""
        for other in (*range(index + 1, len(mentions)), *range(index - 1, -1, -1)):
            place = mentions[other]
            if not place.name.is_district or place.name.words == mention.name.words:
                continue
            if not _is_near(mention, place):
                continue
            district = " ".join(place.name.words)
            inside = tuple(x for x in meanings if x.level != "district" and district in x.districts)
            if inside:
                used.add(other)
                return inside
        return meanings

    def _candidates(
        self, meanings: tuple[Meaning, ...], mention: _Mention, reading: Reading
    ) -> list[Place]:
        weights: dict[str, float] = {}
        for meaning in meanings:
            share = {"new": 1.0, "old": 0.7, "district": 1.2}[meaning.level] / len(meaning.codes)
            for code in meaning.codes:
                weights[code] = weights.get(code, 0.0) + share
        total = sum(weights.values())
        words = reading.words
        said = reading.original[words[mention.first].start : words[mention.last].end]
        sure = 0.92 if mention.type else 0.85
        return [
            Place(
                code=code,
                name=self._communes[code].name,
                confidence=round(sure * weight / total, 3),
                said=said,
            )
            for code, weight in sorted(weights.items(), key=lambda item: -item[1])
        ]


def _fitting(mention: _Mention) -> tuple[Meaning, ...]:
    """Keep the meanings which agree with the type that was said (`huyện`, `xã`, `phường`)."""
    meanings = mention.name.meanings
    if not mention.type:
        return meanings
    if mention.type in DISTRICT_TYPES:
        return tuple(x for x in meanings if x.level == "district") or meanings
    same = tuple(x for x in meanings if x.type == mention.type and x.level != "district")
    return same or tuple(x for x in meanings if x.level != "district") or meanings


def _mention(name: Name, index: int, reading: Reading) -> _Mention | None:
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
        return _Mention(name, index, last, kind, True)
    capital = reading.is_marked and all(
        word.capital for word in words[index : last + 1] if word.full.isalpha()
    )
    marked = any(word.full != word.bare for word in words[index : last + 1])
    near = before is not None and before.bare in _NEAR_BARE
    if before is not None and before.full != before.bare:
        near = near and before.full in _NEAR_WORDS
    sure = short in _DISTINCT or near or (capital and marked)
    return _Mention(name, index, last, "", sure)


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


def _is_near(one: _Mention, other: _Mention) -> bool:
    gap = max(one.first, other.first) - min(one.last, other.last)
    return one is not other and gap <= 6


def _kilometres(latitude: float, longitude: float, commune: Commune) -> float:
    north = math.radians(commune.latitude - latitude)
    middle = math.radians((commune.latitude + latitude) / 2)
    east = math.radians(commune.longitude - longitude) * math.cos(middle)
    return 6371.0 * math.hypot(north, east)


def load_places() -> Gazetteer:
    """Read the names that ship with the program."""
    return Gazetteer(load_communes())
