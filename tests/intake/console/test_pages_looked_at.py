"""No page of the console is forgotten when people look at all of them."""

from aiohttp import web

from intake.console.routes import add_routes
from tests.screenshots.handbook import PICTURES
from tests.screenshots.pages import FRAGMENTS, SAMPLES, console_pages, get_routes, samples_in


def _app() -> web.Application:
    app = web.Application()
    add_routes(app)
    return app


def test_every_page_of_the_router_is_looked_at() -> None:
    routes = {path for path, _ in get_routes(_app())}
    shown = {page.path for page in console_pages(_app())}

    assert routes - shown == FRAGMENTS
    assert routes >= FRAGMENTS


def test_every_address_can_be_filled_in() -> None:
    wanted = {name for path, _ in get_routes(_app()) for name in samples_in(path)}

    assert wanted <= SAMPLES


def test_no_two_pictures_have_one_name() -> None:
    names = [page.name for page in console_pages(_app())]

    assert len(names) == len(set(names))


def test_the_handbook_shows_pages_that_are_there() -> None:
    assert PICTURES.keys() <= {page.name for page in console_pages(_app())}
