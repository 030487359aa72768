"""Who writes, and about whom (người viết là ai, nói về ai): told by who owns the words.

`con bị ba đánh` is written by a child and `con tôi bị đánh` by a parent. `con`, `em`, `cháu` are
words for the writer and for a child alike; who stands next to them decides (domain: E4).
"""

import math
from collections.abc import Iterator

from nlu.fact_kinds import About, Told
from nlu.harm import Scene
from nlu.labels import AuthorRole
from nlu.mentions import Mention
from nlu.model import Opinion
from nlu.telling import told
from nlu.terms import is_sign, word_set

_KIN = word_set(
    "father mother parents stepfather stepfather_perhaps stepmother grandparent uncle aunt "
    "uncle_perhaps aunt_perhaps sibling_elder sister_elder relative"
)
_SMALL_OWNERS = frozenset({"con", "em", "cháu", "chau"})
_GROWN_OWNERS = frozenset({"tôi", "toi"})
_ENGLISH_CHILDREN = word_set("son daughter niece nephew kid kids child children student")
_ENGLISH_KIN = word_set(
    "dad daddy father mom mum mommy mother stepdad stepfather stepmom stepmother uncle aunt "
    "teacher coach parents grandpa grandma classmates mom's dad's"
)
_MODEL = 0.7
"""How much the model's own belief weighs beside the words."""
_SURE = 0.5
"""Below this the words and the model do not tell."""
# Natural logarithms of how much likelier a grown-up writes so than a child, rounded to halves;
# counted on the training messages. Below zero: a child does.
_OWN_CHILD, _GROWN_SELF, _CALLED_CHILD, _KIN_OF_MINE, _FRIEND_OF_MINE = 3.5, 3.0, 1.5, -2.5, -2.5
_SIBLING_OF_MINE, _KIN_HARMS_ME, _ADDRESSES = -2.0, -2.0, -1.5
_WE, _CALLS_SELF_CON = -1.5, -1.0
_FIRST_WORD = {"con": -2.0, "em": -1.0, "cháu": 1.0, "chau": 1.0}


def author(scene: Scene, opinion: Opinion) -> AuthorRole | None:
    """Return who writes; None where neither words nor model tell."""
    adult = min(max(opinion.roles[AuthorRole.ADULT], 0.001), 0.999)
    score = _MODEL * math.log(adult / (1 - adult)) + sum(dict(_cues(scene)).values())
    if abs(score) < _SURE:
        return None
    return AuthorRole.ADULT if score > 0 else AuthorRole.CHILD


def _cues(scene: Scene) -> Iterator[tuple[str, float]]:
    """Yield what speaks for a grown-up or a child; each cue counts once."""
    said = scene.said
    for one in scene.people:
        yield from _of_person(one)
        begin = one.span.start
        if one.group == "self" and (begin == 0 or is_sign(said, begin - 1)):
            yield "first word", _FIRST_WORD.get(said.full[begin], 0.0)
        if begin and said.full[begin - 1] == "my":
            last = said.full[one.span.end - 1]
            if last in _ENGLISH_CHILDREN:
                yield "own child", _OWN_CHILD
            elif last in _ENGLISH_KIN:
                yield "kin of mine", _KIN_OF_MINE
    for deed in scene.deeds:
        kin = deed.actor is not None and deed.actor.group in _KIN and not deed.actor.owner
        if kin and deed.patient is not None and deed.patient.group in {"self", "self_english"}:
            yield "kin harms me", _KIN_HARMS_ME
    for at, word in enumerate(said.bare[1:], start=1):
        if word == "oi" and said.bare[at - 1] in {"co", "chu"}:
            yield "addresses", _ADDRESSES


def _of_person(one: Mention) -> Iterator[tuple[str, float]]:
    if one.is_grown_self or (one.owner in _GROWN_OWNERS and one.group in {"husband", "wife"}):
        yield "grown self", _GROWN_SELF
    elif one.is_child and one.owner in _GROWN_OWNERS and one.group != "friend":
        yield "own child", _OWN_CHILD
    elif one.group == "self_plural":
        yield "we", _WE
    elif one.group == "self" and one.word == "con":
        yield "calls self con", _CALLS_SELF_CON
    elif one.group in _KIN and one.owner in {"con", "em"}:
        yield "kin of mine", _KIN_OF_MINE
    elif one.group in {"friend", "peer", "teacher"} and one.owner in _SMALL_OWNERS:
        yield "friend of mine", _FRIEND_OF_MINE
    elif one.is_child and one.owner in {"con", "em"} and not one.is_own:
        yield "sibling of mine", _SIBLING_OF_MINE
    elif one.is_child and not one.owner and one.group != "friend":
        yield "called child", _CALLED_CHILD


def about(scene: Scene, role: AuthorRole | None) -> Told[About] | None:
    """Return whom it is about: to whom something is done, else the first child there is."""
    for one in scene.patients:
        meant = _antecedent(one, scene) if one.is_pronoun else one
        whom = _whom(meant, role) if meant is not None else None
        if whom is not None and meant is not None:
            is_certain = whom is not About.OWN_CHILD or bool(meant.owner) or meant.is_self
            return told(scene.said, meant.span, whom, is_certain=is_certain)
    actors = [deed.actor for deed in scene.deeds if deed.actor]
    for one in scene.people:
        if one in actors or not (one.is_child or one.is_self):
            continue
        whom = _whom(one, role)
        if whom is not None and (one.is_child or role is AuthorRole.CHILD):
            return told(scene.said, one.span, whom, is_certain=False)
    return None


def _antecedent(pronoun: Mention, scene: Scene) -> Mention | None:
    """Return the child before whom `nó` stands for."""
    before = [x for x in scene.people if x.is_child and x.span.end <= pronoun.span.start]
    return before[-1] if before else None


def _whom(one: Mention, role: AuthorRole | None) -> About | None:
    if one.is_self:
        return _self(one, role)
    if one.is_child:
        return _child(one, role)
    return About.OTHER if one.relation is not None and not one.is_vague else None


def _self(one: Mention, role: AuthorRole | None) -> About | None:
    if one.is_grown_self:
        return About.SELF
    if role is AuthorRole.CHILD or one.group in {"self_plural", "self_english"}:
        return About.SELF
    return About.OWN_CHILD if role is AuthorRole.ADULT and one.word == "con" else None


def _child(one: Mention, role: AuthorRole | None) -> About | None:
    if one.is_own and (one.owner or role is AuthorRole.ADULT):
        return About.OWN_CHILD
    if one.is_own:
        return None if role is None else About.SELF
    return About.OTHER_CHILD
