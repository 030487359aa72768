"""`langnghe classify` and `langnghe nlu …`: the only place of this folder that reads and prints."""

import json
import os
import sys
import time
from argparse import Namespace
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TextIO

from nlu.assessment import Assessment
from nlu.engine import EmbeddedEngine, load_engine
from nlu.examples import DEV, TEST, TRAIN, Example, load_examples
from nlu.floor import load_floor
from nlu.labels import Intent, Urgency
from nlu.model import MANIFEST_FILE, MODEL_FILE, load_model
from nlu.places import load_places


def classify(stdin: TextIO, stdout: TextIO) -> int:
    """Read lines, or JSON lines with `text`; print one JSON object each; no input raises."""
    engine = load_engine()
    if isinstance(stdin, TextIOWrapper):
        stdin.reconfigure(errors="replace")  # bytes that are no text are an input like any other
    with _reader_may_leave(stdout):
        for line in stdin:
            text, error = _text_of(line)
            answer = as_json(engine.understand(text))
            if error:
                answer["error"] = error
            stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
            stdout.flush()
    return 0


@contextmanager
def _reader_may_leave(stdout: TextIO) -> Iterator[None]:
    """End quietly when the reader has seen enough (`… | head`)."""
    try:
        yield
        stdout.flush()
    except BrokenPipeError:
        # What is still buffered would raise again while the interpreter shuts down.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stdout.fileno())


def _text_of(line: str) -> tuple[str, str]:
    """Return what is to be classified, and what was wrong with the line."""
    stripped = line.strip()
    if not stripped.startswith("{"):
        return stripped, ""
    try:
        value = json.loads(stripped)
    except (ValueError, RecursionError):
        return stripped, "not JSON, read as text"
    text = value.get("text") if isinstance(value, dict) else None
    if not isinstance(text, str):
        return "", "no text"
    return text, ""


def as_json(assessment: Assessment) -> dict[str, Any]:
    """Return an assessment as plain JSON values."""
    return {
        "intent": assessment.intent.value,
        "also": [intent.value for intent in assessment.also],
        "urgency": assessment.urgency.value,
        "confidence": assessment.confidence,
        "ask": assessment.ask,
        "lang": assessment.lang.value,
        "danger": assessment.danger.value if assessment.danger else None,
        "places": [
            {"code": place.code, "name": place.name, "confidence": place.confidence}
            for place in assessment.places
        ],
        "facts": {
            "author_role": assessment.facts.author_role.value
            if assessment.facts.author_role
            else None,
            "offender_is_carer": assessment.facts.offender_is_carer,
            "child_age": assessment.facts.child_age,
        },
        "reasons": [
            {"layer": reason.layer, "code": reason.code, "words": _encodable(reason.words)}
            for reason in assessment.reasons
        ],
    }


def _encodable(words: str) -> str:
    """Lone surrogates cannot be written; everything else stays as the reporter wrote it."""
    return words.encode("utf-8", "replace").decode("utf-8")


def train(args: Namespace) -> int:
    """Train the embedded model from `nlu/data/train`, and print its figures."""
    from nlu.training import train as train_model
    from nlu.training import write_manifest

    with TemporaryDirectory(dir=MODEL_FILE.parent) as name:
        staging = Path(name)  # a reader never finds a new model beside an old manifest for long
        manifest = train_model(load_examples(TRAIN), load_examples(DEV), staging)
        engine = EmbeddedEngine(load_floor(), load_model(staging / MODEL_FILE.name), load_places())
        for key, folder in (("dev", DEV), ("held_out", TEST)):
            found = figures(engine, load_examples(folder))
            manifest[key] = {x: y for x, y in found.items() if not x.endswith("_ms")}
        write_manifest(manifest, staging)
        (staging / MODEL_FILE.name).replace(MODEL_FILE)
        (staging / MANIFEST_FILE.name).replace(MANIFEST_FILE)
    sys.stdout.write(json.dumps(manifest, ensure_ascii=False, indent=2) + "\n")
    return 0


def evaluate(args: Namespace) -> int:
    """Print figures for folders or files of examples, or for JSON lines with labels.

    Without a name the held-out and the dev set are measured. `--json` prints one object.
    """
    engine = load_engine()
    paths = [Path(name) for name in args.files] or [TEST, DEV]
    found = {str(path): figures(engine, _examples_of(path)) for path in paths}
    with _reader_may_leave(sys.stdout):
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
