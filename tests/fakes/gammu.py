"""gammu-smsd with Gammu's dummy driver: the real daemon, and a telephone that is a folder."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

PROGRAM = shutil.which("gammu-smsd")
MISSING = "no gammu-smsd: apt-get install gammu-smsd"
MISSED_CALL = Path(__file__).parents[2] / "docker/modem/missed-call"
_FOLDERS = ("inbox", "outbox", "sent", "error", *(f"phone/sms/{number}" for number in range(6)))
_SETTINGS = """\
[gammu]
model = dummy
connection = none
device = {folder}/phone
[smsd]
service = files
inboxpath = {folder}/inbox/
outboxpath = {folder}/outbox/
sentsmspath = {folder}/sent/
errorsmspath = {folder}/error/
inboxformat = unicode
transmitformat = auto
commtimeout = 1
loopsleep = 1
receivefrequency = 1
checksecurity = 0
checkbattery = 0
checksignal = 0
checknetwork = 0
logfile = {folder}/log
debuglevel = 4
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Modem:
    """Its spool is `folder`; `arrive` puts a text on the telephone."""

    folder: Path

    def arrive(self, slot: int, number: str, text: str, *, udh: str = "") -> None:
        """Let a text arrive, in Gammu's own format of a backup; `udh` says which part it is."""
        words = text.encode("utf-16-be").hex().upper()
        lines = [
            "[SMSBackup000]",
            'SMSC = "+84900000900"',
            "DateTime = 20261124T031500",
            "State = UnRead",
            f'Number = "{number}"',
            f"NumberUnicode = {number.encode('utf-16-be').hex().upper()}",
            f"UDH = {udh}" if udh else "",
            *(f"Text{at // 200:02d} = {words[at : at + 200]}" for at in range(0, len(words), 200)),
            "Coding = Unicode_No_Compression",
            "Folder = 1",
            f"Length = {len(text)}",
            "Class = -1",
        ]
        partial = self.folder / "phone/arriving"
        partial.write_text("\n".join(filter(None, lines)) + "\n", "ascii")
        partial.replace(self.folder / f"phone/sms/1/{slot}")

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Wait for what the daemon does."""
        async with asyncio.timeout(30):
            while not is_so():  # noqa: ASYNC110 - files tell nobody
                await asyncio.sleep(0.1)

    def names(self, folder: str) -> list[str]:
        """Return the names of the files in one of its folders."""
        return sorted(file.name for file in (self.folder / folder).iterdir())

    @property
    def log(self) -> str:
        """Return what the daemon noted."""
        return (self.folder / "log").read_text("utf-8", "replace")


def spool(folder: Path) -> Modem:
    """Return the folders of a modem without a daemon."""
    for name in _FOLDERS:
        (folder / name).mkdir(parents=True)
    return Modem(folder=folder)


@asynccontextmanager
async def running(modem: Modem) -> AsyncIterator[None]:
    """Run the daemon over the folders."""
    settings = modem.folder / "smsdrc"
    settings.write_text(_SETTINGS.format(folder=modem.folder))
    daemon = await asyncio.create_subprocess_exec(
        PROGRAM or "gammu-smsd",
        "-c",
        str(settings),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        daemon.terminate()
        await daemon.wait()
