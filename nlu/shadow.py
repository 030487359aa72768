"""Count how a new model and the one in use read the same messages (đánh giá song song). Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from nlu.labels import Intent, Urgency


@dataclass(frozen=True)
class Read:
    """What one engine makes of one message."""

    intent: Intent
    urgency: Urgency
    asks: bool

    @property
    def is_critical(self) -> bool:
        """Whether it rings."""
        return self.urgency is Urgency.CRITICAL


Reader = Callable[[str], Read]


@dataclass(frozen=True)
class Labelled:
    """A message and what it means."""

    text: str = field(repr=False)
    intent: Intent
    urgency: Urgency


@dataclass(frozen=True)
class Own:
    """A message that came in here."""

    text: str = field(repr=False)
    talk: str
    """What belongs together: criticals are counted by talk."""
    number: str
    """The ticket, for a person who wants to look; may be empty."""
    is_left_critical: bool
    """The ticket is critical still: nobody thought it less."""


@dataclass(frozen=True)
class Score:
    """How one model does on labelled messages."""

    messages: int = 0
    right: int = 0
    """Intent and urgency both."""
    intents: int = 0
    urgencies: int = 0
    criticals: int = 0
    found: int = 0
    found_or_asked: int = 0
    not_critical: int = 0
    false_criticals: int = 0
    vain_questions: int = 0


@dataclass(frozen=True)
class Changes:
    """What would be otherwise on the Centre's own messages; counts, and numbers of tickets."""

    messages: int = 0
    intent: int = 0
    urgency: int = 0
    asks: int = 0
    alarms: tuple[int, int] = (0, 0)
    """Talks with a critical message: now, and with the new model."""
    questions: tuple[int, int] = (0, 0)
    lost: tuple[str, ...] = ()
    """Tickets that would not be critical any more, most of them for a person to look at."""
    lost_unlowered: tuple[str, ...] = ()
    """Those of them which nobody has sized lower since."""
    gained: tuple[str, ...] = ()


def score(reader: Reader, messages: Sequence[Labelled]) -> Score:
    """Count what one model gets right and wrong."""
    counts = dict.fromkeys(Score.__dataclass_fields__, 0)
    for one in messages:
        read = reader(one.text)
        is_critical = one.urgency is Urgency.CRITICAL
        has_intent, has_urgency = read.intent is one.intent, read.urgency is one.urgency
        counts["messages"] += 1
        counts["right"] += has_intent and has_urgency
        counts["intents"] += has_intent
        counts["urgencies"] += has_urgency
        counts["criticals"] += is_critical
        counts["found"] += is_critical and read.is_critical
        counts["found_or_asked"] += is_critical and (read.is_critical or read.asks)
        counts["not_critical"] += not is_critical
        counts["false_criticals"] += not is_critical and read.is_critical
        counts["vain_questions"] += one.urgency is Urgency.LOW and read.asks
    return Score(**counts)


def changes(now: Reader, new: Reader, own: Sequence[Own]) -> Changes:
    """Count what would be otherwise; a talk is critical when one of its messages is."""
    pairs = [(one, now(one.text), new(one.text)) for one in own]
    before = {one.talk: one for one, old, _ in pairs if old.is_critical}
    after = {one.talk: one for one, _, young in pairs if young.is_critical}
    lost = [one for talk, one in before.items() if talk not in after]
    return Changes(
        messages=len(pairs),
        intent=sum(old.intent is not young.intent for _, old, young in pairs),
        urgency=sum(old.urgency is not young.urgency for _, old, young in pairs),
        asks=sum(old.asks is not young.asks for _, old, young in pairs),
        alarms=(len(before), len(after)),
        questions=(
            sum(old.asks for _, old, _ in pairs),
            sum(young.asks for _, _, young in pairs),
        ),
        lost=_numbers(lost),
        lost_unlowered=_numbers([one for one in lost if one.is_left_critical]),
        gained=_numbers([one for talk, one in after.items() if talk not in before]),
    )


def _numbers(found: Sequence[Own]) -> tuple[str, ...]:
    return tuple(sorted(one.number or "–" for one in found))
