"""Content for its reviewers (duyệt nội dung): read, edit, see as on a phone, sign, go back.

Whatever a reviewer does is a new version or a signature and an event; nothing is ever removed.
"""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from bot.content.cards import ContentError, Register, Wording
from bot.content.check import LONGEST_LABEL, faults_of, read_rulebook
from bot.content.edits import reworded
from bot.content.shelf import make_shelf
from bot.content.signoffs import digest
from intake.console.forms import problem_with, said_in, see_other, text_of
from intake.console.render import page, words_for
from intake.console.sessions import SIGNED_IN
from intake.console.words.wordings import (
    Reviewed,
    all_reviewed,
    in_words,
    one_reviewed,
    sources_in_words,
)
from intake.permissions import Permission, needs
from intake.service import SERVICE, Service
from intake.shelving import edits_of, refresh, signed_of
from nlu.labels import ANSWERED_LANGUAGES, AuthorRole, Language
from storage.accounts import users
from storage.errors import Changed, OwnWords
from storage.words import content as stored_content
from storage.words.content import NewEdit, NewSignoff

TEXT_LENGTH = range(1, 1001)
ROLE_LENGTH = range(2, 61)
_STATES = ("", "unsigned", "signed", "edited", "needed")
_SHIPPED = "0"


@needs(Permission.REVIEW_CONTENT)
async def contents(request: web.Request) -> web.StreamResponse:
    """List the wordings of a language with their state."""
    service, words = request.app[SERVICE], words_for(request)
    lang = _of(request.query.get("lang", ""), [each.value for each in ANSWERED_LANGUAGES])
    state = _of(request.query.get("state", ""), _STATES)
    stored = await stored_content.read(service.store)
    every = list(all_reviewed(service.shelving, stored))
    return page(
        request,
        "contents.html",
        rows=[one for one in every if one.now.lang.value == lang and _is_in(one, state)],
        unsigned=sum(not one.is_signed for one in every),
        total=len(every),
        lang=lang,
        state=state,
        lang_options=[(each.value, words(f"lang.{each.value}")) for each in ANSWERED_LANGUAGES],
        state_options=[(each, words(f"content.show_{each or 'all'}")) for each in _STATES],
    )


@needs(Permission.REVIEW_CONTENT)
async def wording(request: web.Request) -> web.StreamResponse:
    """Show one wording: as a phone shows it, its source, its signatures, its history."""
    found = await _found(request)
    return await _show(request, found, found.now.template)


@needs(Permission.REVIEW_CONTENT)
async def save(request: web.Request) -> web.StreamResponse:
    """Keep other words as a new version, or only show them on the phone first."""
    found = await _found(request)
    typed = await text_of(request, "text")
    labels = await _labels(request, found)
    changed, problems = _judge(request, found, typed, labels)
    if problems or changed is None or await text_of(request, "do") == "preview":
        return await _show(request, found, typed, shown=changed, problems=problems, labels=labels)
    if changed == found.now:
        return see_other(found.path, said="content_same")
    return await _keep(request, found, changed, after=await text_of(request, "version"))


@needs(Permission.REVIEW_CONTENT)
async def sign(request: web.Request) -> web.StreamResponse:
    """Sign the words exactly as the page showed them."""
    service, user, found = request.app[SERVICE], request[SIGNED_IN].user, await _found(request)
    if await text_of(request, "sha256") != found.sha256:
        return see_other(found.path, said="content_changed")
    if found.last_editor == user.id:
        return see_other(found.path, said="content_own")
    role = await text_of(request, "role")
    problems = {}
    if problem := problem_with(role, ROLE_LENGTH, "content.role_missing", request):
        problems["role"] = problem
    if await text_of(request, "read") != "1":
        problems["read"] = words_for(request)("content.read_missing")
    _, faults = _judge(request, found, found.now.template, dict(found.now.buttons))
    if problems or faults:
        shown = {**faults, **problems}
        return await _show(request, found, found.now.template, problems=shown, role=role)
    new = NewSignoff(
        card=found.now.card, lang=found.now.lang.value, register=found.now.register.value,
        sha256=found.sha256, name=user.display_name, role=role,
    )  # fmt: skip
    try:
        await stored_content.sign(service.store, new, user_id=user.id, now=service.clock())
    except OwnWords:
        return see_other(found.path, said="content_own")
    await refresh(service.store, service.shelving)
    return see_other(found.path, said="content_signed")


@needs(Permission.REVIEW_CONTENT)
async def go_back(request: web.Request) -> web.StreamResponse:
    """Make an older version the newest one again; 0 is the shipped text."""
    found = await _found(request)
    wanted = await text_of(request, "to")
    if wanted == _SHIPPED:
        return await _keep(request, found, None, after=await text_of(request, "version"))
    older = next((one for one in found.versions if str(one.version) == wanted), None)
    if older is None:
        raise web.HTTPBadRequest
    if older.text is None:
        return await _keep(request, found, None, after=await text_of(request, "version"))
    changed, problems = _judge(request, found, older.text, older.labels)
    if problems or changed is None:
        return await _show(request, found, older.text, problems=problems)
    return await _keep(request, found, changed, after=await text_of(request, "version"))


