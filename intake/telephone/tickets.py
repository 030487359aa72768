"""The tickets that calls open by themselves (phiếu do máy mở): what is known of each. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from bot.channels.codec import content_to_json
from bot.channels.contract import Text
from intake.calls.report import soft_report
from intake.telephone.steps import Opens
from nlu.labels import Danger, Intent, Urgency
from storage.calls.reports import CallReport
from storage.calls.spoken import Spoken
from storage.rows import TicketChange
from storage.telephone.calls import PhoneCall

MACHINE: Final = "bot"
"""Who noted a call down that nobody has taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    words: str
    urgency: Urgency
    intent: Intent = Intent.TALK_TO_HUMAN
    danger: Danger | None = None


_KINDS: Final[Mapping[Opens, _Kind]] = {
    Opens.EMERGENCY: _Kind(
        words="Cuộc gọi tới tổng đài: người gọi bấm 1, đang nguy hiểm.", urgency=Urgency.CRITICAL
    ),
    Opens.DROWNING: _Kind(
        words="Cuộc gọi tới tổng đài: có người đuối nước, hoặc người gọi nghe cách cứu mà tay bận.",
        urgency=Urgency.CRITICAL,
        intent=Intent.DROWNING_EMERGENCY,
        danger=Danger.DROWNING,
    ),
    Opens.CANNOT_SPEAK: _Kind(
        words="Cuộc gọi tới tổng đài: người gọi bấm phím báo là không nói được.",
        urgency=Urgency.HIGH,
    ),
    Opens.SILENT: _Kind(
        words="Cuộc gọi im lặng tới tổng đài: không nói, không bấm phím.", urgency=Urgency.NORMAL
    ),
    Opens.NOBODY_FREE: _Kind(
        words="Cuộc gọi tới tổng đài muốn gặp cán bộ, không có ai bắt máy.", urgency=Urgency.HIGH
    ),
}
_REPEATED: Final = "Số máy này gọi tới tổng đài nhiều lần trong một ngày mà không gặp được ai."


def opened_by(opens: Opens, call: PhoneCall, *, now: datetime) -> CallReport:
    """Return the ticket that a step opens; the caller's number is a fact of it, sealed."""
    kind = _KINDS[opens]
    change = TicketChange(
        kind=kind.intent,
        urgency=kind.urgency,
        danger=kind.danger,
        commune_code=None,
        needs_human=True,
        facts=_facts(call),
        reasons=({"layer": "rule", "code": opens.value, "words": ""},),
    )
    return replace(_soft(call, kind.words, now), change=change)


def repeated(call: PhoneCall, *, now: datetime) -> CallReport:
    """Return the ticket for a number that rings again and again."""
    soft = _soft(call, _REPEATED, now)
    return replace(soft, change=replace(soft.change, facts=_facts(call)))


def draft_of(call: PhoneCall, about: str) -> dict[str, str]:
    """Return the form that who takes the call finds; `about`: the number of an earlier ticket."""
    fields = {"channel": Spoken.PHONE.value, "caller_number": call.number}
    if about:
        fields["notes"] = f"Gọi lại bằng mã của phiếu {about}.\n"
    return {name: value for name, value in fields.items() if value}


def _soft(call: PhoneCall, words: str, now: datetime) -> CallReport:
    """Nobody noted it: the machine did, and the event has no actor."""
    soft = soft_report(call.id, channel=Spoken.PHONE.value, user_id="", words=words, now=now)
    notes = {**content_to_json(Text(text=words)), "noted_by": MACHINE}
    return replace(soft, notes=notes, begun_at=call.began_at)


def _facts(call: PhoneCall) -> Mapping[str, object]:
    return {"form": {"caller_number": call.number}} if call.number else {}
