"""What to ask and to do on a ticket (việc cần hỏi, cần làm), by what it is about."""

from functools import cache
from pathlib import Path

import yaml

from intake.clock_rules import ABUSE
from nlu.labels import Intent

_FILE = Path(__file__).with_name("checklists.yml")


def items_for(kind: Intent) -> tuple[str, ...]:
    """Return the codes of a kind's items in order; a kind that reports nothing has none."""
    lists = _lists()
    if not kind.is_report:
        return ()
    of_abuse = lists["abuse"] if kind in ABUSE else ()
    return (*lists["every"], *lists.get(kind.value, ()), *of_abuse)


@cache
def _lists() -> dict[str, tuple[str, ...]]:
    read = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    groups = {name: read[name] for name in ("every", "abuse")} | read["kinds"]
    return {name: tuple(items) for name, items in groups.items()}
