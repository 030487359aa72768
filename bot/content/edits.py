"""Words that reviewers wrote in place of the shipped ones (bản sửa), laid over the cards.

Every edit is a version of one wording. Production goes on with the newest version that is signed;
trial shows the newest. Going back to the shipped words cuts off all that was written before.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from bot.content.cards import Card, ContentError, Numbers, Register, Wording, fill
from bot.content.signoffs import is_signed
from nlu.labels import Language

Signed = frozenset[tuple[str, str, str, str]]
Key = tuple[str, Language, Register]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One version of a wording."""

    card: str
    lang: Language
    register: Register
    template: str | None
    """The words with placeholders for the numbers; None: the shipped words again."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """Payload -> what its button says, where it is not what was shipped."""

    @property
    def key(self) -> Key:
        """Return which wording it is a version of."""
        return self.card, self.lang, self.register


def reworded(
    card: Card,
    wording: Wording,
    template: str,
    numbers: Numbers,
    labels: Mapping[str, str] | None = None,
) -> Wording:
    """Return the wording with other words; raises `ContentError` for a bad placeholder."""
    known = dict(numbers.numbers)
    if card.number:
        known["number"] = numbers.numbers[card.number]
    words = template.strip()
    text = fill(words, known, f"card {card.id} ({wording.lang.value})")
    said = labels or {}
    buttons = tuple((payload, said.get(payload, label)) for payload, label in wording.buttons)
    return replace(wording, text=text, template=words, buttons=buttons)


def newest(card: Card, wording: Wording, versions: Iterable[Edit], numbers: Numbers) -> Wording:
    """Return what trial shows: the last version. `versions` come oldest first."""
    last = [*versions][-1:]
    if not last or last[0].template is None:
        return wording
    try:
        return reworded(card, wording, last[0].template, numbers, last[0].labels)
    except ContentError:  # a number was renamed since: the shipped words are right
        return wording


def newest_signed(
    card: Card, wording: Wording, versions: Iterable[Edit], numbers: Numbers, signed: Signed
) -> Wording:
    """Return what production sends: the last signed version, else the shipped wording."""
    for one in reversed([*versions]):
        if one.template is None:
            return wording
        try:
            words = reworded(card, wording, one.template, numbers, one.labels)
        except ContentError:
            continue
        if is_signed(words, signed):
            return words
    return wording


def lay_over(
    cards: Mapping[str, Card],
    edits: Iterable[Edit],
    numbers: Numbers,
    *,
    signed: Signed | None,
) -> dict[str, Card]:
    """Return the cards with edits in force; with `signed` only signed ones count (production).

    Edits of cards or wordings that exist no longer are left out.
    """
    by_key: dict[Key, list[Edit]] = {}
    for edit in edits:
        by_key.setdefault(edit.key, []).append(edit)
    changed = dict(cards)
    for (card_id, lang, register), versions in by_key.items():
        card = changed.get(card_id)
        wording = card.wordings.get((lang, register)) if card else None
        if card is None or wording is None:
            continue
        words = (
            newest(card, wording, versions, numbers)
            if signed is None
            else newest_signed(card, wording, versions, numbers, signed)
        )
        changed[card_id] = replace(card, wordings={**card.wordings, (lang, register): words})
    return changed
