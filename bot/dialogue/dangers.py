"""Which rescue words fit (lời cứu nguy): by danger, then kind, then what the message says."""

from collections.abc import Mapping

from bot.content.shelf import GENERIC_RESCUE, RESCUE_OF_DANGER, Shelf
from bot.dialogue.hearing import Heard
from bot.dialogue.state import DialogueState
from nlu.fact_kinds import About
from nlu.labels import AuthorRole, Danger, Intent, Urgency

SOS = "rescue_sos"
PULLED_OUT = "rescue_pulled_out"
_BURN = "rescue_burn"
_FLOOD = "rescue_flood"
_OF_REASON: Mapping[str, str] = {
    "drowning.pulled_out": PULLED_OUT,
    "drowning.flood": _FLOOD,
    "injury.lifeless": "rescue_lifeless",
    "missing.small_by_water": "rescue_missing_child",
}
"""Rules of the danger floor that say more than danger and kind do."""
_OF_INTENT: Mapping[Intent, str] = {
    Intent.SEXUAL_ABUSE: "rescue_sexual_attack",
    Intent.PHYSICAL_VIOLENCE: "rescue_attack",
    Intent.EMOTIONAL_ABUSE: "rescue_attack",
    Intent.BULLYING: "rescue_attack",
    Intent.ADULT_VIOLENCE: "rescue_attack",
    Intent.TRAFFICKING_ABDUCTION: "rescue_abduction",
    Intent.SUICIDE_SELF_HARM: "rescue_suicide",
    Intent.DROWNING_EMERGENCY: "rescue_drowning",
    Intent.INJURY_EMERGENCY: "rescue_injury",
    Intent.MISSING_CHILD: "rescue_missing_child",
    Intent.TALK_TO_HUMAN: SOS,
}


def rescue_card(state: DialogueState, known: DialogueState, heard: Heard, shelf: Shelf) -> str:
    """Return the card id for a critical message; the generic one where nothing fits better.

    `state` is what was told before it, `known` has learned from it.
    """
    if heard.press:
        return _of_press(known, heard)
    card = _of_words(heard, shelf) or _of_matter(state, heard.danger, _kind(state, heard))
    return _of_suicide(known, heard, shelf) if card == "rescue_suicide" else card


def _of_suicide(known: DialogueState, heard: Heard, shelf: Shelf) -> str:
    """What was drunk or cut already is for the ambulance; a friend is spoken to as one.

    `domain.md` D7: 115 for who has swallowed something or is hurt.
    """
    done = (one for one in _DONE if shelf.words.is_situation(one, heard.text))
    if (card := next(done, "")) or known.register is AuthorRole.ADULT:
        return card or "rescue_suicide_adult"
    about = heard.assessment.facts.about if heard.assessment else None
    is_friend = about is not None and about.value in (About.OTHER_CHILD, About.OTHER)
    return "rescue_suicide_friend" if is_friend else "rescue_suicide"


_DONE = ("rescue_poisoning", "rescue_bleeding")


def _kind(state: DialogueState, heard: Heard) -> Intent | None:
    """Return the kind that the words give; None where it is a guess.

    A guess is no ground for telling somebody what to do, nor for leaving the matter that was told:
    "I hide in the room" goes on with the father who beats. Sexual abuse leads to words that would
    frighten anybody else, so it must be named, or have been told before.
    """
    if state.intent is heard.intent:
        return heard.intent
    is_told = state.urgency is Urgency.CRITICAL and state.intent in _OF_INTENT
    must_be_named = is_told or heard.intent is Intent.SEXUAL_ABUSE
    if heard.is_unsure or (must_be_named and not _is_named(heard)):
        return None
    return heard.intent


def _is_named(heard: Heard) -> bool:
    """Whether words stand there for the kind, not only what a model makes of the whole."""
    by_rule = heard.assessment and any(one.layer == "floor" for one in heard.assessment.reasons)
    return heard.danger is not None or bool(by_rule)


def _of_press(known: DialogueState, heard: Heard) -> str:
    if heard.press and heard.press.is_("water:yes"):
        return PULLED_OUT
    if heard.press and heard.press.is_("danger:yes") and known.intent is Intent.TALK_TO_HUMAN:
        return GENERIC_RESCUE
    return _of_matter(known, known.danger, known.intent)


def _of_words(heard: Heard, shelf: Shelf) -> str:
    """Narrow drowning and injury down by the words; empty when they say nothing more."""
    codes = {reason.code for reason in heard.assessment.reasons} if heard.assessment else set()
    if heard.danger in (Danger.DROWNING, None):
        for code, card in _OF_REASON.items():
            if code in codes:
                return card
    is_water = heard.danger is Danger.DROWNING or heard.intent is Intent.DROWNING_EMERGENCY
    if is_water and heard.danger in (Danger.DROWNING, None):
        found = (one for one in (PULLED_OUT, _FLOOD) if shelf.words.is_situation(one, heard.text))
        return next(found, "")
    if heard.intent is Intent.INJURY_EMERGENCY and heard.danger is None:
        return _BURN if shelf.words.is_situation(_BURN, heard.text) else ""
    return ""


def _of_matter(known: DialogueState, danger: Danger | None, intent: Intent | None) -> str:
    if danger is not None:
        return RESCUE_OF_DANGER[danger]
    if intent in (None, Intent.SMALLTALK, Intent.OUT_OF_SCOPE, Intent.ASK_INFORMATION):
        intent = known.intent
    return _OF_INTENT.get(intent, GENERIC_RESCUE) if intent else GENERIC_RESCUE
