"""What a message can say about the people in it (các loại dữ kiện), and with which words it did.

A fact is what the text says. What it does not say is no fact: nothing here is guessed.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Told(Generic[T]):
    """One fact as it was told, with the writer's own words (dữ kiện, kèm lời người báo)."""

    value: T
    words: str = field(repr=False)
    """In the writer's own spelling."""
    span: tuple[int, int] = (0, 0)
    """Where `words` stands in the original text."""
    is_certain: bool = True
    """False where the words have a second reading, or say less than the value does."""


class Age(NamedTuple):
    """From this many years to this many: `lớp 5` is 10 to 11; under one year is 0."""

    least: int
    most: int


class Sex(StrEnum):
    """Of a child (giới tính)."""

    GIRL = "girl"
    BOY = "boy"


class Relation(StrEnum):
    """Who the offender is to the child (quan hệ với trẻ)."""

    FATHER = "father"
    MOTHER = "mother"
    PARENT = "parent"
    """One of the two, not said which: `tôi đánh con tôi`."""
    STEPFATHER = "stepfather"
    STEPMOTHER = "stepmother"
    PARENTS_PARTNER = "parents_partner"
    """Bồ của má: lives with a parent or not, married or not; the text does not say."""
    GRANDPARENT = "grandparent"
    AUNT_UNCLE = "aunt_uncle"
    SIBLING = "sibling"
    RELATIVE = "relative"
    CAREGIVER = "caregiver"
    """Bảo mẫu, người giữ trẻ, người nuôi: entrusted with the child."""
    TEACHER = "teacher"
    NEIGHBOUR = "neighbour"
    EMPLOYER = "employer"
    PEER = "peer"
    """Another child: a schoolmate, a friend."""
    PARTNER = "partner"
    """The child's own boyfriend or girlfriend, now or once."""
    SPOUSE = "spouse"
    """The husband or wife of the adult who writes."""
    ONLINE_STRANGER = "online_stranger"
    STRANGER = "stranger"
    OTHER = "other"
    """Somebody named by a word that tells no relation: a driver, `chú`, a landlord."""


class About(StrEnum):
    """Whom the message is about, seen from the writer (nói về ai)."""

    SELF = "self"
    OWN_CHILD = "own_child"
    """A child or grandchild of the writer."""
    OTHER_CHILD = "other_child"
    OTHER = "other"
    """A grown-up who is not the writer."""


class When(StrEnum):
    """When it happened or will happen (khi nào)."""

    NOW = "now"
    HOURS = "hours"
    """Today, tonight, last night: within a day."""
    DAYS = "days"
    """Within some weeks."""
    PAST = "past"
    """Months or years ago."""
    REPEATED = "repeated"
    PLANNED = "planned"


class PhoneOwner(StrEnum):
    """Whose number it is, as far as the text says so (số của ai)."""

    REPORTER = "reporter"
    OFFENDER = "offender"
    OTHER = "other"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Phone:
    """A telephone number (số điện thoại). For the operator only: sealed with the ticket."""

    value: str = field(repr=False)
    """Digits with the leading 0, whatever was typed: `0900000123`."""
    owner: PhoneOwner
    words: str = field(repr=False)
    span: tuple[int, int] = (0, 0)
    is_certain: bool = True
    """False for a number in a form that networks have given up."""
