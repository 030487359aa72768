"""Raw messages on disk while the database cannot be written; taken in later (hàng chờ trên đĩa)."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from bot.channels.codec import inbound_from_json, inbound_to_json
from bot.channels.contract import InboundMessage
from intake.errors import Overloaded, SettingsError
from storage.keys.sealing import Key, SealBroken, open_sealed, seal

_SUFFIX = ".sealed"
_CONTEXT = "spool"


@dataclass(frozen=True, slots=True)
class Spool:
    """A folder of sealed messages, oldest first by name."""

    folder: Path
    key: Key

    def prepare(self) -> None:
        """Make the folder and try it out; raises `SettingsError` where nothing can be written."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            probe = self.folder / f"probe-{uuid4().hex}"
            _write_durably(probe, b"probe")
            probe.unlink()
        except OSError as error:
            raise SettingsError(
                f"the spool folder cannot be written: errno {error.errno}"
            ) from None

    def write(self, message: InboundMessage) -> None:
        """Keep a message; it is on the disk when this returns. Raises `Overloaded` if it cannot."""
        name = f"{message.received_at:%Y%m%dT%H%M%S%f}-{uuid4().hex}"
        plain = json.dumps(inbound_to_json(message)).encode()
        partial = self.folder / f"{name}.partial"
        try:
            _write_durably(partial, seal(self.key, plain, _CONTEXT))
            partial.rename(self.folder / f"{name}{_SUFFIX}")
            _flush_folder(self.folder)
        except OSError as error:
            raise Overloaded(f"spool errno {error.errno}") from None

    def waiting(self) -> list[Path]:
        """Return the kept messages, oldest first."""
        return sorted(self.folder.glob(f"*{_SUFFIX}"))

    def open(self, path: Path) -> InboundMessage | None:
        """Open a kept message; None for one that cannot be opened: a person must look at it."""
        try:
            plain = open_sealed(self.key, path.read_bytes(), _CONTEXT)
            return inbound_from_json(json.loads(plain))
        except (SealBroken, ValueError, KeyError, TypeError):
            return None

    def done(self, path: Path) -> None:
        """Forget a message that is in the database now."""
        path.unlink(missing_ok=True)

    def set_aside(self, path: Path) -> None:
        """Keep a file that cannot be opened out of the way; never deletes it."""
        path.rename(path.with_suffix(".unreadable"))


def _write_durably(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
