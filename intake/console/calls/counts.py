"""Calls that are only counted (cuộc gọi chỉ đếm), today's counts, and taking one back."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta

from aiohttp import web

from intake.calls.form import channel_of
from intake.calls.report import soft_report
from intake.clock import LOCAL_ZONE
from intake.console.forms import choice_of, said_in, see_other, text_of
from intake.console.render import may, page, words_for
from intake.console.sessions import SIGNED_IN
from intake.named_staff import named_in
from intake.permissions import Permission, needs
from intake.service import SERVICE, Service
from storage.accounts import users
from storage.calls import drafts, tallies
from storage.calls.drafts import CallDraft
from storage.calls.tallies import CallKind, NewTally
from storage.database import new_id
from storage.errors import Changed, NotFound
from storage.rows import UserRow

TALLIES = tuple(kind.value for kind in CallKind)
TALLY_KEYS: Mapping[str, str] = {
    "silent": "F6", "prank": "F7", "wrong_number": "F8", "test": "F9", "asked_only": "F10",
}  # fmt: skip
TALLY_ICONS: Mapping[str, str] = {
    "silent": "volume-x", "prank": "ban", "wrong_number": "circle-x",
    "test": "circle-help", "asked_only": "info",
}  # fmt: skip
_LONGEST_ID = 18
_LYING_AFTER = timedelta(minutes=30)
"""A draft that its writer has not touched for so long is shown to supervisors."""


async def count(
    request: web.Request, call_id: str, kind: str, fields: Mapping[str, str]
) -> web.StreamResponse:
    """Count a call and offer to take that back; the same call is counted once."""
    service, user = request.app[SERVICE], request[SIGNED_IN].user
    now, is_silent = service.clock(), kind == CallKind.SILENT.value
    number = fields.get("caller_number", "") if is_silent else ""
    tally = NewTally(
        call_id=call_id,
        kind=CallKind(kind),
        channel=channel_of(fields),
        user_id=user.id,
        number_lookup=tallies.number_lookup(service.store, number),
    )
    soft = soft_report(
        new_id(),
        channel=tally.channel,
        user_id=user.id,
        words=words_for(request)("call.silent_again_note"),
        now=now,
    )
    try:
        counted = await tallies.count_call(service.store, tally, soft=soft, now=now)
    except NotFound:
        raise web.HTTPNotFound from None
    except Changed:
        return see_other(f"/console/calls/{call_id}", said="call_is_open")
    said = "call_soft" if counted.ticket else "call_counted"
    return see_other(f"/console/calls/counted/{counted.tally_id}", said=said)


@needs(Permission.WORK_TICKET)
async def calls(request: web.Request) -> web.StreamResponse:
    """List the reader's unfinished calls and what was counted today."""
    return await _list(request, undo=None)


@needs(Permission.WORK_TICKET)
async def counted(request: web.Request) -> web.StreamResponse:
    """Show the list with the button that takes the last count back."""
    return await _list(request, undo=request.match_info["tally"])


@needs(Permission.WORK_TICKET)
async def count_bare(request: web.Request) -> web.StreamResponse:
    """Count a call that nothing was written of; its page named it, so a double click is one."""
    call_id = await text_of(request, "call")
    if len(call_id) != 32 or not set(call_id) <= set("0123456789abcdef"):
        raise web.HTTPBadRequest
    return await count(request, call_id, await choice_of(request, "act", TALLIES), {})


@needs(Permission.WORK_TICKET)
async def undo(request: web.Request) -> web.StreamResponse:
    """Take a count back within ten seconds; the draft that ended with it goes on."""
    service, user = request.app[SERVICE], request[SIGNED_IN].user
    tally_id = await text_of(request, "tally")
    if not tally_id.isascii() or not tally_id.isdecimal() or len(tally_id) > _LONGEST_ID:
        raise web.HTTPBadRequest
    try:
        draft_id = await tallies.undo_count(
            service.store, int(tally_id), user_id=user.id, now=service.clock()
        )
    except NotFound:
        raise web.HTTPNotFound from None
    except Changed:
        return see_other("/console/calls", said="call_late")
    place = f"/console/calls/{draft_id}" if draft_id else "/console/calls"
    return see_other(place, said="call_uncounted")


@needs(Permission.CONFIRM_DISMISSAL)
async def take_on(request: web.Request) -> web.StreamResponse:
    """Let a supervisor go on with a call that somebody left half written; an event."""
    service, user = request.app[SERVICE], request[SIGNED_IN].user
    now, call = service.clock(), request.match_info["call"]
    if await _names(service, call, user):
        return see_other("/console/calls", said="call_over")  # as if it were not there
    try:
        await drafts.take_draft(
            service.store, call, user_id=user.id, before=now - _LYING_AFTER, now=now
        )
    except Changed:
        return see_other("/console/calls", said="call_over")
    return see_other(f"/console/calls/{call}")


async def counts_today(service: Service) -> Mapping[str, int]:
    """Return what everybody counted since midnight in An Giang, every kind named."""
    local = service.clock().astimezone(LOCAL_ZONE)
    midnight = datetime.combine(local.date(), time(), LOCAL_ZONE)
    found = await tallies.counts_since(service.store, midnight)
    return {kind: found.get(kind, 0) for kind in TALLIES}


async def _list(request: web.Request, *, undo: str | None) -> web.Response:
    service, user = request.app[SERVICE], request[SIGNED_IN].user
    names = {each.id: each.display_name for each in await users.list_users(service.store)}
    return page(
        request,
        "calls.html",
        drafts=await drafts.drafts_left(service.store, user.id),
        lying=await _lying(request),
        names=names,
        counts=await counts_today(service),
        tally_keys=TALLY_KEYS,
        tally_icons=TALLY_ICONS,
        undo=undo,
        call_id=new_id(),
        said=said_in(request),
    )


async def _lying(request: web.Request) -> tuple[CallDraft, ...]:
    """Return what others left lying, for those who may go on with it."""
    service, signed_in = request.app[SERVICE], request[SIGNED_IN]
    if not may(signed_in, Permission.CONFIRM_DISMISSAL):
        return ()
    found = await drafts.drafts_lying(
        service.store, user_id=signed_in.user.id, before=service.clock() - _LYING_AFTER
    )
    return tuple([one for one in found if not await _names(service, one.id, signed_in.user)])


async def _names(service: Service, call_id: str, user: UserRow) -> bool:
    """Whether what was written down names this person: then it is not theirs to go on with."""
    draft = await drafts.draft(service.store, call_id)
    if draft is None:
        return False
    return user.id in named_in("\n".join(draft.fields.values()), (user,)).user_ids


ROUTES: tuple[web.RouteDef, ...] = (
    web.get("/console/calls", calls),
    web.get(r"/console/calls/counted/{tally:\d{1,18}}", counted),
    web.post("/console/calls/count", count_bare),
    web.post("/console/calls/undo", undo),
    web.post(r"/console/calls/{call:[0-9a-f]{32}}/take-on", take_on),
)
