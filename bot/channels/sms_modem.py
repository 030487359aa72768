"""SMS through a GSM modem at this machine: the spool folders of `gammu-smsd`'s FILES service.

    outbox/OUT<priority><date>_<time>_<serial>_<number>_<note>.txt    a text that goes out
    inbox/IN<date>_<time>_<serial>_<number>_<part>.txt                a part of one that came in
    inbox/CALL_<seconds>_<process>_<number>                           a missed call
    aside/                                                            what nobody can read

Tried with gammu-smsd 1.42.0 (Debian 12): the parts of one text differ in `<part>` alone, and after
the words of a file in UTF-16 comes whatever lay in the daemon's memory: it ends at the first zero.
A call is a file of ours: the daemon's `RunOnIncomingCall` runs docker/modem/missed-call.
"""

import asyncio
import hashlib
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count, groupby
from pathlib import Path
from typing import Final
from uuid import uuid4
from zoneinfo import ZoneInfo

from bot.channels.contract import ChannelDown, ChannelError, InboundMessage, Rejected
from bot.channels.sms import inbound, international

WAY: Final = "modem"
STUCK_SECONDS: Final = 120.0
"""A text that lies this long in the outbox says that no modem takes any."""
SETTLED_SECONDS: Final = 2.0
"""The daemon writes part after part in place: a file this old is whole, and so is its text."""
_MOST_BYTES: Final = 64 * 1024
_PRIORITY: Final = "M"
"""Of A to Z; the watch's own alarms are A."""
_NETWORK_ZONE: Final = ZoneInfo("Asia/Ho_Chi_Minh")
_NAME = re.compile(r"(IN(\d{8})_(\d{6})_\d+_(.*))_\d+\.(?:txt|bin)", re.ASCII)
_CALL = re.compile(r"CALL_(\d{1,12})_\d+_(\+?\d{0,20})", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class MissedCall:
    """Somebody let the modem's number ring (cuộc gọi nhỡ)."""

    id: str
    """The same for the same file; says nothing of the number."""
    number: str = field(repr=False)
    """As +84…; empty: it was hidden."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """What lies in the inbox; `done` once it is kept."""

    files: tuple[Path, ...] = field(repr=False)
    content: InboundMessage | MissedCall | None
    """None: an advertisement of the operator, or no text at all."""

    def done(self) -> None:
        """Delete the files: they hold words and number in clear."""
        for file in self.files:
            file.unlink(missing_ok=True)

    def set_aside(self) -> None:
        """Move the files out of the way, for people to look at."""
        for file in self.files:
            aside = file.parent.parent / "aside"
            aside.mkdir(mode=0o700, exist_ok=True)
            if file.exists():
                file.replace(aside / file.name)


class SmsModem:
    """Lays texts into the outbox; whether the network took them only the daemon knows."""

    def __init__(self, folder: Path, *, clock: Callable[[], datetime]) -> None:
        self._outbox = folder / "outbox"
        self._clock = clock
        self._serial = count()

    async def send_text(self, number: str, text: str) -> str:
        """Lay one text down and return its note; `ChannelDown` while no modem takes any."""
        if not number or international(number) != number:
            raise Rejected("no telephone number")
        try:
            return await asyncio.to_thread(self._lay_down, number, text)
        except OSError as error:
            raise ChannelDown(f"outbox: {type(error).__name__}") from None

    async def close(self) -> None:
        """Nothing is held open."""

    def _lay_down(self, number: str, text: str) -> str:
        """Write beside and rename: the daemon never reads half a text."""
        if _is_stuck(self._outbox):
            raise ChannelDown("outbox: no modem takes texts")
        at = self._clock().astimezone(_NETWORK_ZONE)
        serial = next(self._serial) % 10_000
        note = uuid4().hex[:12]
        partial = self._outbox / f"partial-{note}"  # the daemon reads what begins with OUT
        partial.write_bytes(f"\ufeff{text}".encode("utf-16-be"))
        name = f"OUT{_PRIORITY}{at:%Y%m%d_%H%M%S}_{serial:04d}_{number}_{note}.txt"
        partial.replace(self._outbox / name)
        return note


def look_into(folder: Path, *, received_at: datetime) -> list[Arrival]:
    """Return what has arrived, the oldest first; what is still being written waits.

    Raises `OSError` where the folder cannot be read; nothing in it can raise anything else.
    """
    before = time.time() - SETTLED_SECONDS
    files = sorted((folder / "inbox").iterdir(), key=lambda file: file.name)
    groups = (tuple(group) for _, group in groupby(files, key=_whole))
    return [
        Arrival(files=group, content=_read(group, received_at))
        for group in groups
        if all(_changed_at(file) <= before for file in group)
    ]


def _whole(file: Path) -> str:
    """Return what the parts of one text have in common."""
    found = _NAME.fullmatch(file.name)
    return found[1] if found else file.name


def _read(files: tuple[Path, ...], received_at: datetime) -> InboundMessage | MissedCall | None:
    name = files[0].name
    if called := _CALL.fullmatch(name):
        return MissedCall(id=_digest(name), number=international(called[2]))
    found = _NAME.fullmatch(name)
    if found is None:
        return None
    text = "".join(_words(file) for file in files)
    try:
        return inbound(
            way=WAY,
            number=found[4],
            external_id=_digest(found[1], text),
            text=text,
            sent_at=_sent_at(found[2] + found[3], received_at),
            received_at=received_at,
        )
    except ChannelError:
        return None


def _words(file: Path) -> str:
    """Return the words of one part; a part that is no text has none."""
    if file.suffix != ".txt":
        return ""
    with file.open("rb") as opened:
        content = opened.read(_MOST_BYTES)
    encoding = "utf-16" if content[:2] in (b"\xfe\xff", b"\xff\xfe") else "utf-8"
    return content.decode(encoding, "replace").partition("\0")[0]


def _sent_at(stamp: str, otherwise: datetime) -> datetime:
    try:
        at = datetime.strptime(stamp, "%Y%m%d%H%M%S").replace(tzinfo=_NETWORK_ZONE)
    except ValueError:
        return otherwise
    return at.astimezone(UTC)


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()[:32]


def _is_stuck(outbox: Path) -> bool:
    return time.time() - min(_changes(outbox.glob("OUT*")), default=time.time()) > STUCK_SECONDS


def _changes(files: Iterable[Path]) -> list[float]:
    return [_changed_at(file) for file in files]


def _changed_at(file: Path) -> float:
    """Return when a file was last written; one that is gone was never."""
    try:
        return file.stat().st_mtime
    except FileNotFoundError:
        return time.time()
