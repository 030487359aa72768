"""A service with everything that the alarm needs, and hand-made fakes for the rest."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, cast

import pytest

from bot.channels.contract import OutboundMessage
from intake.service import Service
from intake.settings import AlarmSettings, Settings
from storage.store import Store
from tests.engines import engine, store, urls

__all__ = ["engine", "service_on", "settings_with_ways", "store", "urls"]

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


@pytest.fixture
def settings_with_ways(settings: Settings) -> Settings:
    """Every way is set up."""
    return replace(
        settings,
        telegram=replace(settings.telegram, staff_chat=STAFF_CHAT),
        alarm=AlarmSettings(webhook_url="http://127.0.0.1:9/alarm", webhook_secret="secret"),
        web=replace(settings.web, public_url="https://langnghe.example"),
    )


@pytest.fixture
def service_on(settings_with_ways: Settings, clock: Any) -> Callable[..., Service]:
    """Build a service on a store, as one process would."""

    def build(store: Store, owner: str = "p1", *ways: str) -> Service:
        names = ways or ("telegram", "alarm_webhook")
        channels: dict[str, Any] = {name: RecordingChannel(name) for name in names}
        channels["web"] = RecordingChannel("web", pulls=True)
        nothing = cast("Any", None)
        return Service(
            settings=settings_with_ways,
            owner=owner,
            store=store,
            spool=nothing,
            floor=nothing,
            classifier=nothing,
            places=cast("Any", OneCommune()),
            shelf=nothing,
            channels=channels,
            desk=cast("Any", SpeakingDesk()),
            clock=clock,
        )

    return build
