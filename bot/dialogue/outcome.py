"""From spoken words to a `Turn` (kết quả lượt nói): report facts and the timers we wish for.

Timers of the conversation, all on the conversation, never on the ticket:

    nobody_answered   30 s after a new life-in-minutes danger, 120 s after another critical message:
                      tell the truth if no operator has acknowledged the ticket by then
    still_waiting     120 s after that: once more, and the last time

The caller checks whether somebody has acknowledged before it asks `timer_turn`. The desk uses the
same door for what it has to say itself: `nobody_on_duty`, `operator_took_over`,
`operator_handed_back`.
"""

from dataclasses import replace

from bot.dialogue.hearing import Heard
from bot.dialogue.learning import has_ticket, is_graver
from bot.dialogue.speech import Spoken
from bot.dialogue.state import DialogueState
from bot.dialogue.turn import ReportFacts, TimerWish, Turn
from nlu.labels import Intent, Urgency, more_urgent

NOBODY_ANSWERED = "nobody_answered"
STILL_WAITING = "still_waiting"
TIMER_KINDS = (NOBODY_ANSWERED, STILL_WAITING)
DANGER_SECONDS = 30.0
CRITICAL_SECONDS = 120.0


def outcome(
    state: DialogueState, heard: Heard, spoken: Spoken, *, wants_human: bool = False
) -> Turn:
    """Build the turn; `state` is how things stood before the message."""
    known, replies = spoken
    return Turn(
        state=known,
        replies=replies,
        facts=_facts(state, known, heard),
        wants_human=wants_human,
        timers_set=_timers(state, known, heard),
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
        phone_changed_hands=known.phone_taken,
    )


def raised(known: DialogueState, urgency: Urgency) -> DialogueState:
    """Return the state at least that urgent."""
    return replace(known, urgency=more_urgent(known.urgency or urgency, urgency))


def _facts(state: DialogueState, known: DialogueState, heard: Heard) -> ReportFacts | None:
    weighty = heard.urgency.rank <= Urgency.NORMAL.rank
    reports = heard.intent is not None and heard.intent.is_report
    if weighty or reports or (has_ticket(state) and _adds(state, known)):
        return report_facts(known)
    return None


def _adds(state: DialogueState, known: DialogueState) -> bool:
    return (
        known.answers != state.answers
        or known.commune_code != state.commune_code
        or known.register is not state.register
        or known.child_age != state.child_age
        or known.phone_taken != state.phone_taken
    )


def _timers(state: DialogueState, known: DialogueState, heard: Heard) -> tuple[TimerWish, ...]:
    if not heard.is_critical or not is_graver(state, heard) or known.phone_taken:
        return ()
    minutes_count = known.danger is not None or heard.assessment is None or bool(heard.press)
    seconds = DANGER_SECONDS if minutes_count or heard.command else CRITICAL_SECONDS
    return (TimerWish(kind=NOBODY_ANSWERED, after_seconds=seconds),)
