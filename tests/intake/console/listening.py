"""A console whose machine hears what is noted: the shipped rules and model, read once."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from aiohttp import CookieJar
from aiohttp.test_utils import TestClient, TestServer

from intake.assembly import Parts, read_parts
from intake.service import SERVICE
from intake.settings import read_settings
from tests.intake.console.conftest import Browser, Console, Rows


@pytest.fixture(scope="session")
def parts(tmp_path_factory) -> Parts:
    folder = tmp_path_factory.mktemp("parts")
    return read_parts(read_settings({"LANGNGHE_DATA_DIR": str(folder), "LANGNGHE_PORT": "0"}))


@pytest.fixture
async def listening(make_app, store, clock, parts: Parts) -> AsyncIterator[Console]:
    app = make_app()
    app[SERVICE] = replace(
        app[SERVICE], floor=parts.floor, classifier=parts.classifier, model_version="m1"
    )
    clients: list[TestClient] = []
    async with TestServer(app) as server:

        def browser() -> Browser:
            clients.append(TestClient(server, cookie_jar=CookieJar(unsafe=True)))
            return Browser(clients[-1])

        yield Console(app[SERVICE], server, Rows(store, clock), browser)
        for client in clients:
            await client.session.close()
