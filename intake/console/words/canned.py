"""Canned replies for their keepers (câu soạn sẵn): list, add, edit, approve, retire; and putting
one into a message where no script runs.

Whoever wrote the words last does not approve them; nothing here sends anything.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.content.cards import Register
from bot.content.check import faults_of_reply, read_rulebook
from intake.canned import PLACEHOLDERS, wrong_placeholder
from intake.console.desk import show_ticket
from intake.console.forms import problem_with, said_in, see_other, text_of
from intake.console.outcome import ticket_in
from intake.console.render import page, words_for
from intake.console.sessions import SIGNED_IN
from intake.console.tickets.timeline import happenings_of
from intake.console.words.canned_view import offers_of
from intake.console.words.wordings import in_words
from intake.permissions import Permission, needs
from intake.service import SERVICE
from nlu.labels import ANSWERED_LANGUAGES
from storage.accounts import users
from storage.errors import Changed, OwnWords
from storage.words import canned
from storage.words.canned import CannedReply, CannedWords, TitleTaken

TITLE_LENGTH = range(2, 81)
TEXT_LENGTH = range(1, 1001)
_LIST = "/console/canned"
_LANGS = tuple(each.value for each in ANSWERED_LANGUAGES)
_REGISTERS = tuple(each.value for each in (Register.CHILD, Register.ADULT, Register.ANY))
_NOTHING = CannedWords(lang=_LANGS[0], register=_REGISTERS[0], title="", text="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What a form holds, and what is wrong with it."""

    words: CannedWords
    problems: Mapping[str, str] = field(default_factory=dict)


@needs(Permission.REVIEW_CONTENT)
async def replies(request: web.Request) -> web.StreamResponse:
    """List the replies in use with their state."""
    rows = await canned.replies(request.app[SERVICE].store)
    waiting = sum(not one.is_approved for one in rows)
    return page(request, "canned.html", rows=rows, waiting=waiting, said=said_in(request))


@needs(Permission.REVIEW_CONTENT)
async def new(request: web.Request) -> web.StreamResponse:
    """Show an empty form."""
    return await _show(request, None, Typed(words=_NOTHING))


@needs(Permission.REVIEW_CONTENT)
async def add(request: web.Request) -> web.StreamResponse:
    """Keep a new reply; a second click leads to the first one's page."""
    service, user = request.app[SERVICE], request[SIGNED_IN].user
    typed = await _typed(request)
    if typed.problems:
        return await _show(request, None, typed)
    try:
        reply_id = await canned.add(
            service.store, typed.words, user_id=user.id, now=service.clock()
        )
    except TitleTaken:
        same = [one for one in await canned.replies(service.store) if one.words == typed.words]
        if not same:
            return await _show(request, None, _taken(request, typed))
        reply_id = same[0].id
    return see_other(f"{_LIST}/{reply_id}", said="canned_saved")


@needs(Permission.REVIEW_CONTENT)
async def reply(request: web.Request) -> web.StreamResponse:
    """Show one reply: its words, who approved them, what happened to it."""
    found = await _found(request)
    return await _show(request, found, Typed(words=found.words))


@needs(Permission.REVIEW_CONTENT)
async def edit(request: web.Request) -> web.StreamResponse:
    """Keep other words; they wait for another person."""
    service, user, found = request.app[SERVICE], request[SIGNED_IN].user, await _found(request)
    typed = await _typed(request)
    if typed.problems:
        return await _show(request, found, typed)
    try:
        is_new = await canned.edit(
            service.store,
            found.id,
            typed.words,
            seen=await text_of(request, "seen"),
            user_id=user.id,
            now=service.clock(),
        )
    except TitleTaken:
        return await _show(request, found, _taken(request, typed))
    except Changed:
        changed = {"text": words_for(request)("canned.changed")}
        return await _show(request, found, Typed(words=typed.words, problems=changed))
    return see_other(_path(found), said="canned_saved" if is_new else "canned_same")


@needs(Permission.REVIEW_CONTENT)
async def approve(request: web.Request) -> web.StreamResponse:
    """Approve the words exactly as the page showed them."""
    service, user, found = request.app[SERVICE], request[SIGNED_IN].user, await _found(request)
    if problem := _against_rules(request, found.words):  # the rules may be younger than the words
        return await _show(request, found, Typed(words=found.words, problems={"text": problem}))
    seen = await text_of(request, "seen")
    try:
        await canned.approve(
            service.store, found.id, seen=seen, user_id=user.id, now=service.clock()
        )
    except OwnWords:
        return see_other(_path(found), said="canned_own")
    except Changed:
        return see_other(_path(found), said="canned_changed")
    return see_other(_path(found), said="canned_approved")


