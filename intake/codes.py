"""Return codes at the desk (mã quay lại): what the store knows of them, before a turn is kept."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.content.code_words import code_words
from bot.content.shelf import Shelf
from bot.content.words import fold
from bot.dialogue import returning
from bot.dialogue.buttons import Command
from bot.dialogue.codes import RANDOM_BYTES, Code, NewCode, make_code
from bot.dialogue.returning import Outcome
from bot.dialogue.state import DialogueState
from bot.dialogue.turn import Turn
from intake.logs import log
from nlu.floor import Floor
from storage.codes import codes
from storage.codes.codes import CodeText, Presented, Tried
from storage.errors import Erased
from storage.rows import Loaded, TicketRow, TicketState
from storage.store import Store
from storage.talks import road

_STATES: Final = {
    TicketState.NEW: Outcome.RECEIVED,
    TicketState.REOPENED: Outcome.RECEIVED,
    TicketState.ACKNOWLEDGED: Outcome.HELD,
    TicketState.IN_PROGRESS: Outcome.WORKED_ON,
    TicketState.RESOLVED: Outcome.CLOSED,
    TicketState.CLOSED: Outcome.CLOSED,
    TicketState.DISMISSED: Outcome.CLOSED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeDesk:
    """Gives codes and looks at those that come back."""

    store: Store
    floor: Floor
    random: Callable[[int], bytes]

    async def settle(
        self, turn: Turn, loaded: Loaded, shelf: Shelf, *, is_pulled: bool, now: datetime
    ) -> Turn:
        """Finish a turn that waits for us; any other comes back as it is, perhaps with an offer.

        Only a page is offered a code (`is_pulled`): in a messenger it would stay to be read.
        """
        if turn.code is not None:
            return await self._opened(turn, turn.code, loaded, shelf, now)
        if turn.word is Command.CODE:
            return await self._given(turn, loaded, shelf, now)
        return returning.offer(turn, shelf) if is_pulled else turn

    async def _given(self, turn: Turn, loaded: Loaded, shelf: Shelf, now: datetime) -> Turn:
        if not returning.may_present(turn.state):
            return returning.in_other_hands(turn, shelf)
        if loaded.ticket is None:
            return returning.answer(turn, Outcome.NO_TICKET, shelf)
        new = None
        if returning.may_give(turn.state, shelf):
            new = await self._new(loaded.ticket, loaded.channel, now)
        return returning.answer(turn, Outcome.GIVEN, shelf, code=new)

    async def _new(self, ticket: TicketRow, channel: str, now: datetime) -> NewCode:
        """Draw until no other ticket has it and no rule of danger hears anything in it."""
        while True:
            new = make_code(self.random(RANDOM_BYTES), code_words())
            if any(self.floor.look(text) for text in (new.text, fold(new.text))):
                continue
            if await codes.give_code(
                self.store, ticket.id, _text(new.code), channel=channel, now=now
            ):
                log.info("return_code_given", ticket_id=ticket.id, channel=channel)
                return new

    async def _opened(
        self, turn: Turn, code: Code, loaded: Loaded, shelf: Shelf, now: datetime
    ) -> Turn:
        if not returning.may_present(turn.state):
            return returning.in_other_hands(turn, shelf)
        presented = await codes.present_code(
            self.store, loaded.conversation_id, _text(code), channel=loaded.channel, now=now
        )
        log.info(
            "return_code_tried",
            conversation_id=loaded.conversation_id,
            channel=loaded.channel,
            status=presented.tried.value,
        )
        elsewhere = await self._left(presented, now) if presented.left else None
        return returning.answer(turn, _outcome(presented), shelf, elsewhere=elsewhere)

    async def _left(self, presented: Presented, now: datetime) -> DialogueState | None:
        try:
            loaded = await road.peek(self.store, presented.left, now=now)
        except Erased:
            return None
        return DialogueState.from_json(dict(loaded.state))


def _outcome(presented: Presented) -> Outcome:
    if presented.ticket is not None:
        return _STATES[presented.ticket.state]
    return Outcome.LATER if presented.tried is Tried.LATER else Outcome.WRONG


def _text(code: Code) -> CodeText:
    return CodeText(stem=" ".join(code.words), digits=code.digits, number=code.number)
