"""The phones of a story (điện thoại): one page of the web chat for each line, whatever its channel.

Only the web chat has a page to look at, so a line on a messenger is shown as another phone with the
same page. Which card a bubble is, the page does not know: that is read from the store.
"""

from dataclasses import dataclass, field

from playwright.async_api import Browser, Locator, Page

from bot.channels.codec import outbound_from_json
from bot.channels.contract import OutboundMessage
from bot.content.cards import CardKind
from intake.commands.chat_stage import Stage
from intake.commands.chat_story import Answers
from storage.talks.contacts import find_conversation
from storage.talks.threads import thread

SETTLED_MS = 900
_SIZE = {"width": 390, "height": 844}
_MOST_ANSWERS = 8
_WORDS, _NUMBER = -2, -1
"""The lines of a bubble with a code that are the code."""


@dataclass(slots=True)
class Phone:
    """One reporter's page."""

    stage: Stage
    page: Page

    async def say(self, words: str) -> None:
        """Write something and wait for the answer."""
        await self.page.get_by_label("Tin nhắn của bạn").fill(words)
        await self.page.get_by_role("button", name="Gửi", exact=True).click()
        await self.page.wait_for_timeout(SETTLED_MS)

    async def press(self, button: str) -> None:
        """Press a choice by its label or payload. The page offers only the newest, so an older one
        is typed: a label that is typed is a press."""
        label = self.stage.service.shelf.label(button)
        choice = self._choices.get_by_text(label, exact=True)
        if not await choice.count():
            await self.say(f"#{button}" if ":" in button else button)
            return
        await choice.click()
        await self.page.wait_for_timeout(SETTLED_MS)

    async def answer(self, step: Answers) -> None:
        """Answer what is asked, skip the rest, stop where the story wants to."""
        for _ in range(_MOST_ANSWERS):
            asked = await self._question()
            if asked is None or asked.card == step.until:
                return
            words = step.by_card.get(asked.card)
            skips = [one.payload for one in asked.buttons if one.payload.startswith("skip:")]
            labels = [part for one in asked.buttons for part in (one.label, one.payload)]
            if words is None and skips:
                await self.press(skips[0])
            elif words in labels:
                await self.press(words)
            else:
                await self.say(words or "bỏ qua")

    async def codes(self) -> list[str]:
        """Return the bubbles in which a return code was given."""
        return [one.text for one in await self._heard() if one.card == "code_given"]

    @property
    def _choices(self) -> Locator:
        return self.page.locator("#choices button")

    async def _question(self) -> OutboundMessage | None:
        """Return the question that the last answer ended with."""
        shelf = self.stage.service.shelf
        last = (await self._heard())[-1:]
        asks = [one for one in last if shelf.kind(one.card) is CardKind.QUESTION]
        return asks[0] if asks else None

    async def _heard(self) -> list[OutboundMessage]:
        """Return all that this line was told, oldest first."""
        store = self.stage.service.store
        account = next((one for one in await self._cookies() if "~" in one), "").split("~")[0]
        talk = await find_conversation(store, "web", account) if account else None
        entries = await thread(store, talk) if talk else ()
        return [outbound_from_json(one.body) for one in entries if not one.from_reporter]

    async def _cookies(self) -> list[str]:
        return [str(one.get("value", "")) for one in await self.page.context.cookies()]


@dataclass(slots=True)
class Phones:
    """The phones by the names of their lines, and the one that is in hand."""

    stage: Stage
    browser: Browser
    url: str
    color_scheme: str
    in_hand: str = "web"
    by_line: dict[str, Phone] = field(default_factory=dict)

    async def take(self, line: str, source: str = "") -> Phone:
        """Take up the phone of a line; a new one opens the chat, by a poster's address or not."""
        self.in_hand = line
        if line not in self.by_line:
            page = await self.browser.new_page(
                viewport=_SIZE,  # type: ignore[arg-type]  # a TypedDict of two integers
                has_touch=True,
                locale="vi-VN",
                color_scheme=self.color_scheme,  # type: ignore[arg-type]  # one of its two words
            )
            await page.goto(f"{self.url}/chat/{f'?src={source}' if source else ''}")
            self.by_line[line] = Phone(self.stage, page)
        return self.by_line[line]

    @property
    def phone(self) -> Phone:
        """The phone in hand."""
        return self.by_line[self.in_hand]

    async def code(self, what: str) -> str:
        """Return a code that was given on any phone: its words, its number, or the first words."""
        given = [text for phone in self.by_line.values() for text in await phone.codes()]
        lines = given[0 if what == "first" else -1].splitlines()
        return lines[_NUMBER if what == "number" else _WORDS]
