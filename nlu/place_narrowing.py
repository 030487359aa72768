"""An earlier question and what was said since (thu hẹp): `xã nào?` – `dạ Lê Trì`.

Pure: the dialogue calls it with candidates of its own.
"""

from collections.abc import Iterable
from dataclasses import replace

from nlu.assessment import Place

_MOST_SURE = 0.92


def narrowed(before: Iterable[Place], now: Iterable[Place]) -> tuple[Place, ...]:
    """Return the earlier candidates that the later words also allow, the likeliest first.

    What was said since wins when the two have nothing in common; silence changes nothing. It also
    weighs more: who answers `Tri Tôn` to `which commune?` means the commune of that name.
    """
    earlier = {place.code: place for place in before}
    later = {place.code: place for place in now}
    shared = earlier.keys() & later.keys()
    if not shared:
        return tuple(later.values()) or tuple(earlier.values())
    weights = {code: earlier[code].confidence * later[code].confidence ** 2 for code in shared}
    total = sum(weights.values()) or 1.0
    sure = max(_sum(earlier), _sum(later))
    sure = min(max(sure, _MOST_SURE if len(shared) == 1 else 0.0), _MOST_SURE)
    places = (
        replace(
            later[code],
            confidence=round(sure * weight / total, 3),
            is_certain=len(shared) == 1,
        )
        for code, weight in weights.items()
    )
    return tuple(sorted(places, key=lambda place: -place.confidence))


def _sum(places: dict[str, Place]) -> float:
    return sum(place.confidence for place in places.values())
