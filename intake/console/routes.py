"""The addresses of the console."""

import asyncio

from aiohttp import web

from intake.chain_checks import ChainChecks
from intake.console import acts, desk, health, live, styleguide
from intake.console.accounts import (
    access,
    audit,
    chain_check,
    entrance,
    factor,
    invitations,
    own_account,
    role_editor,
    staff,
)
from intake.console.calls import calls
from intake.console.calls import counts as call_counts
from intake.console.clocks import clocks, now
from intake.console.incidents import call_links
from intake.console.incidents import page as incident_page
from intake.console.incidents.view import TRACES
from intake.console.learning import correct, lessons, reading, second_person
from intake.console.middleware import console_middleware
from intake.console.queue import acts as queue_acts
from intake.console.queue import find_page, handover_page, passing_on
from intake.console.queue import pane as queue_pane
from intake.console.queue.board import BOARD, Board
from intake.console.render import ENVIRONMENT, STATIC_FOLDER, make_environment
from intake.console.rota import routes as rota_routes
from intake.console.safeguarding import held, kept, revealing, sample
from intake.console.tickets import changes, matters, printing, talking, ticket_form
from intake.console.words import canned, content
from intake.incidents import Traces

MIDDLEWARES = (console_middleware,)
_TICKET = r"/console/tickets/{number:PT-\d{4}-\d{6}}"
_LESSON = r"/console/lessons/{correction:\d{1,18}}"
_WORDING = (
    r"/console/content/{card:[a-z][a-z0-9_]{0,63}}/{lang:vi|en|km}/{register:any|child|adult}"
)


def add_routes(app: web.Application) -> None:
    """Add the console to an application that has `SERVICE` and `MIDDLEWARES`."""
    app[ENVIRONMENT] = make_environment()
    app[live.CLOSING] = asyncio.Event()
    app[BOARD] = Board()
    app[TRACES] = Traces()
    app[chain_check.CHAIN_CHECKS] = ChainChecks()
    app.on_shutdown.append(live.hang_up)
    app.on_shutdown.append(chain_check.stop)
    app.router.add_static("/console/static", STATIC_FOLDER)
    app.router.add_routes([*_entrance(), *_desk(), *_lessons(), *_content()])
    for part in _PARTS:
        app.router.add_routes(part.ROUTES)


_PARTS = (
    find_page,
    handover_page,
    passing_on,
    queue_acts,
    calls,
    call_counts,
    call_links,
    rota_routes,
    held,
    kept,
    revealing,
    sample,
    clocks,
    second_person,
    correct,
    reading,
    incident_page,
    now,
    factor,
    own_account,
    staff,
    invitations,
    role_editor,
    access,
    audit,
    chain_check,
    canned,
    ticket_form,
    matters,
    printing,
)
"""The parts that know their own addresses."""


def _entrance() -> list[web.RouteDef]:
    return [
        web.get("/console/login", entrance.login_page),
        web.post("/console/login", entrance.login),
        web.post("/console/logout", entrance.logout),
        web.get("/console/password", entrance.password_page),
        web.post("/console/password", entrance.password),
        web.post("/console/language", entrance.language),
        web.get("/console/health", health.health),
        web.get("/console/styleguide", styleguide.styleguide),
    ]


def _desk() -> list[web.RouteDef]:
    return [
        web.get("/console", desk.home),
        web.get("/console/", desk.home),
        web.get("/console/live", live.stream),
        web.get("/console/parts/queue", queue_pane.queue_part),
        web.get(r"/console/parts/tickets/{number:PT-\d{4}-\d{6}}", desk.ticket_part),
        web.post("/console/next", acts.next_ticket),
        web.post("/console/duty", acts.duty),
        web.get(_TICKET, desk.ticket),
        *_acts_on_tickets(),
    ]


def _lessons() -> list[web.RouteDef]:
    return [
        web.get("/console/lessons", lessons.corrections),
        web.get(_LESSON, lessons.correction),
        web.post(_LESSON, lessons.save),
        web.post(f"{_LESSON}/set-aside", lessons.set_aside),
        web.post(f"{_LESSON}/look-twice", lessons.look_twice),
    ]


def _content() -> list[web.RouteDef]:
    return [
        web.get("/console/content", content.contents),
        web.get(_WORDING, content.wording),
        web.post(_WORDING, content.save),
        web.post(f"{_WORDING}/sign", content.sign),
        web.post(f"{_WORDING}/back", content.go_back),
    ]


def _acts_on_tickets() -> list[web.RouteDef]:
    return [
        web.post(f"{_TICKET}/claim", acts.claim),
        web.post(f"{_TICKET}/messages", talking.write),
        web.post(f"{_TICKET}/take-over", talking.take_over),
        web.post(f"{_TICKET}/hand-back", talking.hand_back),
        web.post(f"{_TICKET}/unlock", talking.unlock),
        web.post(f"{_TICKET}/notes", acts.note),
        web.post(f"{_TICKET}/begin", changes.begin),
        web.post(f"{_TICKET}/urgency", changes.urgency),
        web.post(f"{_TICKET}/kind", changes.kind),
        web.post(f"{_TICKET}/state", changes.state),
        web.post(f"{_TICKET}/confirm-dismissal", changes.confirm_dismissal),
        web.post(f"{_TICKET}/release", changes.release),
    ]
