"""How people are told (đường báo): a webhook, SMS of a GSM modem, a command that rings.

Each raises what went wrong; the watcher then tries that way again.
"""

import hashlib
import hmac
import json
import subprocess
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from .asking import OPENER
from .notice import Notice, as_document, as_text
from .settings import WaySettings
from .telling import Word

_TIMEOUT_SECONDS = 10.0
_RING_SECONDS = 60.0
"""For each telephone; killed in the middle, a command could leave the modem to nobody."""


class Way(Protocol):
    """One way of telling people."""

    @property
    def name(self) -> str:
        """Tell the ways apart: in the memory and in the journal."""

    def tell(self, notice: Notice) -> None:
        """Tell it; raises when it could not be told."""


def open_ways(settings: WaySettings) -> tuple[Way, ...]:
    """Return the ways that are set up."""
    ways: list[Way] = []
    if settings.webhook_url:
        ways.append(Webhook(settings.webhook_url, settings.webhook_secret))
    if settings.modem_folder and settings.telephones:
        ways.append(Modem(settings.modem_folder, settings.telephones))
    if settings.ring_command and settings.telephones:
        ways.append(Ring(settings.ring_command, settings.telephones))
    return tuple(ways)


@dataclass(frozen=True, slots=True)
class Webhook:
    """POSTs signed JSON, in the form of the alarm's own webhook (intake/alarm_ways.py)."""

    url: str = field(repr=False)
    secret: str = field(repr=False)
    name: str = "webhook"

    def tell(self, notice: Notice) -> None:
        """POST it; an answer of 300 or more raises."""
        body = json.dumps(as_document(notice), ensure_ascii=False).encode()
        request = urllib.request.Request(  # noqa: S310 - an address of the administrator's choice
            self.url, data=body, headers=self._headers(body), method="POST"
        )
        with OPENER.open(request, timeout=_TIMEOUT_SECONDS):
            return

    def _headers(self, body: bytes) -> dict[str, str]:
        timestamp = str(int(time.time()))
        headers = {"Content-Type": "application/json", "X-Langnghe-Timestamp": timestamp}
        if self.secret:
            signed = hmac.new(self.secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256)
            headers["X-Langnghe-Signature"] = f"sha256={signed.hexdigest()}"
        return headers


@dataclass(frozen=True, slots=True)
class Modem:
    """Lays texts into the outbox of gammu-smsd's FILES service, most urgent (A) first."""

    folder: Path
    telephones: tuple[str, ...] = field(repr=False)
    name: str = "modem"

    def tell(self, notice: Notice) -> None:
        """Write a file a telephone; an older one that no modem has taken yet gives way to it."""
        outbox, text = self.folder / "outbox", as_text(notice)
        for number, telephone in enumerate(self.telephones):
            older = list(outbox.glob(f"OUTA*_{telephone}_watch.txt"))
            at = time.strftime("%Y%m%d_%H%M%S", time.localtime())
            fresh = outbox / f"OUTA{at}_{number:02d}_{telephone}_watch.txt"
            partial = outbox / f"partial-{number:02d}-watch"  # gammu-smsd reads what begins OUT
            partial.write_text(text, "ascii")
            partial.replace(fresh)
            for each in older:
                if each != fresh:
                    each.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Ring:
    """Runs a command that rings telephones: what it takes depends on the modem."""

    command: tuple[str, ...]
    telephones: tuple[str, ...] = field(repr=False)
    name: str = "ring"

    def tell(self, notice: Notice) -> None:
        """Ring for an alarm; nobody is rung for good news."""
        if notice.word is not Word.ALARM:
            return
        subprocess.run(  # noqa: S603 - the administrator's own command, no shell
            [*self.command, *self.telephones],
            check=True,
            timeout=_RING_SECONDS * (1 + len(self.telephones)),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
