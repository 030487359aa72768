"""What the carrier is told to do with a call (TwiML), as data. Pure.

Read strictly: what a carrier would refuse or overlook, an unknown verb or attribute, is an error.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from intake.errors import IntakeError

LONGEST_BYTES = 64 * 1024
"""What Twilio takes as one answer."""
_LETTERS_A_SECOND = 15.0
_PLAY_SECONDS = 10.0
"""Nobody knows how long a recording is: the file lies elsewhere."""
_MOST_NUMBERS = 10


class TwimlError(IntakeError):
    """An answer that the carrier cannot carry out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """Words or a recording that are heard (Say, Play), or silence of ours (Pause)."""

    words: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Gather:
    """Speak, and listen for keys the while and `timeout_seconds` after it, or after a key."""

    prompts: tuple[Heard, ...]
    action: str
    timeout_seconds: float
    most_digits: int | None
    finish_on_key: str
    tells_silence: bool
    """Silence goes to `action` too; otherwise the next verb follows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A telephone that rings; `whisper` is asked for what its owner hears before the caller."""

    phone: str
    whisper: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dial:
    """Ring telephones at once."""

    numbers: tuple[Number, ...]
    timeout_seconds: float
    action: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Redirect:
    """Ask another address how it goes on."""

    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hangup:
    """End the call (also Reject)."""


Verb = Heard | Gather | Dial | Redirect | Hangup

_SPOKEN = frozenset({"voice", "language", "loop"})
_KNOWN = {
    "Say": _SPOKEN,
    "Play": frozenset({"loop"}),
    "Pause": frozenset({"length"}),
    "Gather": frozenset(
        {"action", "method", "timeout", "numDigits", "finishOnKey", "actionOnEmptyResult",
         "input", "language", "hints", "speechTimeout", "speechModel", "profanityFilter",
         "bargeIn"}
    ),
    "Dial": frozenset(
        {"action", "method", "timeout", "callerId", "record", "answerOnBridge", "timeLimit"}
    ),
    "Redirect": frozenset({"method"}),
    "Hangup": frozenset(),
    "Reject": frozenset({"reason"}),
}  # fmt: skip
_NUMBER = frozenset({"url", "method"})


def read_twiml(document: str) -> tuple[Verb, ...]:
    """Read an answer; raises `TwimlError`."""
    if len(document.encode()) > LONGEST_BYTES:
        raise TwimlError("longer than 64 KiB")
    try:
        root = ElementTree.fromstring(document)  # noqa: S314 - written by this very program
    except ElementTree.ParseError as error:
        raise TwimlError(f"no XML: {error}") from error
    if root.tag != "Response":
        raise TwimlError(f"the root is {root.tag}, not Response")
    return tuple(_verb(element) for element in root)


def _verb(element: Element) -> Verb:
    _check(element, _KNOWN.get(element.tag))
    match element.tag:
        case "Say" | "Play" | "Pause":
            return _heard(element)
        case "Gather":
            return _gather(element)
        case "Dial":
            return _dial(element)
        case "Redirect":
            return Redirect(url=_words(element))
    return Hangup()


def _check(element: Element, known: frozenset[str] | None) -> None:
    if known is None:
        raise TwimlError(f"nothing is called {element.tag}")
    if unknown := element.attrib.keys() - known:
        raise TwimlError(f"{element.tag} has no {', '.join(sorted(unknown))}")
    if element.get("method", "POST") != "POST":
        raise TwimlError(f"{element.tag} does not POST")


def _heard(element: Element) -> Heard:
    if element.tag == "Pause":
        return Heard(words="", seconds=_seconds(element, "length", 1.0))
    words, times = _words(element), int(_seconds(element, "loop", 1.0))
    if not words or times < 1:
        raise TwimlError(f"{element.tag} says nothing, or never ends")
    if element.tag == "Play":
        return Heard(words=f"♪ {PurePath(words).name}", seconds=_PLAY_SECONDS * times)
    return Heard(words=words, seconds=times * len(words) / _LETTERS_A_SECOND)


def _gather(element: Element) -> Gather:
    most = element.get("numDigits")
    return Gather(
        prompts=tuple(_prompts(element)),
        action=element.get("action", ""),
        timeout_seconds=_seconds(element, "timeout", 5.0),
        most_digits=int(most) if most else None,
        finish_on_key=element.get("finishOnKey", "#"),
        tells_silence=element.get("actionOnEmptyResult", "false") == "true",
    )


def _prompts(element: Element) -> Iterable[Heard]:
    for child in element:
        _check(child, _KNOWN.get(child.tag) if child.tag in ("Say", "Play", "Pause") else None)
        yield _heard(child)


def _dial(element: Element) -> Dial:
    numbers = tuple(_number(child) for child in element)
    if not 1 <= len(numbers) <= _MOST_NUMBERS:
        raise TwimlError(f"Dial rings 1 to {_MOST_NUMBERS} telephones")
    return Dial(
        numbers=numbers,
        timeout_seconds=_seconds(element, "timeout", 30.0),
        action=element.get("action", ""),
    )


def _number(element: Element) -> Number:
    _check(element, _NUMBER if element.tag == "Number" else None)
    return Number(phone=_words(element), whisper=element.get("url", ""))


def _words(element: Element) -> str:
    """All the words, those within pauses and stress (SSML) too."""
    return " ".join("".join(element.itertext()).split())


def _seconds(element: Element, name: str, usual: float) -> float:
    try:
        return float(element.get(name, usual))
    except ValueError:
        raise TwimlError(f"{element.tag}: {name} is no number") from None
