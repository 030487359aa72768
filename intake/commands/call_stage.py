"""A service with a telephone on a temporary store: its real web site, and a carrier before it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import aiohttp
from aiohttp import web

from intake.app import build_app
from intake.assembly import Parts
from intake.clock import Clock
from intake.commands.call_carrier import ACCOUNT, HOTLINE, PUBLIC_URL, TOKEN, Carrier, Owner
from intake.commands.chat_play import Tell
from intake.commands.chat_stage import Stage, open_stage
from intake.permissions import Role
from storage.accounts import users
from storage.accounts.users import NewUser
from storage.rota.phones import set_phone

VOICE: Final = "/webhooks/telephone/voice"
STATUS: Final = "/webhooks/telephone/voice/status"
_SUPERVISOR: Final = "truongca"


@asynccontextmanager
async def open_carrier(
    parts: Parts, base: Clock, tell: Tell, *, operators: int = 1
) -> AsyncIterator[Carrier]:
    """Open it all, with operators on duty and a telephone for everybody of the staff."""
    carrier = Carrier(tell=tell, voice_url=VOICE, status_url=STATUS)
    async with _listening(carrier.api()) as api_url:
        environment = {
            "LANGNGHE_PUBLIC_URL": PUBLIC_URL,
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "LANGNGHE_TWILIO_API_URL": api_url,
            "LANGNGHE_TELEPHONE_NUMBER": HOTLINE,
        }
        async with (
            open_stage(parts, base, operators=operators, environment=environment) as stage,
            _listening(build_app(stage.service)) as site,
            aiohttp.ClientSession() as http,
        ):
            carrier.owners += await _hand_out(stage)
            carrier.connect(stage, http, site)
            yield carrier


async def _hand_out(stage: Stage) -> list[Owner]:
    """Give everybody of the staff, and one more who leads them, a telephone."""
    store, now = stage.service.store, stage.clock()
    leader = NewUser(
        login=_SUPERVISOR,
        display_name="Trưởng ca",
        role=Role.SUPERVISOR,
        password_hash="nobody signs in here",  # noqa: S106 - no hash at all: matches nothing
    )
    await users.create_user(store, leader, now=now)
    owners = []
    for number, user in enumerate(await stage.staff(), start=101):
        phone = f"+84900000{number}"
        await set_phone(store, user.id, phone=phone, now=now, actor_id=user.id)
        owners.append(Owner(login=user.login, phone=phone))
    return owners


@asynccontextmanager
async def _listening(app: web.Application) -> AsyncIterator[str]:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()
