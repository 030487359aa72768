"""A story (câu chuyện) as data: what a reporter does, how time passes, what must come of it.

docs/stories.md describes the YAML. Read strictly: an unknown word is an error, not a step that
checks nothing.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.channels.contract import (
    Attachment,
    Content,
    Location,
    Presence,
    SharedContact,
    Text,
)
from bot.channels.sources import read_source
from intake.errors import IntakeError


class StoryError(IntakeError):
    """A story cannot be read; the message names the file and the step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Says:
    """The reporter sends something that is no button."""

    content: Content


@dataclass(frozen=True, slots=True, kw_only=True)
class Presses:
    """The reporter presses a button that the bot showed last: its label or its payload."""

    button: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """The reporter answers whatever is asked, until nothing is asked or `until` is."""

    by_card: Mapping[str, str]
    """Question card -> words, or a button's label or payload; others are skipped."""
    until: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalls:
    """The reporter writes a return code that the bot gave: its `words`, its `number`, or the
    words of the `first` one."""

    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """Nobody does anything; timers fall due."""

    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Operates:
    """An operator acts: `claims`, `takes over`, `hands back`, `closes`, `unlocks`, `writes` words,
    `overrides` the wait for TIẾP with words."""

    act: str
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moves:
    """The story goes on elsewhere: `web`, `telegram`; `web 2` is another person's line."""

    line: str
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expects:
    """What must be so now: of the `bot`, the `ticket` or the `alarm`."""

    of: str
    that: Mapping[str, Any] | str


Step = Says | Presses | Answers | Recalls | Waits | Operates | Moves | Expects


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One story."""

    name: str
    title: str
    covers: tuple[str, ...]
    pending: str
    """Why the dialogue does not live up to it yet; empty: it must."""
    operators: int
    """How many are on duty."""
    whole: Mapping[str, int]
    """Most `questions` and `bubbles` over the whole story."""
    steps: tuple[Step, ...]


ACTS = ("claims", "takes over", "hands back", "closes", "unlocks", "writes", "overrides")
_WITH_WORDS = ("writes", "overrides")
CODES = ("words", "number", "first")
_STORY = frozenset({"story", "covers", "pending", "on_duty", "whole", "steps"})
_BOT = frozenset(
    {"urgent", "says", "never", "cards", "asks", "silent", "bubbles", "offers", "script", "sounds"}
)
_TICKET = frozenset(
    {"kind", "urgency", "at_most", "danger", "state", "needs_human", "commune", "also",
     "child_age", "author", "how_many", "carer", "phone_taken", "channel"}
)  # fmt: skip
_ALARM = ("life", "rings", "none")
_UNITS = {"s": 1.0, "min": 60.0, "h": 3600.0, "days": 86400.0, "day": 86400.0}
_LINE = re.compile(r"(web|telegram)( \d)?")
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_story(path: Path) -> Story:
    """Read one story; raises `StoryError`."""
    raw = read_raw(path)
    if raw.keys() - _STORY or not {"story", "steps"} <= raw.keys():
        raise StoryError(f"{path.name}: needs story and steps, may have {', '.join(_STORY)}")
    steps = []
    for number, each in enumerate(raw["steps"], start=1):
        try:
            steps.append(read_step(each))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise StoryError(f"{path.name}, step {number}: {error}") from error
    return Story(
        name=path.stem,
        title=str(raw["story"]),
        covers=tuple(raw.get("covers", ())),
        pending=str(raw.get("pending", "")),
        operators=int(raw.get("on_duty", 1)),
        whole=dict(raw.get("whole", {})),
        steps=tuple(steps),
    )


def read_raw(path: Path) -> dict[str, Any]:
    """Read a file's YAML, a mapping; raises `StoryError`."""
    try:
        raw = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 - a safe loader
    except (OSError, yaml.YAMLError) as error:
        raise StoryError(f"{path.name}: {type(error).__name__}") from error
    if not isinstance(raw, dict):
        raise StoryError(f"{path.name}: no mapping")
    return raw


def read_step(raw: Mapping[str, Any]) -> Step:
    """Read one step; raises ValueError and its kin for what is none."""
    (kind, value), *more = raw.items()
    if more:
        raise ValueError("one thing a step")
    match kind:
        case "reporter":
            return Says(content=Text(text=str(value)))
        case "shares":
            return Says(content=Location(latitude=float(value[0]), longitude=float(value[1])))
        case "sends":
            return Says(content=Attachment(kind=str(value), file_id="story"))
        case "contact":
            return Says(content=SharedContact(phone=str(value)))
        case "opens":
            return Says(content=Presence(kind="started"))
        case "press":
            return Presses(button=str(value))
        case "answers":
            by_card = {key: str(words) for key, words in value.items() if key != "until"}
            return Answers(by_card=by_card, until=str(value.get("until", "")))
        case "code" if value in CODES:
            return Recalls(what=str(value))
        case "silence":
            return Waits(seconds=read_seconds(str(value)))
        case "operator":
            return _operates(value)
        case "channel":
            return _moves(value)
        case "bot" | "ticket" | "alarm":
            return _expects(kind, value)
    raise ValueError(f"nothing is called {kind}")


def read_seconds(words: str) -> float:
    """Read `30 s`, `2 min`, `1 h`, `2 days`; raises ValueError."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?) ?(s|min|h|days?)", words.strip())
    if not found:
        raise ValueError(f"{words!r} is no time: 30 s, 2 min, 1 h, 2 days")
    return float(found[1]) * _UNITS[found[2]]


def _operates(value: Any) -> Operates:
    act, words = next(iter(value.items())) if isinstance(value, dict) else (value, "")
    if act not in ACTS or (act in _WITH_WORDS) != bool(words):
        raise ValueError(f"an operator {', '.join(ACTS)}: words, not {act}")
    return Operates(act=act, words=str(words))


def _moves(value: Any) -> Moves:
    line, source = (value["line"], value["src"]) if isinstance(value, dict) else (value, "")
    if not _LINE.fullmatch(line):
        raise ValueError(f"no channel {line}")
    if source != read_source(source):
        raise ValueError(f"{source} is no tag")
    return Moves(line=line, source=source)


def _expects(kind: str, value: Any) -> Expects:
    if isinstance(value, dict):
        known = _BOT if kind == "bot" else _TICKET if kind == "ticket" else frozenset()
        if value.keys() - known:
            raise ValueError(f"{kind}: {', '.join(value.keys() - known)} cannot be expected")
    elif value not in {"bot": ("silent",), "ticket": ("none",), "alarm": _ALARM}[kind]:
        raise ValueError(f"{kind} cannot be {value}")
    return Expects(of=kind, that=value)
