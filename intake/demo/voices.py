"""The words of an invented year (giọng kể): labelled examples by kind, and the desk's own lines."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any

import yaml

from intake.demo.chances import KINDS
from nlu.examples import DEV, Example, read_examples
from nlu.labels import Intent, Urgency

_FILE = Path(__file__).with_name("words.yml")


class Voices:
    """What invented people say."""

    def __init__(self, examples: Sequence[Example], words: Mapping[str, Any]) -> None:
        self._words = words
        self._by_kind: dict[tuple[Intent, Urgency | None], list[Example]] = {}
        for one in examples:
            if one.lang == "vi" and not one.hard:
                self._by_kind.setdefault((one.intent, one.urgency), []).append(one)
                self._by_kind.setdefault((one.intent, None), []).append(one)

    @property
    def staff(self) -> Sequence[Mapping[str, str]]:
        """Return who works here: `login`, `name`, `role`."""
        found: Sequence[Mapping[str, str]] = self._words["staff"]
        return found

    @property
    def machine(self) -> str:
        """Return what the machine answers in an invented chat."""
        return str(self._words["machine"])

    def of(self, random: Random, kind: Intent, urgency: Urgency) -> Example:
        """Return a report of a kind; as urgent as wanted where there is one."""
        return random.choice(self._by_kind.get((kind, urgency)) or self._by_kind[(kind, None)])

    def say(self, random: Random, what: str) -> str:
        """Return one of the desk's lines."""
        return str(random.choice(self._words[what]))

    def lines(self, what: str) -> Sequence[str]:
        """Return all of the desk's lines of a kind."""
        found: Sequence[str] = self._words[what]
        return found

    def child(self, random: Random) -> str:
        """Return an invented name that says that it is invented."""
        return self.say(random, "children")


def read_voices() -> Voices:
    """Read the desk's lines and labelled examples of what is reported.

    Those for tuning are voices enough, and a twelfth of what is trained on: that takes seconds.
    """
    examples = read_examples(DEV / f"{kind.value}.yml" for kind in KINDS)
    return Voices(examples, yaml.safe_load(_FILE.read_text(encoding="utf-8")))
