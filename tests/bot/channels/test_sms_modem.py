"""The spool of a modem: written whole, read whole, and tried with the real gammu-smsd."""

import os
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as rules
from hypothesis import strategies as st

from bot.channels.contract import (
    Button,
    ChannelDown,
    InboundMessage,
    OutboundMessage,
    Rejected,
    Text,
    Unknown,
)
from bot.channels.sms import SmsChannel
from bot.channels.sms_modem import MissedCall, SmsModem, look_into
from tests.fakes import gammu

NOW = datetime(2026, 11, 24, 20, 15, tzinfo=UTC)
AN, BINH = "+84900000011", "+84900000012"
real = pytest.mark.skipif(gammu.PROGRAM is None, reason=gammu.MISSING)


@pytest.fixture
def modem(tmp_path: Path) -> gammu.Modem:
    return gammu.spool(tmp_path / "spool")


@pytest.fixture
def way(modem: gammu.Modem) -> SmsModem:
    return SmsModem(modem.folder, clock=lambda: NOW)


def lay(modem: gammu.Modem, name: str, content: bytes, *, age_seconds: float = 60) -> None:
    file = modem.folder / "inbox" / name
    file.write_bytes(content)
    at = time.time() - age_seconds
    os.utime(file, (at, at))


def messages(modem: gammu.Modem) -> list[InboundMessage]:
    found = look_into(modem.folder, received_at=NOW)
    return [each.content for each in found if isinstance(each.content, InboundMessage)]


def utf16(text: str) -> bytes:
    return f"\ufeff{text}".encode("utf-16-be")


async def test_a_text_is_laid_down_whole_under_the_daemons_name(
    modem: gammu.Modem, way: SmsModem
) -> None:
    note = await way.send_text(AN, "Goi 111.")

    assert modem.names("outbox") == [f"OUTM20261125_031500_0000_{AN}_{note}.txt"]
    assert (modem.folder / "outbox" / modem.names("outbox")[0]).read_bytes() == utf16("Goi 111.")


async def test_texts_leave_in_their_order(modem: gammu.Modem, way: SmsModem) -> None:
    notes = [await way.send_text(AN, f"phan {number}") for number in range(12)]

    assert [name[-16:-4] for name in modem.names("outbox")] == notes


@pytest.mark.parametrize("number", ["", "Viettel", "113", "+84/../0900", "+84900000011\n", "0900"])
async def test_what_is_no_telephone_gets_no_file(
    modem: gammu.Modem, way: SmsModem, number: str
) -> None:
    with pytest.raises(Rejected):
        await way.send_text(number, "Goi 111.")
    assert not modem.names("outbox")


async def test_an_outbox_that_nobody_empties_is_a_channel_that_is_down(
    modem: gammu.Modem, way: SmsModem
) -> None:
    await way.send_text(AN, "Goi 111.")
    (lying,) = (modem.folder / "outbox").iterdir()
    os.utime(lying, (1, 1))

    with pytest.raises(ChannelDown) as raised:
        await way.send_text(AN, "Goi 114.")
    assert AN not in str(raised.value)
    assert len(modem.names("outbox")) == 1


async def test_no_folder_is_a_channel_that_is_down(tmp_path: Path) -> None:
    way = SmsModem(tmp_path / "nowhere", clock=lambda: NOW)
    with pytest.raises(ChannelDown):
        await way.send_text(AN, "Goi 111.")
    await way.close()


def test_the_parts_of_one_text_are_one_message(modem: gammu.Modem) -> None:
    lay(modem, f"IN20261124_031500_00_{AN}_01.txt", utf16("ngoài sông"))
    lay(modem, f"IN20261124_031500_00_{AN}_00.txt", utf16("Có bạn té "))

    (message,) = messages(modem)
    assert message.content == Text(text="Có bạn té ngoài sông")
    assert message.sender_key == AN
    assert message.sent_at == datetime(2026, 11, 23, 20, 15, tzinfo=UTC)
    assert AN[1:] not in message.external_id


def test_a_part_that_is_being_written_holds_its_text_back(modem: gammu.Modem) -> None:
    lay(modem, f"IN20261124_031500_00_{AN}_00.txt", utf16("Có bạn té "))
    lay(modem, f"IN20261124_031500_00_{AN}_01.txt", utf16("ngo"), age_seconds=0)
    lay(modem, f"IN20261124_031500_00_{BINH}_00.txt", utf16("Chào"))

    assert [message.sender_key for message in messages(modem)] == [BINH]


