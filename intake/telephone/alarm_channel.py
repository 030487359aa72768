"""The alarm's telephones (gọi điện báo động): one call for each, carried by the outbox.

The carrier learns a number of ours and a random token, nothing of a report. What is said is decided
when somebody picks up (intake/telephone/alarm.py).
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from bot.channels.codec import outbound_to_json
from bot.channels.contract import Channel, OutboundMessage
from intake.settings import Settings
from storage.alarm.alarms import NewAlarm
from storage.rota.phones import Reachable

if TYPE_CHECKING:
    from bot.channels.twilio_api import TwilioApi

CHANNEL: Final = "alarm_call"
WAY: Final = "phone"
PATH: Final = "/webhooks/telephone/alarm"
RING_SECONDS: Final = 25
"""Longer, and the network's own voicemail picks up."""


class AlarmCallChannel:
    """Rings one telephone; `message.text` is the token of the call."""

    name = CHANNEL
    pulls = False

    def __init__(self, api: "TwilioApi", *, caller_id: str, public_url: str) -> None:
        self._api = api
        self._caller_id = caller_id
        self._url = f"{public_url}{PATH}"

    async def send(self, recipient: str, message: OutboundMessage) -> str:
        """Ring and return the carrier's name of the call; raise a `SendError`."""
        url = f"{self._url}/{message.text}"
        return await self._api.ring(
            to=international(recipient),
            caller_id=self._caller_id,
            url=url,
            status_url=f"{url}/status",
            timeout_seconds=RING_SECONDS,
        )

    async def hang_up(self, sid: str) -> None:
        """End a call that nobody needs any more; raise a `SendError`."""
        await self._api.hang_up(sid)

    async def close(self) -> None:
        """Close the connections."""
        await self._api.close()


def call_channels(settings: Settings) -> dict[str, Channel]:
    """Return the channel, where there is an account and a number to call from."""
    telephone = settings.telephone
    if not (telephone.is_on and telephone.number):
        return {}
    from bot.channels.twilio_api import TwilioApi  # takes a second to load

    api = TwilioApi(telephone.account_sid, telephone.auth_token, api_url=telephone.api_url)
    public_url = settings.web.public_url
    return {CHANNEL: AlarmCallChannel(api, caller_id=telephone.number, public_url=public_url)}


def call_alarms(
    channels: Mapping[str, Channel], telephones: tuple[Reachable, ...]
) -> tuple[NewAlarm, ...]:
    """Ring every telephone of a plan, where calls can be made; each call has a token of its own."""
    if CHANNEL not in channels:
        return ()
    return tuple(_call(each) for each in telephones)


def international(phone: str) -> str:
    """Write a number of Viet Nam as carriers want it: `+84…`."""
    return f"+84{phone[1:]}" if phone.startswith("0") else phone


def _call(telephone: Reachable) -> NewAlarm:
    token = uuid4().hex
    return NewAlarm(
        recipient=telephone.user_id,
        way=WAY,
        channel=CHANNEL,
        address=telephone.phone,
        body=outbound_to_json(OutboundMessage(text=token, is_urgent=True)),
        token=token,
    )
