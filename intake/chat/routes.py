"""The addresses of the web chat."""

from aiohttp import web

from intake.chat import api, page, rhythm, stream
from intake.chat.limits import Limits
from intake.chat.parts import CHAT, make_parts
from intake.service import SERVICE


def add_routes(app: web.Application, limits: Limits | None = None) -> None:
    """Add the page and the JSON API to an application that has its `SERVICE`."""
    app[CHAT] = make_parts(limits or Limits())
    shelf = app[SERVICE].shelf
    app[page.PAGES] = page.Rendered(shelf, page.make_pages(shelf))
    app.on_shutdown.append(stream.end_streams)
    router = app.router
    router.add_get("/", page.to_page)
    router.add_get("/chat", page.to_page)
    router.add_get("/chat/", page.show_page)
    router.add_get("/chat/shell", page.show_shell)
    router.add_get("/chat/exit", page.leave)
    router.add_get(rhythm.PATH, rhythm.play)
    for name in page.FILES:
        router.add_get(f"/chat/{name}", page.show_file)
    router.add_post("/chat/api/sessions", api.open_session)
    router.add_post("/chat/api/messages", api.post_message)
    router.add_get("/chat/api/messages", api.read_messages)
    router.add_get("/chat/api/stream", stream.open_stream, allow_head=False)
    for name in api.ALLOWED:
        router.add_route("*", f"/chat/api/{name}", api.wrong_method)
    router.add_route("*", "/chat/api/{tail:.*}", api.no_such_page)
