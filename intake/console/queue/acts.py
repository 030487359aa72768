"""What an operator keeps beside the queue: filters under a key, and a break after hard tickets."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from intake.console.forms import choice_of, problem_with, see_other, text_of
from intake.console.local_time import clock_time
from intake.console.queue.address import address_of
from intake.console.queue.pane import asked_last
from intake.console.sessions import SIGNED_IN
from intake.permissions import Permission, needs
from intake.service import SERVICE
from storage.queue import filters, strain
from storage.queue.strain import HARD_KINDS, Strain
from storage.queue.views import Asked

BREAK = timedelta(minutes=10)
_NAME_LENGTH = range(1, 41)


async def next_rules(request: web.Request) -> Mapping[str, Any]:
    """Return what the next ticket is chosen by: who rests is given critical ones alone, and who
    took several hard ones in a row is given others first, while there are any."""
    found = await _strain(request)
    return {
        "only_critical": found.resting_until is not None,
        "passes_over": HARD_KINDS if _is_enough(request, found) else (),
    }


async def beside_values(request: web.Request) -> dict[str, Any]:
    """Return the values of `_break.html` and of the saved filters."""
    service, user = request.app[SERVICE], request[SIGNED_IN].user
    found = await _strain(request)
    until = found.resting_until
    return {
        "resting_until": clock_time(until) if until else "",
        "hard_in_a_row": found.hard_in_a_row if _is_enough(request, found) else 0,
        "saved_filters": await filters.filters_of(service.store, user.id),
        "filter_digits": [str(digit) for digit in filters.DIGITS],
    }


@needs(Permission.WORK_TICKET)
async def rest(request: web.Request) -> web.StreamResponse:
    """Begin a break of ten minutes, or come back from it. The alarm rings on, for everybody."""
    service, user = request.app[SERVICE], request[SIGNED_IN].user
    if await choice_of(request, "on", ("0", "1")) == "1":
        await strain.take_break(service.store, user.id, length=BREAK, now=service.clock())
        return see_other("/console", said="break_begun")
    await strain.end_break(service.store, user.id, now=service.clock())
    return see_other("/console", said="break_ended")


@needs(Permission.READ_QUEUE)
async def keep_filter(request: web.Request) -> web.StreamResponse:
    """Keep what is looked at now under a key."""
    service, user = request.app[SERVICE], request[SIGNED_IN].user
    asked = asked_last(request)
    digit = int(await choice_of(request, "digit", [str(each) for each in filters.DIGITS]))
    name = await text_of(request, "name")
    if problem_with(name, _NAME_LENGTH, "filters.name_missing", request):
        return _back(asked, "filter_unnamed")
    await filters.save_filter(
        service.store,
        user.id,
        digit=digit,
        name=name,
        asked=address_of(asked, page=1),
        now=service.clock(),
    )
    return _back(asked, "filter_kept")


@needs(Permission.READ_QUEUE)
async def forget_filter(request: web.Request) -> web.StreamResponse:
    """Forget a filter."""
    service, user = request.app[SERVICE], request[SIGNED_IN].user
    digit = int(await choice_of(request, "digit", [str(each) for each in filters.DIGITS]))
    await filters.forget_filter(service.store, user.id, digit)
    return see_other("/console", said="filter_forgotten")


def _back(asked: Asked, said: str) -> web.Response:
    """Go back to what was looked at."""
    return see_other(f"/console?{address_of(asked)}&{urlencode({'said': said})}")


async def _strain(request: web.Request) -> Strain:
    service, user = request.app[SERVICE], request[SIGNED_IN].user
    return await strain.strain_of(service.store, user.id, now=service.clock())


def _is_enough(request: web.Request, found: Strain) -> bool:
    most = request.app[SERVICE].settings.desk.hard_in_a_row
    return 0 < most <= found.hard_in_a_row


ROUTES: tuple[web.RouteDef, ...] = (
    web.post("/console/break", rest),
    web.post("/console/filters", keep_filter),
    web.post("/console/filters/forget", forget_filter),
)
