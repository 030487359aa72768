"""The bench against a stand-in that stores, forgets or doubles as told."""

import math
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import aiohttp
import psutil
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.load.bench import Level, measure, quantile
from tests.load.clients import Answer, LangNghe, Rasa
from tests.load.disk import DiskRates, measure_disk
from tests.load.ledger import balance, read_rows
from tests.load.report import marks
from tests.load.server import Meter, free_port, is_up, listening_process
from tests.load.talks import TALKS


class StandIn:
    """Both bots' interfaces, in twenty lines."""

    def __init__(self) -> None:
        self.stored: list[str] = []
        self.refusals = 0
        self.senders: set[str] = set()

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/chat/api/sessions", self._session)
        app.router.add_post("/chat/api/messages", self._message)
        app.router.add_post("/webhooks/rest/webhook", self._rasa)
        return app

    async def _session(self, _request: web.Request) -> web.Response:
        return web.json_response({"session": "signed"})

    async def _message(self, request: web.Request) -> web.Response:
        body = await request.json()
        if self.refusals:
            self.refusals -= 1
            return web.json_response({"error": "slow"}, status=429, headers={"Retry-After": "0"})
        self.stored.append(f"{body['session']}:{body['client_id']}")
        return web.json_response({"message_id": "1", "replies": [{"text": "dạ"}]})

    async def _rasa(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.senders.add(body["sender"])
        return web.json_response([{"recipient_id": body["sender"], "text": "dạ"}])


@asynccontextmanager
async def serving(stand_in: StandIn) -> AsyncIterator[tuple[aiohttp.ClientSession, str]]:
    async with TestServer(stand_in.app()) as server, aiohttp.ClientSession() as http:
        yield http, str(server.make_url("/"))


def answer(client_id: str, status: int = 200, seconds: float = 0.01) -> Answer:
    return Answer(client_id=client_id, status=status, seconds=seconds, replies=1)


async def test_every_message_said_is_known_by_its_client_id() -> None:
    stand_in = StandIn()
    async with serving(stand_in) as (http, url):
        level = await measure(LangNghe(http, url), sessions=3, seconds=0.1)

    rows = [(external_id, True, 1) for external_id in stand_in.stored]
    books = balance((*level.warm_up, *level.answers), rows)

    assert books.are_right
    assert books.accepted == len(stand_in.stored) > 3
    assert level.per_second > 0


async def test_a_message_held_back_is_said_again_with_the_same_id() -> None:
    stand_in = StandIn()
    stand_in.refusals = 2
    async with serving(stand_in) as (http, url):
        said = await (await LangNghe(http, url).open()).say("alo")

    assert (said.status, said.held_back) == (200, 2)
    assert stand_in.stored == [f"signed:{said.client_id}"]


async def test_each_talk_is_a_new_sender_to_rasa() -> None:
    stand_in = StandIn()
    async with serving(stand_in) as (http, url):
        level = await measure(Rasa(http, url), sessions=2, seconds=0.05)

    assert all(one.replies == 1 for one in level.answers)
    assert len(stand_in.senders) >= 4


async def test_a_service_that_is_gone_is_a_failed_answer() -> None:
    async with aiohttp.ClientSession() as http:
        level = await measure(
            Rasa(http, f"http://127.0.0.1:{free_port()}"), sessions=1, seconds=0.01
        )

    assert {one.status for one in (*level.warm_up, *level.answers)} == {0}
    assert level.answered == ()


def test_the_books_tell_lost_doubled_unwalked_and_unanswered_apart() -> None:
    answers = [answer("a"), answer("b", status=202), answer("c"), answer("d", status=500)]
    rows = [("s:a", True, 1), ("s:a", True, 1), ("s:b", False, 0), ("t:e", True, 0)]

    books = balance(answers, rows)

    assert (books.accepted, books.lost, books.doubled) == (3, 1, 1)
    assert (books.unhandled, books.unanswered) == (1, 1)
    assert not books.are_right


def test_the_books_are_read_from_sqlite(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "a.db")) as connection:
        connection.executescript("""
            CREATE TABLE inbox (id INTEGER PRIMARY KEY, channel, external_id, handled_at);
            CREATE TABLE outbox (id INTEGER PRIMARY KEY, answers_inbox_id);
            INSERT INTO inbox VALUES (1, 'web', 's:a', 5), (2, 'web', 's:b', NULL);
            INSERT INTO inbox VALUES (3, 'telegram', '7', 5);
            INSERT INTO outbox VALUES (1, 1), (2, 1);
        """)

    assert read_rows(f"sqlite:///{tmp_path}/a.db") == [("s:a", True, 2), ("s:b", False, 0)]


@pytest.mark.parametrize(("share", "value"), [(0.5, 51), (0.99, 100), (0, 1), (1, 100)])
def test_a_quantile_is_a_value_that_was_measured(share: float, value: int) -> None:
    assert quantile(range(1, 101), share) == value


def test_no_value_has_no_quantile() -> None:
    assert math.isnan(quantile([], 0.5))


def test_the_disk_is_measured_and_left_clean(tmp_path: Path) -> None:
    rates = measure_disk(tmp_path, seconds=0.02)

    assert rates.sqlite_commits > 0
    assert rates.flushes > 0
    assert list(tmp_path.iterdir()) == []


def test_a_missed_mark_is_said() -> None:
    ours = Level(service="a", sessions=16, seconds=1.0, answers=(answer("x"),) * 90)
    theirs = Level(service="b", sessions=16, seconds=1.0, answers=(answer("x"),) * 10)
    disk = DiskRates(sqlite_commits=1000, flushes=1)

    found = marks(
        ours=[ours],
        theirs=[theirs],
        disk=disk,
        peak_megabytes=399,
        ready_seconds=math.nan,
        alarm_seconds=0.2,
    )

    assert [(one.name.split(",")[-1].strip(), one.is_met) for one in found] == [
        ("share of disk commits", False),
        ("against Rasa", False),
        ("peak memory", True),
        ("critical message to console", True),
    ]


async def test_the_process_behind_a_url_is_found_and_metered() -> None:
    async with TestServer(web.Application()) as server:
        process = listening_process(f"http://127.0.0.1:{server.port}")

    assert process == psutil.Process()
    with Meter(process) as meter:
        sum(range(100_000))
    assert meter.cpu_percent >= 0
    assert not is_up(f"http://127.0.0.1:{free_port()}")


def test_the_talks_are_many_and_different() -> None:
    said = [text for talk in TALKS for text in talk]

    assert len(said) >= 80
    assert len(set(said)) > 0.9 * len(said)
