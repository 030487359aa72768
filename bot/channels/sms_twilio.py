"""SMS through Twilio: its form read, its way out. In Viet Nam it only sends (docs/telephone.md)."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final

from bot.channels.contract import InboundMessage
from bot.channels.sms import inbound

if TYPE_CHECKING:
    from bot.channels.twilio_api import TwilioApi

WAY: Final = "twilio"


class SmsTwilio:
    """One account's sender, a number or a registered name; `close` it."""

    def __init__(self, api: "TwilioApi", *, sender: str, status_url: str) -> None:
        self._api = api
        self._sender = sender
        self._status_url = status_url

    async def send_text(self, number: str, text: str) -> str:
        """Send one text and return its sid; raise a `SendError`."""
        return await self._api.send_sms(
            to=number, sender=self._sender, text=text, status_url=self._status_url
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._api.close()


def read_form(form: Mapping[str, str], *, received_at: datetime) -> InboundMessage:
    """Read a text that came in; Twilio names no time. Raise `ChannelError` for what is none.

    What Twilio itself took for STOP or START is that, in whatever language it was written.
    """
    opted = form.get("OptOutType", "")
    return inbound(
        way=WAY,
        number=form.get("From", ""),
        external_id=form.get("MessageSid", ""),
        text=opted if opted in ("STOP", "START") else form.get("Body", ""),
        sent_at=received_at,
        received_at=received_at,
    )
