"""Sounds on Telegram: a file is handed over once, after that its name is enough.

A WAV file is shown in the music player; where an app cannot, it is a file that opens.
"""

import asyncio
from contextlib import suppress
from typing import Final

from telegram import Audio, Bot, InputFile, Message

from bot.channels.contract import SendError, Sound
from bot.channels.rhythm import BEATS_PER_MINUTE, sound
from bot.channels.telegram_transport import send_errors

_TITLE: Final = "Nhịp ấn tim"
_FILE: Final = "nhip-an-tim.wav"
_SECONDS: Final = 60
"""Who presses has no hand free to begin it anew."""
_LONGEST_SECONDS: Final = 5.0
"""Of a send: with that of the words it must stay below what delivery allows for both."""


class Sounds:
    """Sends our sounds; knows under which names Telegram keeps them."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._names: dict[Sound, str] = {}

    async def send(self, recipient: str, which: Sound) -> str:
        """Send it without a second ring; empty when it did not arrive: the words have."""
        name = self._names.pop(which, "")  # kept again once it was taken
        with suppress(SendError, TimeoutError):
            async with asyncio.timeout(_LONGEST_SECONDS):
                with send_errors():
                    sent = await self._send(recipient, name or _file(which))
            if isinstance(sent.audio, Audio):
                self._names[which] = sent.audio.file_id
            return str(sent.message_id)
        return ""

    async def _send(self, recipient: str, audio: str | InputFile) -> Message:
        return await self._bot.send_audio(
            recipient,
            audio,
            title=_TITLE,
            duration=_SECONDS,
            disable_notification=True,
            protect_content=True,
        )


def _file(which: Sound) -> InputFile:
    match which:
        case Sound.RHYTHM:
            return InputFile(sound(BEATS_PER_MINUTE * _SECONDS // 60), filename=_FILE)
