"""`langnghe nlu evaluate`: figures on labelled messages."""

import json
import sys
import time
from argparse import Namespace
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from nlu.commands.printing import reader_may_leave
from nlu.engine import EmbeddedEngine, load_engine
from nlu.examples import DEV, TEST, Example, load_examples
from nlu.labels import Intent, Urgency


def evaluate(args: Namespace) -> int:
    """Print figures for folders or files of examples, or for JSON lines with labels.

    Without a name the held-out and the dev set are measured. `--json` prints one object.
    """
    engine = load_engine()
    paths = [Path(name) for name in args.files] or [TEST, DEV]
    found = {str(path): figures(engine, _examples_of(path)) for path in paths}
    with reader_may_leave(sys.stdout):
        sys.stdout.write(_printed(found, as_object=args.json))
    return 0


def _printed(found: dict[str, dict[str, Any]], *, as_object: bool) -> str:
    if as_object:
        return json.dumps(found, ensure_ascii=False, indent=2) + "\n"
    lines = []
    for name, values in found.items():
        lines.append(name)
        lines.extend(f"  {key:<26}{value}" for key, value in values.items())
    return "\n".join(lines) + "\n"


def _examples_of(path: Path) -> tuple[Example, ...]:
    if path.is_dir():
        return load_examples(path)
    examples = []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        examples.append(
            Example(
                text=row["text"],
                intent=Intent(row.get("intent", "out_of_scope")),
                urgency=Urgency(row.get("urgency", "low")),
                lang=row.get("lang", "vi"),
                style=row.get("style", "standard"),
                author_role=row.get("author_role", "adult"),
            )
        )
    return tuple(examples)


def figures(engine: EmbeddedEngine, examples: Sequence[Example]) -> dict[str, Any]:
    """Count what the service stands on: intent, urgency, critical recall, false alarms, speed."""
    counts: Counter[str] = Counter()
    seconds: list[float] = []
    for one in examples:
        began = time.perf_counter()
        found = engine.understand(one.text)
        seconds.append(time.perf_counter() - began)
        critical = one.urgency is Urgency.CRITICAL
        counts["intent"] += found.intent is one.intent
        counts["urgency"] += found.urgency is one.urgency
        counts["critical"] += critical
        counts["critical_found"] += critical and found.urgency is Urgency.CRITICAL
        counts["critical_or_asks"] += critical and (found.urgency is Urgency.CRITICAL or found.ask)
        counts["false_critical"] += not critical and found.urgency is Urgency.CRITICAL
        counts["asks_in_vain"] += one.urgency is Urgency.LOW and found.ask
        counts["low"] += one.urgency is Urgency.LOW
        counts["lang"] += found.lang.value == one.lang
        role = found.facts.author_role
        counts["role_right"] += role is not None and role.value == one.author_role
        counts["role_said"] += role is not None
    total = max(len(examples), 1)
    grave = max(counts["critical"], 1)
    seconds.sort()
    return {
        "messages": len(examples),
        "intent_accuracy": round(counts["intent"] / total, 4),
        "urgency_accuracy": round(counts["urgency"] / total, 4),
        "critical_messages": counts["critical"],
        "critical_recall": round(counts["critical_found"] / grave, 4),
        "critical_or_asks": round(counts["critical_or_asks"] / grave, 4),
        "false_critical_per_1000": round(
            1000 * counts["false_critical"] / max(total - counts["critical"], 1), 2
        ),
        "asks_on_low_per_1000": round(1000 * counts["asks_in_vain"] / max(counts["low"], 1), 2),
        "language_accuracy": round(counts["lang"] / total, 4),
        "author_role_accuracy": round(counts["role_right"] / max(counts["role_said"], 1), 4),
        "median_ms": round(1000 * seconds[len(seconds) // 2], 3) if seconds else 0.0,
        "p99_ms": round(1000 * seconds[len(seconds) * 99 // 100], 3) if seconds else 0.0,
    }
