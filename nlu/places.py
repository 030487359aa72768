"""Which commune a text means (địa danh): candidates with confidence, never a silent guess."""

import math

from nlu.assessment import Place
from nlu.everyday import means
from nlu.mentions import Mention, fitting, is_near, mention_at
from nlu.place_names import Commune, Meaning, Name, load_communes, load_names
from nlu.text import Reading, read

_FAR_KM = 60.0
_MOST = 12
"""A district has at most nine units; more candidates than this help nobody."""


class Gazetteer:
    """The 102 communes and every name that people use for them."""

    def __init__(self, communes: tuple[Commune, ...]) -> None:
        self._communes = {commune.code: commune for commune in communes}
        self._names = load_names(communes)

    @property
    def communes(self) -> tuple[tuple[str, str], ...]:
        """Code and official name of every commune, for lists."""
        return tuple((commune.code, commune.name) for commune in self._communes.values())

    def name(self, code: str) -> str:
        """Return the official name of a commune; raises `KeyError` for an unknown code."""
        return self._communes[code].name

    def nearest(self, latitude: float, longitude: float) -> tuple[Place, float] | None:
        """Return the commune whose centre is nearest and how far it is, None when far away."""
        if not (math.isfinite(latitude) and math.isfinite(longitude)):
            return None
        kilometres, commune = min(
            ((_kilometres(latitude, longitude, x), x) for x in self._communes.values()),
            key=lambda pair: pair[0],
        )
        if kilometres > _FAR_KM:
            return None
        confidence = round(max(0.2, 0.9 - kilometres / 20), 2)
        return Place(
            code=commune.code, name=commune.name, confidence=confidence, said=""
        ), kilometres

    def find(self, text: str) -> tuple[Place, ...]:
        """Return candidates, the likeliest first. Never raises."""
        return self.find_in(read(text))

    def find_in(self, reading: Reading) -> tuple[Place, ...]:
        """Return the candidates of a message that was read already."""
        mentions = self._mentions(reading)
        places: dict[str, Place] = {}
        used: set[int] = set()
        for index, mention in enumerate(mentions):
            if index in used:
                continue
            meanings = fitting(mention)
            meanings = self._narrowed(meanings, mention, mentions, index, used)
            for place in self._candidates(meanings, mention, reading):
                known = places.get(place.code)
                if known is None or place.confidence > known.confidence:
                    places[place.code] = place
        ordered = sorted(places.values(), key=lambda place: -place.confidence)
        return tuple(ordered[:_MOST])

    def _mentions(self, reading: Reading) -> list[Mention]:
        mentions: list[Mention] = []
        index = 0
        words = reading.words
        while index < len(words):
            found = self._name_at(reading, index)
            if found is None:
                index += 1
                continue
            mention = mention_at(found, index, reading)
            if mention is None:
                index += 1
                continue
            mentions.append(mention)
            index = mention.last + 1
        covered = sum(x.last - x.first + 1 for x in mentions)
        spoken = sum(1 for word in words if word.full.isalnum())
        if covered * 5 >= spoken * 4:
            return mentions  # an answer to "which commune?" is a name and little else
        sure = [x for x in mentions if x.is_sure]
        return [x for x in mentions if x.is_sure or any(is_near(x, other) for other in sure)]

    def _name_at(self, reading: Reading, index: int) -> Name | None:
        words = reading.words
        for name in self._names.get(words[index].bare, ()):
            end = index + len(name.words)
            if end <= len(words) and all(
                means(word.full, wanted, is_marked=reading.is_marked)
                for word, wanted in zip(words[index:end], name.words, strict=True)
            ):
                return name
        return None

    def _narrowed(
        self,
        meanings: tuple[Meaning, ...],
        mention: Mention,
        mentions: list[Mention],
        index: int,
        used: set[int],
    ) -> tuple[Meaning, ...]:
        """Let a district named nearby decide between units of one name (`Long Thạnh, Tân Châu`)."""
        for other in (*range(index + 1, len(mentions)), *range(index - 1, -1, -1)):
            place = mentions[other]
            if not place.name.is_district or place.name.words == mention.name.words:
                continue
            if not is_near(mention, place):
                continue
            district = " ".join(place.name.words)
            inside = tuple(x for x in meanings if x.level != "district" and district in x.districts)
            if inside:
                used.add(other)
                return inside
        return meanings

    def _candidates(
        self, meanings: tuple[Meaning, ...], mention: Mention, reading: Reading
    ) -> list[Place]:
        weights: dict[str, float] = {}
        for meaning in meanings:
            share = {"new": 1.0, "old": 0.7, "district": 1.2}[meaning.level] / len(meaning.codes)
            for code in meaning.codes:
                weights[code] = weights.get(code, 0.0) + share
        total = sum(weights.values())
        words = reading.words
        said = reading.original[words[mention.first].start : words[mention.last].end]
        sure = 0.92 if mention.type else 0.85
        return [
            Place(
                code=code,
                name=self._communes[code].name,
                confidence=round(sure * weight / total, 3),
                said=said,
            )
            for code, weight in sorted(weights.items(), key=lambda item: -item[1])
        ]


def _kilometres(latitude: float, longitude: float, commune: Commune) -> float:
    north = math.radians(commune.latitude - latitude)
    middle = math.radians((commune.latitude + latitude) / 2)
    east = math.radians(commune.longitude - longitude) * math.cos(middle)
    return 6371.0 * math.hypot(north, east)


def load_places() -> Gazetteer:
    """Read the names that ship with the program."""
    return Gazetteer(load_communes())
