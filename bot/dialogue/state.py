"""Where a conversation stands between two messages (trạng thái hội thoại)."""

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from nlu.labels import AuthorRole, Danger, Intent, Language, Urgency


class Question(StrEnum):
    """What we may ask, one at a time (câu hỏi)."""

    DANGER = "danger"
    SAFE = "safe"
    WHERE = "where"
    WHICH_PLACE = "which_place"
    ROLE = "role"
    """Whether a child or an adult writes."""
    WHO = "who"
    """The child: age, boy or girl."""
    WHAT = "what"
    WRITE = "write"
    """Whether it is safe to write here, and when."""
    WALK = "walk"
    """How the rescue from the water stands: asked anew at each of its steps."""
    MORE = "more"


@dataclass(frozen=True, slots=True, kw_only=True)
class DialogueState:
    """All that the next turn needs to know. Sealed with the conversation key at rest."""

    introduced: bool = False
    lang: Language = Language.VIETNAMESE
    register: AuthorRole | None = None
    asking: Question | None = None
    asked: tuple[Question, ...] = ()
    intent: Intent | None = None
    also: tuple[Intent, ...] = ()
    urgency: Urgency | None = None
    """The gravest so far in this conversation; the bot never lowers it."""
    danger: Danger | None = None
    commune_code: str | None = None
    place_options: tuple[str, ...] = ()
    cards_shown: tuple[str, ...] = ()
    answers: dict[str, str] = field(default_factory=dict, repr=False)
    held_by_operator: bool = False
    """A person writes now: the bot stays silent, except for rescue words and SOS."""
    hidden: bool = False
    """THOÁT was said: say nothing until the reporter writes again."""
    phone_taken: bool = False
    """Somebody else seems to hold the phone: nothing of the past is shown, nothing is pushed."""
    number: str = ""
    """Key in numbers.yml of the number that the last rescue words named."""
    child_age: int | None = None
    offender_is_carer: bool | None = None
    place_names: tuple[str, ...] = field(default=(), repr=False)
    """Names beside `place_options`, in the same order."""
    owed: tuple[str, ...] = ()
    """Cards that found no room in the last turn and come with the next answer."""
    offered: dict[str, str] = field(default_factory=dict, repr=False)
    """Folded label -> payload of the buttons last shown: typing a label is pressing it."""

    walk: str = ""
    """The step of the rescue walk (`bot.dialogue.walk`) that was said last; empty: no walk."""
    has_rhythm: bool = False
    """The sound of the rhythm was sent: once a talk is enough, for it counts as a message."""
    is_pressing: bool = False
    """From a critical message until a person holds the talk: silence is watched."""
    has_told: bool = False
    """Something was told in more than a few words: nobody is asked to tell it again."""
    stopped: bool = False
    """The reporter wants no more questions."""
    no_danger: bool = False
    """The neutral question was answered "no", or skipped: nobody asks about safety once more, until
    something critical is heard."""
    safe_times: str = ""
    """When a knock may come, as `bot.dialogue.safe_times` writes it; empty: nobody knows."""
    words_wait: bool = False
    """Something that was written to the reporter waits until they type TIẾP."""
    told: tuple[dict[str, Any], ...] = field(default=(), repr=False)
    """What was said of the people in it, with the reporter's words (`nlu.telling.told_rows`)."""

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "DialogueState":
        """Read what `to_json` wrote, also from an older version with fewer fields."""
        kept = {key: value[key] for key in cls.__dataclass_fields__ if key in value}
        for key, kind in _ENUMS.items():
            if kept.get(key) is not None:
                kept[key] = kind(kept[key])
        for key, member in _TUPLES.items():
            if key in kept:
                kept[key] = tuple(member(item) for item in kept[key])
        return cls(**kept)


_ENUMS: dict[str, Any] = {
    "lang": Language,
    "register": AuthorRole,
    "asking": Question,
    "intent": Intent,
    "urgency": Urgency,
    "danger": Danger,
}
_TUPLES: dict[str, Any] = {
    "asked": Question,
    "also": Intent,
    "place_options": str,
    "cards_shown": str,
    "place_names": str,
    "owed": str,
    "told": dict,
}
