"""The supervisors' sample: some of last week's conversations, read and remarked on."""

from datetime import datetime, timedelta

from aiohttp import web

from intake.clock import LOCAL_ZONE
from intake.console.forms import REASON_LENGTH, problem_with, said_in, see_other, text_of
from intake.console.render import page, words_for
from intake.console.safeguarding.masking import masked_values
from intake.console.sessions import SIGNED_IN
from intake.console.tickets.lines import talk_of
from intake.permissions import Permission, needs
from intake.service import SERVICE
from storage import tickets
from storage.accounts import users
from storage.errors import Changed, OwnWords
from storage.safeguarding import kept_from, samples
from storage.safeguarding.samples import Sampled

_LIST = "/console/sample"


@needs(Permission.SAFEGUARD)
async def sample(request: web.Request) -> web.StreamResponse:
    """List the sample of the week that is over; a ticket that is kept from the reader is absent."""
    week, _ = last_week(request.app[SERVICE].clock())
    return page(
        request,
        "sample.html",
        week=week,
        sampled=await _sampled(request),
        names=await _names(request),
        said=said_in(request),
    )


@needs(Permission.SAFEGUARD)
async def one(request: web.Request) -> web.StreamResponse:
    """Show one conversation; that it was opened for the sample is an event."""
    service, found = request.app[SERVICE], await _found(request)
    week, _ = last_week(service.clock())
    await samples.note_opened(
        service.store, found, week=week, user_id=request[SIGNED_IN].user.id, now=service.clock()
    )
    return await _show(request, found)


@needs(Permission.SAFEGUARD)
async def mark(request: web.Request) -> web.StreamResponse:
    """Mark it as read, with a remark; nobody reads a sample of their own."""
    service, found = request.app[SERVICE], await _found(request)
    week, _ = last_week(service.clock())
    remark = await text_of(request, "remark")
    if problem := problem_with(remark, REASON_LENGTH, "sample.remark_missing", request):
        return await _show(request, found, remark=remark, problem=problem)
    try:
        await samples.mark_read(
            service.store,
            found,
            week=week,
            remark=remark,
            user_id=request[SIGNED_IN].user.id,
            now=service.clock(),
        )
    except OwnWords as error:
        raise web.HTTPForbidden from error
    except Changed:
        return see_other(_LIST, said="changed")
    return see_other(_LIST, said="sample_kept")


def last_week(now: datetime) -> tuple[str, datetime]:
    """Return the name of the week that is over, and when it began (Monday, 0:00, local)."""
    midnight = now.astimezone(LOCAL_ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    monday = midnight - timedelta(days=midnight.weekday() + 7)
    year, week, _ = monday.isocalendar()
    return f"{year}-W{week:02d}", monday


async def _sampled(request: web.Request) -> tuple[Sampled, ...]:
    service, user = request.app[SERVICE], request[SIGNED_IN].user
    week, begins_at = last_week(service.clock())
    hidden = await kept_from.kept_of(service.store, user.id)
    return await samples.sample(service.store, week=week, begins_at=begins_at, hidden=hidden)


async def _found(request: web.Request) -> Sampled:
    number = request.match_info["number"]
    for sampled in await _sampled(request):
        if sampled.number == number:
            return sampled
    raise web.HTTPNotFound


async def _show(
    request: web.Request, found: Sampled, *, remark: str = "", problem: str = ""
) -> web.Response:
    service, names = request.app[SERVICE], await _names(request)
    detail = await tickets.look_again(service.store, found.number)
    if detail is None:
        raise web.HTTPNotFound
    talk = await talk_of(service, detail.ticket, names=names, words=words_for(request))
    return page(
        request,
        "sample_one.html",
        status=422 if problem else 200,
        found=found,
        ticket=detail.ticket,
        names=names,
        bubbles=talk.bubbles,
        **masked_values(request, detail),
        is_own=request[SIGNED_IN].user.id in found.author_ids,
        typed=remark,
        problems={"remark": problem} if problem else {},
    )


async def _names(request: web.Request) -> dict[str, str]:
    found = await users.list_users(request.app[SERVICE].store)
    return {each.id: each.display_name for each in found}


_ONE = r"/console/sample/{number:PT-\d{4}-\d{6}}"
ROUTES: tuple[web.RouteDef, ...] = (
    web.get(_LIST, sample),
    web.get(_ONE, one),
    web.post(_ONE, mark),
)
