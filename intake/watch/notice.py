"""The words of an alarm (lời báo động), pure.

They are unaccented, so that one SMS holds them: 160 signs, against 70 with Vietnamese accents.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .judging import Problem
from .telling import Word

_WRONG = {
    Problem.NO_ANSWER: "he thong khong tra loi",
    Problem.REFUSED: "he thong tu choi ma canh chung",
    Problem.NO_DATABASE: "khong doc duoc co so du lieu",
    Problem.NO_BEAT: "bo phan xu ly da dung",
    Problem.CRITICAL: "phieu KHAN CAP chua ai nhan",
    Problem.MESSAGE: "tin nhan chua duoc xu ly",
    Problem.SEND: "tin khan chua gui duoc",
    Problem.TIMER: "hen gio bi tre",
}
_MOST_NAMED = 2
_EAST_SECONDS = 7 * 3600
"""The time of Viet Nam, whatever the machine's own: it knows no summer time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One alarm, or that all is well again. It knows nothing of any report."""

    word: Word
    problems: tuple[Problem, ...]
    at: float
    """Seconds since 1970: since when."""
    link: str
    telephones: tuple[str, ...] = field(default=(), repr=False)


def as_text(notice: Notice) -> str:
    """Write it for a telephone."""
    at = time.strftime("%H:%M %d/%m", time.gmtime(notice.at + _EAST_SECONDS))
    if notice.word is Word.WELL_AGAIN:
        return f"LANG NGHE: da hoat dong lai tu {at}."
    wrong = ", ".join(_WRONG[each] for each in notice.problems[:_MOST_NAMED])
    return f"LANG NGHE BAO DONG tu {at}: {wrong}. Mo trang truc; truc dien thoai 18008077 ngay."


def as_document(notice: Notice) -> Mapping[str, Any]:
    """Write it for the alarm's webhook: a ticket's alarm that names no ticket, and why."""
    is_alarm = notice.word is Word.ALARM
    document: dict[str, Any] = {
        "number": "",
        "urgency": "critical" if is_alarm else "low",
        "commune": "",
        "link": notice.link,
        "watch": notice.word.value,
        "problems": [each.value for each in notice.problems],
        "since": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(notice.at)),
    }
    if is_alarm and notice.telephones:
        document["telephones"] = [
            {"name": "", "phone": each, "on_call": True} for each in notice.telephones
        ]
    return document
