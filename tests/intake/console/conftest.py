"""A console over a real SQLite store, its staff, and reporters who write."""

import itertools
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import datetime

import pytest
from aiohttp import CookieJar, web
from aiohttp.test_utils import TestClient, TestServer
from argon2 import PasswordHasher

from bot.channels.codec import content_to_json, outbound_to_json
from bot.channels.contract import Button, Content, OutboundMessage, Text
from bot.channels.web import WebChannel
from bot.content.shelf import read_content
from intake.clock import Clock
from intake.console.routes import MIDDLEWARES, add_routes
from intake.permissions import Role, check_routes
from intake.service import SERVICE, Service
from intake.settings import Settings
from intake.shelving import shelving_of
from intake.spool import Spool
from nlu.labels import Danger, Intent, Urgency
from nlu.places import load_places
from storage.accounts import users
from storage.accounts.users import NewUser
from storage.rows import (
    Keep,
    NewInbound,
    NewOutbound,
    Received,
    TicketChange,
    TicketRow,
)
from storage.schema import migrate
from storage.store import Store, open_store
from storage.talks import inbox, road
from storage.talks.standing import TurnHold

PASSWORD = "thuyen giay mua he xanh"
_numbers = itertools.count(1)
_places = load_places()
_files = read_content()
_PASSWORD_HASH = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)


class Rows:
    """A store that forgets: reports come in, staff join."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self.store, self.clock = store, clock

    async def report(
        self,
        text: str = "con bị ba đánh",
        *,
        kind: Intent = Intent.PHYSICAL_VIOLENCE,
        urgency: Urgency = Urgency.HIGH,
        danger: Danger | None = None,
        commune: str | None = "30337",
        account: str = "",
        channel: str = "web",
        content: Content | None = None,
        needs_human: bool = False,
        facts: dict[str, object] | None = None,
        state: dict[str, object] | None = None,
        is_hushed: bool = False,
    ) -> TicketRow:
        """A reporter writes, the machine answers, a ticket opens (or gains a message)."""
        number, now = next(_numbers), self.clock()
        received = await inbox.receive(
            self.store,
            NewInbound(
                channel=channel,
                account=account or f"reporter-{number}",
                external_id=f"m-{number}",
                sent_at=now,
                received_at=now,
                body=content_to_json(content or Text(text=text)),
            ),
            owner="test",
            now=now,
            lease_seconds=30,
            bucket=None,
        )
        change = TicketChange(
            kind=kind,
            urgency=urgency,
            danger=danger,
            commune_code=commune,
            needs_human=needs_human,
            facts={"child_age": 9, "answers": {"where": "sau chợ"}, **(facts or {})},
            reasons=(
                {"layer": "floor", "code": "beaten_now", "words": "đánh"},
                {"layer": "model", "code": "physical_violence:0.93,high:0.5", "words": ""},
            ),
        )
        hold = TurnHold(is_hushed=is_hushed)
        return await self._keep(received, change, now, state or {}, hold)

    async def _keep(
        self,
        received: Received,
        change: TicketChange,
        now: datetime,
        state: dict[str, object],
        hold: TurnHold,
    ) -> TicketRow:
        assert received.lease is not None
        loaded = await road.load(self.store, received.lease, now=now)
        reply = OutboundMessage(
            text="Con ơi, con có đang an toàn không?",
            buttons=(
                Button(label="Có", payload="safe:yes"),
                Button(label="Chưa", payload="safe:no"),
            ),
            card="safe",
        )
        kept = await road.keep(
            self.store,
            Keep(
                lease=received.lease,
                inbox_id=received.inbox_id,
                now=now,
                state=state,
                hold=hold,
                replies=(NewOutbound(body=outbound_to_json(reply), is_pulled=True),),
                ticket=change,
                ticket_id=loaded.ticket.id if loaded.ticket else None,
            ),
        )
        assert kept.ticket is not None
        return kept.ticket

    async def join(self, login: str, role: Role, *, name: str = "") -> str:
        """Somebody joins, with a password of their own already; returns the user's id."""
        new = NewUser(
            login=login,
            display_name=name or login,
            role=role.value,
            password_hash=_PASSWORD_HASH,
            must_change_password=False,
        )
        return (await users.create_user(self.store, new, now=self.clock())).id


