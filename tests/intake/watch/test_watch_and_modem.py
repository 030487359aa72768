"""The watch and the service lay texts into one outbox: the daemon must read both alike."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.channels.sms_modem import SmsModem
from intake.watch.judging import Problem
from intake.watch.notice import Notice, as_text
from intake.watch.telling import Word
from intake.watch.ways import Modem

PHONE = "+84900000101"
ALARM = Notice(word=Word.ALARM, problems=(Problem.NO_ANSWER,), at=0.0, link="")
NAME = re.compile(r"OUT([A-Z])\d{8}_\d{6}_\d+_(\+\d+)_[a-z0-9]+\.txt")
"""Of gammu-smsd's FILES service: the recipient is what stands behind the third underscore."""


def words_as_the_daemon_reads_them(file: Path) -> str:
    """A mark at the beginning says UTF-16; without one it is the system's letters."""
    content = file.read_bytes()
    is_wide = content.startswith((b"\xfe\xff", b"\xff\xfe"))
    return content.decode("utf-16") if is_wide else content.decode("ascii")


async def test_both_write_what_the_daemon_reads_and_the_alarm_goes_first(tmp_path: Path) -> None:
    (tmp_path / "outbox").mkdir()
    service = SmsModem(tmp_path, clock=lambda: datetime(2026, 11, 24, tzinfo=UTC))

    await service.send_text(PHONE, "Trung tam da nhan tin.")
    Modem(tmp_path, (PHONE,)).tell(ALARM)

    first, second = sorted((tmp_path / "outbox").iterdir())
    names = [NAME.fullmatch(first.name), NAME.fullmatch(second.name)]
    assert [name.groups() for name in names if name] == [("A", PHONE), ("M", PHONE)]
    assert words_as_the_daemon_reads_them(first) == as_text(ALARM)
    assert words_as_the_daemon_reads_them(second) == "Trung tam da nhan tin."


@pytest.mark.parametrize("word", list(Word))
async def test_the_watch_takes_nothing_of_the_services_away(tmp_path: Path, word: Word) -> None:
    (tmp_path / "outbox").mkdir()
    service = SmsModem(tmp_path, clock=lambda: datetime(2026, 11, 24, tzinfo=UTC))
    await service.send_text(PHONE, "Trung tam da nhan tin.")
    way = Modem(tmp_path, (PHONE,))

    way.tell(ALARM)
    way.tell(Notice(word=word, problems=ALARM.problems, at=0.0, link=""))

    laid = {words_as_the_daemon_reads_them(file) for file in (tmp_path / "outbox").iterdir()}
    assert "Trung tam da nhan tin." in laid
    assert len(laid) == 2
