"""What must outlive a restart (trí nhớ): in a file, in the time of the wall clock.

In memory times are those of a clock that never jumps; a file can hold none of that clock. What is
read back is therefore bounded: a wall clock that was set wrong neither silences an alarm for longer
than its usual pause nor makes a service dead that answers.
"""

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .judging import Problem
from .settings import Times
from .telling import Told, Verdict

_LONGEST_SECONDS = 30 * 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """When the service answered last, how things stand, and who has been told what."""

    answered_at: float
    verdict: Verdict
    told: dict[str, Told] = field(default_factory=dict)


def fresh(now: float) -> Memory:
    """Remember nothing: all was well until now."""
    return Memory(answered_at=now, verdict=Verdict(since=now))


def answered_at(memory: Memory, times: Times, *, now: float) -> float:
    """Return since when a watch that begins has no answer.

    After a power cut the service starts with the watch and is given two questions' time; a watch
    that is killed again and again still notices. Trouble that was known goes on.
    """
    if memory.verdict.problems:
        return memory.answered_at
    return max(memory.answered_at, now - max(times.patience - 2 * times.every, 0.0))


def as_document(memory: Memory, *, now: float, wall: float) -> dict[str, Any]:
    """Write times as seconds since 1970."""
    shift = wall - now
    return {
        "answered_at": memory.answered_at + shift,
        "problems": [each.value for each in memory.verdict.problems],
        "since": memory.verdict.since + shift,
        "told": {
            name: {"is_alarmed": told.is_alarmed, "next_at": max(told.next_at, now) + shift}
            for name, told in memory.told.items()
        },
    }


def read_document(document: Any, times: Times, *, now: float, wall: float) -> Memory:
    """Read it back; raises `ValueError`, `KeyError`, `TypeError` or `AttributeError` if spoilt."""

    def past(at: float) -> float:
        return now - min(max(wall - float(at), 0.0), _LONGEST_SECONDS)

    return Memory(
        answered_at=past(document["answered_at"]),
        verdict=Verdict(
            problems=tuple(Problem(each) for each in document["problems"]),
            since=past(document["since"]),
        ),
        told={
            str(name): Told(
                is_alarmed=bool(told["is_alarmed"]),
                next_at=now + min(max(float(told["next_at"]) - wall, 0.0), times.repeat),
            )
            for name, told in document["told"].items()
        },
    )


def load(path: Path, times: Times, *, now: float, wall: float) -> Memory:
    """Read the file; nothing is remembered where there is none or it is spoilt."""
    try:
        return read_document(json.loads(path.read_text("utf-8")), times, now=now, wall=wall)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return fresh(now)


def save(path: Path, memory: Memory, *, now: float, wall: float) -> None:
    """Write the file, whole or not at all; raises `OSError`, as on a full disk."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = path.with_name(f"{path.name}.{os.getpid()}")
    partial.write_text(json.dumps(as_document(memory, now=now, wall=wall)), "utf-8")
    partial.replace(path)
