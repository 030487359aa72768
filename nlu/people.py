"""Who is spoken of in a message (người được nhắc tới): persons with their place and their owner.

`con tôi` is the child of the writer and `con` the writer; `ba con` is the writer's father and
`chú hàng xóm` a neighbour: a person is read together with the words that belong to him or her.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from nlu.fact_kinds import Relation, Sex
from nlu.mentions import Mention, told_closer
from nlu.numbers import number_at, number_before
from nlu.said import Said, Span
from nlu.terms import Term, Terms, word_set

PEOPLE_FILE = Path(__file__).with_name("people.yml")
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_OWNERS = word_set("con em cháu chau tôi toi mình minh nó no bé tao tớ bạn ổng bả ảnh họ")
_GROWN_OWNERS = frozenset({"tôi", "toi", "mình", "minh"})
_THAT = word_set("đó do kia này nay ấy ay")
_PLURALS = word_set("mấy may những nhung các cac tụi tui bọn bon đám dam")
_RANKS = word_set("hai ba tư tu năm nam sáu sau bảy bay tám tam chín chin mười muoi út ut")


class People:
    """The reviewed lists of `people.yml`."""

    def __init__(self, page: dict[str, dict[str, Any]]) -> None:
        self.lists = page
        self._terms = Terms({name: str(about["words"]) for name, about in page.items()})
        english = frozenset(name for name, about in page.items() if about.get("english"))
        self._vietnamese = frozenset(page) - english

    def find(self, said: Said) -> list[Mention]:
        """Return all persons in order, each with what belongs to the word."""
        found: list[Mention] = []
        among = None if said.reading.is_english else self._vietnamese
        for term in self._terms.find(said, among):
            if found and term.span.start < found[-1].span.end:
                continue
            if term.group == "nobody":
                continue
            if term.group == "father" and _is_number(term.span.start, said):
                continue
            found.append(self._mention(term, said))
        return [_sibling(one, found, said) for one in told_closer(found, said)]

    def _mention(self, term: Term, said: Said) -> Mention:
        about = self.lists[term.group]
        end, owner = _owner(term, said)
        relations = _relations(about.get("relation"))
        mention = Mention(
            group=term.group,
            span=Span(term.span.start, end),
            relation=relations[0] if relations else None,
            relations=relations,
            sex=Sex(about["sex"]) if "sex" in about else None,
            is_self=about.get("self", False),
            is_child=about.get("child", False),
            is_own=about.get("own", False),
            is_vague=about.get("vague", False),
            is_pronoun=about.get("pronoun", False),
            is_plural=about.get("plural", False),
            word=said.full[term.span.start],
            owner=owner,
            count=number_before(said, term.span.start),
            is_doubtful=term.is_doubtful or _is_bare_father(term, said),
        )
        if said.bare[term.span.start - 1 : term.span.start] and not mention.is_plural:
            before = said.full[term.span.start - 1]
            mention = replace(mention, is_plural=before in _PLURALS)
        return _own_child(mention, said)


def _is_number(at: int, said: Said) -> bool:
    """Whether `ba` is three: `ba đứa`, `lớp ba`, `thứ ba`."""
    after = said.bare[at + 1] if at + 1 < len(said.full) else ""
    before = said.bare[at - 1] if at else ""
    if after == "kia":
        return True  # bà kia
    return said.bare[at] == "ba" and (after in _COUNTED or before in _COUNTING)


_COUNTED = word_set("dua thang nguoi nam ngay lan cai bua tuoi gio tuan phut chiec muoi tram trieu")
_COUNTING = word_set("lop thu len muoi hai thang mung hang khoang chung mot")


def _is_bare_father(term: Term, said: Said) -> bool:
    """`ba` without marks may be bà, bả or three as well."""
    return term.group == "father" and not said.is_marked and said.full[term.span.start] == "ba"


def _relations(name: str | None) -> tuple[Relation, ...]:
    if name == "parents":
        return (Relation.FATHER, Relation.MOTHER)
    return (Relation(name),) if name else ()


def _owner(term: Term, said: Said) -> tuple[int, str]:
    """Return where the person ends, with `con` of `ba con`, `của tôi`, `nhà tôi` taken in."""
    at, words = term.span.end, said.full
    if term.group in {"he", "she", "it", "they", "self_grown", *_ENGLISH}:
        return at, ""
    ranked = ("vague", "uncle", "aunt", "neighbour", "teacher", "stepfather_perhaps")
    if at < len(words) and words[at] in _RANKS and term.group.startswith(ranked):
        at += 1
    if at < len(words) and words[at] in {"của", "cua", "nhà", "nha", "lớp", "lop"}:
        if at + 1 < len(words) and words[at + 1] in _OWNERS:
            return at + 2, words[at + 1]
        return at, ""
    if at < len(words) and words[at] in _OWNERS and not _begins_clause(said, at, term):
        return at + 1, words[at]
    if at < len(words) and words[at] in _THAT:
        return at + 1, ""
    return at, ""


_ENGLISH = ("self_english", "he_english", "she_english", "they_english")


def _begins_clause(said: Said, at: int, term: Term) -> bool:
    """Whether the word after a person starts a clause of its own (`má con bị`: it does not)."""
    word = said.full[at]
    before = said.full[at - 1]
    if term.group == "self":
        is_theirs = before == "con" and word in _THEIR
        return not (word in _GROWN_OWNERS or is_theirs or (before, word) in _SELF_OWNED)
    if before in _ELDERS and word in {"con", "em"}:
        return False
    return term.group.startswith("vague") and word not in _GROWN_OWNERS


_ELDERS = frozenset({"anh", "chị", "chi"})
_THEIR = word_set("ổng bả ảnh họ nó")
_SELF_OWNED = frozenset({("con", "em"), ("em", "con"), ("em", "em"), ("em", "cháu")})


def _own_child(mention: Mention, said: Said) -> Mention:
    """Tell `con tôi` (the writer's child) and `em con` (the writer's sibling) from the writer."""
    if mention.group == "self" and mention.owner:
        is_own = mention.word in {"con", "cháu", "chau"} and mention.owner not in _THEIR
        return replace(mention, is_self=False, is_child=True, is_own=is_own, group="child")
    if mention.group.startswith("vague") and mention.word in _ELDERS and mention.owner:
        kin = (Relation.SIBLING,)
        is_sister = mention.sex is Sex.GIRL
        group = "sister_elder" if is_sister else "sibling_elder"
        return replace(
            mention, group=group, relation=kin[0], relations=kin, is_vague=False, is_child=is_sister
        )
    if said.reading.is_english and mention.is_own:
        begin = mention.span.start
        return replace(mention, is_own=begin > 0 and said.full[begin - 1] == "my")
    if mention.is_child and mention.owner in _GROWN_OWNERS and mention.group not in _NOT_OWN:
        return replace(mention, is_own=True)
    return mention


def _sibling(one: Mention, found: Sequence[Mention], said: Said) -> Mention:
    """`con ở nhà với em 3 tuổi`: whoever calls himself `con` has a younger brother or sister."""
    if one.group != "self" or one.word != "em" or not any(x.word == "con" for x in found):
        return one
    before = said.bare[one.span.start - 1] if one.span.start else ""
    after = said.bare[one.span.end : one.span.end + 1]
    is_aged = number_at(said, one.span.end) is not None or after == ("lop",)
    if not is_aged and before not in _CARED_FOR:
        return one
    return replace(one, group="child", is_self=False, is_child=True, owner="con")


_CARED_FOR = word_set("giu coi am be bong cham dat nuoi")
_NOT_OWN = frozenset({"friend", "pupil"})


@cache
def load_people(path: Path = PEOPLE_FILE) -> People:
    """Read the lists that ship with the program."""
    with path.open(encoding="utf-8") as file:
        return People(yaml.load(file, Loader=_LOADER))  # noqa: S506 - the safe loader
