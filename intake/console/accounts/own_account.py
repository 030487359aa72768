"""One's own account (tài khoản của tôi): the second factor, and where one is signed in."""

from aiohttp import web

from intake.console.forms import said_in, see_other, text_of
from intake.console.render import page
from intake.console.sessions import IDLE, SIGNED_IN
from intake.permissions import Permission, needs
from intake.service import SERVICE
from storage.accounts import second_factors, sessions
from storage.accounts.sessions import handle_of

_ACCOUNT = "/console/account"


@needs(Permission.SIGNED_IN)
async def account(request: web.Request) -> web.StreamResponse:
    """Show one's second factor and every browser that is signed in."""
    service, signed_in = request.app[SERVICE], request[SIGNED_IN]
    user = signed_in.user
    return page(
        request,
        "account.html",
        devices=await sessions.devices(service.store, user.id, now=service.clock(), idle=IDLE),
        this=handle_of(signed_in.token_hash),
        codes_left=await second_factors.codes_left(service.store, user.id),
        is_required=service.settings.web.requires_second_factor,
        said=said_in(request),
    )


@needs(Permission.SIGNED_IN)
async def end_one(request: web.Request) -> web.StreamResponse:
    """Sign out another browser of one's own."""
    service, signed_in = request.app[SERVICE], request[SIGNED_IN]
    handle = await text_of(request, "session")
    if handle == handle_of(signed_in.token_hash):
        raise web.HTTPBadRequest  # that is what log-out is for
    await sessions.close_device(service.store, signed_in.user.id, handle, now=service.clock())
    return see_other(_ACCOUNT, said="device_ended")


@needs(Permission.SIGNED_IN)
async def end_others(request: web.Request) -> web.StreamResponse:
    """Sign out every browser but this one."""
    service, signed_in = request.app[SERVICE], request[SIGNED_IN]
    await sessions.close_other_devices(
        service.store, signed_in.user.id, signed_in.token_hash, now=service.clock()
    )
    return see_other(_ACCOUNT, said="devices_ended")


ROUTES: tuple[web.RouteDef, ...] = (
    web.get(_ACCOUNT, account),
    web.post(f"{_ACCOUNT}/end", end_one),
    web.post(f"{_ACCOUNT}/end-others", end_others),
)
