"""A call script (kịch bản cuộc gọi) as data: who calls, presses and answers, what must come of it.

docs/stories.md describes the YAML. Read strictly, as stories are.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import Any

from intake.commands.chat_story import (
    Expects,
    StoryError,
    Waits,
    read_raw,
    read_seconds,
    read_step,
)
from intake.commands.chat_story import Step as StoryStep

HABITS = ("sleeps", "takes", "refuses", "voicemail", "busy")
OVER = ("we hung up", "they hung up", "no")
_SCRIPT = frozenset({"call", "covers", "on_duty", "at", "steps"})
_HABIT = re.compile(rf"({'|'.join(HABITS)})(?: after (.+))?")
_OF_STORIES = {"waits": "silence", "ticket": "ticket", "alarm": "alarm"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Habit:
    """What happens when a telephone rings (see `call_carrier.Owner`)."""

    act: str
    after_seconds: float = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """From now on these telephones are answered so."""

    by_login: Mapping[str, Habit]


@dataclass(frozen=True, slots=True, kw_only=True)
class Calls:
    """Somebody calls the hotline."""

    caller: str
    leaves_after: float | None = None
    """Seconds after which they hang up, whatever they hear then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Presses:
    """The caller presses keys."""

    keys: str
    leaves_after: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PressesCode:
    """The caller presses the number of the return code that the web chat gave."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sends:
    """A carrier that cuts nothing off sends so many digits."""

    digits: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StaysSilent:
    """The caller presses nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HangsUp:
    """The caller hangs up, or who took the call does."""

    is_operator: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Chats:
    """Somebody does something in the web chat: a step of a story."""

    step: StoryStep


@dataclass(frozen=True, slots=True, kw_only=True)
class Hears:
    """What was heard since the last thing that the caller did."""

    says: tuple[str, ...]
    never: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rang:
    """Whose telephones rang since the last look, in order; each as often as it rang."""

    logins: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenBy:
    """Who talks with the caller; empty: nobody."""

    login: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Over:
    """How the call ended, or that it goes on."""

    how: str


Step = (
    Habits | Calls | Presses | PressesCode | Sends | StaysSilent | HangsUp | Hears | Rang
    | TakenBy | Over | Chats | Waits | Expects
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """One script."""

    name: str
    title: str
    covers: tuple[str, ...]
    operators: int
    at: time
    """When it begins, in An Giang."""
    steps: tuple[Step, ...]


def read_script(path: Path) -> Script:
    """Read one script; raises `StoryError`."""
    raw = read_raw(path)
    if raw.keys() - _SCRIPT or not {"call", "steps"} <= raw.keys():
        raise StoryError(f"{path.name}: needs call and steps, may have {', '.join(_SCRIPT)}")
    steps = []
    for number, each in enumerate(raw["steps"], start=1):
        try:
            steps.append(read_call_step(each))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise StoryError(f"{path.name}, step {number}: {error}") from error
    return Script(
        name=path.stem,
        title=str(raw["call"]),
        covers=tuple(raw.get("covers", ())),
        operators=int(raw.get("on_duty", 1)),
        at=time.fromisoformat(str(raw.get("at", "20:15"))),
        steps=tuple(steps),
    )


def read_call_step(raw: Mapping[str, Any] | str) -> Step:
    """Read one step; raises ValueError and its kin for what is none."""
    if isinstance(raw, str):
        return _bare(raw)
    ((kind, value),) = raw.items()
    match kind:
        case "telephones":
            return Habits(by_login={who: _habit(str(habit)) for who, habit in value.items()})
        case "calls":
            words, leaves_after = _with_leaving(value, "from")
            return Calls(caller=words, leaves_after=leaves_after)
        case "press":
            words, leaves_after = _with_leaving(value, "keys")
            return Presses(keys=_keys(words), leaves_after=leaves_after)
        case "sends":
            return Sends(digits=_keys(str(value["key"])) * int(value["times"]))
        case "hears":
            return _hears(value if isinstance(value, Mapping) else {"says": value})
        case "rang":
            return Rang(logins=tuple(map(str, value or ())))
        case "taken by":
            return TakenBy(login="" if value == "nobody" else str(value))
        case "over" if value in OVER:
            return Over(how=value)
        case "chat":
            return Chats(step=read_step(value))
        case "waits" | "ticket" | "alarm":
            return _of_story(kind, value)
    raise ValueError(f"nothing is called {kind}")


def _bare(raw: str) -> Step:
    match raw:
        case "silence":
            return StaysSilent()
        case "presses the code":
            return PressesCode()
        case "hangs up":
            return HangsUp(is_operator=False)
        case "operator hangs up":
            return HangsUp(is_operator=True)
    raise ValueError(f"no step is {raw}")


def _of_story(kind: str, value: Any) -> Waits | Expects:
    step = read_step({_OF_STORIES[kind]: value})
    if isinstance(step, Waits | Expects):
        return step
    raise ValueError(f"nothing is called {kind}")


def _with_leaving(value: Any, name: str) -> tuple[str, float | None]:
    if not isinstance(value, Mapping):
        return str(value), None
    return str(value[name]), read_seconds(str(value["hangs up after"]))


def _keys(words: str) -> str:
    if not re.fullmatch(r"[0-9*#]+", words):
        raise ValueError(f"{words!r} are no keys")
    return words


def _habit(words: str) -> Habit:
    found = _HABIT.fullmatch(words)
    if not found:
        raise ValueError(f"{words!r}: {', '.join(HABITS)}, and `after 5 s`")
    return Habit(act=found[1], after_seconds=read_seconds(found[2]) if found[2] else 5.0)


def _hears(value: Mapping[str, Any]) -> Hears:
    if value.keys() - {"says", "never"}:
        raise ValueError("hears says and never")
    return Hears(says=_words(value.get("says")), never=_words(value.get("never")))


def _words(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    return tuple(map(str, value)) if isinstance(value, list) else (str(value),)
