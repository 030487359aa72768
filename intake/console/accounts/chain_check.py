"""The check of the chain (kiểm tra chuỗi) on the audit page: asked for, seen to go on, its result.

The part asks for itself anew while a walk goes on; without scripts the page does.
"""

from typing import Any

from aiohttp import web

from intake.chain_checks import ChainChecks
from intake.console.forms import see_other
from intake.console.render import page
from intake.console.sessions import SIGNED_IN
from intake.permissions import Permission, needs
from intake.service import SERVICE
from storage.accounts import audit, chain_checks, users

CHAIN_CHECKS: web.AppKey[ChainChecks] = web.AppKey("console_chain_checks")
_SHOWN = 5
_HEADS = 14


async def stop(app: web.Application) -> None:
    """End the walks of this process."""
    await app[CHAIN_CHECKS].stop()


@needs(Permission.READ_AUDIT)
async def begin(request: web.Request) -> web.StreamResponse:
    """Begin a walk, unless one is under way, and show how it goes on."""
    by = request[SIGNED_IN].user.id
    await request.app[CHAIN_CHECKS].begin(request.app[SERVICE], user_id=by)
    return see_other("/console/audit#chain-check")


@needs(Permission.READ_AUDIT)
async def part(request: web.Request) -> web.StreamResponse:
    """Give the part that goes on."""
    return page(request, "_chain_check.html", **await check_values(request))


async def check_values(request: web.Request) -> dict[str, Any]:
    """Return the values of `_chain_check.html`."""
    store, now = request.app[SERVICE].store, request.app[SERVICE].clock()
    checks = await chain_checks.newest(store, limit=_SHOWN)
    heads = await audit.kept_heads(store, limit=_HEADS)
    return {
        "checks": [(each, each.state(now)) for each in checks],
        "is_walking": any(each.state(now) == "running" for each in checks),
        "staff_names": {each.id: each.display_name for each in await users.list_users(store)},
        "heads": heads,
        "lost": {each.day for each in await audit.missing(store, heads)},
    }


ROUTES: tuple[web.RouteDef, ...] = (
    web.post("/console/audit/verify", begin),
    web.get("/console/parts/chain-check", part),
)
