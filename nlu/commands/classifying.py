"""`langnghe classify`: a message in, one JSON object out, whatever the message."""

import json
from io import TextIOWrapper
from typing import Any, TextIO

from nlu.assessment import Assessment
from nlu.commands.printing import reader_may_leave
from nlu.engine import load_engine
from nlu.telling import told_rows


def classify(stdin: TextIO, stdout: TextIO) -> int:
    """Read lines, or JSON lines with `text`; print one JSON object each; no input raises."""
    engine = load_engine()
    if isinstance(stdin, TextIOWrapper):
        stdin.reconfigure(errors="replace")  # bytes that are no text are an input like any other
    with reader_may_leave(stdout):
        for line in stdin:
            text, error = _text_of(line)
            answer = as_json(engine.understand(text))
            if error:
                answer["error"] = error
            stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
            stdout.flush()
    return 0


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
            "told": told_rows(assessment.facts),
        },
        "reasons": [
            {"layer": reason.layer, "code": reason.code, "words": _encodable(reason.words)}
            for reason in assessment.reasons
        ],
    }


def _encodable(words: str) -> str:
    """Lone surrogates cannot be written; everything else stays as the reporter wrote it."""
    return words.encode("utf-8", "replace").decode("utf-8")
