"""Now and today (bây giờ và hôm nay): who waits, what ran out, how fast somebody came."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from aiohttp import web

from intake.clock import LOCAL_ZONE
from intake.clock_rules import ClockName
from intake.console.desk import on_duty_names
from intake.console.render import page
from intake.console.safeguarding.hidden import hidden_tickets
from intake.permissions import Permission, needs
from intake.service import SERVICE
from nlu.labels import Urgency
from storage.clocks.now import ClockCount, Now, breached_lately, now_and_today
from storage.clocks.today import Acknowledged, Opened

_BREACHES_WITHIN = timedelta(hours=12)


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """How fast somebody came to the tickets of today."""

    name: str
    """`critical` or `all`."""
    count: int
    p50: timedelta | None
    p90: timedelta | None


@needs(Permission.READ_QUEUE)
async def now_page(request: web.Request) -> web.StreamResponse:
    """Show the numbers of this moment and of today."""
    return page(request, "now.html", **await _values(request))


@needs(Permission.READ_QUEUE)
async def now_part(request: web.Request) -> web.StreamResponse:
    """Give the live part of the page."""
    return page(request, "_now.html", **await _values(request))


@needs(Permission.CONFIRM_DISMISSAL)
async def breaches_part(request: web.Request) -> web.StreamResponse:
    """Give what ran out lately to whoever leads the shift."""
    service = request.app[SERVICE]
    found = await breached_lately(
        service.store,
        now=service.clock(),
        within=_BREACHES_WITHIN,
        hidden=await hidden_tickets(request),
    )
    return page(request, "_breaches.html", breaches=found)


def day_began(now: datetime) -> datetime:
    """Return when the local day of a moment began."""
    local = now.astimezone(LOCAL_ZONE)
    return datetime.combine(local.date(), time(), tzinfo=LOCAL_ZONE).astimezone(now.tzinfo)


def percentile(values: Sequence[float], share: float) -> float | None:
    """Return the value that this share of the values does not exceed; None of none."""
    if not values:
        return None
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def speeds_of(found: Iterable[Acknowledged]) -> list[Speed]:
    """Return how fast somebody came to critical tickets and to all."""
    found = tuple(found)
    critical = [each.seconds for each in found if each.urgency is Urgency.CRITICAL]
    return [_speed("critical", critical), _speed("all", [each.seconds for each in found])]


async def _values(request: web.Request) -> Mapping[str, Any]:
    service = request.app[SERVICE]
    now = service.clock()
    counted = await now_and_today(
        service.store, now=now, day_began=day_began(now), hidden=await hidden_tickets(request)
    )
    return {
        "counted": counted,
        "waiting": sum(each.waiting for each in counted.standing),
        "held": sum(each.held for each in counted.standing),
        "oldest_at": min(
            (each.oldest_at for each in counted.standing if each.oldest_at), default=None
        ),
        "clock_counts": _clock_counts(counted),
        "opened_by": _opened_by(counted.opened),
        "opened_count": sum(each.count for each in counted.opened),
        "speeds": speeds_of(counted.acknowledged),
        "on_duty": await on_duty_names(request),
    }


def _clock_counts(counted: Now) -> list[ClockCount]:
    by_name = {each.name: each for each in counted.clocks}
    none = {"amber": 0, "breached": 0, "over": 0}
    return [by_name.get(name.value) or ClockCount(name=name.value, **none) for name in ClockName]


def _opened_by(opened: Sequence[Opened]) -> list[tuple[str, list[tuple[str, int]]]]:
    """Return the counts by urgency in its order, by kind and by channel the largest first."""
    kinds = _summed(opened, lambda each: each.kind)
    channels = _summed(opened, lambda each: each.channel)
    urgencies = dict(_summed(opened, lambda each: each.urgency.value))
    in_order = [(each.value, urgencies.get(each.value, 0)) for each in Urgency]
    return [("urgency", in_order), ("kind", kinds), ("channel", channels)]


def _summed(opened: Sequence[Opened], name: Callable[[Opened], str]) -> list[tuple[str, int]]:
    counts: dict[str, int] = {}
    for each in opened:
        counts[name(each)] = counts.get(name(each), 0) + each.count
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def _speed(name: str, seconds: Sequence[float]) -> Speed:
    p50, p90 = (percentile(seconds, share) for share in (0.5, 0.9))
    return Speed(
        name=name,
        count=len(seconds),
        p50=None if p50 is None else timedelta(seconds=p50),
        p90=None if p90 is None else timedelta(seconds=p90),
    )


ROUTES: tuple[web.RouteDef, ...] = (
    web.get("/console/now", now_page),
    web.get("/console/parts/now", now_part),
    web.get("/console/parts/breaches", breaches_part),
)
