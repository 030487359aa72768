"""What the conversation knows after a message (điều đã biết): it only ever grows graver."""

import re
from dataclasses import replace
from typing import Any

from bot.channels.contract import Location, SharedContact
from bot.dialogue.hearing import Heard, language_of, said_age
from bot.dialogue.safe_times import read_safe_times
from bot.dialogue.state import DialogueState, Question
from nlu.assessment import Place
from nlu.labels import AuthorRole, Intent, Urgency, more_urgent
from nlu.place_narrowing import narrowed
from nlu.telling import told_rows

SURE_OF_PLACE = 0.75
FAIRLY_SURE_OF_PLACE = 0.5
SURE_OF_NEW_MATTER = 0.8
MOST_PLACES_OFFERED = 5
MOST_TOLD = 60
WORDS_OF_A_STORY = 12
_LONGEST_ANSWER = 500
_TOO_FEW_TO_TELL_WHO = 3


def learn(state: DialogueState, heard: Heard) -> DialogueState:
    """Return the state with what this message says; our open question is used up."""
    known = replace(
        state,
        asking=None,
        asked=_asked(state, heard),
        hidden=False,
        phone_taken=state.phone_taken or heard.asks_who_writes,
        lang=language_of(state, heard),
        register=_register(state, heard),
        child_age=_child_age(state, heard),
        offender_is_carer=_carer(state, heard),
        told=_told(state, heard),
        has_told=state.has_told or _tells(heard),
        stopped=_is_stopped(state, heard),
        no_danger=_is_no_danger(state, heard),
    )
    placed = _learn_place(_learn_matter(known, heard, state), heard, state)
    return _learn_answer(state, placed, heard)


def _tells(heard: Heard) -> bool:
    reports = heard.intent is not None and heard.intent.is_report
    return reports and not heard.press and len(heard.text.split()) >= WORDS_OF_A_STORY


def _is_stopped(state: DialogueState, heard: Heard) -> bool:
    if heard.press and heard.press.subject == "stop":
        return True
    return state.stopped and not heard.is_critical


def _is_no_danger(state: DialogueState, heard: Heard) -> bool:
    if heard.press and (heard.press.is_("danger:no") or heard.press.is_("skip:danger")):
        return True
    return state.no_danger and not heard.is_critical


def is_graver(state: DialogueState, heard: Heard) -> bool:
    """Whether the message outweighs all that was said before."""
    before = state.urgency or Urgency.LOW
    new_danger = heard.danger is not None and heard.danger is not state.danger
    return heard.urgency.rank < before.rank or (heard.is_critical and new_danger)


def is_answer(state: DialogueState, heard: Heard) -> bool:
    """Whether free words answer our open question rather than open another matter."""
    if state.asking is None or heard.command or heard.asks_who_writes:
        return False
    if not heard.text or heard.is_critical or is_graver(state, heard):
        return False
    if heard.press or heard.assessment is None or heard.intent is None or heard.places:
        return True
    if state.asking is Question.WHO and said_age(heard.text) is not None:
        return True  # an age by itself is no matter of its own, whatever it reminds the engine of
    in_emergency = state.urgency is Urgency.CRITICAL and heard.intent.is_report
    if heard.is_doubtful or in_emergency:
        return False
    if heard.intent in (Intent.SMALLTALK, Intent.OUT_OF_SCOPE):
        return True
    return heard.intent is state.intent or heard.confidence < SURE_OF_NEW_MATTER


def has_ticket(state: DialogueState) -> bool:
    """Whether something in this conversation has opened a ticket."""
    if state.intent is not None and state.intent.is_report:
        return True
    return state.urgency is not None and state.urgency.rank <= Urgency.NORMAL.rank


def _asked(state: DialogueState, heard: Heard) -> tuple[Question, ...]:
    """A question that a graver matter cut short was never really answered: it may come again."""
    cut_short = not heard.press and is_graver(state, heard)
    return tuple(one for one in state.asked if not (cut_short and one is state.asking))


def _register(state: DialogueState, heard: Heard) -> AuthorRole | None:
    if heard.press and heard.press.subject == "who":
        return AuthorRole(heard.press.answer)
    guess = heard.assessment.facts.author_role if heard.assessment else None
    if guess is None or heard.intent is None or _tells_nothing_of_who(heard, heard.intent):
        return state.register
    if state.register is None:
        return guess if heard.intent.is_report or not heard.is_unsure else None
    # Once people are addressed in one way, only a clear report in another voice changes it.
    is_clear = heard.intent.is_report and heard.confidence >= SURE_OF_NEW_MATTER
    return guess if is_clear and not is_answer(state, heard) else state.register


def _tells_nothing_of_who(heard: Heard, intent: Intent) -> bool:
    """Whether it is a word that steers, or "alo" alone: the engine's guess stands on nothing."""
    is_short = len(heard.text.split()) <= _TOO_FEW_TO_TELL_WHO
    return heard.command is not None or (is_short and not intent.is_report)


def _child_age(state: DialogueState, heard: Heard) -> int | None:
    if heard.assessment and heard.assessment.facts.child_age is not None:
        return heard.assessment.facts.child_age
    if heard.press or heard.command or not heard.text:
        return state.child_age
    if state.asking is not Question.WHO:
        age = said_age(heard.text)
        return state.child_age if age is None or state.asking is None else age
    found = re.search(r"(?<!\d)(\d{1,2})(?!\d)", heard.text)
    return int(found[1]) if found else state.child_age


