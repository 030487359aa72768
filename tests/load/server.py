"""The service under load as a process of its own, and what it uses: time to ready, CPU, memory."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import psutil

ROOT = Path(__file__).resolve().parent.parent.parent
START_LIMIT_SECONDS = 60.0
STOP_LIMIT_SECONDS = 20.0
_LOOK_EVERY_SECONDS = 0.1


class NotReady(Exception):
    """The service did not answer /healthz in time; its last lines are in the message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A service that answers."""

    url: str
    process: psutil.Process
    ready_seconds: float
    output: Path = field(repr=False)
    """What it printed: the first accounts' one-time passwords are in it."""


@contextmanager
def start(data: Path, settings: dict[str, str]) -> Iterator[Running]:
    """Start `langnghe serve` on a free port with its data in `data`; stop it at the end."""
    port = free_port()
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("LANGNGHE_")
    }
    environment |= {
        "LANGNGHE_DATA_DIR": str(data / "var"),
        "LANGNGHE_PORT": str(port),
        "LANGNGHE_HOST": "127.0.0.1",
        "LANGNGHE_LOG_LEVEL": "WARNING",
        "TELEGRAM_BOT_TOKEN": "",
        **settings,
    }
    output = data / "output.txt"
    began = time.perf_counter()
    with output.open("wb") as sink:
        child = subprocess.Popen(
            [sys.executable, "-m", "intake.cli", "serve"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
        )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait(url, child, output, began)
        yield Running(
            url=url,
            process=psutil.Process(child.pid),
            ready_seconds=time.perf_counter() - began,
            output=output,
        )
    finally:
        stop(child)


def _wait(url: str, child: subprocess.Popen[bytes], output: Path, began: float) -> None:
    while not is_up(url):
        if child.poll() is not None or time.perf_counter() - began > START_LIMIT_SECONDS:
            tail = "\n".join(output.read_text("utf-8", "replace").splitlines()[-15:])
            raise NotReady(f"the service did not become ready; its last lines:\n{tail}")
        time.sleep(0.01)


def is_up(url: str) -> bool:
    """Tell whether `/healthz` answers 200."""
    address = urlsplit(url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=1)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (http.client.HTTPException, OSError):
        return False
    finally:
        connection.close()


def stop(child: subprocess.Popen[bytes]) -> None:
    """Stop as Ctrl-C would; kill what does not listen."""
    if child.poll() is None:
        child.send_signal(signal.SIGINT)
    try:
        child.wait(STOP_LIMIT_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def free_port() -> int:
    """Return a port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def listening_process(url: str) -> psutil.Process | None:
    """Find the process that listens at a URL on this machine, None when it cannot be seen."""
    match = re.search(r"://(?:127\.0\.0\.1|localhost):(\d+)", url)
    if match is None:
        return None
    for connection in psutil.net_connections("tcp"):
        if connection.status != psutil.CONN_LISTEN or not connection.laddr:
            continue
        if connection.laddr.port == int(match[1]) and connection.pid:
            return psutil.Process(connection.pid)
    return None


class Meter:
    """CPU and memory of a process and its children between `with` and its end."""

    def __init__(self, process: psutil.Process | None) -> None:
        self._process = process
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._before = (0.0, 0.0)
        self.cpu_percent = float("nan")
        """Of one core: 150 is a core and a half."""
        self.peak_megabytes = float("nan")

    def __enter__(self) -> "Meter":
        self._before = (time.perf_counter(), self.cpu_seconds())
        if self._process is not None:
            self.peak_megabytes = 0.0
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        if self._process is None:
            return
        self._thread.join()
        began, used = self._before
        self.cpu_percent = 100 * (self.cpu_seconds() - used) / (time.perf_counter() - began)

    def _family(self) -> list[psutil.Process]:
        if self._process is None:
            return []
        try:
            return [self._process, *self._process.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def cpu_seconds(self) -> float:
        """Return what the process has used since it started."""
        seconds = 0.0
        for process in self._family():
            try:
                times = process.cpu_times()
            except psutil.NoSuchProcess:
                continue
            seconds += times.user + times.system
        return seconds

    def _watch(self) -> None:
        while not self._done.wait(_LOOK_EVERY_SECONDS):
            self.peak_megabytes = max(self.peak_megabytes, self._megabytes())

    def _megabytes(self) -> float:
        total = 0
        for process in self._family():
            try:
                total += process.memory_info().rss
            except psutil.NoSuchProcess:
                continue
        return total / 1_000_000
