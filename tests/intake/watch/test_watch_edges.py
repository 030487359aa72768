"""The edges of the watch: its settings, the ways it tells by, and its pages."""

import hashlib
import hmac
import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from bot.content.shelf import read_content
from intake.commands.watch import export, render_page
from intake.shelving import shelving_of
from intake.watch.asking import OPENER, ask
from intake.watch.judging import Answer, Problem
from intake.watch.notice import Notice
from intake.watch.pages import PageServer
from intake.watch.settings import Limits, PageSettings, Times, WatchError, read_watch
from intake.watch.telling import Word
from intake.watch.watcher import begin
from intake.watch.ways import Modem, Ring, Webhook, open_ways

SECRET = "watch-secret-of-a-test"
PHONE, OTHER = "+84900000101", "0900000102"
ALARM = Notice(
    word=Word.ALARM, problems=(Problem.NO_ANSWER,), at=0.0, link="https://x.example/console/"
)
WELL = replace(ALARM, word=Word.WELL_AGAIN, problems=())


class Other(BaseHTTPRequestHandler):
    """Somebody else's server: answers as it was told to and notes what it was asked."""

    status, headers_sent, body = 200, {}, b"{}"
    asked: list[tuple[str, dict[str, str], bytes]]

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length", "0"))
        type(self).asked.append((self.path, dict(self.headers), self.rfile.read(length)))
        self.send_response(self.status)
        for name, value in self.headers_sent.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(self.body)

    do_POST = do_GET

    def log_message(self, *_arguments: Any) -> None:
        pass


@contextmanager
def served(server: HTTPServer) -> Iterator[str]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def other(
    status: int = 200, body: object = None, headers: dict[str, str] | None = None
) -> Iterator[tuple[str, list[Any]]]:
    asked: list[Any] = []
    attributes = {
        "status": status, "body": json.dumps(body).encode(), "headers_sent": headers or {},
        "asked": asked,
    }  # fmt: skip
    handler = type("Once", (Other,), attributes)
    with served(HTTPServer(("127.0.0.1", 0), handler)) as url:
        yield url, asked


def test_the_question_carries_the_secret_and_reads_the_answer() -> None:
    body = {"status": "ok", "beat": "b1", "waits": {"send": 3.5}, "spooled": 1}

    with other(body=body) as (url, asked):
        heard = ask(url, SECRET)

    assert heard == Answer(beat="b1", waits={"send": 3.5}, spooled=1)
    assert asked[0][0] == "/healthz/heartbeat"
    assert asked[0][1]["Authorization"] == f"Bearer {SECRET}"


@pytest.mark.parametrize(
    ("status", "body", "problem"),
    [
        (403, {}, Problem.REFUSED),
        (404, {}, Problem.REFUSED),
        (500, {}, Problem.NO_ANSWER),
        (503, {}, Problem.NO_ANSWER),
        (503, ["x"], Problem.NO_ANSWER),
        (503, {"status": "database unavailable", "spooled": 3}, Problem.NO_DATABASE),
        (200, {"status": "ok"}, Problem.NO_ANSWER),
        (200, "a page of a hotel", Problem.NO_ANSWER),
    ],
)
def test_every_other_answer_is_named(status: int, body: object, problem: Problem) -> None:
    with other(status, body) as (url, _):
        assert ask(url, SECRET) is problem


def test_nobody_there_is_no_answer(unused_tcp_port: int) -> None:
    assert ask(f"http://127.0.0.1:{unused_tcp_port}", SECRET) is Problem.NO_ANSWER
    assert ask("http://127.0.0.1:1/ not an address", SECRET) is Problem.NO_ANSWER


def test_the_secret_follows_no_redirect() -> None:
    with (
        other(body={"status": "ok", "beat": "b", "waits": {}, "spooled": 0}) as (there, asked),
        other(302, headers={"Location": there}) as (here, _),
    ):
        assert ask(here, SECRET) is Problem.NO_ANSWER

    assert asked == []


def test_the_webhook_is_signed_as_alarms_are() -> None:
    with other() as (url, asked):
        Webhook(url, "secret").tell(ALARM)

    _, headers, body = asked[0]
    signed = headers["X-Langnghe-Timestamp"].encode() + b"." + body
    expected = hmac.new(b"secret", signed, hashlib.sha256).hexdigest()
    assert headers["X-Langnghe-Signature"] == f"sha256={expected}"
    assert json.loads(body)["problems"] == ["no_answer"]


