"""Who does what to whom (ai làm gì ai): from the persons and the words of harm between them.

`con bị ba đánh`: the person right before the word does it, unless he or she is the one to whom it
is done (`ba bị đánh`), or the words between deny it (`ba không đánh`).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from nlu.fact_words import FactWords
from nlu.labels import Intent
from nlu.mentions import Mention
from nlu.said import Said, Span
from nlu.terms import Term, is_sign, word_set

_MOST_BETWEEN = 6
_MOST = 120
"""Persons and deeds of an endless text that are looked at."""
_VAGUE_BETWEEN = 4
_PASSIVE = frozenset({"bị", "bi", "được", "đc"})
_PASSIVE_ENGLISH = frozenset({"am", "been", "was", "is", "got", "gets", "being", "are"})
_LISTEN = frozenset({"nếu", "neu", "ước", "uoc"})


@dataclass(frozen=True)
class Deed:
    """One word of harm, with who does it and to whom, where the text says so."""

    span: Span
    actor: Mention | None
    patient: Mention | None


@dataclass(frozen=True)
class Scene:
    """All that is known of persons and deeds in one message."""

    said: Said
    people: tuple[Mention, ...]
    deeds: tuple[Deed, ...]
    named: tuple[Mention, ...]
    """Persons of whom it is said that they are the one: `thủ phạm là chú ruột`."""
    denied: tuple[Mention, ...]
    """Persons of whom it is said that they are not: `không phải ba`."""
    patients: tuple[Mention, ...]
    """To whom something is done or happens, in the order of the text."""


def scene(
    said: Said, people: Sequence[Mention], words: FactWords, intents: Iterable[Intent]
) -> Scene:
    """Read the scene in a report of these kinds; the work grows in step with the text."""
    people = people[:_MOST]
    kinds = frozenset({"any", "none", *(intent.value for intent in intents)})
    marks = _Marks(words.lists.find(said)[: 2 * _MOST])
    denied, named = _identities(said, people, marks)
    free = [one for one in people if one not in denied]
    terms = [x for x in words.harm.find(said, kinds) if "none" not in x.groups][:_MOST]
    deeds = tuple(_deed(said, free, marks, term) for term in terms)
    return Scene(
        said=said,
        people=tuple(people),
        deeds=deeds,
        named=(*named, *_by_whom(said, free, marks, deeds)),
        denied=denied,
        patients=_patients(said, free, marks, deeds),
    )


class _Marks:
    """Where small words with a meaning stand: not, by, lives with."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self.terms = tuple(terms)

    def of(self, *groups: str) -> Iterator[Term]:
        """Return the terms of these groups."""
        return (term for term in self.terms if not term.groups.isdisjoint(groups))

    def between(self, begin: int, end: int, group: str) -> bool:
        """Whether one of a group stands within a stretch."""
        return any(begin <= x.span.start and x.span.end <= end for x in self.of(group))


def _identities(
    said: Said, people: Sequence[Mention], marks: _Marks
) -> tuple[tuple[Mention, ...], tuple[Mention, ...]]:
    """Return who is denied (`không phải ba`) and who it is instead (`là hàng xóm`)."""
    denied: list[Mention] = []
    named: list[Mention] = []
    for index, one in enumerate(people):
        before = said.bare[max(one.span.start - 3, 0) : one.span.start]
        if _is_denied(before):
            denied.append(one)
            after = people[index + 1] if index + 1 < len(people) else None
            if after is not None and after.relation and _is_instead(said, one, after):
                named.append(after)
        elif one.relation and before[-1:] == ("la",) and _is_who(said, one, people, marks):
            named.append(one)
    return tuple(denied), tuple(named)


def _is_denied(before: tuple[str, ...]) -> bool:
    if before[-1:] in _POSING or before[-2:] in _POSING:
        return True
    last = [word for word in before if word not in {"do", "tai", "bi"}]
    if last[-1:] == ["la"]:
        last = last[:-1]
    return len(last) >= 2 and last[-1] == "phai" and last[-2] in _NOT_BARE


