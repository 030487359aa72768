"""Which commune a point lies in (toạ độ): candidates by distance, with doubt near a border.

We have no borders, only a centre and a box for each of 298 units of before, and centres of our
neighbours' units (`commune_points.csv`, `outside_points.csv`). A point is weighed against all of
them; near an edge several stay, and beyond it `where` says which province or country it may be.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from nlu.assessment import Place
from nlu.place_lookup import rows

_EARTH_KM = 6371.0
_FAR_KM = 25.0
"""Farther than this from every centre of ours is beyond An Giang; islands lie that far apart."""
_IN_BOX = 3.0
"""A unit whose box holds the point is so much likelier than its distance says."""
_MOST = 5
_WORTH_NAMING = 0.05
_SMALLEST_KM = 1.2
_UNKNOWN_KM = 4.0
_OPEN_SEA_KM = 9.0
_IN_THE_SEA = frozenset({"31105", "31108", "30814", "30811", "30781"})
"""Thổ Châu, Kiên Hải, Hòn Nghệ, Sơn Hải, Tiên Hải: whoever drowns there is in the water."""


@dataclass(frozen=True)
class Around:
    """What lies around a point."""

    places: tuple[Place, ...] = ()
    """Communes it may lie in, the likeliest first; together at most 1, the rest is outside."""
    kilometres: float = math.inf
    """To the nearest known centre within the likeliest commune, a hamlet's walk from its border."""
    where: str = ""
    """The other province or country it may lie in; empty when none is near."""
    is_outside: bool = False
    """More likely beyond An Giang than within."""


@dataclass(frozen=True)
class Point:
    """A centre of a unit and the box around it, ours or a neighbour's."""

    latitude: float
    longitude: float
    radius_km: float
    codes: tuple[str, ...] = ()
    """Communes of today; empty for a neighbour's."""
    where: str = ""
    box: tuple[float, float, float, float] | None = None
    """South, west, north, east."""


class Points:
    """All centres that we know."""

    def __init__(self, points: Iterable[Point]) -> None:
        self._points = tuple(points)

    def around(self, latitude: float, longitude: float, name: Callable[[str], str]) -> Around:
        """Weigh a point against all centres. Never raises, for any numbers."""
        if not (abs(latitude) <= 90 and abs(longitude) <= 180):
            return Around(is_outside=True)
        weights: dict[str, float] = {}
        beyond: dict[str, float] = {}
        distances: dict[str, float] = {}
        for point in self._points:
            far = _kilometres(latitude, longitude, point)
            if far > _FAR_KM + point.radius_km:
                continue
            weight = _weight(point, far, latitude, longitude)
            if not point.codes:
                beyond[point.where] = max(beyond.get(point.where, 0.0), weight)
            for code in point.codes:
                share = weight / len(point.codes)
                weights[code] = max(weights.get(code, 0.0), share)
                distances[code] = min(distances.get(code, math.inf), far)
        return _summed(weights, beyond, distances, name)


def _summed(
    weights: dict[str, float],
    beyond: dict[str, float],
    distances: dict[str, float],
    name: Callable[[str], str],
) -> Around:
    where = max(beyond, key=lambda one: beyond[one], default="")
    outside = beyond.get(where, 0.0)
    ours = sorted(weights, key=lambda code: -weights[code])[:_MOST]
    if not ours or distances[ours[0]] > _FAR_KM:
        return Around(where=where, is_outside=True)
    lost = math.exp(-weights[ours[0]] * 4)  # a weak best is no good reason to be sure
    total = (sum(weights[code] for code in ours) + outside) / (1 - 0.5 * lost)
    places = tuple(
        Place(code, name(code), round(0.95 * weights[code] / total, 3), "")
        for code in ours
        if weights[code] / total >= _WORTH_NAMING
    )
    is_outside = outside > weights[ours[0]]
    named = where if outside / total >= _WORTH_NAMING else ""
    return Around(places, round(distances[ours[0]], 1), named, is_outside)


def _weight(point: Point, far: float, latitude: float, longitude: float) -> float:
    weight = math.exp(-((far / point.radius_km) ** 2))
    if point.box is None:
        return weight
    south, west, north, east = point.box
    inside = south <= latitude <= north and west <= longitude <= east
    return weight * _IN_BOX if inside else weight


def _kilometres(latitude: float, longitude: float, point: Point) -> float:
    north = math.radians(point.latitude - latitude)
    middle = math.radians((point.latitude + latitude) / 2)
    east = math.radians(point.longitude - longitude) * math.cos(middle)
    return _EARTH_KM * math.hypot(north, east)


def load_points() -> Points:
    """Read our centres with their boxes, and our neighbours' centres."""
    return Points([*_ours(), *_theirs()])


def _ours() -> Iterable[Point]:
    for row in rows("commune_points.csv"):
        codes = tuple(row["codes"].split())
        box = _box(row)
        radius = _UNKNOWN_KM if box is None else _radius(box)
        if not _IN_THE_SEA.isdisjoint(codes):
            radius = max(radius, _OPEN_SEA_KM)
        yield Point(float(row["lat"]), float(row["lon"]), radius, codes, "", box)


def _box(row: dict[str, str]) -> tuple[float, float, float, float] | None:
    if not row["south"]:
        return None
    return float(row["south"]), float(row["west"]), float(row["north"]), float(row["east"])


def _radius(box: tuple[float, float, float, float]) -> float:
    south, west, north, east = box
    high = math.radians(north - south) * _EARTH_KM
    wide = math.radians(east - west) * _EARTH_KM * math.cos(math.radians(south))
    return max(math.sqrt(high * wide) / 2, _SMALLEST_KM)


def _theirs() -> Iterable[Point]:
    for row in rows("outside_points.csv"):
        yield Point(float(row["lat"]), float(row["lon"]), float(row["radius_km"]), (), row["where"])
