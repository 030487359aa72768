"""The page itself and the few files it loads: small, without a framework, neutral by name.

Everything is read and compressed once at the start; a request only chooses.
"""

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.channels.sources import read_source
from bot.content.shelf import Shelf
from intake.chat.edge import SAFE_HEADERS
from intake.chat.errors import ChatError
from intake.chat.first_aid import first_aid
from intake.chat.numbers import numbers_cards
from intake.chat.parts import drop_cookie, session_of
from intake.permissions import public
from intake.service import SERVICE

HARMLESS_PAGE: Final = "https://www.google.com/"
"""Where the quick exit goes. A page that nobody asks about."""
FILES: Final = {
    "app.css": "text/css",
    "app.js": "text/javascript",
    "view.js": "text/javascript",
    "words.js": "text/javascript",
    "rhythm.js": "text/javascript",
    "line.js": "text/javascript",
    "exit.js": "text/javascript",
    "sw.js": "text/javascript",
    "icon.svg": "image/svg+xml",
}
_FOLDER = Path(__file__).parent / "static"
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self'; media-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
PAGE_HEADERS: Final = {
    **SAFE_HEADERS,
    "Content-Security-Policy": _POLICY,
    "Permissions-Policy": "geolocation=(self), camera=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@dataclass(frozen=True, slots=True)
class _File:
    """One finished file."""

    plain: bytes
    packed: bytes
    etag: str
    content_type: str

    def answer(self, request: web.Request, headers: dict[str, str]) -> web.Response:
        """Return it as small as the browser can read it."""
        is_packed = "gzip" in request.headers.get("Accept-Encoding", "")
        extra = {"Vary": "Accept-Encoding"} | ({"Content-Encoding": "gzip"} if is_packed else {})
        return web.Response(
            body=self.packed if is_packed else self.plain,
            content_type=self.content_type,
            charset="utf-8",
            headers=headers | extra,
        )


def _file(plain: bytes, content_type: str) -> _File:
    etag = hashlib.blake2b(plain, digest_size=8).hexdigest()
    return _File(plain, gzip.compress(plain, 9, mtime=0), etag, content_type)


@dataclass(frozen=True, slots=True)
class Pages:
    """Every finished file: the page with and without a talk to fetch, and what it loads."""

    fresh: _File
    resumed: _File
    shell: _File
    files: dict[str, _File]


@dataclass(slots=True)
class Rendered:
    """The pages of the shelf that they were made from."""

    shelf: Shelf
    pages: Pages


PAGES: web.AppKey[Rendered] = web.AppKey("chat_pages")


def pages_of(request: web.Request) -> Pages:
    """Return the pages with the words as they are now; made anew after reviewers changed any."""
    rendered, shelf = request.app[PAGES], request.app[SERVICE].shelf
    if rendered.shelf is not shelf:
        rendered.shelf, rendered.pages = shelf, make_pages(shelf)
    return rendered.pages


def make_pages(shelf: Shelf) -> Pages:
    """Render the page from the cards of this mode: a draft never stands on it in production."""
    environment = Environment(
        loader=FileSystemLoader(_FOLDER), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    template = environment.get_template("page.html")

    def render(talk: str) -> _File:
        words = {"numbers": numbers_cards(shelf), "aid": first_aid(shelf)}
        html = template.render(talk=talk, harmless_page=HARMLESS_PAGE, **words)
        return _file(html.encode(), "text/html")

    return Pages(
        fresh=render("no"),
        resumed=render("yes"),
        shell=render("unknown"),
        files={name: _file((_FOLDER / name).read_bytes(), kind) for name, kind in FILES.items()},
    )


@public
async def show_page(request: web.Request) -> web.Response:
    """GET /chat/: the page; it fetches its talk when a session is there."""
    try:
        session_of(request)
    except ChatError:
        return pages_of(request).fresh.answer(request, PAGE_HEADERS)
    return pages_of(request).resumed.answer(request, PAGE_HEADERS)


@public
async def show_shell(request: web.Request) -> web.Response:
    """GET /chat/shell: the page as the service worker keeps it for a phone without a network."""
    return pages_of(request).shell.answer(request, PAGE_HEADERS)


@public
async def show_file(request: web.Request) -> web.Response:
    """GET /chat/<file>: style, script, worker or icon."""
    file = pages_of(request).files[request.path.rsplit("/", 1)[-1]]
    headers = {**SAFE_HEADERS, "Cache-Control": "no-cache", "ETag": f'"{file.etag}"'}
    if file.etag in request.headers.get("If-None-Match", ""):
        return web.Response(status=304, headers=headers)
    return file.answer(request, headers)


@public
async def leave(request: web.Request) -> web.Response:
    """GET /chat/exit: take away what the browser keeps and go to a harmless page."""
    answer = web.Response(
        status=303,
        headers={
            **SAFE_HEADERS,
            "Location": HARMLESS_PAGE,
            "Clear-Site-Data": '"cache", "cookies", "storage"',
        },
    )
    drop_cookie(request, answer)
    return answer


@public
async def to_page(request: web.Request) -> web.Response:
    """GET / and /chat: lead to the page; a poster's tag goes along."""
    tag = read_source(request.query.get("src"))
    where = f"/chat/?src={tag}" if tag else "/chat/"
    return web.Response(status=302, headers={**SAFE_HEADERS, "Location": where})
