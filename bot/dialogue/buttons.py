"""The payload vocabulary of our buttons (từ vựng nút bấm): the one place that lists it.

    danger:yes|no       is anybody in danger right now
    safe:yes|no         is the person in a safe place
    water:yes|no        is the person out of the water
    breath:yes|no|unknown  is the person breathing
    adult:yes|no        is an adult there
    company:yes|no      is somebody beside the person
    called:yes|no       did the emergency call get through
    who:child|adult     who writes
    place:<code>        a commune, five digits
    write:yes|no        is it safe to write here
    more:yes|no         is there anything else to say
    skip:<question>     no answer wanted (`danger`, `safe`, `where`, `role`, `who`, …)
    stop:asking         no more questions
    cmd:<word>          a word that works at any step (`Command`)

A channel without buttons of its own (Zalo) may send the payload back as text with a leading `#`.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from bot.dialogue.state import Question


class Command(StrEnum):
    """What can be said at any step (từ lệnh)."""

    SOS = "sos"
    HUMAN = "human"
    EXIT = "exit"
    CONTINUE = "continue"
    """TIẾP: the reporter is back and wants to read what waits."""
    CODE = "code"
    """MÃ TIN: a code to write on from elsewhere."""
    STOP = "stop"
    """DỪNG TIN: no more news."""
    ERASE = "erase"
    """XOÁ TIN CỦA TÔI."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """A button of ours that was pressed, or its label typed."""

    subject: str
    answer: str

    @property
    def question(self) -> Question | None:
        """The question that it answers."""
        name = self.answer if self.subject == "skip" else self.subject
        if self.subject == "who":
            return Question.ROLE
        if name == "who":
            return Question.WHO
        return _QUESTIONS.get(name)

    @property
    def is_skip(self) -> bool:
        """Whether the reporter would rather not say."""
        return self.subject == "skip"

    def is_(self, payload: str) -> bool:
        """Whether this is exactly `payload`."""
        return f"{self.subject}:{self.answer}" == payload


_QUESTIONS = {
    "danger": Question.DANGER,
    "safe": Question.SAFE,
    "water": Question.SAFE,
    "breath": Question.WALK,
    "adult": Question.WALK,
    "company": Question.SAFE,
    "called": Question.SAFE,
    "where": Question.WHERE,
    "place": Question.WHICH_PLACE,
    "role": Question.ROLE,
    "what": Question.WHAT,
    "write": Question.WRITE,
    "more": Question.MORE,
}
_PAYLOAD = re.compile(
    r"#?(?:(danger|safe|water|adult|company|called):(yes|no)|(breath):(yes|no|unknown)|(who):(child|adult)|(place):(\d{5})"
    r"|(write|more):(yes|no)|(skip):(danger|safe|where|role|who|what|write|more)|(stop):(asking)"
    r"|(cmd):(sos|human|exit|continue|code|stop|erase))"
)


ALARMING = (
    "cmd:sos", "danger:yes", "safe:no", "water:yes", "water:no",
    "breath:yes", "breath:no", "breath:unknown", "adult:yes", "adult:no",
)  # fmt: skip
"""Presses that say that somebody is in danger now."""


def is_alarming(payload: str) -> bool:
    """Whether a press is a cry for help: it never waits and is never refused."""
    return payload.removeprefix("#") in ALARMING


def read_payload(payload: str) -> Press | None:
    """Read a payload; None for what is not ours (an old button, a stranger's client)."""
    found = _PAYLOAD.fullmatch(payload)
    if not found:
        return None
    subject, answer = (part for part in found.groups() if part is not None)
    return Press(subject=subject, answer=answer)