_POSING = (("gia",), ("gia", "lam"), ("mao", "danh"), ("gia", "danh"), ("xung", "la"))
_NOT_BARE = word_set("khong chang hong dau deo chua")


def _is_instead(said: Said, one: Mention, after: Mention) -> bool:
    between = said.bare[one.span.end : after.span.start]
    small = {"la", "ma", ",", "do", "dau", "danh", "lam", "bi", "duoc", ".", "nhe", "a"}
    return len(between) <= 4 and bool(between) and set(between) <= small


def _is_who(said: Said, one: Mention, people: Sequence[Mention], marks: _Marks) -> bool:
    """Whether `X là ba` speaks of the one who did it."""
    at = one.span.start - 1
    for term in marks.of("is_who"):
        if 0 <= at - term.span.end <= 3 and said.sentence(term.span).end > at:
            return True
    return any(x.is_vague and x.relation and 0 <= at - x.span.end <= 1 for x in people)


def _deed(said: Said, people: Sequence[Mention], marks: _Marks, term: Term) -> Deed:
    sentence = said.sentence(term.span)
    actor = _actor(said, people, marks, term.span, sentence)
    after = next((x for x in people if x.span.start >= term.span.end), None)
    patient = None
    if after is not None and after.span.start < sentence.end:
        gap = said.full[term.span.end : after.span.start]
        if len(gap) <= 2 and not any(
            is_sign(said, x) for x in range(term.span.end, after.span.start)
        ):
            patient = after
    return Deed(term.span, actor, patient if patient is not actor else None)


def _actor(
    said: Said, people: Sequence[Mention], marks: _Marks, deed: Span, sentence: Span
) -> Mention | None:
    before = [x for x in people if x.span.end <= deed.start and x.span.start >= sentence.start]
    after = next((x for x in people if 0 <= x.span.start - deed.end <= 2), None)
    if before:
        one, extra = before[-1], 0
        if len(before) > 1 and after is not None and _is_same(one, after):
            # `bác chở con đi học hay bắt con`: nobody does it to himself
            one, extra = before[-2], before[-1].span.end - before[-1].span.start
        if _is_free(said, marks, one, deed, extra):
            return one
    for term in marks.of("by"):
        if 0 <= term.span.start - deed.end <= 2:
            return next((x for x in people if 0 <= x.span.start - term.span.end <= 1), None)
    return None


def _is_same(one: Mention, after: Mention) -> bool:
    return (one.is_self and after.is_self) or (one.is_child and after.group == "it")


def _is_free(said: Said, marks: _Marks, one: Mention, deed: Span, extra: int) -> bool:
    """Whether nothing between a person and a deed says that he or she did not do it."""
    gap = said.full[one.span.end : deed.start]
    passive = _PASSIVE if said.full[deed.end - 1].endswith("ing") else _PASSIVE | _PASSIVE_ENGLISH
    is_near = sum(word != "," for word in gap) <= (
        _VAGUE_BETWEEN if one.is_vague else _MOST_BETWEEN
    )
    is_barred = (passive | _LISTEN) & set(gap) or marks.between(one.span.end, deed.start, "not")
    return is_near and not is_barred


def _by_whom(
    said: Said, people: Sequence[Mention], marks: _Marks, deeds: tuple[Deed, ...]
) -> Iterator[Mention]:
    """`có thai của dượng`: with whom says who."""
    for term in marks.of("with_child"):
        for one in people:
            gap = said.bare[term.span.end : one.span.start]
            if one.relation and 0 < len(gap) <= 3 and gap[-1] in {"cua", "voi"}:
                yield one


def _patients(
    said: Said, people: Sequence[Mention], marks: _Marks, deeds: tuple[Deed, ...]
) -> tuple[Mention, ...]:
    found = [deed.patient for deed in deeds if deed.patient is not None]
    actors = [deed.actor for deed in deeds if deed.actor is not None]
    for term in marks.of("states"):
        near = [x for x in people if 0 <= term.span.start - x.span.end <= 2]
        if near and near[-1] not in actors:
            found.append(near[-1])
    unique = {one.span.start: one for one in found}
    return tuple(unique[start] for start in sorted(unique))
