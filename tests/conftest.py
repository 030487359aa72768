"""What every test may need: strict logs, a clock that does not move by itself, a whole service."""

import logging
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import hypothesis
import pytest
import structlog
from pytest_socket import enable_socket, socket_allow_hosts

os.environ["LANGNGHE_STRICT_LOGS"] = "1"

from intake.logs import keep_safe_fields
from intake.settings import Settings, read_settings

# The same strictness where a test sets up no logs itself; structlog's own way would print every
# local variable of a traceback, which takes minutes.
structlog.configure(
    processors=[
        structlog.processors.add_log_level,
        keep_safe_fields,
        structlog.dev.set_exc_info,
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),
    ]
)

# How long an example takes says how busy the machine is, and nothing about the code.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")


class Clock:
    """A clock that moves when told to."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 24, 20, 15, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, seconds: float) -> None:
        """Let time pass."""
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(autouse=True)
def _only_localhost() -> Iterator[None]:
    socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)
    yield
    enable_socket()


@pytest.fixture(autouse=True)
def _no_log_into_the_stream_of_a_test_that_is_over() -> Iterator[None]:
    """A command sets up logs on the standard error of its moment, which pytest closes."""
    yield
    root = logging.getLogger()  # noqa: TID251 - what configure_logs added is taken away again
    for handler in [each for each in root.handlers if type(each) is logging.StreamHandler]:
        root.removeHandler(handler)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """The embedded defaults in a folder of the test's own, on a free port."""
    return read_settings({"LANGNGHE_DATA_DIR": str(tmp_path / "var"), "LANGNGHE_PORT": "0"})
