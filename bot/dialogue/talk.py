"""What is said to words that are not critical (trả lời thường): reports, answers, small things."""

from dataclasses import replace

from bot.content.shelf import Shelf
from bot.dialogue.burns import burnt, is_fresh_burn
from bot.dialogue.hearing import Heard, said_age
from bot.dialogue.learning import SURE_OF_NEW_MATTER, has_ticket, is_answer
from bot.dialogue.onward import asks_to_keep_it, told_onward
from bot.dialogue.outcome import outcome, raised
from bot.dialogue.persons import hear_out, own_words, welcome
from bot.dialogue.questions import ASK_DANGER, Asked, next_question, urgent_question
from bot.dialogue.script import has_letters
from bot.dialogue.speech import HOW_TO, first_words, speak, speak_apart
from bot.dialogue.state import DialogueState, Question
from bot.dialogue.turn import Turn
from nlu.labels import AuthorRole, Intent, Urgency


def talk(state: DialogueState, known: DialogueState, heard: Heard, shelf: Shelf) -> Turn:
    """Answer free words: doubt first, then a report, an answer, or something small."""
    if heard.is_foreign:
        spoken = speak(known, first_words(known, "other_language"), _danger(state), shelf)
        return outcome(state, heard, spoken, wants_human=True)
    card = own_words(known, heard, shelf)
    if card and not known.phone_taken:
        return hear_out(state, known, heard, card, shelf)
    if is_phone_taken(heard) or (known.phone_taken and not _is_child_back(heard)):
        asks_status = heard.intent is Intent.TICKET_STATUS and not heard.is_unsure
        return phone_taken(state, known, heard, shelf, wants_human=asks_status)
    if asks_to_keep_it(known, heard, shelf):
        return keep_question(state, told_onward(state, known, heard, shelf))
    if _is_only_an_age(state, heard):
        noted = speak(known, ("noted", *known.owed), None, shelf)
        return keep_question(state, outcome(state, heard, noted))
    if state.asking is Question.WALK:
        return stay(state, known, heard, shelf)
    if is_answer(state, heard) and _is_interview(state):
        return go_on(state, known, heard, shelf, lead="noted")
    if known.urgency is Urgency.CRITICAL and _is_more_of_the_same(state, heard):
        return stay(state, known, heard, shelf)
    if shelf.words.from_menu(heard.text):
        return _small(state, known, heard, shelf)
    if _is_doubt(state, heard) and state.asking is not Question.DANGER:
        return doubt(state, known, heard, shelf)
    if heard.intent is not None and heard.intent.is_report:
        return take_report(state, known, heard, shelf)
    return _small(state, known, heard, shelf)


def _is_only_an_age(state: DialogueState, heard: Heard) -> bool:
    """Whether an age answers something else than we asked: noted, and our question stays."""
    is_asked_for = state.asking in (None, Question.WHO, Question.WALK)
    return not is_asked_for and said_age(heard.text) is not None


def is_phone_taken(heard: Heard) -> bool:
    """Whether somebody else asks who is writing (người khác cầm máy)."""
    if heard.asks_who_writes:
        return True
    strange = heard.intent is Intent.OUT_OF_SCOPE and heard.urgency is Urgency.NORMAL
    return strange and heard.confidence >= SURE_OF_NEW_MATTER and not heard.is_doubtful


def _is_doubt(state: DialogueState, heard: Heard) -> bool:
    """Whether danger must be asked about: the engine says so, or it cannot make anything of it."""
    if heard.is_doubtful:
        return True
    puzzled = heard.is_unsure and heard.intent is not None and not heard.intent.is_report
    return puzzled and has_letters(heard.text) and not has_ticket(state)


def _is_more_of_the_same(state: DialogueState, heard: Heard) -> bool:
    """Whether words in an emergency add no clear new matter."""
    if heard.is_doubtful or heard.is_unsure:
        return True
    if heard.intent is None or not heard.intent.is_report:
        return False
    return heard.intent is state.intent or heard.confidence < SURE_OF_NEW_MATTER


def _is_child_back(heard: Heard) -> bool:
    """Whether a child reports something: then nobody else holds the phone any more."""
    if heard.assessment is None or heard.intent is None or heard.is_unsure:
        return False
    by_child = heard.assessment.facts.author_role is AuthorRole.CHILD
    return heard.intent.is_report and by_child


def phone_taken(
    state: DialogueState,
    known: DialogueState,
    heard: Heard,
    shelf: Shelf,
    *,
    wants_human: bool = False,
) -> Turn:
    """Give neutral information, forget what we meant to say, and flag the ticket."""
    quiet = replace(raised(known, Urgency.NORMAL), phone_taken=True, owed=())
    spoken = speak(quiet, ("phone_changed_hands",), None, shelf)
    calm = replace(heard, urgency=Urgency.NORMAL)
    return outcome(state, calm, spoken, wants_human=wants_human)


def doubt(state: DialogueState, known: DialogueState, heard: Heard, shelf: Shelf) -> Turn:
    """Ask the one neutral question; the ticket opens meanwhile."""
    if is_fresh_burn(known, heard, shelf):
        return burnt(state, known, heard, ASK_DANGER, shelf)
    card, steps = "i_hear", ""
    if heard.intent is not None and heard.intent.is_report and not _is_guess(state, heard):
        card = f"report_{heard.intent.value}"
        steps = shelf.cards[card].then
    if card in known.cards_shown:
        card = "i_hear"
    cards = first_words(known, card, *filter(None, (steps,)))
    return outcome(state, heard, speak(known, cards, ASK_DANGER, shelf))


