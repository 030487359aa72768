"""How often a day would ring (tải báo động), under a stated mix of messages.

The figures of a file say how often each sort of message rings; how often each sort comes is an
assumption, taken from the national child helpline 111: 6.7 % of its calls ended in a consultation
and 0.2-0.4 % in a case (nine months of 2023). The upper end stands for "critical".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from nlu.evaluation.answers import Answer
from nlu.evaluation.bounds import Share

CHATS_A_DAY = (320, 5_000)
"""Ten times today's demand of the province, and the day of a campaign."""


@dataclass(frozen=True)
class Mix:
    """Which share of the day's messages is what; one message a chat is counted."""

    critical: float = 0.004
    other_reports: float = 0.063

    @property
    def non_reports(self) -> float:
        """The rest."""
        return 1 - self.critical - self.other_reports


def load_of_days(answers: Sequence[Answer], mix: Mix | None = None) -> dict[str, Any] | None:
    """Return alarms and questions a day; None unless all three sorts of messages are there."""
    mix = mix or Mix()
    grave = [one for one in answers if one.case.is_critical]
    idle = [one for one in answers if one.case.is_non_report]
    other = [
        one for one in answers if not one.case.is_critical and one.case.example.intent.is_report
    ]
    if not (grave and idle and other):
        return None
    parts = ((mix.critical, grave), (mix.other_reports, other), (mix.non_reports, idle))
    return {
        "assumed": {
            "critical": mix.critical,
            "other_reports": mix.other_reports,
            "non_reports": round(mix.non_reports, 4),
        },
        "days": {str(chats): _day(chats, parts) for chats in CHATS_A_DAY},
    }


def _day(chats: int, parts: Sequence[tuple[float, Sequence[Answer]]]) -> dict[str, float]:
    (critical, grave), *rest = parts
    rings = [(share, _rings(group)) for share, group in rest]
    true = chats * critical * (_rings(grave).rate or 0)
    false = chats * sum(share * (found.rate or 0) for share, found in rings)
    asked = chats * sum(
        share * sum(one.found.ask and not one.is_called_critical for one in group) / len(group)
        for share, group in parts
    )
    return {
        "alarms": round(true + false, 1),
        "true": round(true, 1),
        "false": round(false, 1),
        "false_at_most": round(chats * sum(share * found.bounds[1] for share, found in rings), 1),
        "missed": round(chats * critical - true, 2),
        "asked": round(asked, 1),
    }


def _rings(group: Sequence[Answer]) -> Share:
    return Share(sum(one.is_called_critical for one in group), len(group))
