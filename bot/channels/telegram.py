"""Telegram: `parse` what comes in, `send` what goes out; nothing else here knows the vendor.

Only the library's `Bot` is used. Its `Application` keeps updates in memory, where a crash loses
them; ours are in the database before Telegram may forget them.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from datetime import datetime
from typing import Final

from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    LinkPreviewOptions,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    Update,
)
from telegram.error import ChatMigrated

from bot.channels.contract import (
    Button,
    ChannelError,
    InboundMessage,
    OutboundMessage,
    SendError,
)
from bot.channels.telegram_inbound import CHANNEL, callback_query_id, parse
from bot.channels.telegram_json import words
from bot.channels.telegram_sound import Sounds
from bot.channels.telegram_transport import UPDATE, PollTransport, Transport, send_errors

ALLOWED_UPDATES: Final = ("message", "edited_message", "callback_query", "my_chat_member")
TEXT_LIMIT: Final = 4096
"""UTF-16 units in one message."""
LOCATION_LABEL: Final = "📍 Gửi vị trí"
_LOCATION_BUBBLE = "📍"
_Markup = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove | None


class TelegramChannel:
    """The bot on Telegram; build it once a process and `close` it at the end."""

    name = CHANNEL
    pulls = False

    def __init__(
        self,
        token: str,
        *,
        api_url: str,
        clock: Callable[[], datetime],
        timeout_seconds: float = 10.0,
        poll_seconds: int = 25,
    ) -> None:
        self._requests = tuple(
            kind(
                connect_timeout=timeout_seconds,
                read_timeout=timeout_seconds,
                write_timeout=timeout_seconds,
                pool_timeout=timeout_seconds,
            )
            for kind in (Transport, PollTransport)
        )
        self._bot = Bot(
            token,
            base_url=f"{api_url}/bot",
            base_file_url=f"{api_url}/file/bot",
            request=self._requests[0],
            get_updates_request=self._requests[1],
        )
        self._sounds = Sounds(self._bot)
        self.bot_id = token.partition(":")[0]
        self._clock = clock
        self._poll_seconds = poll_seconds
        self._offset: int | None = None

    def __repr__(self) -> str:
        """Name the channel and keep the token to itself."""
        return f"TelegramChannel({self.bot_id})"

    async def close(self) -> None:
        """Close the connections."""
        for request in self._requests:
            await request.shutdown()

    async def send(self, recipient: str, message: OutboundMessage) -> str:
        """Send one bubble; the buttons go under the last part of a text that is too long."""
        text = words(message.text)
        *first, last = [part for part in split_text(text) if part.strip()] or [text]
        sent = [await self._send(recipient, part, None) for part in first]
        sent.append(await self._send(recipient, last, _markup(recipient, message)))
        if message.buttons and message.asks_location and _is_private(recipient):
            # One message cannot carry both keyboards. The words have arrived: an error here must
            # not send them again.
            with suppress(SendError):
                sent.append(await self._send(recipient, _LOCATION_BUBBLE, _location_keyboard()))
        if message.sound:
            sent.append(await self._sounds.send(recipient, message.sound))
        return ",".join(filter(None, sent))

    async def retract(self, recipient: str, vendor_id: str) -> None:
        """Delete what `send` sent, for both sides; Telegram refuses after 48 hours."""
        with send_errors():
            await self._bot.delete_messages(recipient, [int(part) for part in vendor_id.split(",")])

    async def check(self) -> str:
        """Return the bot's public name."""
        with send_errors():
            return f"@{(await self._bot.get_me()).username}"

    async def answer_press(self, query_id: str) -> None:
        """Tell Telegram that a press was seen: the button stops turning."""
        with send_errors():
            await self._bot.answer_callback_query(query_id)

    async def open_webhook(self, url: str, secret: str) -> None:
        """Have updates sent to `url`; what waits at Telegram comes too."""
        with send_errors():
            await self._bot.set_webhook(url, secret_token=secret, allowed_updates=ALLOWED_UPDATES)

    async def close_webhook(self) -> None:
        """Go back to polling; what waits at Telegram is kept."""
        with send_errors():
            await self._bot.delete_webhook(drop_pending_updates=False)

    async def updates(self) -> AsyncIterator[InboundMessage]:
        """Yield messages for ever; asking for the next acknowledges the one before.

        What is not ours to read is acknowledged and left out.
        """
        while True:
            for update in await self._fetch():
                content = update.api_kwargs[UPDATE]
                if message := self._readable(content):
                    yield message
                    await self._release_button(callback_query_id(content))
                self._offset = update.update_id + 1

    async def _fetch(self) -> tuple[Update, ...]:
        with send_errors():
            return await self._bot.get_updates(
                offset=self._offset, timeout=self._poll_seconds, allowed_updates=ALLOWED_UPDATES
            )

    def _readable(self, update: object) -> InboundMessage | None:
        with suppress(ChannelError):  # it would come again and again, and stop all that follow
            return parse(update, bot_id=self.bot_id, received_at=self._clock())
        return None

    async def _release_button(self, query_id: str) -> None:
        if query_id:
            with suppress(SendError):  # the press is stored; a turning button harms nobody
                await self.answer_press(query_id)

    async def _send(self, recipient: str, text: str, markup: _Markup) -> str:
        with send_errors():
            try:
                return await self._send_to(recipient, text, markup)
            except ChatMigrated as moved:  # a staff group grew: the alarm must still arrive
                return await self._send_to(moved.new_chat_id, text, markup)

    async def _send_to(self, chat_id: str | int, text: str, markup: _Markup) -> str:
        sent = await self._bot.send_message(
            chat_id,
            text,
            reply_markup=markup,
            protect_content=True,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
        )
        return str(sent.message_id)


def split_text(text: str) -> list[str]:
    """Cut a text into parts that Telegram takes, after a line or a word where there is one.

    Joined again the parts are the text.
    """
    parts = []
    while len(head := _head(text)) < len(text):
        cut = max(head.rfind("\n"), head.rfind(" ")) + 1 or len(head)
        parts.append(text[:cut])
        text = text[cut:]
    return [*parts, text]


def _head(text: str) -> str:
    return text.encode("utf-16-le")[: TEXT_LIMIT * 2].decode("utf-16-le", "ignore")


def _markup(recipient: str, message: OutboundMessage) -> _Markup:
    if message.buttons:
        return InlineKeyboardMarkup([[_button(button)] for button in message.buttons])
    if not _is_private(recipient):
        return None
    return _location_keyboard() if message.asks_location else ReplyKeyboardRemove()


def _button(button: Button) -> InlineKeyboardButton:
    return InlineKeyboardButton(button.label, callback_data=button.payload)


def _location_keyboard() -> ReplyKeyboardMarkup:
    return ReplyKeyboardMarkup(
        [[KeyboardButton(LOCATION_LABEL, request_location=True)]],
        resize_keyboard=True,
        one_time_keyboard=True,
    )


def _is_private(recipient: str) -> bool:
    """Groups have negative ids; only a private chat may be asked for a location."""
    return not recipient.startswith(("-", "@"))
