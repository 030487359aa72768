"""The label set: what a message can mean and how urgent it can be (bộ nhãn).

Runs on Python 3.10, because the Rasa components import it: `class X(str, Enum)`, no StrEnum.
"""

from enum import Enum


class Intent(str, Enum):
    """What the writer wants or reports (ý định)."""

    SEXUAL_ABUSE = "sexual_abuse"
    PHYSICAL_VIOLENCE = "physical_violence"
    EMOTIONAL_ABUSE = "emotional_abuse"
    NEGLECT_ABANDONMENT = "neglect_abandonment"
    CHILD_LABOUR = "child_labour"
    TRAFFICKING_ABDUCTION = "trafficking_abduction"
    CHILD_MARRIAGE = "child_marriage"
    ONLINE_ABUSE = "online_abuse"
    BULLYING = "bullying"
    SUICIDE_SELF_HARM = "suicide_self_harm"
    DROWNING_EMERGENCY = "drowning_emergency"
    DROWNING_HAZARD = "drowning_hazard"
    INJURY_EMERGENCY = "injury_emergency"
    MISSING_CHILD = "missing_child"
    WELFARE_SUPPORT = "welfare_support"
    ADULT_VIOLENCE = "adult_violence"
    ASK_INFORMATION = "ask_information"
    TICKET_STATUS = "ticket_status"
    TALK_TO_HUMAN = "talk_to_human"
    BROADCAST_OPTIN = "broadcast_optin"
    BROADCAST_OPTOUT = "broadcast_optout"
    SMALLTALK = "smalltalk"
    OUT_OF_SCOPE = "out_of_scope"

    @property
    def is_report(self) -> bool:
        """Whether a ticket opens for this kind whatever its urgency (tin báo)."""
        return self not in NON_REPORTS


NON_REPORTS = frozenset(
    {
        Intent.ASK_INFORMATION,
        Intent.TICKET_STATUS,
        Intent.TALK_TO_HUMAN,
        Intent.BROADCAST_OPTIN,
        Intent.BROADCAST_OPTOUT,
        Intent.SMALLTALK,
        Intent.OUT_OF_SCOPE,
    }
)


class Urgency(str, Enum):
    """How soon a person must act (mức độ khẩn cấp)."""

    CRITICAL = "critical"
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"

    @property
    def rank(self) -> int:
        """0 for critical … 3 for low: sorts a queue with the most urgent first."""
        return _RANKS[self]


_RANKS = {Urgency.CRITICAL: 0, Urgency.HIGH: 1, Urgency.NORMAL: 2, Urgency.LOW: 3}


def more_urgent(one: Urgency, other: Urgency) -> Urgency:
    """Return the graver of two urgencies; doubt never lowers one."""
    return one if one.rank <= other.rank else other


class Danger(str, Enum):
    """A life-in-minutes situation (nguy hiểm tính bằng phút): rings every tier at once."""

    DROWNING = "drowning"
    ATTACK = "attack"
    SEXUAL_ATTACK = "sexual_attack"
    SUICIDE = "suicide"
    CHOKING = "choking"
    BLEEDING = "bleeding"
    ELECTRIC_SHOCK = "electric_shock"
    POISONING = "poisoning"
    FIRE = "fire"
    ABDUCTION = "abduction"


class Language(str, Enum):
    """The language of a message (ngôn ngữ)."""

    VIETNAMESE = "vi"
    KHMER = "km"
    ENGLISH = "en"
    OTHER = "other"
    """In letters that are neither Latin nor Khmer: nobody here answers in it."""


ANSWERED_LANGUAGES = (Language.VIETNAMESE, Language.KHMER, Language.ENGLISH)
"""Those we have words in."""


class AuthorRole(str, Enum):
    """Whether a child or an adult writes (người viết là trẻ em hay người lớn)."""

    CHILD = "child"
    ADULT = "adult"