def test_a_webhook_that_does_not_take_it_is_a_failure() -> None:
    with other(500) as (url, _), pytest.raises(urllib.error.HTTPError) as failed:
        Webhook(url, "").tell(ALARM)

    failed.value.close()


def test_the_modem_gets_a_text_for_every_telephone(tmp_path: Path) -> None:
    (tmp_path / "outbox").mkdir()

    Modem(tmp_path, (PHONE, OTHER)).tell(ALARM)

    names = sorted(path.name for path in (tmp_path / "outbox").iterdir())
    assert [name.split("_", 2)[2] for name in names] == [
        f"00_{PHONE}_watch.txt",
        f"01_{OTHER}_watch.txt",
    ]
    assert all(name.startswith("OUTA20") for name in names)


def test_what_no_modem_took_gives_way_to_what_is_true_now(tmp_path: Path) -> None:
    outbox = tmp_path / "outbox"
    outbox.mkdir()
    (outbox / f"OUTA20261124_201500_00_{PHONE}_watch.txt").write_text("LANG NGHE BAO DONG")
    (outbox / f"OUTB20261124_201500_00_{PHONE}_x.txt").write_text("cua nguoi khac")

    Modem(tmp_path, (PHONE,)).tell(WELL)

    texts = {path.read_text("ascii") for path in outbox.iterdir()}
    assert len(texts) == 2
    assert "cua nguoi khac" in texts
    assert any("hoat dong lai" in text for text in texts)


def test_a_modem_without_a_folder_is_a_failure_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Modem(tmp_path / "gone", (PHONE,)).tell(ALARM)


def test_the_ring_command_gets_the_telephones_and_good_news_rings_nobody(tmp_path: Path) -> None:
    program, rung = tmp_path / "ring", tmp_path / "rung"
    program.write_text(f'#!/bin/sh\necho "$@" >> {rung}\n')
    program.chmod(0o700)
    ring = Ring((str(program), "--gently"), (PHONE, OTHER))

    ring.tell(WELL)
    ring.tell(ALARM)

    assert rung.read_text() == f"--gently {PHONE} {OTHER}\n"


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[str]:
    with served(PageServer(PageSettings(host="127.0.0.1", port=0, folder=tmp_path))) as url:
        yield url


def fetch(method: str, url: str, body: bytes | None = None) -> tuple[int, str, str]:
    request = urllib.request.Request(url, data=body, method=method)  # noqa: S310 - our server
    try:
        with OPENER.open(request, timeout=60) as response:
            return response.status, response.headers["Content-Type"], response.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers["Content-Type"], error.read().decode()


def test_a_reporter_gets_the_numbers_at_every_address(pages: str) -> None:
    first, elsewhere = fetch("GET", f"{pages}/"), fetch("GET", f"{pages}/chat/?src=x")

    assert first[0] == 200
    assert elsewhere[0] == 503
    assert first[2] == elsewhere[2]
    assert all(f"tel:{number}" in first[2] for number in (111, 113, 114, 115, 18008077))
    assert fetch("HEAD", f"{pages}/")[2] == ""


def test_the_chat_page_gets_an_error_that_it_can_show(pages: str) -> None:
    status, kind, text = fetch("POST", f"{pages}/chat/api/messages", b"{}")

    assert (status, kind) == (503, "application/json")
    assert "113" in json.loads(text)["message"]


@pytest.mark.parametrize("path", ["/webhooks/telegram", "/webhooks/telephone/sms", "/", "/x.xml"])
def test_what_a_messenger_brings_is_not_taken_away(pages: str, path: str) -> None:
    assert fetch("POST", pages + path, b"x" * 100_000)[0] == 503


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "path", ["/telephone/down.xml", "/telephone/closed.xml", "/webhooks/telephone/voice/step/3"]
)
def test_a_caller_hears_the_numbers(pages: str, method: str, path: str) -> None:
    status, kind, text = fetch(method, pages + path, b"Digits=1" if method == "POST" else None)

    assert (status, kind.partition(";")[0]) == (200, "text/xml")
    assert "1 1 5" in text


