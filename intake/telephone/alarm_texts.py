"""The alarm by SMS to the same telephones: it needs no data connection, and stays to be read."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from bot.channels.codec import outbound_to_json
from bot.channels.contract import Channel, OutboundMessage
from intake.telephone.alarm_channel import international
from storage.alarm.alarms import NewAlarm
from storage.rota.phones import Reachable

CHANNEL: Final = "sms"
WAY: Final = "sms"
_RESTS: Final = timedelta(minutes=15)
"""The next tier would say the same, and each text costs money."""


def text_alarms(
    channels: Mapping[str, Channel], telephones: tuple[Reachable, ...], text: str
) -> tuple[NewAlarm, ...]:
    """Write to every telephone of a plan, where there is a way for SMS."""
    if CHANNEL not in channels:
        return ()
    body = outbound_to_json(OutboundMessage(text=text, is_urgent=True))
    return tuple(
        NewAlarm(
            recipient=each.user_id,
            way=WAY,
            channel=CHANNEL,
            address=international(each.phone),
            body=body,
            rests=_RESTS,
        )
        for each in telephones
    )
