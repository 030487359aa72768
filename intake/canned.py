"""What an operator may put into a message (câu soạn sẵn): cards that suit, own replies.

Pure: nothing is sent here. Words with a gap are not offered: nobody reads "xã {commune}".
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from string import Formatter
from typing import Any, Final

from bot.content.cards import CardKind, Register
from bot.content.shelf import RESCUE_OF_DANGER, Shelf
from nlu.labels import ANSWERED_LANGUAGES, AuthorRole, Danger, Intent, Language
from storage.words.canned import CannedReply

PLACEHOLDERS: Final = ("number", "commune", "centre_phone")
"""All that a reply may ask for: the ticket's number, its commune, the phone of the Centre."""
_ALSO: Final[Mapping[Intent, tuple[str, ...]]] = {
    Intent.WELFARE_SUPPORT: ("about_welfare", "about_birth_papers"),
    Intent.DROWNING_HAZARD: ("steps_prevent_drowning", "about_flood", "about_swimming"),
    Intent.ONLINE_ABUSE: ("about_online",),
    Intent.SEXUAL_ABUSE: ("steps_after_sexual_attack",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who reads the reply, as far as the ticket tells."""

    lang: Language = Language.VIETNAMESE
    role: AuthorRole | None = None
    """None: not known; replies for children and for adults are both offered then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Words that can be put into a message, whole and ready."""

    key: str
    """`card-steps_burn` or `own-17`."""
    title: str
    """Empty for a card: `kind` says what it is for."""
    kind: CardKind | None
    register: Register
    text: str = field(repr=False)


def wrong_placeholder(text: str) -> str | None:
    """Return the first placeholder that no reply may have; `{` for a brace that fits nothing."""
    try:
        parts = list(Formatter().parse(text))
    except ValueError:
        return "{"
    for _, name, form, conversion in parts:
        if name is not None and (name not in PLACEHOLDERS or form or conversion):
            return f"{{{name}}}"
    return None


def reader_of(facts: Mapping[str, Any]) -> Reader:
    """Return whom the facts of a ticket speak of; Vietnamese where we do not know better."""
    spoken = {each.value: each for each in ANSWERED_LANGUAGES}
    roles = {each.value: each for each in AuthorRole}
    return Reader(
        lang=spoken.get(facts.get("lang", ""), Language.VIETNAMESE),
        role=roles.get(facts.get("author_role") or ""),
    )


def own_offers(
    replies: Iterable[CannedReply], reader: Reader, values: Mapping[str, str]
) -> Iterator[Offer]:
    """Yield the approved replies for this reader, placeholders filled; gaps are left out."""
    fitting = {Register.ANY.value, reader.role.value if reader.role else ""}
    for one in replies:
        words = one.words
        suits = reader.role is None or words.register in fitting
        if not suits or words.lang != reader.lang or _has_gap(words.text, values):
            continue
        yield Offer(
            key=f"own-{one.id}",
            title=words.title,
            kind=None,
            register=Register(words.register),
            text=words.text.format_map(values),
        )


def card_offers(
    kind: Intent, danger: Danger | None, reader: Reader, shelf: Shelf
) -> Iterator[Offer]:
    """Yield the cards that suit a ticket; production gives none that nobody has signed."""
    for card_id in dict.fromkeys(_card_ids(kind, danger, shelf)):
        message = shelf.card(card_id, lang=reader.lang, register=reader.role)
        if message.card != card_id:  # not signed: other words would go out in its place
            continue
        yield Offer(
            key=f"card-{card_id}",
            title="",
            kind=shelf.kind(card_id),
            register=Register.ANY,
            text=message.text,
        )


def _card_ids(kind: Intent, danger: Danger | None, shelf: Shelf) -> Iterator[str]:
    if danger:
        rescue = RESCUE_OF_DANGER[danger]
        yield from _with_steps(rescue, shelf)
    if kind.is_report:
        yield from _with_steps(f"report_{kind.value}", shelf)
    else:
        yield from (card_id for card_id in shelf.cards if card_id.startswith("about_"))
    yield from _ALSO.get(kind, ())


def _with_steps(card_id: str, shelf: Shelf) -> Iterator[str]:
    if card_id not in shelf.cards:
        return
    yield card_id
    if then := shelf.cards[card_id].then:
        yield then


def _has_gap(text: str, values: Mapping[str, str]) -> bool:
    names = (name for _, name, _, _ in Formatter().parse(text) if name)
    return any(not values.get(name) for name in names)
