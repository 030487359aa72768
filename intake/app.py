"""The web application: routes of every part, each with its permission; no trace to strangers."""

import asyncio
from collections.abc import Awaitable, Callable

from aiohttp import web

from intake import heart, telegram
from intake.chat import routes as chat
from intake.console import routes as console
from intake.errors import Overloaded
from intake.logs import log
from intake.permissions import check_routes, public
from intake.service import SERVICE, Service
from intake.telephone import alarm, sms, sms_twilio, voice
from storage.errors import StorageUnavailable

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_BODY_LIMIT_BYTES = 256 * 1024


def build_app(service: Service) -> web.Application:
    """Return the application; raises `UndeclaredRoute` if a route does not say who may call it."""
    app = web.Application(
        middlewares=[_answer_errors, *console.MIDDLEWARES], client_max_size=_BODY_LIMIT_BYTES
    )
    app[SERVICE] = service
    app.on_response_prepare.append(_say_little)
    app.router.add_get("/healthz", health)
    heart.add_routes(app)
    chat.add_routes(app)
    console.add_routes(app)
    telegram.add_routes(app)
    voice.add_routes(app)
    alarm.add_routes(app)
    sms.add_routes(app)
    sms_twilio.add_routes(app)
    check_routes(app)
    return app


@public
async def health(request: web.Request) -> web.Response:
    """Say whether the database answers and what waits on disk: for health checks and the proxy."""
    service = request.app[SERVICE]
    try:
        await service.store.db.read(lambda _connection: None)
    except StorageUnavailable:
        return web.json_response({"status": "database unavailable"}, status=503)
    spooled = len(await asyncio.to_thread(service.spool.waiting))
    return web.json_response({"status": "spooling" if spooled else "ok", "spooled": spooled})


async def _say_little(_request: web.Request, response: web.StreamResponse) -> None:
    """Name no software and version to strangers, and let no browser guess a type."""
    response.headers.popall("Server", None)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")


@web.middleware
async def _answer_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer what nobody caught: a short page, a log entry with ids only."""
    try:
        return await handler(request)
    except web.HTTPException:
        raise
    except (StorageUnavailable, Overloaded) as error:
        log.error("request_unanswered", route=_route(request), error=str(error))
        return web.Response(status=503, text=_BUSY, headers={"Retry-After": "5"})
    except Exception:  # noqa: BLE001 - the HTTP edge: a stranger never sees a trace
        log.exception("request_failed", route=_route(request), method=request.method)
        return web.Response(status=500, text=_BUSY)


def _route(request: web.Request) -> str:
    resource = request.match_info.route.resource
    return resource.canonical if resource else "unknown"


_BUSY = (
    "Máy đang bận, chưa trả lời được. Nếu có người gặp nguy hiểm: gọi 113 (công an), "
    "114 (cứu nạn), 115 (cấp cứu), 111 hoặc 18008077 (bảo vệ trẻ em, miễn phí).\n"
    "The service is busy. In danger call 113, 114, 115, 111 or 18008077.\n"
)