async def _keep(
    request: web.Request, found: Reviewed, changed: Wording | None, *, after: str
) -> web.Response:
    service, user = request.app[SERVICE], request[SIGNED_IN].user
    new = NewEdit(
        card=found.now.card,
        lang=found.now.lang.value,
        register=found.now.register.value,
        text=changed.template if changed else None,
        text_before=found.now.template,
        sha256=digest(changed or found.shipped),
        labels=_changed_labels(found, changed),
    )
    if after != str(found.version):
        return see_other(found.path, said="content_changed")
    try:
        await stored_content.edit(
            service.store, new, after=found.version, user_id=user.id, now=service.clock()
        )
    except Changed:
        return see_other(found.path, said="content_changed")
    await refresh(service.store, service.shelving)
    return see_other(found.path, said="content_saved" if changed else "content_restored")


async def _labels(request: web.Request, found: Reviewed) -> dict[str, str]:
    """Return what each button shall say: what was typed, else what it says now."""
    form = await request.post()
    return {
        payload: str(form.get(f"label:{payload}", label)).strip()
        for payload, label in found.now.buttons
    }


def _changed_labels(found: Reviewed, changed: Wording | None) -> dict[str, str]:
    shipped = dict(found.shipped.buttons)
    buttons = changed.buttons if changed else ()
    return {payload: label for payload, label in buttons if label != shipped[payload]}


def _judge(
    request: web.Request, found: Reviewed, typed: str, labels: Mapping[str, str]
) -> tuple[Wording | None, dict[str, str]]:
    """Return the wording with what was typed, and what must change in it, by field."""
    words, numbers = words_for(request), request.app[SERVICE].shelving.files.numbers
    if problem := problem_with(typed, TEXT_LENGTH, "content.text_missing", request):
        return None, {"text": problem}
    try:
        changed = reworded(found.card, found.shipped, typed, numbers, labels)
    except ContentError:
        known = ", ".join(f"{{{key}}}" for key in numbers.numbers)
        return None, {"text": words("content.bad_number", known=known)}
    faults = list(faults_of(found.card, changed, numbers, read_rulebook()))
    said = [f"{in_words(each, words)}." for each in faults]
    said += _taken_words(request, changed)
    return changed, {"text": " ".join(dict.fromkeys(said))} if said else {}


def _taken_words(request: web.Request, changed: Wording) -> list[str]:
    """Say which labels are words that steer: THOÁT typed would press the button instead."""
    words, steering = words_for(request), request.app[SERVICE].shelf.words
    return [
        words("content.label_is_word", label=label)
        for payload, label in changed.buttons
        if (command := steering.command(label)) and payload != f"cmd:{command}"
    ]


async def _found(request: web.Request) -> Reviewed:
    service = request.app[SERVICE]
    found = one_reviewed(
        service.shelving,
        await stored_content.read(service.store),
        request.match_info["card"],
        Language(request.match_info["lang"]),
        Register(request.match_info["register"]),
    )
    if found is None:
        raise web.HTTPNotFound
    return found


async def _show(
    request: web.Request,
    found: Reviewed,
    typed: str,
    *,
    shown: Wording | None = None,
    problems: Mapping[str, str] | None = None,
    role: str = "",
    labels: Mapping[str, str] | None = None,
) -> web.Response:
    service = request.app[SERVICE]
    names = {each.id: each.display_name for each in await users.list_users(service.store)}
    context: dict[str, Any] = {
        "found": found,
        "sources": sources_in_words(found.card, words_for(request)),
        "siblings": [one for key, one in found.card.wordings.items() if one is not found.shipped],
        "typed": typed,
        "shown": shown or found.now,
        "is_preview": shown is not None,
        "problems": problems or {},
        "role": role,
        "labels": labels if labels is not None else dict(found.now.buttons),
        "label_limit": LONGEST_LABEL,
        "said": said_in(request),
        "names": names,
        "placeholders": _placeholders(found, service),
        "goes_out": await _goes_out(service, found),
        "text_limit": TEXT_LENGTH.stop - 1,
        "role_limit": ROLE_LENGTH.stop - 1,
    }
    return page(request, "content.html", status=422 if problems else 200, **context)


async def _goes_out(service: Service, found: Reviewed) -> str:
    """Return what production sends in this place, by its own rule."""
    stored = await stored_content.read(service.store)
    shelf = make_shelf(
        service.shelving.files,
        mode_is_production=True,
        edits=edits_of(stored),
        signed=signed_of(stored),
    )
    register = found.now.register
    reader = None if register is Register.ANY else AuthorRole(register.value)
    return shelf.plain(found.card.id, found.now.lang, reader)


def _placeholders(found: Reviewed, service: Service) -> list[tuple[str, str]]:
    numbers = service.shelving.files.numbers.numbers
    own = [("{number}", numbers[found.card.number])] if found.card.number else []
    return [*own, *((f"{{{key}}}", number) for key, number in numbers.items())]


def _is_in(one: Reviewed, state: str) -> bool:
    match state:
        case "unsigned":
            return not one.is_signed
        case "signed":
            return one.is_signed
        case "edited":
            return one.is_edited
        case "needed":
            return one.card.text_needed or bool(one.now.review)
    return True


def _of(value: str, allowed: list[str] | tuple[str, ...]) -> str:
    """Return a choice of the address; the first one for anything unknown."""
    return value if value in allowed else allowed[0]