@needs(Permission.REVIEW_CONTENT)
async def retire(request: web.Request) -> web.StreamResponse:
    """Take a reply out of use; its page and its history stay."""
    service, user, found = request.app[SERVICE], request[SIGNED_IN].user, await _found(request)
    await canned.retire(service.store, found.id, user_id=user.id, now=service.clock())
    return see_other(_LIST, said="canned_retired")


@needs(Permission.WORK_TICKET)
async def insert(request: web.Request) -> web.StreamResponse:
    """Show the ticket with the chosen words after what was typed; nothing is sent."""
    ticket = (await ticket_in(request)).ticket
    typed, wanted = await text_of(request, "text"), await text_of(request, "insert")
    offers = await offers_of(request.app[SERVICE], ticket)
    chosen = next((one.text for one in offers if one.key == wanted), "")
    message = "\n".join(part for part in (typed, chosen) if part)
    return await show_ticket(
        request,
        ticket.number,
        pane="talk",
        said=words_for(request)("canned.inserted" if chosen else "canned.gone"),
        typed={
            "form": "message",
            "message": message,
            "reason": "",
            "override": await text_of(request, "override"),
        },
    )


async def _typed(request: web.Request) -> Typed:
    words = CannedWords(
        **{name: await text_of(request, name) for name in ("lang", "register", "title", "text")}
    )
    if words.lang not in _LANGS or words.register not in _REGISTERS:
        raise web.HTTPBadRequest
    problems = {
        "title": problem_with(words.title, TITLE_LENGTH, "canned.title_missing", request),
        "text": problem_with(words.text, TEXT_LENGTH, "canned.text_missing", request),
    }
    if wrong := wrong_placeholder(words.text):
        known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
        problems["text"] = words_for(request)("canned.bad_placeholder", wrong=wrong, known=known)
    problems["text"] = problems["text"] or _against_rules(request, words)
    return Typed(words=words, problems={name: said for name, said in problems.items() if said})


def _against_rules(request: web.Request, words: CannedWords) -> str:
    """Say what no reporter may be told, as the check of the cards does; empty: nothing."""
    said = words_for(request)
    return " ".join(
        f"{in_words(fault, said)}." for fault in faults_of_reply(words.text, read_rulebook())
    )


def _taken(request: web.Request, typed: Typed) -> Typed:
    taken = {"title": words_for(request)("canned.title_taken")}
    return Typed(words=typed.words, problems=taken)


async def _found(request: web.Request) -> CannedReply:
    store = request.app[SERVICE].store
    found = await canned.reply(store, int(request.match_info["canned"]))
    if found is None:
        raise web.HTTPNotFound
    return found


async def _show(request: web.Request, found: CannedReply | None, typed: Typed) -> web.Response:
    store, words = request.app[SERVICE].store, words_for(request)
    names = {each.id: each.display_name for each in await users.list_users(store)}
    told = await canned.history(store, found.id) if found else ()
    context: dict[str, Any] = {
        "found": found,
        "path": _path(found) if found else _LIST,
        "typed": typed.words,
        "problems": typed.problems,
        "names": names,
        "happenings": happenings_of(told, names=names, words=words),
        "lang_options": [(each, words(f"lang.{each}")) for each in _LANGS],
        "register_options": [(each, words(f"canned_register.{each}")) for each in _REGISTERS],
        "placeholders": [(f"{{{each}}}", words(f"canned_value.{each}")) for each in PLACEHOLDERS],
        "title_limit": TITLE_LENGTH.stop - 1,
        "text_limit": TEXT_LENGTH.stop - 1,
        "said": said_in(request),
    }
    return page(request, "canned_reply.html", status=422 if typed.problems else 200, **context)


def _path(found: CannedReply) -> str:
    return f"{_LIST}/{found.id}"


_REPLY = _LIST + r"/{canned:\d{1,18}}"
ROUTES: tuple[web.RouteDef, ...] = (
    web.get(_LIST, replies),
    web.post(_LIST, add),
    web.get(f"{_LIST}/new", new),
    web.get(_REPLY, reply),
    web.post(_REPLY, edit),
    web.post(f"{_REPLY}/approve", approve),
    web.post(f"{_REPLY}/retire", retire),
    web.post(r"/console/tickets/{number:PT-\d{4}-\d{6}}/canned", insert),
)
