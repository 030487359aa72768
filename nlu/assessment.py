"""What was understood of one message (kết quả phân tích): the only thing `nlu` hands out."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from nlu.fact_kinds import About, Age, Phone, Relation, Sex, Told, When
from nlu.labels import AuthorRole, Danger, Intent, Language, Urgency


@dataclass(frozen=True)
class Place:
    """A commune that the text may mean (địa danh)."""

    code: str
    """Official five-digit code of the commune (mã xã/phường/đặc khu)."""
    name: str
    """Official name with its type, as in `Xã An Cư`."""
    confidence: float
    """0..1; several candidates of one phrase add up to at most 1."""
    said: str = field(repr=False)
    """The writer's own words that led here, with words of position (`gần Ba Chúc`)."""
    is_certain: bool = False
    """The only reading of the only commune that was named: nothing needs to be asked."""
    span: tuple[int, int] = (0, 0)
    """Where `said` stands in the original text; empty when it came from elsewhere."""


class LandmarkKind(StrEnum):
    """What a place is that is no commune (loại mốc)."""

    HAMLET = "hamlet"
    """Ấp, khóm, khu phố, tổ, phum, sóc."""
    ADDRESS = "address"
    """Số nhà, hẻm."""
    ROAD = "road"
    KILOMETRE = "kilometre"
    CANAL = "canal"
    RIVER = "river"
    LAKE = "lake"
    BRIDGE = "bridge"
    FERRY = "ferry"
    MARKET = "market"
    SCHOOL = "school"
    HEALTH = "health"
    WORSHIP = "worship"
    MOUNTAIN = "mountain"
    ISLAND = "island"
    OFFICE = "office"
    BORDER_GATE = "border_gate"
    CROSSROADS = "crossroads"
    REGION = "region"
    """Bảy Núi, miền Tây: larger than a commune."""
    OTHER = "other"
    PROVINCE = "province"
    """Another province, or a place in one; of 34 today and 63 before 1 July 2025."""
    COUNTRY = "country"
    """Another country, or a place in one."""

    @property
    def is_outside(self) -> bool:
        """Whether it lies beyond An Giang."""
        return self in {LandmarkKind.PROVINCE, LandmarkKind.COUNTRY}


@dataclass(frozen=True)
class Landmark:
    """A place that is no commune (mốc): what was said, and a commune only where it is certain."""

    kind: LandmarkKind
    said: str = field(repr=False)
    """The writer's own words, with words of position: `cách chợ Ba Chúc 2 km`."""
    name: str = field(default="", repr=False)
    """Its name without the word for its kind; of an outside place the province or country."""
    position: str = field(default="", repr=False)
    """`gần`, `cách … 2 km`, `đối diện`: it is near there, not there."""
    code: str = ""
    """The commune it lies in, from the reviewed list `nlu/data/landmarks.csv`; else empty."""
    span: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class Reason:
    """Why we think so (lý do): a layer, a stable code, and the writer's own words."""

    layer: str
    """`floor`, `model`, `rule` or `place`."""
    code: str
    words: str = field(default="", repr=False)


@dataclass(frozen=True)
class Facts:
    """What the text says about the people in it (dữ kiện); None or empty where it says nothing.

    Only the author's role may rest on the model: how people write tells it where no word does.
    """

    author_role: AuthorRole | None = None
    offender_is_carer: bool | None = None
    """A parent or carer is the one harming: Decree 56/2017 Art. 31(1). False only where words
    name somebody who is none; None is unknown."""
    child_age: int | None = None
    """The age of the first child that is told for sure; all of them are in `child_ages`."""
    child_ages: tuple[Told[Age], ...] = ()
    author_age: Told[Age] | None = None
    """The writer's own age; among `child_ages` too when the writer is the child it is about."""
    adult_ages: tuple[Told[Age], ...] = ()
    birth_years: tuple[Told[int], ...] = ()
    """Whose is in the words: there is no clock here to make ages of them."""
    child_sexes: tuple[Told[Sex], ...] = ()
    children: Told[int] | None = None
    """How many; not certain: at least so many (`tụi con`)."""
    offenders: Told[int] | None = None
    offender_relations: tuple[Told[Relation], ...] = ()
    phones: tuple[Phone, ...] = field(default=(), repr=False)
    """For the operator: sealed with the ticket, never logged."""
    when: tuple[Told[When], ...] = ()
    """Most urgent first."""
    about: Told[About] | None = None
    is_injured: Told[bool] | None = None
    has_weapon: Told[bool] | None = None
    child_is_alone: Told[bool] | None = None
    offender_is_present: Told[bool] | None = None


@dataclass(frozen=True)
class FloorHit:
    """What no model may talk down (sàn an toàn)."""

    intent: Intent
    urgency: Urgency
    danger: Danger | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Assessment:
    """What was said, how urgent, where, in which language, and why we think so."""

    intent: Intent
    urgency: Urgency
    confidence: float
    """Calibrated, 0..1, of the intent."""
    ask: bool
    """Danger can be neither affirmed nor excluded: one neutral question is due."""
    lang: Language
    also: tuple[Intent, ...] = ()
    """Further matters in the same message."""
    danger: Danger | None = None
    places: tuple[Place, ...] = ()
    facts: Facts = Facts()
    reasons: tuple[Reason, ...] = ()
    landmarks: tuple[Landmark, ...] = ()
    """Hamlet, canal, school, other provinces: what an operator needs besides the commune."""
    critical: float = 0.0
    """The chance that the model gives to critical; 0 where an engine does not tell."""

    @property
    def is_outside(self) -> bool:
        """Whether it speaks of places beyond An Giang and of none within it."""
        return not self.places and any(mark.kind.is_outside for mark in self.landmarks)


class Classifier(Protocol):
    """An engine. Two exist by design: the embedded one and Rasa over HTTP."""

    async def assess(self, text: str) -> Assessment:
        """Never raises, never waits longer than its budget, for any text of any length."""
