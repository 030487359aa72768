"""The alarm's ways besides the console: a staff chat and a webhook. Both carry the same four facts.

Number, urgency, commune and link are all that leaves the house of a report: whoever reads a staff
chat over a shoulder, or the log of the webhook's receiver, learns nothing of the child. The webhook
also gets whose telephones ring, in their order: what stands behind it may call them. Where there is
a carrier we call them ourselves (intake/telephone/alarm_channel.py), and write SMS.
"""

import asyncio
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import aiohttp

from bot.channels.codec import outbound_from_json, outbound_to_json
from bot.channels.contract import (
    Channel,
    ChannelDown,
    OutboundMessage,
    RateLimited,
    Rejected,
    SendError,
    SendInDoubt,
)
from intake.clock import Clock, utc_now
from intake.logs import log
from intake.service import Service
from intake.settings import AlarmSettings, Settings
from intake.telephone.alarm_channel import call_alarms
from intake.telephone.alarm_texts import text_alarms
from nlu.labels import Urgency
from storage.alarm.alarms import NewAlarm
from storage.rota.phones import Reachable
from storage.rows import UserRow

WEBHOOK = "alarm_webhook"
STAFF_CHANNEL = "telegram"
_USUAL_WAIT_SECONDS, _LONGEST_WAIT_SECONDS = 30.0, 60.0
_TIMEOUT = aiohttp.ClientTimeout(total=10, connect=5)
_WORDS = {
    Urgency.CRITICAL: "KHẨN CẤP",
    Urgency.HIGH: "cao",
    Urgency.NORMAL: "thường",
    Urgency.LOW: "thấp",
}


class Mark(StrEnum):
    """Whether it is real; what is not says so wherever it is heard."""

    REAL = ""
    DRILL = "DIỄN TẬP"
    TEST = "CHUÔNG THỬ – không phải việc thật"


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """All that an alarm may say."""

    number: str
    urgency: Urgency
    commune: str
    """The official name; empty while the place is not known."""
    link: str
    mark: Mark = Mark.REAL
    telephones: tuple[Reachable, ...] = field(default=(), repr=False)
    """Whose telephones ring, the first one first; for ways that can ring one."""

    def to_json(self) -> Mapping[str, Any]:
        """Return what the webhook gets; what does not apply is left out."""
        document: dict[str, Any] = {
            "number": self.number,
            "urgency": self.urgency.value,
            "commune": self.commune,
            "link": self.link,
        }
        if self.mark:
            document[self.mark.name.lower()] = True
        if self.telephones:
            document["telephones"] = [
                {"name": each.name, "phone": each.phone, "on_call": each.is_on_call}
                for each in self.telephones
            ]
        return document


def console_alarm(user: UserRow) -> NewAlarm:
    """Ring in the console of one person: the event `alarm_rung` is the ring."""
    return NewAlarm(recipient=user.id, way="console")


def personal_alarm(user: UserRow, payload: Payload) -> NewAlarm:
    """Ring on the staff messenger of one person."""
    return _chat_alarm(user.id, user.staff_chat, payload)


def on_call_alarms(
    settings: Settings, channels: Mapping[str, Channel], payload: Payload
) -> tuple[NewAlarm, ...]:
    """Ring staff chat, webhook, telephones and SMS, where they are set up (điện thoại trực)."""
    alarms = []
    if settings.telegram.staff_chat and STAFF_CHANNEL in channels:
        alarms.append(_chat_alarm("staff_chat", settings.telegram.staff_chat, payload))
    if WEBHOOK in channels:
        document = OutboundMessage(text=json.dumps(payload.to_json(), ensure_ascii=False))
        alarms.append(
            NewAlarm(
                recipient="webhook",
                way="webhook",
                channel=WEBHOOK,
                address="webhook",
                body=outbound_to_json(document),
            )
        )
    text = f"Lắng Nghe: {_text(payload)}"
    return (
        *alarms,
        *call_alarms(channels, payload.telephones),
        *text_alarms(channels, payload.telephones, text),
    )


