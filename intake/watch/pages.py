"""Answers to reporters in the meantime (trả lời tĩnh): numbers to call, and words for a caller.

A proxy sends people here while the service does not answer, and the carrier has
`/telephone/<name>.xml` as its fallback address. Whatever is not a page of ours answers 503, so that
a messenger delivers what it brought once more when the service is back.
"""

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from .settings import PageSettings

_AT_ONCE = 64
"""Threads; who comes on top of them is turned away, so that a flood does not stop the watch."""
_TIMEOUT_SECONDS = 10
_MOST_BYTES = 64 * 1024
_HTML, _XML, _JSON = "text/html; charset=utf-8", "text/xml; charset=utf-8", "application/json"
_VOICE = "/webhooks/telephone/voice"
DOWN = "down.xml"
"""What a caller hears while the service is away."""

BUILT_IN_PAGE = """<!doctype html>
<html lang="vi"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Lắng Nghe</title>
<style>
body{font:1.25rem/1.5 system-ui,sans-serif;max-width:32rem;margin:0 auto;padding:1rem;color:#111}
a{display:block;padding:.75rem 1rem;margin:.5rem 0;border-radius:.5rem;background:#b00020;
color:#fff;font-weight:700;text-decoration:none}
</style></head><body>
<h1>Đang nguy hiểm? Bấm để gọi</h1>
<p>Máy đang bận, chưa trả lời được. Bấm số để gọi, đừng chờ.<br>
<span lang="en">The service is busy. Tap a number and call now.</span></p>
<a href="tel:111">111 – Bảo vệ trẻ em, miễn phí · Child protection, free</a>
<a href="tel:113">113 – Công an · Police</a>
<a href="tel:114">114 – Cứu nạn · Rescue</a>
<a href="tel:115">115 – Cấp cứu · Ambulance</a>
<a href="tel:18008077">1800 8077 – Trung tâm Công tác xã hội An Giang, miễn phí</a>
</body></html>
"""
BUILT_IN_VOICE = """<?xml version="1.0" encoding="UTF-8"?>
<Response><Say language="vi-VN" voice="Google.vi-VN-Wavenet-A">Đây là máy trả lời của Trung tâm \
Công tác xã hội An Giang. Máy đang có sự cố. Nếu có người đang gặp nguy hiểm, bạn gác máy và gọi \
ngay: công an, 1 1 3. Cứu nạn, 1 1 4. Cấp cứu, 1 1 5. Bảo vệ trẻ em, 1 1 1, miễn phí. \
Xin nhắc lại. Công an, 1 1 3. Cứu nạn, 1 1 4. Cấp cứu, 1 1 5. Bảo vệ trẻ em, 1 1 1.\
</Say></Response>
"""
_BUSY = (
    '{"error": "unavailable", "message": "Máy đang bận. Nếu có người gặp nguy hiểm, hãy gọi 113, '
    '114, 115, 111 hoặc 18008077."}'
)


def serve_pages(settings: PageSettings, say: Callable[[str], None]) -> None:
    """Serve until killed; raises where the port cannot be had."""
    with PageServer(settings) as server:
        say(f"pages on http://{server.server_address[0]!s}:{server.server_port}/")
        server.serve_forever()


class PageServer(ThreadingHTTPServer):
    """Serves the pages of a folder, with a bounded number of threads."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, settings: PageSettings) -> None:
        self.folder = settings.folder
        self.room = threading.BoundedSemaphore(_AT_ONCE)
        super().__init__((settings.host, settings.port), Answers)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Answer in a thread, or close the connection where there is no room."""
        if not self.room.acquire(blocking=False):
            self.shutdown_request(request)
            return
        try:
            super().process_request(request, client_address)
        except RuntimeError:  # no thread could be started
            self.room.release()
            raise

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Answer, and make room again whatever happens."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self.room.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a connection that broke: the address of a reporter is in it."""


class Answers(BaseHTTPRequestHandler):
    """Answers one request; keeps no log of who asked."""

    timeout = _TIMEOUT_SECONDS
    server: PageServer

    def do_GET(self) -> None:
        """Show the page, or what a caller hears."""
        path = self.path.partition("?")[0]
        if path == "/":
            self._answer(200, _HTML, self._file("index.html", BUILT_IN_PAGE))
        elif voice := self._voice(path):
            self._answer(200, _XML, voice)
        elif path.startswith("/chat/api/"):
            self._answer(503, _JSON, _BUSY)
        else:
            self._answer(503, _HTML, self._file("index.html", BUILT_IN_PAGE))

    do_HEAD = do_GET

    def do_POST(self) -> None:
        """Answer a call of the carrier; everything else must be brought again."""
        self._read_away()
        voice = self._voice(self.path.partition("?")[0])
        if voice:
            self._answer(200, _XML, voice)
        else:
            self._answer(503, _JSON, _BUSY)

    def version_string(self) -> str:
        """Name no software."""
        return ""

    def log_message(self, *_arguments: Any) -> None:
        """Keep no log."""

    def _voice(self, path: str) -> str:
        """Return the TwiML of a path; empty where it asks for none."""
        if path.startswith(_VOICE):
            return self._file(DOWN, BUILT_IN_VOICE)
        name = path.removeprefix("/telephone/")
        if name == path or not name.removesuffix(".xml").replace("-", "_").isidentifier():
            return ""
        return self._file(name, BUILT_IN_VOICE) if name.endswith(".xml") else ""

    def _file(self, name: str, built_in: str) -> str:
        try:
            return Path(self.server.folder, name).read_text("utf-8")
        except (OSError, ValueError):
            return built_in

    def _read_away(self) -> None:
        """Read what came along: a connection closed with bytes unread loses the answer."""
        length = self.headers.get("Content-Length", "")
        if length.isascii() and length.isdecimal():
            self.rfile.read(min(int(length), _MOST_BYTES))

    def _answer(self, status: int, kind: str, text: str) -> None:
        body = text.encode()
        try:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "no-store")
            self.send_header("X-Content-Type-Options", "nosniff")
            if status != 200:
                self.send_header("Retry-After", "30")
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)
        except OSError:  # gone, or too slow
            self.close_connection = True