def test_exported_files_are_shown_instead(pages: str, tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("trang của Trung tâm", "utf-8")
    (tmp_path / "closed.xml").write_text("<Response/>", "utf-8")

    assert fetch("GET", f"{pages}/")[2] == "trang của Trung tâm"
    assert fetch("GET", f"{pages}/telephone/closed.xml")[2] == "<Response/>"


@pytest.mark.parametrize("name", ["../secret", "..%2fsecret", ".xml", "a/b.xml", "/etc/x.xml"])
def test_no_other_file_is_shown(pages: str, tmp_path: Path, name: str) -> None:
    (tmp_path.parent / "secret").write_text("bí mật", "utf-8")

    assert "bí mật" not in fetch("GET", f"{pages}/telephone/{name}")[2]


def test_the_exported_page_is_whole_and_marks_drafts() -> None:
    trial = render_page(shelving_of(read_content(), mode_is_production=False).shelf)
    production = render_page(shelving_of(read_content(), mode_is_production=True).shelf)

    assert "tel:18008077" in production
    assert "Bản thảo" in trial
    assert "Bản thảo" not in production
    assert "<script" not in trial
    assert "src=" not in trial


@pytest.mark.parametrize("mode", ["trial", "production"])
def test_what_a_caller_hears_in_the_meantime_is_exported_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    monkeypatch.setenv("LANGNGHE_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("LANGNGHE_MODE", mode)
    monkeypatch.setenv("LANGNGHE_TELEPHONE_PROMPTS_URL", "https://prompts.example")

    assert export(tmp_path / "pages") == 0

    written = {path.name: path.read_text("utf-8") for path in (tmp_path / "pages").iterdir()}
    assert written.keys() == {"index.html", "down.xml", "closed.xml"}
    for name in ("down.xml", "closed.xml"):
        assert "1 1 3" in written[name]
        assert "prompts.example" not in written[name]


BARE = {"LANGNGHE_WATCH_SECRET": SECRET}


def test_a_secret_is_enough_to_begin() -> None:
    settings = read_watch(BARE)

    assert settings.url == "http://127.0.0.1:8080"
    assert (settings.times, settings.limits) == (Times(), Limits())
    assert open_ways(settings.ways) == ()
    assert SECRET not in repr(settings)


def test_what_the_service_is_told_serves_the_watch_too(tmp_path: Path) -> None:
    settings = read_watch(
        BARE
        | {
            "LANGNGHE_PORT": "9000",
            "LANGNGHE_PUBLIC_URL": "https://langnghe.example/",
            "LANGNGHE_ALARM_WEBHOOK_URL": "http://127.0.0.1:9/",
            "LANGNGHE_SMS_MODEM_FOLDER": str(tmp_path),
            "LANGNGHE_WATCH_TELEPHONES": f" {PHONE}, {OTHER} ",
            "LANGNGHE_WATCH_RING_COMMAND": "/bin/true -x",
        }
    )

    assert settings.url == "http://127.0.0.1:9000"
    assert settings.link == "https://langnghe.example/console/"
    assert settings.ways.telephones == (PHONE, OTHER)
    assert [way.name for way in open_ways(settings.ways)] == ["webhook", "modem", "ring"]
    assert PHONE not in repr(settings)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LANGNGHE_WATCH_SECRET", ""),
        ("LANGNGHE_WATCH_SECRET", "short"),
        ("LANGNGHE_WATCH_SECRET", "sixteen letters\nand"),
        ("LANGNGHE_WATCH_URL", "ftp://x"),
        ("LANGNGHE_WATCH_PORT", "99999"),
        ("LANGNGHE_WATCH_EVERY_SECONDS", "0"),
        ("LANGNGHE_WATCH_PATIENCE_SECONDS", "nan"),
        ("LANGNGHE_WATCH_CRITICAL_SECONDS", "soon"),
        ("LANGNGHE_WATCH_TELEPHONES", "0900000102/../x"),
        ("LANGNGHE_WATCH_RING_COMMAND", "no-such-program"),
        ("LANGNGHE_WATCH_RING_COMMAND", "'"),
    ],
)
def test_a_wrong_setting_is_named_and_not_repeated_where_it_is_secret(
    name: str, value: str
) -> None:
    with pytest.raises(WatchError, match=name) as refused:
        read_watch(BARE | {name: value})

    assert "0900000102" not in str(refused.value)


def test_a_full_disk_or_a_broken_way_ends_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    settings = replace(read_watch(BARE), state_file=tmp_path / "file" / "state.json")
    watcher = begin(replace(settings, url="http://127.0.0.1:1", times=Times(patience=1e-6)))

    watcher.ask_once()
    watcher.judge_once()
    with pytest.raises(OSError, match="file"):
        watcher.remember()
    with pytest.raises(FileNotFoundError):
        watcher.tell(Modem(tmp_path / "gone", (PHONE,)))

    assert watcher.memory.verdict.problems == (Problem.NO_ANSWER,)
    assert watcher.memory.told == {}
