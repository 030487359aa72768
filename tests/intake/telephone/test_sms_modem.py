"""A modem at this machine: texts go the road of every message, a missed call opens a ticket."""

import asyncio
import os
from pathlib import Path

import pytest

from bot.channels.contract import Text
from intake.delivery import Delivery
from intake.service import Service
from intake.settings import Settings, read_settings
from intake.telephone import sms_modem
from nlu.labels import Urgency
from storage import leases
from storage.tickets import queue
from storage.tickets.reading import QueueRow
from tests.fakes import gammu
from tests.fakes.broken import broken_database, broken_spool
from tests.fakes.stored import kept

AN, BINH = "+84900000011", "+84900000012"


@pytest.fixture
def modem(tmp_path: Path) -> gammu.Modem:
    return gammu.spool(tmp_path / "spool")


@pytest.fixture
def telephone_settings(tmp_path: Path, modem: gammu.Modem) -> Settings:
    return read_settings(
        {
            "LANGNGHE_DATA_DIR": str(tmp_path / "var"),
            "LANGNGHE_SMS_MODEM_FOLDER": str(modem.folder),
        }
    )


def lay(modem: gammu.Modem, name: str, text: str = "") -> None:
    file = modem.folder / "inbox" / name
    file.write_bytes(f"\ufeff{text}".encode("utf-16-be"))
    os.utime(file, (1, 1))


async def tickets(service: Service, count: int) -> tuple[QueueRow, ...]:
    """Wait until so many tickets are open."""
    async with asyncio.timeout(60):
        while len(await queue(service.store)) < count:  # noqa: ASYNC110 - no bell rings for tests
            await asyncio.sleep(0.05)
    return await queue(service.store)


async def test_a_text_is_kept_once_and_its_file_is_gone(
    service: Service, modem: gammu.Modem
) -> None:
    for _ in range(2):  # the second time as after a crash
        lay(modem, f"IN20261124_031500_00_{AN}_00.txt", "con bi danh, cuu con voi")
        assert await sms_modem.look(service, modem.folder) == 1

    assert await kept(service, AN, channel="sms") == [Text(text="con bi danh, cuu con voi")]
    assert modem.names("inbox") == []
    await tickets(service, 1)


@pytest.mark.skipif(gammu.PROGRAM is None, reason=gammu.MISSING)
async def test_a_text_goes_through_the_real_daemon_and_its_answer_too(
    service: Service, modem: gammu.Modem
) -> None:
    delivery = Delivery(service, service.channels["sms"])
    modem.arrive(1, AN, "con bi danh, cuu con voi")

    async with gammu.running(modem), asyncio.timeout(120):
        while not modem.names("sent"):
            await sms_modem.look(service, modem.folder)
            await delivery.deliver_due()
            await asyncio.sleep(0.2)

    assert AN in modem.names("sent")[0]
    assert await kept(service, AN, channel="sms") == [Text(text="con bi danh, cuu con voi")]


async def test_without_a_database_a_text_is_spooled_and_a_call_waits(
    service: Service, modem: gammu.Modem
) -> None:
    call = f"CALL_1795550100_77_{BINH}"
    lay(modem, f"IN20261124_031500_00_{AN}_00.txt", "con bi danh, cuu con voi")
    lay(modem, call)
    with broken_database(service):
        await sms_modem.look(service, modem.folder)

    assert len(service.spool.waiting()) == 1
    assert modem.names("inbox") == [call]


async def test_what_could_be_kept_nowhere_stays_in_the_inbox(
    service: Service, modem: gammu.Modem
) -> None:
    lay(modem, f"IN20261124_031500_00_{AN}_00.txt", "SOS")
    with broken_database(service), broken_spool(service):
        assert await sms_modem.look(service, modem.folder) == 0

    assert len(modem.names("inbox")) == 1
    assert await sms_modem.look(service, modem.folder) == 1


async def test_a_missed_call_is_a_ticket_and_the_next_one_is_noted_on_it(
    service: Service, modem: gammu.Modem
) -> None:
    for second in (1, 1, 2, 3):  # the first is read twice, as after a crash
        lay(modem, f"CALL_{second}_77_{AN}")
        await sms_modem.look(service, modem.folder)

    (row,) = await tickets(service, 1)
    assert row.ticket.urgency is Urgency.HIGH
    assert modem.names("outbox") == []  # whose hands the telephone is in nobody knows


async def test_every_number_has_a_ticket_of_its_own_and_a_hidden_one_has_none(
    service: Service, modem: gammu.Modem
) -> None:
    for name in (f"CALL_1_77_{AN}", f"CALL_1_78_{BINH}", "CALL_1_79_"):
        lay(modem, name)
    assert await sms_modem.look(service, modem.folder) == 3

    assert len(await queue(service.store)) == 2


async def test_an_advertisement_is_set_aside_and_counted(
    service: Service, modem: gammu.Modem
) -> None:
    lay(modem, "IN20261124_031500_00_Viettel_00.txt", "Khuyen mai")
    lay(modem, f"IN20261124_031501_00_{AN}_00.txt", "alo")
    assert await sms_modem.look(service, modem.folder) == 1

    assert (len(modem.names("aside")), modem.names("inbox")) == (1, [])
    assert service.refused["sms"] == 1


async def test_a_spool_that_is_away_is_looked_for_again(service: Service, tmp_path: Path) -> None:
    assert await sms_modem.look(service, tmp_path / "nowhere") == 0


async def test_one_process_looks_at_a_time(service: Service, modem: gammu.Modem) -> None:
    class Enough(Exception):
        pass

    waits: list[float] = []

    async def pause(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 10:
            raise Enough

    lay(modem, f"IN20261124_031500_00_{AN}_00.txt", "alo")
    with pytest.raises(Enough):
        await sms_modem.poll(service, "first", pause=pause)
    assert modem.names("inbox") == []

    lay(modem, f"IN20261124_031501_00_{AN}_00.txt", "alo")
    waits.clear()
    with pytest.raises(Enough):
        await sms_modem.poll(service, "second", pause=pause)
    assert len(modem.names("inbox")) == 1
    await leases.let_go(service.store, sms_modem.POLLER_LEASE, owner="first")


async def test_no_word_and_no_number_is_logged(
    service: Service, modem: gammu.Modem, caplog: pytest.LogCaptureFixture
) -> None:
    lay(modem, f"IN20261124_031500_00_{AN}_00.txt", "rat bi mat")
    lay(modem, f"CALL_1_77_{BINH}")
    with caplog.at_level("INFO"):
        await sms_modem.look(service, modem.folder)

    assert "bi mat" not in caplog.text
    assert "90000001" not in caplog.text
