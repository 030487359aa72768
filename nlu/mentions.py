"""One person in a message, and persons told by two words (người được nhắc tới).

`chú hàng xóm` is a neighbour and `bồ của má` no friend of the child: such words are one person.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from nlu.fact_kinds import Relation, Sex
from nlu.said import Said, Span
from nlu.terms import is_sign, word_set

_ADDRESSED = word_set("ơi oi à ạ hỡi giúp giùm giup")
_PARENTS = ("father", "mother", "stepfather_perhaps", "stepfather", "stepmother")


@dataclass(frozen=True)
class Mention:
    """One person, or several of one sort."""

    group: str
    """The name of the list in `people.yml`."""
    span: Span
    relation: Relation | None = None
    relations: tuple[Relation, ...] = ()
    """All of them where one word names two persons: `ba má`."""
    sex: Sex | None = None
    is_self: bool = False
    is_child: bool = False
    is_own: bool = False
    """A child or grandchild of the writer."""
    is_vague: bool = False
    is_pronoun: bool = False
    is_plural: bool = False
    word: str = ""
    """How it begins, as it is matched."""
    owner: str = ""
    """`con` in `ba con`."""
    count: int | None = None
    is_doubtful: bool = False

    @property
    def is_grown_self(self) -> bool:
        """Whether the word for the writer is one that grown-ups use."""
        return self.group == "self_grown"


def told_closer(found: Sequence[Mention], said: Said) -> Iterator[Mention]:
    """Join `chú` and `hàng xóm`, `bồ` and `của má`: one person, told by two words."""
    skip = -1
    for index, one in enumerate(found):
        if index == skip:
            continue
        joined = _joined(one, found[index + 1 : index + 2], said)
        if joined is not None:
            skip = index + 1
            yield joined
        elif not is_addressed(one, said):
            yield one


def _joined(one: Mention, after: Iterable[Mention], said: Said) -> Mention | None:
    other = next(iter(after), None)
    if other is None or other.span.start - one.span.end > 1:
        return None
    between = said.full[one.span.end : other.span.start]
    span = Span(one.span.start, other.span.end)
    kin = _of_a_parent(one, other) if between in {("của",), ("cua",), ()} else None
    if between in {("s",), ("sao",)} and other.group == "partner":
        kin = _of_a_parent(other, one)  # `my mom's boyfriend`
    if kin is not None:
        return replace(one, span=span, relation=kin, relations=(kin,), is_vague=False)
    may_be_told = one.is_vague or one.group in {
        "boy",
        "girl",
        "child",
        "children",
        "pupil",
        "friend",
    }
    is_name = all(word.isalpha() and not is_sign(said, one.span.end) for word in between)
    if may_be_told and other.group in _QUALIFIERS and is_name and between not in _NO_NAMES:
        return replace(
            other,
            span=span,
            sex=one.sex,
            count=one.count,
            is_plural=one.is_plural or other.is_plural,
            is_child=one.is_child,
        )
    return None


_MAY_BE_TOLD = ("boy", "girl", "child", "children", "pupil", "friend")
_QUALIFIERS = word_set("relative teacher neighbour employer peer online stranger known_job partner")
_NO_NAMES = tuple(
    (word,) for word in word_set("là la với voi và va của cua không khong bị bi mà ma thì ở o cho")
)


def _of_a_parent(one: Mention, other: Mention) -> Relation | None:
    """Return who the friend, brother or mother of a parent is to the child."""
    if other.group not in _PARENTS and other.relation is not Relation.FATHER:
        return None
    match one.group:
        case "partner" | "father":
            return Relation.PARENTS_PARTNER
        case "husband" | "stepfather":
            return Relation.STEPFATHER
        case "wife" | "stepmother":
            return Relation.STEPMOTHER
        case "sibling_elder" | "sister_elder" | "boy" | "girl":
            return Relation.AUNT_UNCLE
        case "friend" | "known_job":
            return Relation.OTHER
    return None


def is_addressed(one: Mention, said: Said) -> bool:
    """Whether somebody is spoken to, not of (`cô ơi`, `dạ chú`): whoever reads this."""
    begin, end = one.span.start, one.span.end
    if end < len(said.full) and said.full[end] in _ADDRESSED:
        return not one.is_self
    before = said.bare[begin - 1] if begin else ""
    return one.group.startswith("vague") and before in {"da", "thua", "chao"}
