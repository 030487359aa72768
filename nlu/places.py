"""Which commune a text means (địa danh): candidates with confidence, never a silent guess."""

import math
import re
import unicodedata
from dataclasses import dataclass, replace

from nlu.assessment import Landmark, Place
from nlu.place_groups import Group, groups_of
from nlu.place_landmarks import LandmarkFinder, load_landmarks
from nlu.place_mentions import Mention, doubted, mentions_in
from nlu.place_names import Commune, load_communes, load_names
from nlu.place_narrowing import narrowed
from nlu.place_nearest import Around, Points, load_points
from nlu.place_outside import Abroad, abroad_in, as_landmarks, lies_in, load_outside
from nlu.syllables import strip_marks
from nlu.text import Reading, read

MOST_PLACES = 12
"""A district has at most nine units; more candidates than this help nobody."""
_TYPES_TODAY = ("phường", "đặc khu", "xã")
_ANSWER = 200
"""Of an answer without a name this much is read."""


@dataclass(frozen=True)
class Whereabouts:
    """What a message says about where (nơi chốn)."""

    places: tuple[Place, ...] = ()
    """Communes it may mean, the likeliest first; together they are at most 1."""
    landmarks: tuple[Landmark, ...] = ()
    """Everything else that says where, in the order in which it was said."""


class Gazetteer:
    """The 102 communes and every name that people use for them."""

    def __init__(self, communes: tuple[Commune, ...], points: Points) -> None:
        self._communes = {commune.code: commune for commune in communes}
        self._names = load_names(communes)
        self._landmarks = LandmarkFinder(self._names, load_landmarks())
        self._outside = load_outside()
        self._local = frozenset(spelled.means.short for spelled in self._names)
        self._points = points

    @property
    def communes(self) -> tuple[tuple[str, str], ...]:
        """Code and official name of every commune, for lists."""
        return tuple((commune.code, commune.name) for commune in self._communes.values())

    def name(self, code: str) -> str:
        """Return the official name of a commune; raises `KeyError` for an unknown code."""
        return self._communes[code].name

    def around(self, latitude: float, longitude: float) -> Around:
        """Return the communes a point may lie in, and whether it may lie beyond An Giang."""
        return self._points.around(latitude, longitude, self.name)

    def nearest(self, latitude: float, longitude: float) -> tuple[Place, float] | None:
        """Return the likeliest commune of a point and the distance in km; None when outside."""
        around = self.around(latitude, longitude)
        if around.is_outside or not around.places:
            return None
        return around.places[0], around.kilometres

    def find(self, text: str) -> tuple[Place, ...]:
        """Return candidates, the likeliest first. Never raises."""
        return self.find_in(read(text))

    def find_in(self, reading: Reading) -> tuple[Place, ...]:
        """Return the candidates of a message that was read already."""
        return self.look(reading).places

    def look(self, reading: Reading) -> Whereabouts:
        """Return communes and everything else that says where. Never raises."""
        marks = self._landmarks.look(reading)
        abroad = abroad_in(reading, self._outside, self._local, marks.weights)
        mentions = mentions_in(reading, self._names, marks.weights)
        mentions, abroad = _told_apart(mentions, abroad, reading)
        groups = groups_of(mentions, marks.settled, _provinces(reading), reading)
        landmarks = (*marks.found, *as_landmarks(abroad, reading))
        return Whereabouts(
            self._places(groups, reading), tuple(sorted(landmarks, key=lambda mark: mark.span))
        )

    def in_part(self, text: str) -> tuple[str, ...]:
        """Return the codes of communes whose name, of today or before, is being typed.

        Marks do not matter and the last word may be only begun; names that begin so come first,
        of a longer text its last two words or more count. Never raises.
        """
        words = strip_marks(unicodedata.normalize("NFC", text).lower()).split()
        for start in range(len(words)):
            wanted = words[start:]
            if found := self._holding(wanted) if start == 0 or len(wanted) > 1 else ():
                return found
        return ()

    def _holding(self, wanted: list[str]) -> tuple[str, ...]:
        found: dict[str, int] = {}
        for spelled in self._names:
            at = _place_in([strip_marks(word) for word in spelled.words], wanted)
            if at is None or spelled.means.needs:
                continue
            for meaning in spelled.means.meanings:
                if meaning.level != "district":
                    for code in meaning.codes:
                        found[code] = min(at, found.get(code, at))
        return tuple(sorted(found, key=lambda code: found[code]))

    def narrow(self, candidates: tuple[Place, ...], text: str) -> tuple[Place, ...]:
        """Return what is left of candidates after an answer: a name, a type, a province. Pure."""
        if not candidates:
            return self.find(text)
        found = self.find(text)
        if found:
            return narrowed(candidates, found)
        words = read(text[:_ANSWER]).full
        kind = next((kind for kind in _TYPES_TODAY if kind in words), "")
        if kind:
            alike = (x for x in candidates if x.name.lower().startswith(kind))
            equal = 1 / len(candidates)
            return narrowed(candidates, tuple(replace(x, confidence=equal) for x in alike))
        old = "thị trấn " if "thị trấn" in words else ""
        fresh = self.find(f"{old}{candidates[0].said}, {text[:_ANSWER]}")
        known = {place.code for place in candidates}
        inside = tuple(place for place in fresh if place.code in known)
        return narrowed(candidates, inside) if len(inside) < len(candidates) else candidates

    def _places(self, groups: list[Group], reading: Reading) -> tuple[Place, ...]:
        """Return all candidates; of several places each has its share, so that one is asked for."""
        scale = 1 / max(1.0, sum(group.sure for group in groups))
        found: dict[str, float] = {}
        told_by: dict[str, Group] = {}
        for group in sorted(groups, key=lambda group: -group.sure):
            for code, weight in group.weights.items():
                found[code] = found.get(code, 0.0) + weight * scale
                told_by.setdefault(code, group)
        likeliest = sorted(found, key=lambda code: -found[code])[:MOST_PLACES]
        places = []
        for code in likeliest:
            group = told_by[code]
            words = reading.words
            span = words[group.said_from].start, words[group.last].end
            places.append(
                Place(
                    code=code,
                    name=self.name(code),
                    confidence=math.floor(found[code] * 1000) / 1000,
                    said=reading.original[span[0] : span[1]],
                    is_certain=group.is_certain and len(groups) == 1,
                    span=span,
                )
            )
        return tuple(places)


