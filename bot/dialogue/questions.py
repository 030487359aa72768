"""Which question comes next (câu hỏi kế tiếp): one a turn, none twice, six at most.

Safe now? where? who? what, in own words? safe to write here? anything else? Each matter has its
plan; what was said, or lies in the facts, is not asked for.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.channels.contract import Button
from bot.dialogue.state import DialogueState, Question
from nlu.labels import AuthorRole, Danger, Intent, Urgency


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question about to be put."""

    question: Question
    card: str
    buttons: tuple[Button, ...] = ()
    """Buttons made from data (communes), before the card's own."""
    asks_location: bool = False


ASK_DANGER = Asked(question=Question.DANGER, card="ask_danger")
ASK_WHERE = Asked(question=Question.WHERE, card="ask_where", asks_location=True)
ASK_ROLE = Asked(question=Question.ROLE, card="ask_role")
ASK_AGE = Asked(question=Question.WHO, card="ask_age")
ASK_WHAT = Asked(question=Question.WHAT, card="ask_what")
ASK_WRITE = Asked(question=Question.WRITE, card="ask_write")
ASK_MORE = Asked(question=Question.MORE, card="ask_more")

_HARM = frozenset(
    {
        Intent.SEXUAL_ABUSE,
        Intent.PHYSICAL_VIOLENCE,
        Intent.EMOTIONAL_ABUSE,
        Intent.NEGLECT_ABANDONMENT,
        Intent.TRAFFICKING_ABDUCTION,
        Intent.CHILD_MARRIAGE,
        Intent.ONLINE_ABUSE,
        Intent.BULLYING,
        Intent.ADULT_VIOLENCE,
    }
)
_CALL_FIRST = frozenset(
    {
        Danger.CHOKING,
        Danger.BLEEDING,
        Danger.ELECTRIC_SHOCK,
        Danger.POISONING,
        Danger.FIRE,
    }
)


IN_WATER = "ask_water"
MOST_QUESTIONS = 6
"""In one interview, whatever is still unknown: who is asked too much stops writing."""

_HARM_PLAN = (
    Question.SAFE,
    Question.WHERE,
    Question.ROLE,
    Question.WHO,
    Question.WHAT,
    Question.WRITE,
    Question.MORE,
)
_NO_DETAILS = tuple(one for one in _HARM_PLAN if one is not Question.WHAT)
"""Of sexual abuse and of suicide nobody is asked to tell more than they did (domain D-Y)."""
_SHORT = (Question.SAFE, Question.WHERE, Question.ROLE, Question.WHO, Question.MORE)
_PLANS: Mapping[Intent, tuple[Question, ...]] = {
    Intent.SEXUAL_ABUSE: _NO_DETAILS,
    Intent.SUICIDE_SELF_HARM: _NO_DETAILS,
    Intent.DROWNING_HAZARD: (Question.WHERE, Question.MORE),
    Intent.CHILD_LABOUR: _SHORT,
    Intent.WELFARE_SUPPORT: _SHORT,
    Intent.INJURY_EMERGENCY: _SHORT,
    Intent.DROWNING_EMERGENCY: _SHORT,
    Intent.MISSING_CHILD: (
        Question.SAFE,
        Question.WHERE,
        Question.ROLE,
        Question.WHO,
        Question.WHAT,
    ),
    Intent.ADULT_VIOLENCE: (Question.SAFE, Question.WHERE, Question.WRITE),
}
_URGENT = (Question.SAFE, Question.WHERE, Question.WHICH_PLACE)


def next_question(known: DialogueState) -> Asked | None:
    """Return the first thing not yet known and not yet asked; None: nothing more to ask."""
    if not _is_interviewed(known) or known.stopped:
        return None
    asked = [one for one in known.asked if one not in (Question.DANGER, Question.WALK)]
    if len(asked) >= MOST_QUESTIONS:
        return None
    wanted = (_put(one, known) for one in _plan(known))
    return next((one for one in wanted if one and one.question not in known.asked), None)


