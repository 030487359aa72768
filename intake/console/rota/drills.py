"""Drills (diễn tập): hold one, see the times of all, and set the hour of the weekly one."""

from collections.abc import Sequence

from aiohttp import web

from intake.console.forms import choice_of, said_in, see_other, text_of
from intake.console.render import page
from intake.console.rota.acts import minute_of
from intake.console.sessions import SIGNED_IN
from intake.drilling import STORIES, WITHIN, play, seconds, share
from intake.permissions import Permission, needs
from intake.service import SERVICE
from storage.accounts import users
from storage.drills import drill_plan, drills
from storage.drills.drill_plan import DrillPlan
from storage.drills.drills import Drill, DrillRuns, RealAlarm

_TIMES = ("answered_ms", "ticket_ms", "alarm_ms", "human_ms")
_WEEKDAYS = tuple(str(day) for day in range(7))


@needs(Permission.TEST_ALARM)
async def show(request: web.Request) -> web.StreamResponse:
    """Show all drills, the newest first, with half and nine tenths of their times."""
    store = request.app[SERVICE].store
    found, running = await drills.last_drills(store), await drills.running(store)
    ended = [each for each in found if each.outcome is not None]
    plan = await drill_plan.plan(store)
    return page(
        request,
        "drills.html",
        drills=[running, *ended] if running else ended,
        running=running,
        last=ended[0] if ended else None,
        shares=[(name, _shares(ended, part)) for name, part in (("half", 0.5), ("most", 0.9))],
        seconds=seconds,
        times=_TIMES,
        stories=list(STORIES),
        within=round(WITHIN.total_seconds()),
        plan=plan,
        plan_at=f"{plan.start_minute // 60:02d}:{plan.start_minute % 60:02d}",
        names={each.id: each.display_name for each in await users.list_users(store)},
        said=said_in(request),
    )


@needs(Permission.TEST_ALARM)
async def begin(request: web.Request) -> web.StreamResponse:
    """Hold a drill: the invented report takes the road of this very service, over HTTP."""
    service = request.app[SERVICE]
    story = await choice_of(request, "story", STORIES)
    try:
        drill = await drills.begin_drill(
            service.store,
            story,
            actor_id=request[SIGNED_IN].user.id,
            within=WITHIN,
            now=service.clock(),
        )
    except DrillRuns:
        return see_other("/console/drills", said="drill_running")
    except RealAlarm:
        return see_other("/console/drills", said="drill_real")
    await play(service.store, drill, _own_address(request), clock=service.clock)
    return see_other("/console/drills")


@needs(Permission.TEST_ALARM)
async def plan(request: web.Request) -> web.StreamResponse:
    """Set the hour of the weekly drill, or turn it off."""
    service = request.app[SERVICE]
    weekday = await choice_of(request, "weekday", ("", *_WEEKDAYS))
    minute = minute_of(await text_of(request, "at"))
    if weekday and minute is None:
        raise web.HTTPBadRequest
    await drill_plan.set_plan(
        service.store,
        DrillPlan(weekday=int(weekday) if weekday else None, start_minute=minute or 0),
        actor_id=request[SIGNED_IN].user.id,
        now=service.clock(),
    )
    return see_other("/console/drills", said="drill_plan_saved")


def _shares(ended: Sequence[Drill], part: float) -> list[str]:
    """Return the time within which a part of the drills was, for each of the four times."""
    columns = ([getattr(each, name) for each in ended] for name in _TIMES)
    return [seconds(share([ms for ms in column if ms is not None], part)) for column in columns]


def _own_address(request: web.Request) -> str:
    """Return where this process answers HTTP: not what a header says, lest it be led elsewhere."""
    if request.transport is None:
        raise web.HTTPServiceUnavailable
    host, port = request.transport.get_extra_info("sockname")[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


ROUTES = (
    web.get("/console/drills", show),
    web.post("/console/drills", begin),
    web.post("/console/drills/plan", plan),
)
