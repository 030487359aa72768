"""The spool keeps raw messages on disk, sealed, until the database has them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.channels.contract import InboundMessage, Text
from intake.errors import Overloaded, SettingsError
from intake.siren import Siren
from intake.spool import Spool
from storage.keys.sealing import new_key

NOW = datetime(2026, 11, 24, 20, 15, tzinfo=UTC)


def test_people_are_called_once_a_minute_while_the_database_is_away() -> None:
    siren = Siren()

    assert siren.may_ring(NOW)
    assert not siren.may_ring(NOW + timedelta(seconds=59))
    assert siren.may_ring(NOW + timedelta(seconds=60))


def inbound(text: str, external_id: str = "1") -> InboundMessage:
    return InboundMessage(
        channel="telegram",
        sender_key="4711",
        external_id=external_id,
        sent_at=NOW,
        received_at=NOW,
        content=Text(text=text),
    )


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    spool = Spool(tmp_path / "spool", new_key())
    spool.prepare()
    return spool


def test_a_spooled_message_comes_back_as_it_was(spool: Spool) -> None:
    message = inbound("co dua nho rot xuong kinh")

    spool.write(message)

    (path,) = spool.waiting()
    assert spool.open(path) == message


def test_nothing_readable_lies_on_the_disk(spool: Spool) -> None:
    spool.write(inbound("ba dang danh me voi con"))

    (path,) = spool.waiting()
    assert b"danh" not in path.read_bytes()
    assert path.stat().st_mode & 0o077 == 0


def test_a_message_that_was_taken_in_is_forgotten(spool: Spool) -> None:
    spool.write(inbound("alo"))

    spool.done(spool.waiting()[0])

    assert spool.waiting() == []


def test_a_broken_file_is_set_aside_and_never_deleted(spool: Spool) -> None:
    spool.write(inbound("alo"))
    (path,) = spool.waiting()
    path.write_bytes(path.read_bytes()[:-1] + b"x")

    message = spool.open(path)
    spool.set_aside(path)

    assert message is None
    assert spool.waiting() == []
    assert [kept.suffix for kept in spool.folder.iterdir()] == [".unreadable"]


def test_a_half_written_file_is_not_read(spool: Spool) -> None:
    (spool.folder / "20261124T201500000000-x.partial").write_bytes(b"half")

    assert spool.waiting() == []


def test_a_spool_that_cannot_be_written_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "spool").write_text("a file stands in the way")

    with pytest.raises(SettingsError, match="spool folder"):
        Spool(tmp_path / "spool", new_key()).prepare()


def test_a_full_disk_is_told_to_the_sender(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "nowhere", new_key())

    with pytest.raises(Overloaded):
        spool.write(inbound("alo"))
