"""Chromium for the console's tests: a page signed in, axe-core, what must never appear."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from tests.intake.console.conftest import PASSWORD, Console

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

_PATIENCE = 30_000
"""Milliseconds to wait for what must come; on a busy machine five seconds are not enough."""


class Screen:
    """A browser that opens pages of one console and collects what went wrong in them."""

    def __init__(self, browser: Browser, console: Console) -> None:
        self.browser, self.console = browser, console
        self.faults: list[str] = []

    def address(self, path: str) -> str:
        """Return the whole address of a path."""
        return str(self.console.server.make_url(path))

    async def page(self, *, width: int = 1440, height: int = 900, **options: Any) -> Page:
        """Open an empty page with a state of its own."""
        context = await self.browser.new_context(
            viewport={"width": width, "height": height}, locale="vi-VN", **options
        )
        context.set_default_timeout(_PATIENCE)
        page = await context.new_page()
        page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        page.on("console", self._note)
        return page

    async def signed_in(self, login: str, **options: Any) -> Page:
        """Log in with the keyboard alone."""
        page = await self.page(**options)
        await page.goto(self.address("/console/login"))
        await page.focus("#f-login")
        await page.keyboard.type(login)
        await page.keyboard.press("Tab")
        await page.keyboard.type(PASSWORD)
        await page.keyboard.press("Enter")
        await page.wait_for_selector("#top")
        await page.wait_for_load_state("load")
        return page

    def _note(self, message: Any) -> None:
        if message.type == "error" and "status of 4" not in message.text:
            self.faults.append(f"console: {message.text}")


@asynccontextmanager
async def open_screen(console: Console) -> AsyncIterator[Screen]:
    """Start Chromium; fails the test if a page broke the policy or a script stumbled."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("LEFT OUT: no Chromium here")
    expect.set_options(timeout=_PATIENCE)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=_ARGUMENTS)
        screen = Screen(browser, console)
        yield screen
        await browser.close()
    assert screen.faults == [], screen.faults


async def violations(page: Page) -> list[str]:
    """Return what axe-core finds wrong with the page as it stands."""
    if not AXE.is_file():
        pytest.skip("LEFT OUT: axe-core is not installed (npm ci in tests/)")
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    found = await page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{each['id']}: {node['target']} {node.get('failureSummary', '')}"
        for each in found["violations"]
        for node in each["nodes"]
    ]
