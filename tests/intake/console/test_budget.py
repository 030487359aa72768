"""What the queue costs on a slow line: 150 kB at first, fonts with it, and 10 kB an update."""

import re
from datetime import timedelta

import aiohttp
import pytest

from intake.permissions import Role
from nlu.labels import Intent, Urgency

_LINKED = re.compile(r'(?:href|src)="(/console/static/[^"#]+)')
_FONTS = re.compile(r'url\("(vendor/[^"]+)"\)')


async def _weigh(console, browser, path: str) -> tuple[int, str]:
    """Return the bytes that a page takes on the line, and its text."""
    cookies = browser.client.session.cookie_jar.filter_cookies(console.server.make_url("/console"))
    async with (
        aiohttp.ClientSession(cookies=cookies, auto_decompress=False) as client,
        client.get(console.server.make_url(path), headers={"Accept-Encoding": "gzip"}) as answer,
    ):
        size = len(await answer.read())
        is_packed = answer.headers.get("Content-Encoding") == "gzip"
    _, text = await browser.get(path)
    assert is_packed or path.endswith(".woff2") or size < 5_000, path
    return size, text


async def _fill(console, clock) -> None:
    """More tickets than a page shows, no two alike."""
    kinds = [kind for kind in Intent if kind.is_report]
    for number in range(45):
        clock.forward(timedelta(minutes=7, seconds=number).total_seconds())
        await console.rows.report(
            kind=kinds[number % len(kinds)],
            urgency=list(Urgency)[number % 4],
            commune=("30337", "30307", "30316", None)[number % 4],
        )


async def test_the_first_load_and_an_update_fit_a_slow_line(console, clock) -> None:
    await _fill(console, clock)
    browser = await console.signed_in(Role.OPERATOR)

    page, text = await _weigh(console, browser, "/console")
    linked = sorted(set(_LINKED.findall(text)))
    sizes = {path: (await _weigh(console, browser, path))[0] for path in linked}
    css = next(path for path in linked if "console.css" in path)
    _, style = await browser.get(css)
    for font in sorted(set(_FONTS.findall(style))):
        path = f"/console/static/{font}"
        sizes[path] = (await browser.client.get(path)).content_length or 0
    update, _ = await _weigh(console, browser, "/console/parts/queue")

    assert page + sum(sizes.values()) <= 150_000, (page, sizes)
    assert update <= 10_000


@pytest.mark.parametrize("more", [{"Range": "bytes=0-9"}, {"If-None-Match": '"x"'}])
async def test_a_part_of_a_file_is_never_packed(console, more: dict[str, str]) -> None:
    url = console.server.make_url("/console/static/console.css")

    async with aiohttp.ClientSession(auto_decompress=False) as client:
        headers = {"Accept-Encoding": "gzip", **more}
        async with client.get(url, headers=headers) as answer:
            body = await answer.read()

    assert "Content-Encoding" not in answer.headers
    assert body.startswith(b"/* The con")