def test_a_file_read_twice_is_the_same_message(modem: gammu.Modem) -> None:
    lay(modem, f"IN20261124_031500_00_{AN}_00.txt", utf16("SOS"))
    assert messages(modem)[0].external_id == messages(modem)[0].external_id

    lay(modem, f"IN20261124_031500_00_{AN}_00.txt", utf16("SOS!"))
    assert len({each.external_id for each in messages(modem)}) == 1


def test_what_lies_behind_the_words_is_not_read(modem: gammu.Modem) -> None:
    lay(modem, f"IN20261124_031500_00_{AN}_00.txt", utf16("Chào\0\0bí mật") + b"\x01")
    assert messages(modem)[0].content == Text(text="Chào")


def test_words_in_the_systems_letters_are_read_too(modem: gammu.Modem) -> None:
    lay(modem, f"IN20261124_031500_00_{AN}_00.txt", "Chào".encode())
    assert messages(modem)[0].content == Text(text="Chào")


def test_what_is_no_text_is_kept_as_unknown(modem: gammu.Modem) -> None:
    lay(modem, f"IN20261124_031500_00_{AN}_00.bin", b"\x00\x01MMS")
    assert isinstance(messages(modem)[0].content, Unknown)


@pytest.mark.parametrize(
    "name",
    [
        "IN20261124_031500_00_Viettel_00.txt",
        "IN20261124_031500_00_191_00.txt",
        "notes.txt",
        "CALL_x_1_0900",
    ],
)
def test_what_nobody_can_answer_is_set_aside(modem: gammu.Modem, name: str) -> None:
    lay(modem, name, utf16("Khuyen mai"))

    (found,) = look_into(modem.folder, received_at=NOW)
    assert found.content is None
    found.set_aside()
    assert (modem.names("inbox"), modem.names("aside")) == ([], [name])


@given(
    st.from_regex(r"IN\d{8}_\d{6}_\d\d_\+?\d{0,20}_\d\d\.(txt|bin)", fullmatch=True), st.binary()
)
@rules(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_file_stops_those_behind_it(modem: gammu.Modem, name: str, content: bytes) -> None:
    if not name.isascii():
        return
    lay(modem, name, content)
    lay(modem, f"IN99991231_235959_99_{BINH}_00.txt", utf16("SOS"))

    found = look_into(modem.folder, received_at=NOW)
    assert any(
        isinstance(each.content, InboundMessage) and each.content.sender_key == BINH
        for each in found
    )
    for each in found:
        each.done()
    assert not modem.names("inbox")


def test_a_missed_call_is_read_from_what_the_daemon_ran(modem: gammu.Modem) -> None:
    inbox = modem.folder / "inbox"
    for number in ("0900000011", "", "$(reboot); ../x"):
        subprocess.run([gammu.MISSED_CALL, str(inbox), number], check=True)
    for file in inbox.iterdir():
        os.utime(file, (1, 1))

    found = [each.content for each in look_into(modem.folder, received_at=NOW)]
    assert all(isinstance(each, MissedCall) for each in found)
    assert sorted(each.number for each in found if isinstance(each, MissedCall)) == ["", "", AN]


@real
async def test_the_real_daemon_sends_what_was_laid_down(modem: gammu.Modem, way: SmsModem) -> None:
    buttons = (Button(label="Có", payload="danger:yes"), Button(label="Không", payload="danger:no"))
    bubble = OutboundMessage(text="Gọi 114 ngay. " * 15, buttons=buttons)

    async with gammu.running(modem):
        note = await SmsChannel(way).send(AN, bubble)
        await modem.until(lambda: bool(modem.names("sent")))

    assert note in modem.names("sent")[0]
    assert (modem.names("outbox"), modem.names("error")) == ([], [])
    assert "(total: 2)" in modem.log  # two segments of the standard alphabet


@real
async def test_what_the_real_daemon_receives_is_read(modem: gammu.Modem) -> None:
    modem.arrive(1, AN, "Em ơi có người té sông")
    modem.arrive(2, BINH, "Chị ơi, " * 7, udh="050003070201")
    modem.arrive(3, BINH, "em sợ", udh="050003070202")

    async with gammu.running(modem):
        await modem.until(lambda: len(modem.names("inbox")) == 3)
    for file in (modem.folder / "inbox").iterdir():
        os.utime(file, (1, 1))

    assert {message.sender_key: message.content for message in messages(modem)} == {
        AN: Text(text="Em ơi có người té sông"),
        BINH: Text(text="Chị ơi, " * 7 + "em sợ"),
    }
