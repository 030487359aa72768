"""The lines of a ticket as its page shows them: all talks in one thread, and its return code."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.content.code_words import code_words
from bot.dialogue.codes import read_code
from bot.dialogue.returning import GIVEN, without_code
from intake.console.present import Bubble, Tile, bubbles_of
from intake.console.strings import Words
from intake.service import Service
from storage.codes import codes, lines
from storage.rows import OutboxState, TicketRow
from storage.talks import threads

_BUBBLES_SHOWN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """What was said on every line, oldest first."""

    bubbles: list[Bubble] = field(repr=False)
    more_before: bool
    lines: tuple[str, ...]
    """The channels, the one that people answer on last; empty where there is only one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeShown:
    """That a return code was given, and when it was used; the code itself is nowhere."""

    given_at: datetime
    used_at: datetime | None


async def talk_of(
    service: Service, ticket: TicketRow, *, names: Mapping[str, str], words: Words
) -> Talk:
    """Return the newest of all that was said; with several lines each bubble names its own."""
    found = await lines.lines_of(service.store, ticket)
    several = len(found) > 1
    shown: list[Bubble] = []
    for line in found:
        entries = await threads.newest(
            service.store, line.conversation_id, limit=_BUBBLES_SHOWN + 1
        )
        told = bubbles_of(entries, names=names, words=words, places=service.places)
        bubbles = [hide_code(one, words) for one in told]
        if line.conversation_id != ticket.conversation_id:
            bubbles = [mark_unread(one, words) for one in bubbles]
        shown += _named(bubbles, words.named("channel", line.channel)) if several else bubbles
    shown.sort(key=lambda one: one.at)
    return Talk(
        bubbles=shown[-_BUBBLES_SHOWN:],
        more_before=len(shown) > _BUBBLES_SHOWN,
        lines=tuple(words.named("channel", line.channel) for line in found) if several else (),
    )


def hide_code(bubble: Bubble, words: Words) -> Bubble:
    """Show that a code was given or written, never the code: staff come in by their own door."""
    if bubble.card == GIVEN:
        return replace(bubble, text=without_code(bubble.text))
    is_code = bubble.side == "reporter" and read_code(bubble.text, code_words()) is not None
    return replace(bubble, text=words("talk.code")) if is_code else bubble


def mark_unread(bubble: Bubble, words: Words) -> Bubble:
    """Say above a text that waits on a line which the reporter left that nobody has read it."""
    if bubble.delivery != OutboxState.HELD:
        return bubble
    tile = Tile(icon="hand", title=words("talk.never_read"), body=words("talk.never_read_hint"))
    return replace(bubble, tile=tile)


async def code_of(service: Service, ticket: TicketRow) -> CodeShown | None:
    """Return the times of the ticket's code; None: it has none."""
    found = await codes.last_code(service.store, ticket.id)
    return CodeShown(given_at=found[0], used_at=found[1]) if found else None


def _named(bubbles: list[Bubble], channel: str) -> list[Bubble]:
    return [replace(one, author=f"{one.author} ({channel})") for one in bubbles]