async def ring_without_database(service: Service) -> int:
    """Ring on call at once, past the outbox, and return how many ways took it.

    For a message of danger that could only be spooled: there is no ticket yet, so the alarm says
    "critical" and where the console is. Not repeated and not counted; the caller keeps it rare.
    """
    payload = Payload(
        number="",
        urgency=Urgency.CRITICAL,
        commune="",
        link=f"{service.settings.web.public_url}/console/",
    )
    rings = on_call_alarms(service.settings, service.channels, payload)
    took = await asyncio.gather(*(_ring_now(service, alarm) for alarm in rings))
    log.error("rang_without_database", count=sum(took))
    return sum(took)


def alarm_channels(settings: AlarmSettings) -> dict[str, Channel]:
    """Return the channels that only alarms use."""
    if not settings.webhook_url:
        return {}
    return {WEBHOOK: AlarmWebhook(settings.webhook_url, settings.webhook_secret)}


class AlarmWebhook:
    """POSTs an alarm as JSON to an address of the administrator's choice."""

    name = WEBHOOK
    pulls = False

    def __init__(self, url: str, secret: str, *, clock: Clock = utc_now) -> None:
        self._url = url
        self._secret = secret.encode()
        self._clock = clock
        self._client: aiohttp.ClientSession | None = None

    async def send(self, recipient: str, message: OutboundMessage) -> str:
        """POST `message.text`, a JSON document; the receiver checks signature and timestamp."""
        body = message.text.encode()
        try:
            async with self._session().post(
                self._url, data=body, headers=self._headers(body), allow_redirects=False
            ) as response:
                _check(response)
                return response.headers.get("X-Request-Id", str(response.status))
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            raise ChannelDown("no connection") from None
        except (aiohttp.ClientError, TimeoutError):
            raise SendInDoubt("no answer") from None

    async def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.close()

    def _session(self) -> aiohttp.ClientSession:
        if self._client is None:
            self._client = aiohttp.ClientSession(timeout=_TIMEOUT)
        return self._client

    def _headers(self, body: bytes) -> dict[str, str]:
        timestamp = str(int(self._clock().timestamp()))
        headers = {"Content-Type": "application/json", "X-Langnghe-Timestamp": timestamp}
        if self._secret:
            signed = hmac.new(self._secret, timestamp.encode() + b"." + body, hashlib.sha256)
            headers["X-Langnghe-Signature"] = f"sha256={signed.hexdigest()}"
        return headers


async def _ring_now(service: Service, alarm: NewAlarm) -> bool:
    """Send past the outbox; one way that fails must not keep the other from ringing."""
    try:
        await service.channels[alarm.channel].send(alarm.address, outbound_from_json(alarm.body))
    except SendError as error:
        log.error("ring_failed", way=alarm.way, error=type(error).__name__)
        return False
    return True


def _chat_alarm(recipient: str, chat: str, payload: Payload) -> NewAlarm:
    return NewAlarm(
        recipient=recipient,
        way="telegram",
        channel=STAFF_CHANNEL,
        address=chat,
        body=outbound_to_json(OutboundMessage(text=f"🔔 {_text(payload)}", is_urgent=True)),
    )


def _text(payload: Payload) -> str:
    parts = [payload.mark, payload.number, _WORDS[payload.urgency], payload.commune]
    return f"{' · '.join(part for part in parts if part)}\n{payload.link}"


def _check(response: aiohttp.ClientResponse) -> None:
    """Raise the send error that an HTTP status stands for."""
    status = response.status
    if status < 300:
        return
    if status == 429:
        raise RateLimited(_seconds(response.headers.get("Retry-After", "")))
    if status == 408 or status >= 500:
        raise ChannelDown(f"status {status}")
    raise Rejected(f"status {status}")


def _seconds(retry_after: str) -> float:
    """Read how long the receiver wants to be left alone; an alarm waits a minute at most."""
    if not (retry_after.isascii() and retry_after.isdecimal()):
        return _USUAL_WAIT_SECONDS
    return min(float(retry_after), _LONGEST_WAIT_SECONDS)
