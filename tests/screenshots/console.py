"""Pictures of every page of the console, from a service that holds an invented year."""

import asyncio
import itertools
import secrets
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from playwright.async_api import Browser, async_playwright

from intake.accounts import create_account
from intake.app import build_app
from intake.clock import utc_now
from intake.console.sessions import _COOKIE, _hash
from intake.console.strings import ConsoleLanguage, words_of
from intake.demo.year import Order, seed
from intake.permissions import Permission, Role
from intake.process import Kind, running
from intake.settings import Settings, read_settings
from storage import schema
from storage.accounts import roles, sessions, users
from storage.sqlite import UNDURABLE
from storage.store import Store, open_store
from tests.screenshots import handbook
from tests.screenshots.pages import ConsolePage, address, console_pages
from tests.screenshots.samples import samples_of

WIDTHS = (390, 768, 1440)
THEMES = ("light", "dark")
_HEIGHTS = {390: 844, 768: 1024, 1440: 900}
_ORDER = Order(tickets=80, days=30, seed=11)
_SETTLED_MS = 700
_SMALL = (0.6, 0.54, 0.48)
"""A whole screen in the handbook: still read, and not heavy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to look at."""

    folder: Path
    widths: tuple[int, ...] = WIDTHS
    themes: tuple[str, ...] = THEMES
    only: str = ""
    """Only pages whose name holds this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What stands behind the pages: who is signed in, and what there is to show."""

    url: str
    pages: tuple[ConsolePage, ...]
    tokens: Mapping[Role | None, str]
    samples: Mapping[str, str]


async def shoot_console(wanted: Wanted) -> None:
    """Keep a picture of every page at every width, light and dark, and those of the handbook."""
    wanted.folder.mkdir(parents=True, exist_ok=True)
    async with _staged() as stage, _chromium() as browser:
        if not wanted.only:
            await _illustrate(browser, stage)
        for page in stage.pages:
            if wanted.only not in page.name:
                continue
            for theme, width in itertools.product(wanted.themes, wanted.widths):
                shot = wanted.folder / f"{page.name}-{width}-{theme}.png"
                await _shoot(browser, stage, page, Look(width=width, theme=theme), shot)


async def illustrate_handbook() -> None:
    """Make the pictures of docs/operators.md alone, and write its table of keys."""
    async with _staged() as stage, _chromium() as browser:
        await _illustrate(browser, stage)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How a page is looked at."""

    width: int
    theme: str = "light"
    is_whole: bool = True
    """The page to its end, or one screen of it."""
    scale: float = 1.0
    """Pixels of the picture for one of the page."""


async def _illustrate(browser: Browser, stage: Stage) -> None:
    handbook.FOLDER.mkdir(exist_ok=True)
    words = words_of(ConsoleLanguage.VIETNAMESE)
    text = handbook.PAGE.read_text(encoding="utf-8")
    handbook.PAGE.write_text(handbook.with_keys(text, words), encoding="utf-8")
    for page in stage.pages:
        if width := handbook.PICTURES.get(page.name):
            shot = handbook.FOLDER / f"{page.name}.png"
            for scale in _SMALL if width > 1000 else (1.0,):
                look = Look(width=width, is_whole=False, scale=scale)
                await _shoot(browser, stage, page, look, shot)
                if shot.is_file() and shot.stat().st_size <= handbook.LARGEST_BYTES:
                    break


@asynccontextmanager
async def _staged() -> AsyncIterator[Stage]:
    """Seed, serve and sign in; everything is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="langnghe-shots-") as data:
        settings = read_settings({"LANGNGHE_DATA_DIR": f"{data}/var", "LANGNGHE_PORT": "0"})
        await _fill(settings)
        async with running(settings, Kind.SERVE) as process:
            yield Stage(
                url=process.url,
                pages=console_pages(build_app(process.service)),
                tokens=await _sign_in(process.service.store),
                samples=await samples_of(process.service),
            )


async def _fill(settings: Settings) -> None:
    await asyncio.to_thread(schema.migrate, settings.data.database_url)
    async with open_store(
        database_url=settings.data.database_url + UNDURABLE,
        keys_url=settings.data.keys_url + UNDURABLE,
        master_key_file=settings.data.master_key_file,
    ) as store:
        now = utc_now()
        await seed(settings, store, _ORDER, now=now, tell=_tell)
        await create_account(
            store, login="mau-quantri", display_name="Đỗ Quản Trị (mẫu)",
            role=Role.ADMINISTRATOR, now=now,
        )  # fmt: skip
        for user in await users.list_users(store):
            if user.role == Role.ADMINISTRATOR:
                await users.set_password(
                    store, user.id, password_hash="$argon2id$x", must_change_password=False,
                    now=now, actor_id=user.id,
                )  # fmt: skip
        await roles.make_role(
            store, name="Trực đêm", permissions=[Permission.WORK_TICKET], now=now, actor_id="x"
        )


def _tell(done: int) -> None:
    if done % 20 == 0:
        sys.stdout.write(f"seeded {done}\n")
        sys.stdout.flush()


async def _sign_in(store: Store) -> dict[Role | None, str]:
    """Open a session for one person of each role; the pages are looked at, not the log-in."""
    tokens: dict[Role | None, str] = {}
    for user in await users.list_users(store):
        role = Role(user.role)
        if role in tokens:
            continue
        tokens[role] = secrets.token_urlsafe(32)
        await sessions.open_session(
            store,
            user.id,
            token_hash=_hash(tokens[role]),
            csrf=secrets.token_urlsafe(32),
            now=utc_now(),
            lifetime=timedelta(hours=8),
            browser="chrome",
        )
    return tokens


@asynccontextmanager
async def _chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        await browser.close()


async def _shoot(browser: Browser, stage: Stage, page: ConsolePage, look: Look, shot: Path) -> None:
    path = address(page.path, stage.samples)
    if path is None:
        sys.stdout.write(f"LEFT OUT, there is nothing to show: {page.path}\n")
        return
    context = await browser.new_context(
        viewport={"width": look.width, "height": _HEIGHTS[look.width]},
        locale="vi-VN",
        device_scale_factor=look.scale,
        color_scheme=look.theme,  # type: ignore[arg-type]  # one of its two words
    )
    if token := stage.tokens.get(page.viewer):
        cookie = {"name": _COOKIE, "value": token, "url": stage.url}
        await context.add_cookies([cookie])  # type: ignore[list-item]  # a TypedDict of these
    tab = await context.new_page()
    await tab.goto(stage.url + path, wait_until="load")
    await tab.wait_for_timeout(_SETTLED_MS)
    await tab.screenshot(path=shot, full_page=look.is_whole)
    await context.close()
    sys.stdout.write(f"{shot}\n")
    sys.stdout.flush()
