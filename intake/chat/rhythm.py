"""The rhythm of chest compressions (nhịp ấn tim) as the page plays it: whole, or a part."""

import hashlib
from functools import cache
from typing import Final

from aiohttp import web

from bot.channels.rhythm import sound
from intake.chat.edge import SAFE_HEADERS
from intake.permissions import public

PATH: Final = "/chat/rhythm.wav"
_HEADERS: Final = {
    **SAFE_HEADERS,
    "Cache-Control": "private, max-age=86400",
    "Accept-Ranges": "bytes",
}


@public
async def play(request: web.Request) -> web.Response:
    """GET /chat/rhythm.wav, or a part of it: iPhones play nothing that comes only whole."""
    file = sound()
    headers = {**_HEADERS, "ETag": f'"{_etag()}"'}
    if _etag() in request.headers.get("If-None-Match", ""):
        return web.Response(status=304, headers=headers)
    try:
        start, stop, _ = request.http_range.indices(len(file))
    except ValueError:
        start, stop = 0, 0
    if start >= stop:
        return web.Response(
            status=416, headers={**headers, "Content-Range": f"bytes */{len(file)}"}
        )
    status = 206 if "Range" in request.headers else 200
    if status == 206:
        headers["Content-Range"] = f"bytes {start}-{stop - 1}/{len(file)}"
    return web.Response(
        body=file[start:stop], status=status, headers=headers, content_type="audio/wav"
    )


@cache
def _etag() -> str:
    return hashlib.blake2b(sound(), digest_size=8).hexdigest()
