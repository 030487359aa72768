"""The children of a report (trẻ trong tin báo): ages, sex, how many; the writer kept apart."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from nlu.ages import CHILD_UNTIL, ages_in
from nlu.fact_kinds import About, Age, Relation, Sex, Told
from nlu.harm import Scene
from nlu.labels import AuthorRole
from nlu.mentions import Mention
from nlu.said import Said, Span
from nlu.school_ages import AgeSaid
from nlu.telling import told
from nlu.terms import word_set

_WORDS_BEFORE = 5
_WORDS_AFTER = 2
_GIRL = frozenset({"gái", "gai", "nữ", "girl"})
_BOY = frozenset({"trai", "nam", "boy"})


@dataclass(frozen=True)
class Ages:
    """Whose ages are told."""

    children: tuple[Told[Age], ...] = ()
    author: Told[Age] | None = None
    adults: tuple[Told[Age], ...] = ()

    @property
    def child_age(self) -> int | None:
        """Return the first age of a child that is one number and sure."""
        sure = (x.value.least for x in self.children if x.is_certain and len(set(x.value)) == 1)
        return next(sure, None)


def ages(
    scene: Scene,
    role: AuthorRole | None,
    whom: Told[About] | None,
    offenders: Sequence[Mention],
) -> Ages:
    """Return every age that is told, with the writer's and the grown-ups' apart."""
    children: list[Told[Age]] = []
    adults: list[Told[Age]] = []
    author: Told[Age] | None = None
    for one in ages_in(scene.said):
        owner = _owner(one, scene)
        if owner is None and role is AuthorRole.CHILD and not _has_other_child(scene):
            is_writer = True
        else:
            is_writer = _is_writer(owner, role, one, scene)
        is_known = owner is None or not _meant(owner, scene).is_pronoun
        age = told(scene.said, one.span, one.age, is_certain=one.is_certain and is_known)
        is_grown = one.age.least >= CHILD_UNTIL
        if is_writer and author is None:
            author = age
        elif is_grown:
            adults.append(age)
        elif owner is None or not _is_elder(_meant(owner, scene), offenders):
            children.append(age)
    is_about_writer = whom is None or whom.value is About.SELF or not children
    if author is not None and author.value.least < CHILD_UNTIL and is_about_writer:
        children.insert(0, author)
    return Ages(tuple(children), author, tuple(adults))


def _owner(one: AgeSaid, scene: Scene) -> Mention | None:
    """Return the person right before the age in the same sentence, else right after it."""
    sentence = scene.said.sentence(one.span)
    after = [
        x
        for x in scene.people
        if 0 <= x.span.start - one.span.end <= _WORDS_AFTER and (x.is_child or x.is_self)
    ]
    if after and scene.said.reading.is_english:
        return after[0]
    before = [
        x
        for x in scene.people
        if 0 <= one.span.start - x.span.end <= _WORDS_BEFORE and x.span.start >= sentence.start
    ]
    if before:
        return before[-1]
    return after[0] if after else None


def _has_other_child(scene: Scene) -> bool:
    return any(x.is_child for x in scene.people)


def _is_writer(owner: Mention | None, role: AuthorRole | None, one: AgeSaid, scene: Scene) -> bool:
    """`con 7 tuổi` is the child that writes, or the child of the grown-up who writes."""
    if owner is None or not owner.is_self or owner.is_plural:
        return False
    if owner.group in {"self_grown", "self_english"}:
        return True
    if any(x.is_grown_self for x in scene.people):
        return False  # who calls himself `tôi` means somebody else by `em` and `con`
    if one.age.least >= CHILD_UNTIL:
        return True
    return role is not AuthorRole.ADULT


def _meant(owner: Mention, scene: Scene) -> Mention:
    """Return the person before whom `nó` stands for."""
    if not owner.is_pronoun:
        return owner
    before = [x for x in scene.people if x.span.end <= owner.span.start and _is_young(x)]
    return before[-1] if before else owner


def _is_young(one: Mention) -> bool:
    return one.is_child or one.relation in {Relation.PEER, Relation.PARTNER}


def _is_elder(owner: Mention, offenders: Iterable[Mention]) -> bool:
    """A boy of 15 who harms is no child that the report is about; nor is a father of 17."""
    if owner.is_pronoun:
        return False
    return owner in offenders or (not owner.is_child and owner.relation is not None)


def sexes(
    scene: Scene, role: AuthorRole | None, offenders: Sequence[Mention]
) -> tuple[Told[Sex], ...]:
    """Return each sex that is told of a child once; `con` alone says nothing."""
    found: dict[Sex, Told[Sex]] = {}
    for one in _subjects(scene, offenders):
        if one.sex is None or (one.relation is not None and one not in scene.patients):
            continue
        certain = one.relation is None
        found.setdefault(one.sex, told(scene.said, one.span, one.sex, is_certain=certain))
    for sex, span in _own_sex(scene.said, role):
        found.setdefault(sex, told(scene.said, span, sex))
    return tuple(found.values())


def _subjects(scene: Scene, offenders: Sequence[Mention]) -> list[Mention]:
    others = (*offenders, *scene.denied, *_told_of_them(scene))
    return [x for x in scene.people if x.is_child and x not in others]


def _told_of_them(scene: Scene) -> list[Mention]:
    """`tụi nó ba đứa`: the children are those that the pronoun stands for."""
    pairs = zip(scene.people, scene.people[1:], strict=False)
    return [b for a, b in pairs if a.group == "they" and b.span.start - a.span.end <= 1]


def _own_sex(said: Said, role: AuthorRole | None) -> Iterable[tuple[Sex, Span]]:
    """`em là nữ`, `con là con trai`, `I am a girl`."""
    if role is AuthorRole.ADULT:
        return
    for at in range(1, len(said.full)):
        if said.bare[at] not in {"la", "am", "m"} or said.bare[at - 1] not in _SELF:
            continue
        for end in range(at + 1, min(at + 4, len(said.full))):
            if said.full[end] in _GIRL:
                yield Sex.GIRL, Span(at - 1, end + 1)
            if said.full[end] in _BOY:
                yield Sex.BOY, Span(at - 1, end + 1)


_SELF = word_set("con em chau minh i")


def how_many(scene: Scene, offenders: Sequence[Mention]) -> Told[int] | None:
    """Return how many children there are where a number or a plural says so."""
    subjects = _subjects(scene, offenders)
    plural_self = [x for x in scene.people if x.group == "self_plural"]
    counted = [x for x in (*subjects, *plural_self) if x.count]
    if counted:
        most = max(counted, key=lambda one: one.count or 0)
        return told(scene.said, most.span, most.count or 0, before=1)
    siblings = _two_siblings(scene)
    if siblings is not None:
        return siblings
    many = next((x for x in (*subjects, *plural_self) if x.is_plural), None)
    return None if many is None else told(scene.said, many.span, 2, is_certain=False)


def _two_siblings(scene: Scene) -> Told[int] | None:
    """`hai anh em`, `hai chị em con`: the number is part of the word."""
    for one in scene.people:
        first = scene.said.bare[one.span.start : one.span.start + 3]
        if first[:1] == ("hai",) and first[1:] in (("anh", "em"), ("chi", "em")):
            return told(scene.said, one.span, 2)
    return None
