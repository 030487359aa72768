"""The gate of the console: who may call what, forged forms, errors as pages, headers.

Every request under /console passes here. A route that is not declared never gets this far: it stops
the start (`intake.permissions.check_routes`).
"""

from collections.abc import Awaitable, Callable

from aiohttp import web

from intake.console.render import page
from intake.console.sessions import SIGNED_IN, SignedIn, is_own_form, keep_form_nonce, recognise
from intake.logs import log
from intake.permissions import Permission, grants_of, permission_of
from intake.service import SERVICE
from storage.errors import StorageUnavailable
from storage.safeguarding import kept_from

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_ALLOWED_BEFORE = ("/console/logout", "/console/language")
"""Whatever else is to be done first."""
_PAGES = frozenset({400, 401, 403, 404, 405, 409, 413, 419, 500, 503})
_YEAR_SECONDS = 31_536_000
_TEXTS = (".css", ".js", ".svg")
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


class PageExpired(web.HTTPForbidden):
    """A form without the right token: the page is old, or it is not ours."""


@web.middleware
async def console_middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let a request through, or answer with a page that says why not."""
    if request.path != "/console" and not request.path.startswith("/console/"):
        return await handler(request)
    is_static = isinstance(request.match_info.route.resource, web.StaticResource)
    try:
        response = await handler(request) if is_static else await _guarded(request, handler)
    except web.HTTPRedirection as redirection:
        response = _copy(redirection)
    except web.HTTPException as error:
        response = _error_page(request, error)
    except StorageUnavailable as error:
        log.error("console_unanswered", route=_route(request), error=type(error).__name__)
        response = page(request, "error.html", status=503, shown=503)
    except Exception:  # noqa: BLE001 - the HTTP edge: a stranger never sees a trace
        log.exception("console_failed", route=_route(request), method=request.method)
        response = page(request, "error.html", status=500, shown=500)
    if not response.prepared:
        _dress(request, response, is_static=is_static)
    return response


async def _guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
    if request.match_info.http_exception is not None:
        await _remember(request)
        raise request.match_info.http_exception
    permission = permission_of(request.match_info.handler)
    signed_in = await _remember(request)
    if permission is not None:
        if signed_in is None:
            return _to_log_in(request)
        if signed_in.first and request.path not in (signed_in.first, *_ALLOWED_BEFORE):
            raise web.HTTPSeeOther(signed_in.first)
        _check_role(signed_in, permission)
        await _check_kept(request, signed_in)
    if request.method not in ("GET", "HEAD"):
        await _check_form(request)
    return await handler(request)


async def _remember(request: web.Request) -> SignedIn | None:
    signed_in = await recognise(request)
    if signed_in is not None:
        request[SIGNED_IN] = signed_in
    return signed_in


def _check_role(signed_in: SignedIn, permission: Permission) -> None:
    if permission not in grants_of(signed_in.user):
        log.warning("console_refused", user_id=signed_in.user.id, role=signed_in.user.role)
        raise web.HTTPForbidden


async def _check_kept(request: web.Request, signed_in: SignedIn) -> None:
    """For whom a ticket is kept from there is no such ticket, whatever the page."""
    number = request.match_info.get("number", "")
    store = request.app[SERVICE].store
    if number and await kept_from.is_kept(store, number, signed_in.user.id):
        raise web.HTTPNotFound


async def _check_form(request: web.Request) -> None:
    token = request.headers.get("X-CSRF-Token", "")
    if not token:
        value = (await request.post()).get("csrf", "")
        token = value if isinstance(value, str) else ""
    if not is_own_form(request, token):
        raise PageExpired


def _to_log_in(request: web.Request) -> web.StreamResponse:
    """Send a browser to the log-in page; a live part tells htmx to go there."""
    address = "/console/login?said=expired" if _had_session(request) else "/console/login"
    is_page = request.method in ("GET", "HEAD") and request.headers.get("HX-Request") != "true"
    if is_page and request.headers.get("Accept", "") != "text/event-stream":
        raise web.HTTPSeeOther(address)
    response = page(request, "error.html", status=401, shown=401)
    response.headers["HX-Redirect"] = address
    return response


def _had_session(request: web.Request) -> bool:
    return any(name.endswith("langnghe_console") for name in request.cookies)


def _error_page(request: web.Request, error: web.HTTPException) -> web.Response:
    shown = 419 if isinstance(error, PageExpired) else error.status
    response = page(
        request, "error.html", status=error.status, shown=shown if shown in _PAGES else 400
    )
    if "Allow" in error.headers:
        response.headers["Allow"] = error.headers["Allow"]
    return response


def _copy(redirection: web.HTTPRedirection) -> web.Response:
    response = web.Response(status=redirection.status)
    response.headers["Location"] = redirection.headers["Location"]
    for morsel in redirection.cookies.values():
        response.cookies[morsel.key] = morsel
    return response


def _dress(request: web.Request, response: web.StreamResponse, *, is_static: bool) -> None:
    response.headers.update(_HEADERS)
    if is_static and response.status in (200, 206, 304):
        is_stamped = "v" in request.query
        keep = f"public, max-age={_YEAR_SECONDS}, immutable" if is_stamped else "no-cache"
        response.headers["Cache-Control"] = keep
        _pack(request, response)
        return
    response.headers["Cache-Control"] = "no-store"
    keep_form_nonce(request, response)


def _pack(request: web.Request, response: web.StreamResponse) -> None:
    """Compress what is text, also where no proxy stands in front; never a part of a file."""
    is_whole = not {"Range", "If-None-Match", "If-Modified-Since"} & request.headers.keys()
    if is_whole and request.path.endswith(_TEXTS):
        response.headers["Vary"] = "Accept-Encoding"
        response.enable_compression()


def _route(request: web.Request) -> str:
    resource = request.match_info.route.resource
    return resource.canonical if resource else "unknown"
