"""What several names in one message mean together (gom lại): an address, or different places.

`Long Thạnh, Tân Châu` is one place; `em ở Tri Tôn, bạn em ở Ba Chúc` are two, and which of them
the report is about is asked, not guessed.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from nlu.place_landmarks import Settled
from nlu.place_lookup import listed
from nlu.place_mentions import NAMED, Mention
from nlu.place_names import Meaning
from nlu.text import Reading

_WEIGHTS = {"new": 1.0, "old": 0.7, "district": 1.2}
_JOINTS = listed(
    ", . xã phường thị trấn huyện xa phuong thi tran huyen tx tp tt x p h f ở o tại thuộc thuoc "
    "của tỉnh tinh bên dưới trên chỗ cũ cu củ nay giờ là la nha ạ"
)
_MOST_BETWEEN = 5


@dataclass
class Group:
    """The candidates of one place, by code; the weights add up to at most 1."""

    weights: dict[str, float]
    first: int
    last: int
    said_from: int
    """The word from which on it is shown to people, with type or words of position."""
    is_plain: bool

    @property
    def sure(self) -> float:
        """How sure all candidates together are."""
        return sum(self.weights.values())

    @property
    def is_certain(self) -> bool:
        """One reading, nothing that weakens it."""
        return self.is_plain and len(self.weights) == 1


def groups_of(
    mentions: list[Mention],
    settled: Iterable[Settled],
    provinces: dict[int, str],
    reading: Reading,
) -> list[Group]:
    """Return one group for each place that is named; `provinces` are those of before, by word."""
    groups = {
        index: _group(mention, _in_province(mention, provinces, reading))
        for index, mention in enumerate(mentions)
    }
    spent: set[int] = set()
    for index, mention in enumerate(mentions):
        other, inside = _narrowed(mention, mentions, reading) if index not in spent else (None, ())
        if other is not None:
            groups[index] = _group(mention, inside)
            spent.add(other)
    kept = [group for index, group in groups.items() if index not in spent]
    return _merged([*kept, *map(_of_landmark, settled)], reading)


def _group(mention: Mention, meanings: tuple[Meaning, ...]) -> Group:
    weights: dict[str, float] = {}
    for meaning in meanings:
        share = _WEIGHTS[meaning.level] / len(meaning.codes)
        for code in meaning.codes:
            weights[code] = weights.get(code, 0.0) + share
    total = sum(weights.values())
    said_from = mention.first if mention.is_plain else mention.start
    return Group(
        {code: mention.confidence * weight / total for code, weight in weights.items()},
        mention.first,
        mention.last,
        said_from,
        mention.is_plain,
    )


def _of_landmark(settled: Settled) -> Group:
    first, last = settled.first, settled.last
    return Group({settled.mark.code: NAMED}, first, last, first, is_plain=True)


def _narrowed(
    mention: Mention, mentions: list[Mention], reading: Reading
) -> tuple[int | None, tuple[Meaning, ...]]:
    """Let a district said beside it decide between units of one name (`Long Thạnh, Tân Châu`)."""
    index = mentions.index(mention)
    for other in (*range(index + 1, len(mentions)), *range(index - 1, -1, -1)):
        place = mentions[other]
        if place.name.short == mention.name.short:
            continue
        if not _are_joined(mention.first, mention.last, place.first, place.last, reading):
            continue
        inside = tuple(
            meaning
            for meaning in mention.meanings
            if meaning.level != "district" and place.name.districts & set(meaning.districts)
        )
        if inside:
            return other, inside
    return None, ()


def _are_joined(first: int, last: int, other: int, other_last: int, reading: Reading) -> bool:
    """Whether nothing but words of an address stands between two names."""
    left, right = (last, other) if first < other else (other_last, first)
    between = reading.words[left + 1 : right]
    return len(between) <= _MOST_BETWEEN and all(word.full in _JOINTS for word in between)


def _in_province(
    mention: Mention, provinces: dict[int, str], reading: Reading
) -> tuple[Meaning, ...]:
    for at, province in provinces.items():
        if at > mention.last and _are_joined(mention.first, mention.last, at, at, reading):
            inside = tuple(x for x in mention.meanings if x.province == province)
            return inside or mention.meanings
    return mention.meanings


def _merged(groups: list[Group], reading: Reading) -> list[Group]:
    """Join groups that can only be one place: the same units, or parts of one address."""
    merged: list[Group] = []
    for group in groups:
        for known in merged:
            shared = known.weights.keys() & group.weights.keys()
            same = known.weights.keys() == group.weights.keys()
            near = _are_joined(known.first, known.last, group.first, group.last, reading)
            if shared and (same or near):
                _join(known, group, shared)
                break
        else:
            merged.append(group)
    return merged


def _join(known: Group, group: Group, shared: set[str]) -> None:
    if known.weights.keys() == group.weights.keys():
        if group.sure > known.sure:
            known.weights = group.weights
            known.first, known.last, known.said_from = group.first, group.last, group.said_from
    else:
        sure = max(known.sure, group.sure)
        both = {code: known.weights[code] * group.weights[code] for code in shared}
        total = sum(both.values())
        known.weights = {code: sure * weight / total for code, weight in both.items()}
    known.is_plain = known.is_plain or group.is_plain
