"""Which question comes next (câu hỏi kế tiếp): safe? where? who? - one a turn, none twice."""

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
ASK_ROLE = Asked(question=Question.WHO, card="ask_role")
ASK_AGE = Asked(question=Question.WHO, card="ask_age")

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
_NO_PERSON_TO_ASK_ABOUT = frozenset({Intent.DROWNING_HAZARD, Intent.ADULT_VIOLENCE})
_CALL_FIRST = frozenset(
    {
        Danger.CHOKING,
        Danger.BLEEDING,
        Danger.ELECTRIC_SHOCK,
        Danger.POISONING,
        Danger.FIRE,
    }
)


def next_question(known: DialogueState) -> Asked | None:
    """Return the first thing not yet known and not yet asked; None: nothing more to ask."""
    if not _is_interviewed(known):
        return None
    wanted = (_safe(known), _where(known), _who(known))
    return next((one for one in wanted if one and one.question not in known.asked), None)


def urgent_question(known: DialogueState) -> Asked | None:
    """Return what may be asked in the same breath as rescue words: safe and where, not who."""
    asked = next_question(known)
    return None if asked and asked.question is Question.WHO else asked


def _is_interviewed(known: DialogueState) -> bool:
    if known.intent is not None and known.intent.is_report:
        return True
    return known.urgency is Urgency.CRITICAL


def _safe(known: DialogueState) -> Asked | None:
    if "safe" in known.answers:
        return None
    card = _safe_card(known)
    return Asked(question=Question.SAFE, card=card) if card else None


def _safe_card(known: DialogueState) -> str:
    """Return how "are you safe?" is put for this matter; empty where it makes no sense."""
    critical = known.urgency is Urgency.CRITICAL
    if critical and known.danger in _CALL_FIRST:
        return "ask_called"
    if critical and (known.danger is Danger.DROWNING or known.intent is Intent.DROWNING_EMERGENCY):
        out = {"rescue_pulled_out", "rescue_flood", "rescue_missing_child"} & set(known.cards_shown)
        return "ask_called" if out else "ask_water"
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
    if known.intent in _NO_PERSON_TO_ASK_ABOUT or known.walk:
        return None
    if known.register is None:
        return ASK_ROLE
    is_told = known.child_age is not None or any(row["fact"] in _TELL_AGE for row in known.told)
    return None if is_told else ASK_AGE


_TELL_AGE = ("child_age", "birth_year")
"""`lớp 5` is an age near enough: nobody is asked twice."""