def _carer(state: DialogueState, heard: Heard) -> bool | None:
    """A legal clock hangs on it: what was said once, only a person takes back (NĐ 56/2017, 31)."""
    said = heard.assessment.facts.offender_is_carer if heard.assessment else None
    return state.offender_is_carer if said is None or state.offender_is_carer else said


def _told(state: DialogueState, heard: Heard) -> tuple[dict[str, Any], ...]:
    """Add what is new; the same said again adds nothing, and the oldest fall out at last."""
    new = told_rows(heard.assessment.facts) if heard.assessment else ()
    known = {(row["fact"], row["value"]) for row in state.told}
    fresh = (row for row in new if (row["fact"], row["value"]) not in known)
    return (*state.told, *fresh)[-MOST_TOLD:]


def _learn_matter(known: DialogueState, heard: Heard, state: DialogueState) -> DialogueState:
    urgency = more_urgent(known.urgency or heard.urgency, heard.urgency)
    lead = _lead(state, heard)
    heard_too = heard.assessment.also if heard.assessment else ()
    matters = (*known.also, known.intent, heard.intent, *heard_too)
    if is_answer(state, heard) or heard.is_unsure:
        matters = (*known.also, known.intent, *(() if heard.is_unsure else heard_too))
    also = tuple(dict.fromkeys(one for one in matters if one and one.is_report and one is not lead))
    danger = heard.danger if heard.danger and heard.is_critical else known.danger
    return replace(known, intent=lead, also=also, urgency=urgency, danger=danger)


def _lead(state: DialogueState, heard: Heard) -> Intent | None:
    """The gravest matter leads; of two equally grave ones the report, then the earlier."""
    if heard.intent is None or state.intent is None:
        return heard.intent or state.intent
    graver = is_graver(state, heard)
    if not state.intent.is_report:
        return heard.intent if heard.intent.is_report or graver else state.intent
    if heard.is_unsure and heard.danger is None:
        return state.intent
    return heard.intent if heard.intent.is_report and graver else state.intent


def _learn_place(known: DialogueState, heard: Heard, state: DialogueState) -> DialogueState:
    if heard.press and heard.press.subject == "place":
        return _settled(known, heard.press.answer)
    said = heard.places
    if said and state.asking is Question.WHICH_PLACE:
        said = _answered(state, said)
    places = sorted(said, key=lambda place: -place.confidence)[:MOST_PLACES_OFFERED]
    if not places:
        return known
    if _is_settled(places):
        return _settled(known, places[0].code)
    if known.commune_code:
        return known
    named: dict[str, str] = {place.code: place.name for place in places}
    return replace(known, place_options=tuple(named), place_names=tuple(named.values()))


def _answered(state: DialogueState, said: tuple[Place, ...]) -> tuple[Place, ...]:
    """Read a name in the light of the communes that our question offered."""
    options = state.place_options
    was_cut = len(options) >= MOST_PLACES_OFFERED
    if was_cut and any(place.code not in options for place in said):
        return said  # it may be one that we had no button for
    named = zip(options, state.place_names, strict=False)
    share = 1 / max(len(options), 1)
    return narrowed((Place(code, name, share, "") for code, name in named), said)


def _is_settled(places: list[Place]) -> bool:
    if places[0].confidence >= SURE_OF_PLACE:
        return True
    return len(places) == 1 and places[0].confidence >= FAIRLY_SURE_OF_PLACE


def _settled(known: DialogueState, code: str) -> DialogueState:
    return replace(known, commune_code=code, place_options=(), place_names=())


def _learn_answer(state: DialogueState, known: DialogueState, heard: Heard) -> DialogueState:
    said = dict(known.answers)
    match heard.content:
        case Location(latitude=latitude, longitude=longitude):
            said["point"] = f"{latitude:.6f},{longitude:.6f}"
        case SharedContact(phone=phone):
            said["phone"] = phone[:_LONGEST_ANSWER]
        case _:
            pass
    if heard.press and heard.press.subject == "place":
        pass  # the commune is in the state
    elif heard.press and heard.press.question and not heard.press.is_skip:
        key = _KEYS.get(heard.press.question, _WALKED.get(heard.press.subject, ""))
        said[key] = f"{heard.press.subject}:{heard.press.answer}"
    elif is_answer(state, heard) and state.asking in _KEYS and not heard.press:
        said[_key(state.asking, heard)] = heard.text[:_LONGEST_ANSWER]
    asked = known.asked
    if heard.press and heard.press.question and heard.press.question not in asked:
        asked = (*asked, heard.press.question)
    times = known.safe_times
    if said.get("write") != state.answers.get("write"):
        times = read_safe_times(said["write"]).code
    return replace(known, answers=said, asked=asked, safe_times=times)


def _key(asking: Question, heard: Heard) -> str:
    """Under which name an answer is kept: a place is a place, an age an age, whatever we asked."""
    if heard.places:
        return "where"
    return "who" if said_age(heard.text) is not None else _KEYS[asking]


_WALKED = {"breath": "breath", "adult": "adult_there"}
_KEYS = {
    Question.DANGER: "danger",
    Question.SAFE: "safe",
    Question.WHERE: "where",
    Question.WHICH_PLACE: "where",
    Question.ROLE: "role",
    Question.WHO: "who",
    Question.WHAT: "what",
    Question.WRITE: "write",
    Question.MORE: "more",
}