def _is_guess(state: DialogueState, heard: Heard) -> bool:
    """Whether the kind is too unsure to speak of it, all the more where another was told."""
    is_other = has_ticket(state) and heard.intent is not state.intent
    return heard.is_unsure or (is_other and heard.confidence < SURE_OF_NEW_MATTER)


def stay(state: DialogueState, known: DialogueState, heard: Heard, shelf: Shelf) -> Turn:
    """In an emergency, words that nobody can place: still here, call, and our question stays."""
    card = f"still_here_{known.number or 'child'}"
    asked = None if state.asking else urgent_question(known)
    spoken = speak(known, (card, *known.owed), asked, shelf)
    return keep_question(state, outcome(state, heard, spoken))


def take_report(
    state: DialogueState, known: DialogueState, heard: Heard, shelf: Shelf, *, extra: str = ""
) -> Turn:
    """Thank, say what happens next, and ask the first question."""
    intent = heard.intent if heard.intent and heard.intent.is_report else known.intent
    card = f"report_{intent.value}" if intent and intent.is_report else "listening"
    if heard.is_unsure:
        card = "report_general"
    if is_fresh_burn(known, heard, shelf):
        return burnt(state, known, heard, next_question(known), shelf)
    if card in state.cards_shown:
        return go_on(state, known, heard, shelf, lead=extra or "noted")
    steps = shelf.cards[card].then
    cards = first_words(known, *filter(None, (card, extra, steps)))
    return outcome(state, heard, speak(known, cards, next_question(known), shelf))


def go_on(
    state: DialogueState, known: DialogueState, heard: Heard, shelf: Shelf, *, lead: str
) -> Turn:
    """Acknowledge, say what is owed, and ask the next question or close."""
    asked = next_question(known)
    lead = (lead in _MERE_NODS and welcome(known)) or lead
    is_critical = known.urgency is Urgency.CRITICAL
    cards = [lead, *known.owed]
    if is_critical and asked and lead in _MERE_NODS:
        cards = [*known.owed]  # few words while the phone may be needed for a call
    closing = "closing_critical" if is_critical else "closing"
    if asked is None and has_ticket(known) and closing not in known.cards_shown:
        owed = [one for one in known.owed if one != HOW_TO]
        nod = [] if lead in _MERE_NODS and not owed else [lead]
        cards = [*nod, *owed, closing, *([] if is_critical else [HOW_TO])]
    return outcome(state, heard, speak(known, cards, asked, shelf))


_MERE_NODS = ("noted", "skip_ok")


def call_human(state: DialogueState, known: DialogueState, heard: Heard, shelf: Shelf) -> Turn:
    """NGƯỜI: tell the desk, and say truthfully what can be had right now."""
    asked = None if has_ticket(state) else _danger(state)
    spoken = speak_apart(known, "human", asked, shelf)
    return outcome(state, heard, spoken, wants_human=True)


def keep_question(state: DialogueState, turn: Turn) -> Turn:
    """Leave our open question open: what came in between was no answer to it."""
    if turn.state.asking is not None or state.asking is None:
        return turn
    again = replace(turn.state, asking=state.asking, offered=state.offered)
    return replace(turn, state=again)


def _small(state: DialogueState, known: DialogueState, heard: Heard, shelf: Shelf) -> Turn:
    if heard.intent is Intent.TALK_TO_HUMAN:
        return call_human(state, known, heard, shelf)
    card, wants_human = _small_card(state, known, heard, shelf)
    lead = _LEADS.get(shelf.kind(card).value, "")
    cards = first_words(known, *filter(None, (lead, card)))
    turn = outcome(state, heard, speak(known, cards, None, shelf), wants_human=wants_human)
    return keep_question(state, turn)


_LEADS = {"steps": "here_it_is"}


def _small_card(
    state: DialogueState, known: DialogueState, heard: Heard, shelf: Shelf
) -> tuple[str, bool]:
    """Return the card, and whether a person is wanted."""
    if heard.text and not has_letters(heard.text):
        return "listening", False
    if topic := shelf.words.from_menu(heard.text):
        return topic, False
    match heard.intent:
        case _ if heard.is_unsure:
            return shelf.words.topic(heard.text) or _puzzled(state), False
        case Intent.ASK_INFORMATION:
            return shelf.words.topic(heard.text) or "information", False
        case Intent.TICKET_STATUS:
            known_one = has_ticket(state)
            return ("status_known", True) if known_one else ("status_unknown", False)
        case Intent.BROADCAST_OPTIN | Intent.BROADCAST_OPTOUT as intent:
            return intent.value, False
        case Intent.OUT_OF_SCOPE if has_ticket(state):
            return "noted", False  # who has reported something is never told that we do not care
        case Intent.OUT_OF_SCOPE:
            again = "out_of_scope" in state.cards_shown
            return ("out_of_scope_again" if again else "out_of_scope"), False
    if shelf.words.says_thanks(heard.text):
        return "thanks", False
    greeted = has_ticket(state) or "hello" in state.cards_shown
    return ("small_answer" if greeted else "hello"), False


def _puzzled(state: DialogueState) -> str:
    """Nobody can make anything of it: what was reported is noted, else the door is held open."""
    return "noted" if has_ticket(state) else "listening"


def _danger(state: DialogueState) -> Asked | None:
    """The neutral question, unless it was the last thing we asked."""
    return None if Question.DANGER in state.asked else ASK_DANGER


def _is_interview(state: DialogueState) -> bool:
    return state.asking is not Question.DANGER
