"""What was done about a ticket, written down by plain form posts; its clock stops (thời hạn)."""

from contextlib import suppress
from datetime import datetime, timedelta

from aiohttp import web

from intake.agencies import AGENCIES, WAYS
from intake.checklists import items_for
from intake.clock import LOCAL_ZONE
from intake.clock_watch import measure_of
from intake.console.clocks.clock_view import STEPS, StepTyped
from intake.console.desk import show_ticket
from intake.console.forms import REASON_LENGTH, TEXT_LENGTH, choice_of, problem_with, text_of
from intake.console.local_time import full_time
from intake.console.outcome import ask_again, back_to, ticket_in
from intake.console.render import words_for
from intake.console.sessions import SIGNED_IN
from intake.permissions import Permission, needs
from intake.service import SERVICE
from storage.clocks import steps
from storage.tickets import TicketDetail

_TICKET = r"/console/tickets/{number:PT-\d{4}-\d{6}}"
_MINUTE = timedelta(minutes=1)
_DAY = "%d/%m/%Y"


@needs(Permission.WORK_TICKET)
async def record(request: web.Request) -> web.StreamResponse:
    """Write down what was done: by whom, with whom, when and how; its clock stops."""
    service, user = request.app[SERVICE], request[SIGNED_IN].user
    detail = await ticket_in(request)
    typed = StepTyped(
        step=await text_of(request, "step"),
        agency=await text_of(request, "agency"),
        way=await text_of(request, "way"),
        at=await text_of(request, "at"),
        note=await text_of(request, "note"),
    )
    done_at, problems = _checked(request, detail, typed)
    if problems:
        return await show_ticket(
            request,
            detail.ticket.number,
            status=422,
            pane="case",
            typed={"form": "step", "reason": "", "message": "", "override": ""},
            step_typed=typed,
            problems=problems,
        )
    is_new = await steps.record_step(
        service.store,
        detail.ticket.id,
        step=typed.step,
        agency=typed.agency,
        way=typed.way,
        done_at=done_at,
        note=typed.note,
        user_id=user.id,
        measure=measure_of(service),
        now=service.clock(),
    )
    return back_to(detail.ticket, "step_saved" if is_new else "step_known")


@needs(Permission.WORK_TICKET)
async def withdraw(request: web.Request) -> web.StreamResponse:
    """Take a record back that was written by mistake, with a reason; its clock runs on."""
    service, user = request.app[SERVICE], request[SIGNED_IN].user
    detail, event_id = await ticket_in(request), int(request.match_info["event"])
    reason = await text_of(request, "reason")
    if problem := problem_with(reason, REASON_LENGTH, "form.reason_missing", request):
        form = f"step-{event_id}"
        return await ask_again(
            request, detail.ticket, form=form, text=reason, problems={"reason": problem}
        )
    is_gone = await steps.withdraw_step(
        service.store,
        detail.ticket.id,
        event_id=event_id,
        reason=reason,
        user_id=user.id,
        measure=measure_of(service),
        now=service.clock(),
    )
    return back_to(detail.ticket, "step_withdrawn" if is_gone else "illegal")


@needs(Permission.WORK_TICKET)
async def tick(request: web.Request) -> web.StreamResponse:
    """Tick an item or clear it; whoever comes second finds it done."""
    service, user = request.app[SERVICE], request[SIGNED_IN].user
    detail = await ticket_in(request)
    known = {*items_for(detail.ticket.kind), *steps.ticks_of(detail.events)}
    item = await choice_of(request, "item", known)
    is_done = await choice_of(request, "done", ("0", "1")) == "1"
    await steps.tick(
        service.store,
        detail.ticket.id,
        item=item,
        is_done=is_done,
        user_id=user.id,
        now=service.clock(),
    )
    return back_to(detail.ticket, "ticked" if is_done else "tick_cleared")


def _checked(
    request: web.Request, detail: TicketDetail, typed: StepTyped
) -> tuple[datetime, dict[str, str]]:
    """Return when it was done, to the minute, and what is wrong at which field."""
    words, now = words_for(request), request.app[SERVICE].clock()
    problems = {
        name: words(f"clocks.{name}_missing")
        for name, said, known in (
            ("step", typed.step, STEPS),
            ("agency", typed.agency, AGENCIES),
            ("way", typed.way, WAYS),
        )
        if said not in known
    }
    done_at = _moment(typed.at, now)
    begun = detail.ticket.first_message_at.replace(second=0, microsecond=0)
    if done_at is None:
        problems["at"] = words("clocks.at_wrong")
    elif done_at > now + _MINUTE:
        problems["at"] = words("clocks.at_future")
    elif done_at < begun:
        problems["at"] = words("clocks.at_before", at=full_time(begun))
    if typed.note and (problem := problem_with(typed.note, TEXT_LENGTH, "form.problem", request)):
        problems["note"] = problem
    return done_at or now, problems


def _moment(said: str, now: datetime) -> datetime | None:
    """Read `25/11/2026 03:40`, or `03:40` of today; an empty one is now, None cannot be read."""
    if not said:
        return now.replace(second=0, microsecond=0)
    today = now.astimezone(LOCAL_ZONE).strftime(_DAY)
    for text in (said, f"{today} {said}"):
        with suppress(ValueError, OverflowError):
            read = datetime.strptime(text, f"{_DAY} %H:%M").replace(tzinfo=LOCAL_ZONE)
            return read.astimezone(now.tzinfo)
    return None


ROUTES: tuple[web.RouteDef, ...] = (
    web.post(f"{_TICKET}/steps", record),
    web.post(rf"{_TICKET}/steps/{{event:\d{{1,18}}}}/withdraw", withdraw),
    web.post(f"{_TICKET}/checklist", tick),
)
