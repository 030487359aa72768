"""Write Mẫu số 01 on the page of a ticket: its holder or a supervisor; two at once lose nothing."""

from collections.abc import Mapping

from aiohttp import web

from intake.calls.form import CHOICES, FORM_01, too_long
from intake.console.desk import show_ticket
from intake.console.forms import text_of
from intake.console.outcome import back_to, ticket_in
from intake.console.render import words_for
from intake.console.safeguarding.masking import mask_of
from intake.console.sessions import SIGNED_IN
from intake.console.tickets.form_view import CaseForm, case_form_of, form_shown, masked, offers_of
from intake.console.tickets.ticket_page import may_settle
from intake.permissions import Permission, needs
from intake.service import SERVICE
from storage.errors import Changed
from storage.tickets import TicketDetail, forms

_TICKET = r"/console/tickets/{number:PT-\d{4}-\d{6}}"


@needs(Permission.WORK_TICKET)
async def write(request: web.Request) -> web.StreamResponse:
    """Keep the fields that differ from what stands there; fields that were not sent stay."""
    service, user, words = request.app[SERVICE], request[SIGNED_IN].user, words_for(request)
    detail = await ticket_in(request)
    case = await case_form_of(service, detail.ticket)
    typed = await _typed(request, detail)
    if not may_settle(request[SIGNED_IN], detail):
        return await _again(request, detail, case, typed, problem=words("form01.not_holder"))
    if case.draft:
        return await _again(request, detail, case, typed, problem=words("form01.writing"))
    if long := too_long(typed):
        problems = {name: words("form.too_long", limit=limit) for name, limit in long.items()}
        return await _again(request, detail, case, typed, problems=problems, status=422)
    changes = {name: text for name, text in typed.items() if text != case.fields.get(name, "")}
    seen = await _seen(request)
    try:
        await forms.write_form(
            service.store, detail.ticket.id, changes, seen=seen, user_id=user.id,
            now=service.clock(),
        )  # fmt: skip
    except Changed:
        return await _overtaken(request, typed, seen)
    return back_to(detail.ticket, "saved")


async def _typed(request: web.Request, detail: TicketDetail) -> dict[str, str]:
    """Return what was sent; a proposal that was taken over fills only an empty field."""
    posted = await request.post()
    typed = {name: await text_of(request, name) for name in FORM_01 if name in posted}
    if any(typed.get(name) not in (None, "", *values) for name, values in CHOICES.items()):
        raise web.HTTPBadRequest
    taken = await text_of(request, "take")
    offers = offers_of(detail.ticket, request.app[SERVICE].shelf, words_for(request))
    if taken in offers and not typed.get(taken):
        typed[taken] = offers[taken].value
    return typed


async def _seen(request: web.Request) -> int:
    version = await text_of(request, "version")
    if not version.isascii() or not version.isdecimal() or len(version) > 9:
        raise web.HTTPBadRequest
    return int(version)


async def _overtaken(
    request: web.Request, typed: Mapping[str, str], seen: int
) -> web.StreamResponse:
    """Say at each field what somebody else wrote there meanwhile; what was typed stays."""
    service, words = request.app[SERVICE], words_for(request)
    detail = await ticket_in(request)
    case = await case_form_of(service, detail.ticket)
    mask = mask_of(detail, request[SIGNED_IN].user.id, service.clock())
    problems = {}
    for name in _written_since(detail, seen):
        now = case.fields.get(name, "")
        if name in typed and typed[name] != now:
            problems[name] = (
                words("form01.other_wrote", value=masked(name, now, mask, words))
                if now
                else words("form01.other_emptied")
            )
    problem = words("form01.changed")
    return await _again(request, detail, case, typed, problems=problems, problem=problem)


def _written_since(detail: TicketDetail, seen: int) -> set[str]:
    return {
        str(name)
        for event in detail.events
        if event.kind == forms.WRITTEN and event.detail["version"] > seen
        for name in event.detail["fields"]
    }


async def _again(
    request: web.Request,
    detail: TicketDetail,
    case: CaseForm,
    typed: Mapping[str, str],
    *,
    problems: Mapping[str, str] | None = None,
    problem: str = "",
    status: int = 409,
) -> web.Response:
    shown = form_shown(request, detail, case, typed=typed, problems=problems or {}, problem=problem)
    return await show_ticket(
        request, detail.ticket.number, status=status, pane="case", form01=shown
    )


ROUTES: tuple[web.RouteDef, ...] = (web.post(f"{_TICKET}/form", write),)