class Browser:
    """A client that follows forms as a browser does."""

    def __init__(self, client: TestClient[web.Request, web.Application]) -> None:
        self.client = client

    async def get(self, path: str, **more: object) -> tuple[int, str]:
        """Return status and text of a page, redirects followed."""
        async with self.client.get(path, **more) as response:
            return response.status, await response.text()

    async def token(self) -> str:
        """Return the CSRF token of a page of ours; without a session the log-in page answers."""
        _, text = await self.get("/console/password")
        found = re.search(r'name="csrf" value="([^"]+)"', text)
        assert found is not None
        return found[1]

    async def post(self, path: str, csrf: str | None = None, **fields: str) -> tuple[int, str]:
        """Send a form with its token; redirects followed."""
        token = await self.token() if csrf is None else csrf
        if path.endswith("/messages") and "conversation" not in fields:
            fields["conversation"] = await self._line(path.removesuffix("/messages"))
        async with self.client.post(path, data={"csrf": token, **fields}) as response:
            return response.status, await response.text()

    async def _line(self, ticket: str) -> str:
        """Return the line that the composer of a ticket is locked to, as its form carries it."""
        _, text = await self.get(ticket)
        found = re.search(r'name="conversation" value="([0-9a-f]+)"', text)
        return found[1] if found else ""

    async def sign_in(self, login: str, password: str = PASSWORD) -> tuple[int, str]:
        """Log in through the form."""
        return await self.post("/console/login", login=login, password=password)


class FakeDesk:
    """Notes what the bot was asked to say."""

    def __init__(self) -> None:
        self.spoken: list[str] = []

    async def speak(self, _conversation_id: str, kind: str) -> None:
        self.spoken.append(kind)


@dataclass(frozen=True)
class Console:
    """A running console."""

    service: Service
    server: TestServer
    rows: Rows
    browser: Callable[[], Browser]

    async def signed_in(self, role: Role, login: str = "", name: str = "") -> Browser:
        """Return a browser of a new member of staff."""
        login = login or role.value
        await self.rows.join(login, role, name=name)
        browser = self.browser()
        status, _ = await browser.sign_in(login)
        assert status == 200
        return browser


@pytest.fixture
async def store(settings: Settings) -> AsyncIterator[Store]:
    data = settings.data
    data.master_key_file.parent.mkdir(parents=True)
    migrate(data.database_url)
    async with open_store(
        database_url=data.database_url,
        keys_url=data.keys_url,
        master_key_file=data.master_key_file,
    ) as opened:
        yield opened


@pytest.fixture
def make_app(store: Store, settings: Settings, clock: Clock) -> Callable[..., web.Application]:
    def make(**settings_more: object) -> web.Application:
        app = web.Application(middlewares=MIDDLEWARES, client_max_size=256 * 1024)
        app[SERVICE] = Service(
            settings=replace(settings, **settings_more),
            owner="test",
            store=store,
            spool=Spool(settings.data.spool_folder, store.vault.spool_key),
            floor=None,
            classifier=None,
            places=_places,
            shelving=shelving_of(_files, mode_is_production=False),
            channels={"web": WebChannel()},
            desk=FakeDesk(),
            clock=clock,
        )
        add_routes(app)
        check_routes(app)
        return app

    return make


@pytest.fixture
async def console(
    make_app: Callable[..., web.Application], store: Store, clock: Clock
) -> AsyncIterator[Console]:
    app = make_app()
    clients: list[TestClient[web.Request, web.Application]] = []
    async with TestServer(app) as server:

        def browser() -> Browser:
            client = TestClient(server, cookie_jar=CookieJar(unsafe=True))
            clients.append(client)
            return Browser(client)

        yield Console(app[SERVICE], server, Rows(store, clock), browser)
        for client in clients:
            await client.session.close()
