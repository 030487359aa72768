"""What the alarm says on a telephone, for each way that things may stand. Pure.

These are words to staff, as those of the console; what reporters hear stands on signed cards.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Final
from xml.etree.ElementTree import Element

from intake.alarm_ways import Mark
from intake.telephone import twiml
from nlu.labels import Urgency

TIMES: Final = 3
"""How often it is said to who presses nothing: once, and twice more."""
_WAIT_SECONDS: Final = 6
_LETTERS: Final = {"-": ",", "P": "pê", "T": "tê"}
_URGENT: Final = {
    Urgency.CRITICAL: "khẩn cấp",
    Urgency.HIGH: "mức cao",
    Urgency.NORMAL: "mức thường",
    Urgency.LOW: "mức thấp",
}
_MARKS: Final = {
    Mark.REAL: "",
    Mark.DRILL: "Diễn tập, diễn tập. Đây không phải việc thật.",
    Mark.TEST: "Chuông thử. Đây không phải việc thật.",
}


class Stand(Enum):
    """How things stand when somebody of ours picks up, and what there is to press."""

    WAITS = "Nhấn 1 để nhận phiếu. Nhấn 2 nếu anh chị không nhận được."
    OWN = "Phiếu này anh chị đang giữ, và người báo tin đang chờ. Nhấn 1 nếu anh chị đã nghe."
    LEFT = (
        "Phiếu đã có người giữ, nhưng người báo tin chưa được trả lời. "
        "Nhấn 1 nếu anh chị đã nghe và sẽ xem. Nhấn 2 nếu anh chị không xem được."
    )
    TEST = "Nhấn 1 nếu anh chị nghe rõ."
    TAKEN = "Phiếu này đã có người nhận. Anh chị không cần làm gì. Cảm ơn anh chị."
    OVER = "Phiếu này đã xong. Anh chị không cần làm gì. Cảm ơn anh chị."
    NOTHING = "Cuộc gọi này không còn cần nữa. Cảm ơn anh chị."

    @property
    def asks(self) -> bool:
        """Whether a key is waited for."""
        return self in (Stand.WAITS, Stand.OWN, Stand.LEFT, Stand.TEST)


class Said(Enum):
    """What is said after a key, or after none."""

    TOOK = "Anh chị đã nhận phiếu. Xin mở bảng trực ngay, người báo tin đang chờ."
    HEARD = "Đã ghi là anh chị đã nghe. Xin mở bảng trực ngay."
    TEST_HEARD = "Đã ghi. Điện thoại của anh chị nhận được chuông báo. Cảm ơn anh chị."
    CANNOT = "Đã ghi là anh chị không nhận được. Máy gọi người khác. Cảm ơn anh chị."
    NO_KEY = "Máy không nhận được phím nào, nên gọi người khác."
    DOWN = "Máy đang trục trặc, chưa ghi được. Xin mở bảng trực ngay."


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that is said of a ticket: what an alarm may say by every other way, too."""

    number: str = ""
    urgency: Urgency = Urgency.CRITICAL
    commune: str = ""
    mark: Mark = Mark.REAL


def ask(stand: Stand, facts: Facts, *, voice: str, action: str) -> str:
    """Say how things stand and wait for one key, if there is anything to press."""
    words = _say(_sentence(stand, facts), voice)
    if not stand.asks:
        return twiml.document(words, Element("Hangup"))
    gather = Element(
        "Gather",
        input="dtmf",
        action=action,
        method="POST",
        numDigits="1",
        timeout=str(_WAIT_SECONDS),
        actionOnEmptyResult="true",
    )
    gather.append(words)
    return twiml.document(gather)


def end(words: Stand | Said, *, voice: str) -> str:
    """Say something and end the call."""
    return twiml.document(_say(words.value, voice), Element("Hangup"))


def spelled(number: str) -> str:
    """Spread a ticket's number, sign by sign: nobody notes down "one hundred and twenty-three"."""
    return " ".join(_LETTERS.get(sign, sign) for sign in number)


def _sentence(stand: Stand, facts: Facts) -> str:
    parts = ["Lắng Nghe gọi.", _MARKS[facts.mark]]
    if facts.number and stand is not Stand.NOTHING:
        place = facts.commune or "chưa rõ ở xã nào"
        parts.append(f"Phiếu {spelled(facts.number)}, {_URGENT[facts.urgency]}, {place}.")
    parts.append(stand.value)
    return " ".join(part for part in parts if part)


def _say(words: str, voice: str) -> Element:
    say = Element("Say", language="vi-VN", voice=voice)
    say.text = words
    return say
