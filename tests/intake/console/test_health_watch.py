"""The health page says whether somebody outside would notice that the service is gone."""

from dataclasses import replace

from aiohttp import CookieJar
from aiohttp.test_utils import TestClient, TestServer

from intake.permissions import Role
from storage.watch import beats
from tests.intake.console.conftest import Browser


async def test_without_a_watch_the_page_says_so(console) -> None:
    admin = await console.signed_in(Role.ADMINISTRATOR)

    _, text = await admin.get("/console/health")

    assert "Chưa đặt máy canh" in text


async def test_a_watch_that_fell_silent_is_shown(console, make_app, store, settings, clock) -> None:
    watched = make_app(alarm=replace(settings.alarm, watch_secret="watch-secret-of-a-test"))
    await console.rows.join("quantri", Role.ADMINISTRATOR)

    async with TestClient(TestServer(watched), cookie_jar=CookieJar(unsafe=True)) as client:
        admin = Browser(client)
        await admin.sign_in("quantri")
        await beats.beat(store, "watcher", kind=beats.WATCHER, now=clock())
        _, well = await admin.get("/console/health")
        clock.forward(301)
        _, silent = await admin.get("/console/health")

    assert "Máy canh vẫn hỏi thăm đều" in well
    assert "Máy canh đã im hơn 5 phút" in silent
