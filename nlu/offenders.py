"""Who does harm (người gây hại): relation, number, and whether a carer: a legal clock hangs on it.

Decree 56/2017 Art. 31(1): a parent or carer who harms. `No` is said only where the text names
somebody who is none; an uncle, a teacher, an employer may be a carer or not: unknown.
"""

from collections.abc import Iterable, Sequence

from nlu.fact_kinds import Relation, Told
from nlu.fact_words import FactWords
from nlu.harm import Scene
from nlu.labels import AuthorRole
from nlu.mentions import Mention
from nlu.telling import told
from nlu.terms import word_set

_PARENTS = frozenset(
    {Relation.FATHER, Relation.MOTHER, Relation.STEPFATHER, Relation.STEPMOTHER, Relation.PARENT}
)
_CARERS = _PARENTS | {Relation.CAREGIVER}
_NO_CARERS = frozenset(
    {Relation.NEIGHBOUR, Relation.PEER, Relation.ONLINE_STRANGER, Relation.STRANGER}
)


def offenders(scene: Scene, role: AuthorRole | None) -> tuple[Mention, ...]:
    """Return who does harm, each person once, in the order of the text."""
    found: list[Mention] = []
    for deed in scene.deeds:
        actor = deed.actor
        if actor is None:
            continue
        if actor.is_pronoun:
            actor = _meant(actor, scene) or actor
        if _may_harm(actor, deed.patient, role):
            found.append(actor)
    found.extend(scene.named)
    unique = {one.span.start: one for one in found}
    return tuple(unique[start] for start in sorted(unique))


def _may_harm(actor: Mention, patient: Mention | None, role: AuthorRole | None) -> bool:
    """A writer harms only where a grown-up says so of the own child."""
    if actor.is_child and actor.relation is None:
        return patient is not None and not actor.is_own and actor.owner not in {"con", "em"}
    if not actor.is_self:
        return True
    of_child = patient is not None and (patient.is_own or patient.group == "self")
    is_grown = actor.is_grown_self or role is AuthorRole.ADULT
    return of_child and is_grown and patient is not actor


def _meant(pronoun: Mention, scene: Scene) -> Mention | None:
    """Return the person before whom `ổng` or `bả` stands for; `nó` stands for anybody."""
    if pronoun.sex is None:
        return None
    before = [
        one
        for one in scene.people
        if one.span.end <= pronoun.span.start
        and one.relation is not None
        and one not in scene.denied
        and one.sex in (pronoun.sex, None)
        and not one.is_child
    ]
    known = [one for one in before if not one.is_vague] or before
    return known[-1] if known else None


def relations(found: Sequence[Mention], scene: Scene) -> tuple[Told[Relation], ...]:
    """Return each relation once; what is denied elsewhere in the message is left out."""
    denied = {relation for one in scene.denied for relation in one.relations}
    heard: dict[Relation, Told[Relation]] = {}
    for one in found:
        is_named = bool(one.relations) or one.is_self  # a child that harms is a peer, perhaps
        certain = is_named and not (one.is_vague or one.is_doubtful)
        for relation in _relations_of(one):
            if relation in denied and one not in scene.named:
                continue
            known = heard.get(relation)
            if known is None or (certain and not known.is_certain):
                heard[relation] = told(scene.said, one.span, relation, is_certain=certain)
    for deed in scene.deeds:
        if deed.actor in found and deed.patient is not None and _is_theirs(deed.patient, scene):
            parent = told(scene.said, deed.patient.span, Relation.PARENT)
            heard.setdefault(Relation.PARENT, parent)
    plain = [x for x in heard.values() if x.value is not Relation.OTHER]
    return tuple(plain or heard.values())


_YOUNG = ("boy", "girl", "child", "children", "pupil")


def _is_theirs(patient: Mention, scene: Scene) -> bool:
    """`đánh con ổng`, `hits his son`: whose child it is says who does it."""
    before = scene.said.full[patient.span.start - 1] if patient.span.start else ""
    return patient.is_child and (patient.owner in _THEIR or before in {"his", "her", "their"})


_THEIR = word_set("ổng bả ảnh họ")


def _relations_of(one: Mention) -> tuple[Relation, ...]:
    if one.is_self:
        return (Relation.PARENT,)
    if one.relations:
        return one.relations
    if one.is_child and not one.is_own and one.owner == "":
        return (Relation.PEER,) if one.group in _YOUNG else ()
    return ()


def is_carer(
    heard: Iterable[Told[Relation]],
    scene: Scene,
    words: FactWords,
    found: Sequence[Mention],
    role: AuthorRole | None,
) -> bool | None:
    """Return whether a parent or carer is the one harming; None where no word says.

    The writer's neighbour may be the father of the child next door: no is said of a neighbour only
    where the child is the writer or the writer's own.
    """
    named = {one.value: one for one in heard}
    if named.keys() & _CARERS or _is_entrusted(found, scene, words):
        return True
    if Relation.SPOUSE in named and any(_is_own_child(one) for one in scene.patients):
        return True
    if not named:
        return False if _denies_family(scene) else None
    says_no = named.keys() <= _NO_CARERS and all(one.is_certain for one in named.values())
    is_mine = role is AuthorRole.CHILD or bool(scene.patients)
    of_mine = is_mine and all(x.is_self or x.is_own or x.owner for x in scene.patients)
    return False if says_no and (of_mine or Relation.NEIGHBOUR not in named) else None


def _is_own_child(one: Mention) -> bool:
    return one.is_own or (one.is_self and one.group == "self")


def _denies_family(scene: Scene) -> bool:
    return any(one.group in {"relative", "parents"} for one in scene.denied)


def _is_entrusted(found: Sequence[Mention], scene: Scene, words: FactWords) -> bool:
    """Whether the child lives with the one who harms, or was given into his or her care."""
    kin = {relation for one in found for relation in one.relations} - {Relation.OTHER}
    near = [one for one in scene.people if one in found or set(one.relations) & kin]
    for term in words.lists.find(scene.said):
        for one in near:
            before, after = one.span.start - term.span.end, term.span.start - one.span.end
            if "lives_with" in term.groups and 0 <= before <= 2:
                return True
            if "cares" in term.groups and 0 <= after <= 1:
                return True
            next_word = scene.said.full[term.span.end : term.span.end + 1]
            if "lives_with" in term.groups and 0 <= after <= 1 and set(next_word) & _AT_HOME:
                return True
    return False


_AT_HOME = word_set("nhà nha con em tụi mình chung")


def how_many(found: Sequence[Mention], scene: Scene) -> Told[int] | None:
    """Return how many do harm where a number or a plural says so."""
    pairs = zip(scene.people, scene.people[1:], strict=False)
    of_them = [b for a, b in pairs if a.group == "they" and b.span.start - a.span.end <= 1]
    counted = [one for one in (*found, *of_them) if one.count]
    if counted:
        one = counted[0]
        return told(scene.said, one.span, one.count or 0, before=1)
    both = next((one for one in found if len(one.relations) > 1), None)
    if both is not None:
        return told(scene.said, both.span, 2)
    many = next((one for one in found if one.is_plural), None)
    return None if many is None else told(scene.said, many.span, 2, is_certain=False)