def _place_in(name: list[str], wanted: list[str]) -> int | None:
    """Return where in a name these words stand together, the last one begun at least."""
    size = len(wanted)
    for at in range(len(name) - size + 1):
        part = name[at : at + size]
        if part[:-1] == wanted[:-1] and part[-1].startswith(wanted[-1]):
            return at
    return None


def _told_apart(
    mentions: list[Mention], abroad: list[Abroad], reading: Reading
) -> tuple[list[Mention], list[Abroad]]:
    """Settle between names here and namesakes elsewhere; where nothing settles it, both stand."""
    kept: list[Mention] = []
    refused: set[int] = set()
    for mention in mentions:
        there = lies_in(mention.first, mention.last, mention.name.short, abroad, reading)
        if there is not None and there.is_sure:
            continue
        namesake = next((x for x in abroad if _overlaps(mention, x)), None)
        if namesake is not None and namesake.last > mention.last:
            continue
        if namesake is not None and (mention.type or namesake.last < mention.last):
            refused.add(namesake.first)
        elif namesake is not None or there is not None:
            mention = doubted(mention)
        kept.append(mention)
    return kept, [x for x in abroad if x.first not in refused]


def _overlaps(mention: Mention, abroad: Abroad) -> bool:
    return abroad.first <= mention.last and mention.first <= abroad.last


_OLD_PROVINCES = re.compile(r"(?<![^ ])(kiên giang|kien giang|an giang cũ|an giang cu)(?![^ ])")


def _provinces(reading: Reading) -> dict[int, str]:
    """Return the two provinces of before where they were said; An Giang today is both."""
    found: dict[int, str] = {}
    for match in _OLD_PROVINCES.finditer(reading.full):
        at = reading.full.count(" ", 0, match.start())
        found[at] = "Kiên Giang" if match.group().startswith("ki") else "An Giang"
    return found


def load_places() -> Gazetteer:
    """Read the names and points that ship with the program."""
    return Gazetteer(load_communes(), load_points())
