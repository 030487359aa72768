"""Texts that stand more than once: doubles, contradictions, leaks between the sets."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from nlu.lint.findings import Finding, error, warning
from nlu.lint.likeness import near_pairs, same_key
from nlu.written import Written

NEAR = 0.8
"""From here on two texts count as nearly the same."""
SHORT_WORDS = 6
"""Up to here a text may be like a stranger's by chance: no error in another set."""


def repeats(messages: Sequence[Written]) -> Iterator[Finding]:
    """Find texts written twice, with other labels, or in two sets (train, dev, test)."""
    groups: defaultdict[str, list[Written]] = defaultdict(list)
    for one in messages:
        groups[same_key(one.text)].append(one)
    for group in groups.values():
        if len(group) > 1:
            yield _same(group)
    firsts = [group[0] for group in groups.values()]
    members = list(groups.values())
    for first, second, likeness in near_pairs([one.text for one in firsts], NEAR):
        yield _near(members[first], members[second], likeness)


def _same(group: Sequence[Written]) -> Finding:
    places = [one.place for one in group]
    if len({_label(one) for one in group}) > 1:
        said = " / ".join(sorted({"·".join(_label(one)) for one in group}))
        return error("same_text_other_label", f"{_cut(group[0].text)}: {said}", *places)
    if len({_set(one) for one in group}) > 1:
        return error("same_text_other_set", _cut(group[0].text), *places)
    return error("same_text", _cut(group[0].text), *places)


def _near(first: Sequence[Written], second: Sequence[Written], likeness: float) -> Finding:
    one, other = _gravest(first, second)
    says = f"{likeness:.2f}: {_cut(one.text)} | {_cut(other.text)}"
    if _set(one) != _set(other):
        is_short = any(len(x.text.split()) <= SHORT_WORDS for x in (one, other))
        make = warning if is_short else error
        return make("near_text_other_set", says, one.place, other.place)
    if _label(one) != _label(other):
        labels = f" ({'·'.join(_label(one))} / {'·'.join(_label(other))})"
        return warning("near_text_other_label", says + labels, one.place, other.place)
    return warning("near_text", says, one.place, other.place)


def _gravest(first: Sequence[Written], second: Sequence[Written]) -> tuple[Written, Written]:
    """Choose of two groups the pair that matters most: other sets, then other labels."""
    pairs = [(one, other) for one in first[:10] for other in second[:10]]
    return max(pairs, key=lambda x: (_set(x[0]) != _set(x[1]), _label(x[0]) != _label(x[1])))


def shared_authors(messages: Iterable[Written]) -> Iterator[Finding]:
    """Find authors in more than one set: the figures would measure a known voice."""
    sets: defaultdict[str, set[str]] = defaultdict(set)
    for one in messages:
        sets[str(one.about.get("author", ""))].add(_set(one))
    for author, found in sorted(sets.items()):
        if author and len(found) > 1:
            yield error("author_in_two_sets", f"{author}: {', '.join(sorted(found))}")


def _label(one: Written) -> tuple[str, str]:
    return one.intent, str(one.about.get("urgency", ""))


def _set(one: Written) -> str:
    return one.path.parent.name


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 70 else line[:69] + "…"