def urgent_question(known: DialogueState) -> Asked | None:
    """Return what may be asked in the same breath as rescue words: safe and where, not who."""
    asked = next_question(known)
    return asked if asked and asked.question in _URGENT else None


def _plan(known: DialogueState) -> tuple[Question, ...]:
    if known.urgency is not Urgency.CRITICAL:
        return _PLANS.get(known.intent, _HARM_PLAN) if known.intent else _HARM_PLAN
    if known.walk or known.intent is Intent.ADULT_VIOLENCE:
        return (Question.SAFE, Question.WHERE)
    # People take over a critical talk: they ask the rest.
    has_role = known.register is not None and Question.ROLE not in known.asked
    return (Question.SAFE, Question.WHERE, Question.WHO if has_role else Question.ROLE)


def _put(one: Question, known: DialogueState) -> Asked | None:
    """Return how a question is put here; None where it needs none, or the answer is known."""
    match one:
        case Question.SAFE:
            return _safe(known)
        case Question.WHERE:
            return _where(known)
        case Question.ROLE:
            return ASK_ROLE if known.register is None else None
        case Question.WHO:
            return _who(known)
        case Question.WHAT:
            return _what(known)
        case Question.WRITE:
            return None if "write" in known.answers else ASK_WRITE
        case Question.MORE:
            return ASK_MORE
    return None


def _what(known: DialogueState) -> Asked | None:
    if known.intent is Intent.MISSING_CHILD:
        return Asked(question=Question.WHAT, card="ask_last_seen")
    return None if known.has_told else ASK_WHAT


def _is_interviewed(known: DialogueState) -> bool:
    if known.intent is not None and known.intent.is_report:
        return True
    return known.urgency is Urgency.CRITICAL


def _safe(known: DialogueState) -> Asked | None:
    card = safe_card(known)
    is_alone = any(row["fact"] == "alone" and row["value"] == "yes" for row in known.told)
    if "safe" in known.answers or (card == "ask_company" and is_alone):
        return None
    if card == "ask_safe" and known.no_danger:
        return None
    return Asked(question=Question.SAFE, card=card) if card else None


def safe_card(known: DialogueState) -> str:
    """Return how "are you safe?" is put for this matter; empty where it makes no sense."""
    critical = known.urgency is Urgency.CRITICAL
    if critical and known.danger in _CALL_FIRST:
        return "ask_called"
    if critical and (known.danger is Danger.DROWNING or known.intent is Intent.DROWNING_EMERGENCY):
        out = {"rescue_pulled_out", "rescue_flood", "rescue_missing_child"} & set(known.cards_shown)
        return "ask_called" if out else IN_WATER
    if critical and known.intent is Intent.INJURY_EMERGENCY:
        return "ask_called"
    if known.danger is Danger.SUICIDE or known.intent is Intent.SUICIDE_SELF_HARM:
        return "ask_company"
    lost = known.intent is Intent.MISSING_CHILD and known.register is AuthorRole.CHILD
    return "ask_safe" if lost or known.intent in _HARM else ""


def _where(known: DialogueState) -> Asked | None:
    if known.commune_code:
        return None
    if known.place_options:
        return Asked(
            question=Question.WHICH_PLACE,
            card="ask_which_place",
            buttons=tuple(
                Button(label=name, payload=f"place:{code}")
                for code, name in zip(known.place_options, known.place_names, strict=False)
            ),
        )
    return None if "where" in known.answers else ASK_WHERE


def _who(known: DialogueState) -> Asked | None:
    is_told = known.child_age is not None or any(row["fact"] in _TELL_AGE for row in known.told)
    return None if is_told else ASK_AGE


_TELL_AGE = ("child_age", "birth_year")
"""`lớp 5` is an age near enough: nobody is asked twice."""
