"""The shelf of cards (kệ thẻ): the one place from which the machine takes its words.

Trial sends unsigned texts marked as drafts. Production never sends them: a signed text of the same
card, else the signed numbers-and-human text, else the bare numbers go instead.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from bot.channels.contract import Button, OutboundMessage
from bot.content.cards import (
    FOLDER,
    URGENT,
    Card,
    CardKind,
    Numbers,
    Register,
    Wording,
    read_cards,
    read_numbers,
)
from bot.content.edits import Edit, Signed, lay_over
from bot.content.signoffs import digest, is_signed, keys_of, read_signoffs
from bot.content.words import Words, read_words
from nlu.labels import ANSWERED_LANGUAGES, AuthorRole, Danger, Language

NUMBERS_AND_HUMAN = "numbers_and_human"
BARE_NUMBERS = "bare_numbers"
BARE_NEUTRAL = "bare_neutral"
RESCUE_OF_DANGER: Mapping[Danger, str] = {danger: f"rescue_{danger.value}" for danger in Danger}
GENERIC_RESCUE = "rescue_danger"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsigned:
    """A text that nobody has signed (chưa ký duyệt)."""

    card: str
    lang: Language
    register: Register
    sha256: str
    text_needed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """All cards with the rule of the mode applied. Immutable; share it freely."""

    cards: Mapping[str, Card]
    numbers: Mapping[str, str]
    words: Words
    mode_is_production: bool
    _ready: Mapping[tuple[str, Language, Register], OutboundMessage] = field(repr=False)
    _unsigned: tuple[Unsigned, ...] = field(repr=False)
    _labels: Mapping[tuple[Language, str], str] = field(repr=False)

    def card(self, card_id: str, *, lang: Language, register: AuthorRole | None) -> OutboundMessage:
        """Return the bubble to send. Its `card` differs from `card_id` where a replacement goes.

        Raises KeyError for an unknown id only: ids are constants, checked by the content tests.
        """
        return self._ready[card_id, lang, _register(register)]

    def plain(self, card_id: str, lang: Language, register: AuthorRole | None = None) -> str:
        """Return the words alone, under the same rule, for pages that show a card."""
        return self.card(card_id, lang=lang, register=register).text

    def static_rescue(
        self, danger: Danger | None, *, lang: Language = Language.VIETNAMESE
    ) -> OutboundMessage:
        """Return rescue words for when nothing else works (database down, overload)."""
        card_id = RESCUE_OF_DANGER[danger] if danger else GENERIC_RESCUE
        return self.card(card_id, lang=lang, register=None)

    def label(self, payload: str, lang: Language = Language.VIETNAMESE) -> str:
        """Return what a button says, for people who read an answer later; else the payload."""
        in_vietnamese = self._labels.get((Language.VIETNAMESE, payload), payload)
        return self._labels.get((lang, payload), in_vietnamese)

    def kind(self, card_id: str) -> CardKind:
        """Return what the card is for; a bare line counts as something said."""
        card = self.cards.get(card_id)
        return card.kind if card else CardKind.SAY

    def unsigned(self) -> tuple[Unsigned, ...]:
        """Return every text without a signature, for `langnghe doctor`."""
        return self._unsigned


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """The content files as they were read: what edits are laid over."""

    numbers: Numbers
    cards: Mapping[str, Card]
    words: Words
    signed: Signed


def read_content(folder: Path = FOLDER) -> Content:
    """Read numbers, cards, words and signatures once; raises `ContentError`."""
    numbers = read_numbers(folder)
    return Content(
        numbers=numbers,
        cards=read_cards(numbers.numbers, folder),
        words=read_words(folder),
        signed=keys_of(read_signoffs(folder / "signoffs.yml")),
    )


def load_shelf(*, mode_is_production: bool, folder: Path = FOLDER) -> Shelf:
    """Read the files and make the shelf without any edits; raises `ContentError`."""
    return make_shelf(read_content(folder), mode_is_production=mode_is_production)


def make_shelf(
    content: Content,
    *,
    mode_is_production: bool,
    edits: Iterable[Edit] = (),
    signed: Signed = frozenset(),
) -> Shelf:
    """Apply the rule of the mode to the cards, with the edits and signatures of the store."""
    all_signed = content.signed | signed
    cards = lay_over(
        content.cards, edits, content.numbers, signed=all_signed if mode_is_production else None
    )
    choose = _Choice(cards, content.numbers, all_signed)
    pick = choose.production if mode_is_production else choose.trial
    return Shelf(
        cards=cards,
        numbers=content.numbers.numbers,
        words=content.words,
        mode_is_production=mode_is_production,
        _ready={
            (card.id, lang, register): pick(card, lang, register)
            for card in cards.values()
            for lang in ANSWERED_LANGUAGES
            for register in Register
        },
        _unsigned=tuple(choose.unsigned()),
        _labels={
            (lang, payload): label
            for card in cards.values()
            for (lang, _), wording in card.wordings.items()
            for payload, label in wording.buttons
        },
    )


@dataclass(frozen=True, slots=True)
class _Choice:
    """Which words go out for a card: one method a mode."""

    cards: Mapping[str, Card]
    numbers: Numbers
    signed: Signed

    def trial(self, card: Card, lang: Language, register: Register) -> OutboundMessage:
        """The nearest wording, marked when nobody signed it."""
        wording = next(_nearest(card, lang, register))
        message = _message(card, wording, register)
        if is_signed(wording, self.signed):
            return message
        return replace(message, text=self.numbers.draft_mark[wording.lang] + message.text)

    def production(self, card: Card, lang: Language, register: Register) -> OutboundMessage:
        """The nearest signed wording, else what can be said without a signature."""
        for wording in _nearest(card, lang, register):
            if is_signed(wording, self.signed):
                return _message(card, wording, register)
        if card.kind is CardKind.NEUTRAL:
            return OutboundMessage(text=self.numbers.neutral_line[lang], card=BARE_NEUTRAL)
        urgent = card.kind in URGENT
        for wording in _nearest(self.cards[NUMBERS_AND_HUMAN], lang, register):
            if is_signed(wording, self.signed):
                return OutboundMessage(text=wording.text, card=NUMBERS_AND_HUMAN, is_urgent=urgent)
        line = self.numbers.numbers_line[lang]
        return OutboundMessage(text=line, card=BARE_NUMBERS, is_urgent=urgent)

    def unsigned(self) -> Iterator[Unsigned]:
        """Yield every wording nobody signed as it stands."""
        for card in self.cards.values():
            for wording in card.wordings.values():
                if not is_signed(wording, self.signed):
                    yield Unsigned(
                        card=card.id, lang=wording.lang, register=wording.register,
                        sha256=digest(wording), text_needed=card.text_needed,
                    )  # fmt: skip


def _nearest(card: Card, lang: Language, register: Register) -> Iterator[Wording]:
    """Yield the card's wordings, the best fit first: own language, then Vietnamese."""
    for tongue in dict.fromkeys((lang, Language.VIETNAMESE)):
        for address in dict.fromkeys((register, Register.ANY)):
            if wording := card.wordings.get((tongue, address)):
                yield wording


def _message(card: Card, wording: Wording, register: Register) -> OutboundMessage:
    return OutboundMessage(
        text=wording.text,
        buttons=tuple(Button(label=label, payload=key) for key, label in wording.buttons),
        card=card.id,
        is_urgent=card.kind in URGENT,
        beats=card.presses and register is not Register.CHILD,
    )


def _register(role: AuthorRole | None) -> Register:
    return Register(role.value) if role else Register.ANY
