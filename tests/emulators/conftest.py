"""Emulators as fixtures, and the people who write through them."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from tests.emulators import launch
from tests.emulators.users import CrablineUser, TestApiUser

TOKEN = "900000001:AAfake-token-for-tests-0000000000000"
ADMIN_TOKEN = "admin-token-for-tests"


@pytest.fixture
def node_tools() -> None:
    if reason := launch.missing():
        pytest.skip(reason)


@pytest.fixture
async def http() -> AsyncIterator[ClientSession]:
    async with ClientSession() as session:
        yield session


@pytest.fixture
async def test_api(node_tools: None, http: ClientSession) -> AsyncIterator[TestApiUser]:
    """telegram-test-api with the person An in front of it."""
    async with launch.telegram_test_api() as url:
        yield TestApiUser(url=url, token=TOKEN, http=http)


@pytest.fixture
async def prism(node_tools: None) -> AsyncIterator[str]:
    """Prism, which knows Twilio's specification and nothing of earlier requests."""
    async with launch.prism() as url:
        yield url


@pytest.fixture
async def crabline(
    node_tools: None, http: ClientSession, tmp_path: Path
) -> AsyncIterator[CrablineUser]:
    """crabline, unpatched, with the person An in front of it."""
    async with launch.crabline(TOKEN, ADMIN_TOKEN, tmp_path) as manifest:
        endpoints: dict[str, Any] = manifest["endpoints"]
        yield CrablineUser(
            url=endpoints["apiRoot"],
            inbound_url=endpoints["adminInboundUrl"],
            token=TOKEN,
            admin_token=ADMIN_TOKEN,
            recorder=tmp_path / "crabline.jsonl",
            http=http,
        )
