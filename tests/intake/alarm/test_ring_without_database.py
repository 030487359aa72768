"""While the database is away a critical message still rings a human, past the outbox."""

import json
from dataclasses import dataclass, replace
from typing import Any, cast

import pytest

from bot.channels.contract import ChannelDown, OutboundMessage, Rejected, SendError, SendInDoubt
from intake.alarm_ways import ring_without_database
from intake.service import Service
from intake.settings import Settings
from tests.fakes.alarm_service import STAFF_CHAT, RecordingChannel, alarm_service, with_ways

_LINK = "https://langnghe.example/console/"


@dataclass
class BrokenWay:
    """A way that refuses."""

    name: str
    error: SendError
    pulls: bool = False

    async def send(self, recipient: str, message: OutboundMessage) -> str:
        raise self.error


@pytest.fixture
def service(settings: Settings, clock: Any) -> Service:
    """A service without a store: whoever touches it fails."""
    ways = ("telegram", "alarm_webhook")
    nothing = cast("Any", None)
    return alarm_service(with_ways(settings), nothing, clock, owner="p1", ways=ways)


def _sent(service: Service, name: str) -> list[tuple[str, OutboundMessage]]:
    return cast("RecordingChannel", service.channels[name]).sent


async def test_the_staff_chat_and_the_webhook_ring_and_say_critical_and_where_only(
    service: Service,
) -> None:
    assert await ring_without_database(service) == 2

    ((chat, message),) = _sent(service, "telegram")
    assert chat == STAFF_CHAT
    assert message.text == f"🔔 KHẨN CẤP\n{_LINK}"
    ((_, document),) = _sent(service, "alarm_webhook")
    assert json.loads(document.text) == {
        "number": "",
        "urgency": "critical",
        "commune": "",
        "link": _LINK,
    }


@pytest.mark.parametrize("error", [ChannelDown("down"), SendInDoubt("?"), Rejected("403")])
async def test_a_way_that_fails_does_not_keep_the_other_from_ringing(
    service: Service, error: SendError
) -> None:
    channels = {**service.channels, "telegram": BrokenWay("telegram", error)}

    assert await ring_without_database(replace(service, channels=channels)) == 1

    assert len(_sent(service, "alarm_webhook")) == 1


async def test_without_any_way_nobody_is_rung_and_the_caller_learns_it(
    service: Service,
) -> None:
    bare = replace(service, channels={"web": service.channels["web"]})

    assert await ring_without_database(bare) == 0
