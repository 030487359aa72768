"""From spoken words to a `Turn` (kết quả lượt nói): what the ticket gains.

No timers are wished for here: those of silence are laid over the finished turn
(bot/dialogue/silence.py), the truth at 30 seconds and the empty rota belong to the alarm, which
knows whether somebody has taken the ticket.
"""

from dataclasses import replace

from bot.dialogue.hearing import Heard
from bot.dialogue.learning import has_ticket
from bot.dialogue.speech import Spoken
from bot.dialogue.state import DialogueState
from bot.dialogue.turn import ReportFacts, Turn
from nlu.labels import Intent, Urgency, more_urgent


def outcome(
    state: DialogueState, heard: Heard, spoken: Spoken, *, wants_human: bool = False
) -> Turn:
    """Build the turn; `state` is how things stood before the message."""
    known, replies = spoken
    return Turn(
        state=known,
        replies=replies,
        facts=report_facts(known) if wants_human else _facts(state, known, heard),
        wants_human=wants_human,
    )


def report_facts(known: DialogueState) -> ReportFacts:
    """Return all that is known, for a ticket to open or to be enriched with."""
    return ReportFacts(
        intent=known.intent or Intent.TALK_TO_HUMAN,
        also=known.also,
        urgency=known.urgency or Urgency.NORMAL,
        danger=known.danger,
        commune_code=known.commune_code,
        author_role=known.register,
        offender_is_carer=known.offender_is_carer,
        answers=dict(known.answers),
        child_age=known.child_age,
        told=known.told,
        phone_changed_hands=known.phone_taken,
    )


def raised(known: DialogueState, urgency: Urgency) -> DialogueState:
    """Return the state at least that urgent."""
    return replace(known, urgency=more_urgent(known.urgency or urgency, urgency))


def _facts(state: DialogueState, known: DialogueState, heard: Heard) -> ReportFacts | None:
    weighty = heard.urgency.rank <= Urgency.NORMAL.rank
    reports = heard.intent is not None and heard.intent.is_report
    if weighty or reports or (has_ticket(state) and _adds(state, known, heard)):
        return report_facts(known)
    return None


def _adds(state: DialogueState, known: DialogueState, heard: Heard) -> bool:
    return (
        bool(heard.text and heard.intent is not Intent.SMALLTALK)
        or known.answers != state.answers
        or known.commune_code != state.commune_code
        or known.register is not state.register
        or known.child_age != state.child_age
        or known.told != state.told
        or known.phone_taken != state.phone_taken
    )
