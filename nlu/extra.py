"""Labelled messages from outside the program (ví dụ thêm), checked before a model learns them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import yaml

from nlu.examples import Example
from nlu.labels import Intent, Urgency
from nlu.lint.findings import Finding, Level, error
from nlu.lint.labels import labels
from nlu.lint.likeness import near_pairs, same_key
from nlu.lint.persons import persons
from nlu.lint.repeats import NEAR, SHORT_WORDS
from nlu.written import FileUnreadable, Written, written, written_lines

MOST_LETTERS = 2_000
DESK = "desk"
"""The author of lessons: no name of a member of staff leaves."""
_LINES = (".jsonl", ".ndjson", ".json")
_OTHER = ("facts", "hard")


class ExamplesRefused(ValueError):
    """Examples that no model may learn from; each finding has its file and line."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(
            "\n".join(" ".join((*one.places, f"{one.code}: {one.says}")) for one in findings)
        )
        self.findings = tuple(findings)


def read_extra(
    paths: Iterable[Path], *, train: Sequence[Example], held_out: Sequence[Example]
) -> tuple[Example, ...]:
    """Read Rasa YAML or JSON lines, each text once; raises `ExamplesRefused` with every fault.

    What `held_out` measures must not be learnt, and what `train` says must not be contradicted.
    """
    messages: list[Written] = []
    findings: list[Finding] = []
    for path in paths:
        try:
            messages.extend(map(_plain, _read(path)))
        except OSError as missing:
            findings.append(error("unreadable", missing.strerror or "cannot be read", str(path)))
        except FileUnreadable as broken:
            findings.append(error("unreadable", str(broken)))
    findings.extend(one for one in labels(messages) if one.level is Level.ERROR)
    findings.extend(persons(messages))
    findings.extend(
        error("too_long", f"more than {MOST_LETTERS} characters", one.place)
        for one in messages
        if len(one.text) > MOST_LETTERS
    )
    if not messages and not findings:
        findings.append(error("no_messages", "nothing to learn from"))
    if findings:
        raise ExamplesRefused(findings)
    findings.extend(_contradictions(messages, train))
    findings.extend(_leaks(messages, held_out))
    if findings:
        raise ExamplesRefused(findings)
    return tuple({same_key(one.text): _example(one) for one in messages}.values())


def page_of(examples: Iterable[Example]) -> str:
    """Return examples as one page of Rasa YAML, grouped by intent in the order of the labels."""
    groups: dict[str, list[dict[str, object]]] = {}
    for one in sorted(examples, key=lambda each: list(Intent).index(each.intent)):
        about = {
            "urgency": one.urgency.value,
            "style": one.style,
            "author_role": one.author_role,
            "author": one.author,
            "lang": one.lang,
        }
        groups.setdefault(one.intent.value, []).append({"text": one.text, "metadata": about})
    blocks = [{"intent": intent, "examples": items} for intent, items in groups.items()]
    return yaml.safe_dump(
        {"version": "3.1", "nlu": blocks}, allow_unicode=True, sort_keys=False, width=10_000
    )


def _read(path: Path) -> Iterator[Written]:
    return written_lines(path) if path.suffix in _LINES else written(path)


def _plain(one: Written) -> Written:
    """Take a label that is a list or a number for none at all: it is reported as missing."""
    about = {
        name: value if isinstance(value, str) or name in _OTHER else ""
        for name, value in one.about.items()
    }
    return replace(one, about=about)


def _contradictions(messages: Sequence[Written], train: Sequence[Example]) -> Iterator[Finding]:
    """Find a text that says one thing here and another elsewhere."""
    known = {same_key(one.text): (one.intent.value, one.urgency.value) for one in train}
    for one in messages:
        label = (one.intent, str(one.about["urgency"]))
        before = known.setdefault(same_key(one.text), label)
        if before != label:
            says = f"the same text is {'·'.join(before)} elsewhere, {'·'.join(label)} here"
            yield error("same_text_other_label", says, one.place)


def _leaks(messages: Sequence[Written], held_out: Sequence[Example]) -> Iterator[Finding]:
    """Find texts that the comparison measures with: who learnt them would look too good."""
    measured = {same_key(one.text) for one in held_out}
    for one in messages:
        if same_key(one.text) in measured and len(one.text.split()) > SHORT_WORDS:
            yield error("measured", "this text stands in dev or test", one.place)
    first = len(messages)
    texts = [*(one.text for one in messages), *(one.text for one in held_out)]
    for one_at, other_at, likeness in near_pairs(texts, NEAR):
        is_pair = one_at < first <= other_at and same_key(texts[one_at]) not in measured
        if is_pair and len(texts[one_at].split()) > SHORT_WORDS:
            says = f"nearly the same as a text in dev or test ({likeness:.2f})"
            yield error("measured", says, messages[one_at].place)


def _example(one: Written) -> Example:
    return Example(
        text=one.text,
        intent=Intent(one.intent),
        urgency=Urgency(one.about["urgency"]),
        lang=str(one.about["lang"]),
        style=str(one.about["style"]),
        author_role=str(one.about["author_role"]),
        author=str(one.about["author"]),
    )
