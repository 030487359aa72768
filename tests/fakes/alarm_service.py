"""A service with everything that the alarm needs, and hand-made fakes for the rest."""

from dataclasses import dataclass, field, replace
from typing import Any, cast

from bot.channels.contract import OutboundMessage
from intake.clock import Clock
from intake.service import Service
from intake.settings import AlarmSettings, Settings
from storage.store import Store

COMMUNE = "Xã Óc Eo"
STAFF_CHAT = "-1000000000001"


@dataclass
class SpeakingDesk:
    """A desk that notes what it was asked to say."""

    spoken: list[tuple[str, str]] = field(default_factory=list)

    async def speak(self, conversation_id: str, kind: str) -> None:
        self.spoken.append((conversation_id, kind))


class OneCommune:
    """A gazetteer that knows one name."""

    def name(self, code: str) -> str:
        return COMMUNE


@dataclass
class RecordingChannel:
    """A channel that only exists; delivery is another test's matter."""

    name: str
    pulls: bool = False
    sent: list[tuple[str, OutboundMessage]] = field(default_factory=list)

    async def send(self, recipient: str, message: OutboundMessage) -> str:
        self.sent.append((recipient, message))
        return str(len(self.sent))


def with_ways(settings: Settings) -> Settings:
    """Set every way of the alarm up."""
    return replace(
        settings,
        telegram=replace(settings.telegram, staff_chat=STAFF_CHAT),
        alarm=AlarmSettings(webhook_url="http://127.0.0.1:9/alarm", webhook_secret="secret"),
        web=replace(settings.web, public_url="https://langnghe.example"),
    )


def alarm_service(
    settings: Settings, store: Store, clock: Clock, *, owner: str, ways: tuple[str, ...]
) -> Service:
    """Build what one process of the alarm works with."""
    channels: dict[str, Any] = {name: RecordingChannel(name) for name in ways}
    channels["web"] = RecordingChannel("web", pulls=True)
    nothing = cast("Any", None)
    return Service(
        settings=settings,
        owner=owner,
        store=store,
        spool=nothing,
        floor=nothing,
        classifier=nothing,
        places=cast("Any", OneCommune()),
        shelving=nothing,
        channels=channels,
        desk=cast("Any", SpeakingDesk()),
        clock=clock,
    )
