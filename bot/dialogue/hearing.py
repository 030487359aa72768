"""What was heard (điều nghe được): the message, read once, before anything is decided."""

import re
from dataclasses import dataclass, field, replace

from bot.channels.contract import (
    Attachment,
    ButtonPress,
    Content,
    Location,
    SharedContact,
    Text,
    Unknown,
)
from bot.content.code_words import code_words
from bot.content.words import Words, fold
from bot.dialogue.buttons import ALARMING, Command, Press, read_payload
from bot.dialogue.codes import Code, read_code
from bot.dialogue.script import is_foreign
from bot.dialogue.state import DialogueState, Question
from bot.dialogue.turn import Said
from nlu.assessment import Assessment, Place
from nlu.labels import Danger, Intent, Language, Urgency, more_urgent


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One message as the dialogue sees it."""

    content: Content
    text: str = field(default="", repr=False)
    """Words or caption; empty for a pressed button."""
    command: Command | None = None
    press: Press | None = None
    code: Code | None = None
    """The return code that the whole message is."""
    assessment: Assessment | None = None
    urgency: Urgency
    """The graver of what triage said and of what the button or word itself means."""
    intent: Intent | None = None
    danger: Danger | None = None
    places: tuple[Place, ...] = ()
    asks_who_writes: bool = False
    is_foreign: bool = False
    """Mostly in a script that nobody taught the machine."""
    is_english_word: bool = False
    """The whole message is a command that only people who write English type."""

    @property
    def is_critical(self) -> bool:
        """Whether the rescue words are due."""
        return self.urgency is Urgency.CRITICAL

    @property
    def is_doubtful(self) -> bool:
        """Whether danger can be neither affirmed nor excluded."""
        return self.assessment is not None and self.assessment.ask

    @property
    def is_unsure(self) -> bool:
        """Whether the engine itself would rather not say what this is."""
        return self.assessment is not None and self.assessment.confidence < UNSURE_BELOW

    @property
    def confidence(self) -> float:
        """How sure the engine is of the intent."""
        return self.assessment.confidence if self.assessment else 0.0


def hear(
    state: DialogueState,
    said: Said,
    assessment: Assessment | None,
    urgency: Urgency,
    words: Words,
) -> Heard:
    """Read a message: command, button, typed label, answer word, or free text."""
    text = _text(said.content)
    command, press = _meaning(state, said.content, text, words)
    if isinstance(said.content, ButtonPress) and (command or press):
        # The label is ours: what an engine reads into it is no news from the reporter.
        assessment, urgency, text = None, Urgency.LOW, ""
    if command in _HARMLESS:
        assessment, urgency = None, Urgency.LOW  # our own word is no news from the reporter
    code = None if command or press else _code(said.content, text, assessment)
    if code:
        assessment, urgency, text = None, Urgency.LOW, ""  # words of ours, drawn at random
    places = said.near or (assessment.places if assessment else ())
    if assessment and _is_bare_answer(state, text, assessment):
        assessment, urgency = None, Urgency.LOW
    if assessment:
        assessment = _led(assessment, text, words)
    foreign = is_foreign(text)
    return Heard(
        content=said.content,
        text=text,
        command=command,
        press=press,
        code=code,
        assessment=assessment,
        urgency=_weigh(urgency, said.content, assessment, command, press, foreign),
        intent=_intent(said.content, assessment, command, press),
        danger=_danger(assessment, press),
        places=places,
        asks_who_writes=bool(text) and words.asks_who_writes(text),
        is_foreign=foreign,
        is_english_word=command is not None and words.is_english(text),
    )


def _text(content: Content) -> str:
    match content:
        case Text():
            return content.text.strip()
        case Attachment() | Unknown():
            return content.caption.strip()
        case ButtonPress():
            return content.label.strip()
        case _:
            return ""


def _meaning(
    state: DialogueState, content: Content, text: str, words: Words
) -> tuple[Command | None, Press | None]:
    if isinstance(content, ButtonPress):
        press = read_payload(content.payload)
    elif isinstance(content, Text):
        press = read_payload(text) or _typed(state, text, words) or _walked(state, text, words)
    else:
        return None, None
    if press and press.subject == "cmd":
        return Command(press.answer), None
    if press or not isinstance(content, Text):
        return None, press
    said = words.command(text)
    return (Command(said) if said else None), None


def _code(content: Content, text: str, assessment: Assessment | None) -> Code | None:
    """A code, unless a rule of the floor hears danger in it: that is never swallowed."""
    if not isinstance(content, Text) or (assessment and _is_floored(assessment)):
        return None
    return read_code(text, code_words())


def _is_floored(assessment: Assessment) -> bool:
    return any(reason.layer == "floor" for reason in assessment.reasons)


def _typed(state: DialogueState, text: str, words: Words) -> Press | None:
    """A label that was typed instead of pressed, or a plain yes, no or skip to our question."""
    if not state.offered or len(text) > _LONGEST_LABEL:
        return None
    if payload := state.offered.get(fold(text)):
        return read_payload(payload)
    answer = words.answer(text)
    offered = state.offered.values()
    found = next((one for one in offered if answer and one.endswith(f":{answer}")), "")
    if not found and answer == "skip" and state.asking is Question.DANGER:
        found = "skip:danger"
    if not found and answer in ("skip", "no"):  # "no" to "where?" means: I would rather not say
        found = next((one for one in offered if one.startswith("skip:")), "")
    if not found and answer == "stop" and state.asking is not Question.DANGER:
        found = "stop:asking"
    return read_payload(found)


def _walked(state: DialogueState, text: str, words: Words) -> Press | None:
    """In the middle of a rescue, words on breathing are the answer, however many they are."""
    if not state.walk:
        in_water = state.danger is Danger.DROWNING and state.urgency is Urgency.CRITICAL
        is_out = in_water and words.is_situation("rescue_pulled_out", text)
        return Press(subject="water", answer="yes") if is_out else None
    if words.is_situation("walk_breaths", text):
        return Press(subject="breath", answer="no")
    if words.is_situation("walk_side", text):
        return Press(subject="breath", answer="yes")
    return None


_HARMLESS = (Command.CONTINUE, Command.CODE, Command.STOP, Command.ERASE)
_LONGEST_LABEL = 80
UNSURE_BELOW = 0.5
_GUESS_BELOW = 0.35
_BARE_ANSWER_WORDS = 8


def _is_bare_answer(state: DialogueState, text: str, assessment: Assessment) -> bool:
    """Whether this is no more than the place or the age that we asked for.

    A model that has never seen the question guesses wildly at "em ở Long Xuyên" or "9 tuổi". Its
    guess is dropped only when it does not believe it itself and no rule of the floor supports it.
    """
    if len(text.split()) > _BARE_ANSWER_WORDS or assessment.confidence >= _GUESS_BELOW:
        return False
    if _is_floored(assessment):
        return False
    match state.asking:
        case Question.WHO | Question.ROLE:
            return bool(assessment.places) or any(sign.isdigit() for sign in text)
        case Question.WHERE | Question.WHICH_PLACE | Question.SAFE:
            return bool(assessment.places) or said_age(text) is not None
    return False


def said_age(text: str) -> int | None:
    """Return the age that a message is and nothing else ("em 9 tuổi", "I am 9"), or None."""
    found = _AGE.fullmatch(fold(text))
    return int(found[1] or found[2]) if found else None


_WHOSE = "da|con|em|e|chau|minh|m|toi|tui|no|be|dua|ban|gai|trai|nho|duoc|la|nam|nay|moi|she|he|is"
_AGE = re.compile(
    rf"(?:(?:{_WHOSE}) ){{0,5}}(\d{{1,2}}) ?(?:t|tuoi|years? old|years?)"
    r"(?: (?:a|roi|nha|co|trai|gai))?|i(?: a)? ?m (\d{1,2})"
)
"""Persons and small words only: "chú đánh em 9 tuổi" tells more than an age."""


def _weigh(
    urgency: Urgency,
    content: Content,
    assessment: Assessment | None,
    command: Command | None,
    press: Press | None,
    foreign: bool,
) -> Urgency:
    if command is Command.SOS or (press and any(press.is_(one) for one in ALARMING)):
        return Urgency.CRITICAL
    wants_human = assessment is not None and assessment.intent is Intent.TALK_TO_HUMAN
    doubt = assessment is not None and assessment.ask
    sent = isinstance(content, Attachment | Location | SharedContact)
    if command in (Command.HUMAN, Command.ERASE) or wants_human or doubt or sent or foreign:
        return more_urgent(urgency, Urgency.NORMAL)
    return urgency


def _intent(
    content: Content, assessment: Assessment | None, command: Command | None, press: Press | None
) -> Intent | None:
    if command in (Command.SOS, Command.HUMAN, Command.ERASE):
        return Intent.TALK_TO_HUMAN
    if press:
        return Intent.DROWNING_EMERGENCY if press.subject == "water" else None
    if assessment:
        return assessment.intent
    return Intent.TALK_TO_HUMAN if isinstance(content, Attachment | Location) else None


def _led(assessment: Assessment, text: str, words: Words) -> Assessment:
    """Of several reports in one message sexual harm leads: no details are asked, clothes are kept.

    The engine's list of further matters is generous, so the words must name it too.
    """
    harm = Intent.SEXUAL_ABUSE
    if assessment.intent not in _MAY_HIDE_SEXUAL_HARM or harm not in assessment.also:
        return assessment
    if not words.is_situation("report_sexual_abuse", text):
        return assessment
    also = (assessment.intent, *(one for one in assessment.also if one is not harm))
    return replace(assessment, intent=harm, also=also)


_MAY_HIDE_SEXUAL_HARM = frozenset(
    {
        Intent.PHYSICAL_VIOLENCE,
        Intent.EMOTIONAL_ABUSE,
        Intent.NEGLECT_ABANDONMENT,
        Intent.CHILD_LABOUR,
        Intent.BULLYING,
    }
)


def _danger(assessment: Assessment | None, press: Press | None) -> Danger | None:
    if press and press.subject == "water":
        return Danger.DROWNING
    return assessment.danger if assessment else None


def language_of(state: DialogueState, heard: Heard) -> Language:
    """Return the language to answer in: it changes only on words enough to be sure."""
    if any("\u1780" <= letter <= "\u17ff" for letter in heard.text):
        return Language.KHMER
    if heard.is_english_word:
        return Language.ENGLISH
    if heard.assessment is None or heard.press or heard.command:
        return state.lang
    if heard.assessment.lang is Language.OTHER:
        return state.lang
    is_long = len(heard.text.split()) >= _WORDS_TO_CHANGE_LANGUAGE
    if not state.introduced or (is_long and not heard.is_unsure and not heard.places):
        return heard.assessment.lang
    return state.lang


_WORDS_TO_CHANGE_LANGUAGE = 3
