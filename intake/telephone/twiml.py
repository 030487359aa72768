"""A step of a call as TwiML: what the carrier reads. Words come from cards, escaping from the XML
writer. Pure.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, assert_never
from xml.etree.ElementTree import Element, SubElement, tostring

from bot.content.shelf import Shelf
from intake.telephone.settings import TelephoneSettings
from intake.telephone.steps import ENGLISH, RHYTHM, Ask, GoOn, HangUp, Look, Next, Ring
from nlu.labels import Language
from storage.rota.phones import Reachable

PATH: Final = "/webhooks/telephone/voice"
RING_SECONDS: Final = 20
"""How long the telephones of one tier ring."""
_RHYTHM_TIMES: Final = 3
"""A little over half a minute of the beat; then the words come again or telephones ring."""
_ENGLISH: Final = "en-US"
_VIETNAMESE: Final = "vi-VN"
_MARK = re.compile(r"^\[[^\]]+\] ")
_NO_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MARKED_CARD: Final = "tel_greeting"
"""The one that says that the words are a draft: once a call is enough."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """Who speaks, in which language, and where recordings lie."""

    shelf: Shelf
    settings: TelephoneSettings
    public_url: str
    english: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """Where the carrier comes back to, and whose telephones it rings meanwhile."""

    call_id: str
    turn: int
    """Of the next event."""
    phones: tuple[Reachable, ...] = field(default=(), repr=False)

    @property
    def step(self) -> str:
        """Where keys, silence and the end of ringing go."""
        return f"{PATH}/step/{self.turn}"


def of_step(step: Next, speaker: Speaker, doors: Doors) -> str:
    """Write one step of a call."""
    words = tuple(speak(step.says, speaker))
    match step.then:
        case Ask():
            return document(_gather(step.then, words, speaker, doors.step))
        case Ring():
            return document(*words, _dial(speaker, doors))
        case GoOn():
            return document(*words, _redirect(doors.step))
        case HangUp():
            return document(*words, Element("Hangup"))
        case Look():
            raise ValueError("a code is looked at before anything is said")
    assert_never(step.then)


def of_whisper(card: str, speaker: Speaker, action: str) -> str:
    """Write what somebody hears who picked up: one key takes the call, nothing else does."""
    words = (*speak((card,), speaker), *speak((card,), speaker))
    return document(_gather(Ask(seconds=4), words, speaker, action))


def of_words(cards: Iterable[str], speaker: Speaker) -> str:
    """Write words and the end of the call."""
    return document(*speak(cards, speaker), Element("Hangup"))


def nothing() -> str:
    """Write that there is nothing to do: who took the call is connected, or the call goes on."""
    return document()


def document(*verbs: Element) -> str:
    """Write the document."""
    root = Element("Response")
    root.extend(verbs)
    xml: str = tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>{xml}'


def speak(cards: Iterable[str], speaker: Speaker) -> Iterator[Element]:
    """Yield each card as a recording or as words; what replaces several cards is said once."""
    said: set[str | None] = set()
    for card in cards:
        verb = _beat(speaker) if card == RHYTHM else _recording(card, speaker)
        verb = _words(card, speaker) if verb is None else verb
        if verb.text not in said:
            said.add(verb.text)
            yield verb


def _words(card: str, speaker: Speaker) -> Element:
    is_english = speaker.english or card == ENGLISH
    lang = Language.ENGLISH if is_english else Language.VIETNAMESE
    text = speaker.shelf.plain(card, lang)
    plain = text if card == _MARKED_CARD else _MARK.sub("", text)
    if is_english:
        verb = Element("Say", language=_ENGLISH)
    else:
        verb = Element("Say", language=_VIETNAMESE, voice=speaker.settings.voice)
    verb.text = _digit_by_digit(_NO_XML.sub("", plain), speaker.shelf)
    return verb


def _recording(card: str, speaker: Speaker) -> Element | None:
    """Return the recorded prompt where there are any; English is always read by the voice."""
    if speaker.english or not speaker.settings.prompts_url:
        return None
    verb = Element("Play")
    verb.text = f"{speaker.settings.prompts_url}/{card}.mp3"
    return verb


def _beat(speaker: Speaker) -> Element:
    verb = Element("Play", loop=str(_RHYTHM_TIMES))
    verb.text = f"{speaker.public_url}/chat/rhythm.wav"
    return verb


def _digit_by_digit(text: str, shelf: Shelf) -> str:
    """Spread our numbers: nobody dials "one hundred and fifteen"."""
    for number in sorted(shelf.numbers.values(), key=len, reverse=True):
        text = re.sub(rf"(?<!\d){number}(?!\d)", " ".join(number), text)
    return text.replace(" · ", ". ")


def _gather(ask: Ask, words: Iterable[Element], speaker: Speaker, action: str) -> Element:
    gather = Element(
        "Gather",
        input="dtmf",
        action=action,
        method="POST",
        numDigits=str(ask.digits),
        timeout=str(ask.seconds),
        finishOnKey="#" if ask.digits > 1 else "",
        actionOnEmptyResult="true",
    )
    if speaker.settings.hears_speech:
        gather.set("input", "dtmf speech")
        gather.set("language", _ENGLISH if speaker.english else _VIETNAMESE)
        gather.set("speechTimeout", "auto")
    gather.extend(words)
    return gather


def _dial(speaker: Speaker, doors: Doors) -> Element:
    dial = Element("Dial", action=doors.step, method="POST", timeout=str(RING_SECONDS))
    if speaker.settings.number:
        dial.set("callerId", speaker.settings.number)
    if speaker.settings.records:
        dial.set("record", "record-from-answer")
    for each in doors.phones:
        number = SubElement(dial, "Number", method="POST")
        number.set("url", f"{PATH}/whisper/{doors.call_id}/{each.user_id}")
        number.text = each.phone
    return dial


def _redirect(url: str) -> Element:
    redirect = Element("Redirect", method="POST")
    redirect.text = url
    return redirect
