"""Lessons (bài học): what people corrected, rewritten with invented people so that it may leave.

The list shows labels only. A page with what a child wrote is a reading of the ticket: an event.
"""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.channels.codec import content_from_json, words_of
from intake.console.forms import choice_of, problem_with, said_in, see_other, text_of
from intake.console.present import commune_name
from intake.console.render import page, words_for
from intake.console.safeguarding.hidden import hidden_talks
from intake.console.sessions import SIGNED_IN
from intake.permissions import Permission, needs
from intake.service import SERVICE, Service
from nlu.extra import DESK
from nlu.labels import ANSWERED_LANGUAGES, AuthorRole, Intent, Language, Urgency
from nlu.lint.labels import STYLES, labels
from nlu.rewriting import traces
from nlu.written import Written
from storage import tickets
from storage.accounts import users
from storage.learning import lessons, messages
from storage.learning.corrections import CorrectionState
from storage.learning.lessons import CorrectionRow, Lesson

SENTENCE_LENGTH = range(3, 501)


@needs(Permission.TEACH)
async def corrections(request: web.Request) -> web.StreamResponse:
    """List what waits to be rewritten, what wants a second look, and what may leave."""
    store, hidden = request.app[SERVICE].store, await hidden_talks(request)
    names = {each.id: each.display_name for each in await users.list_users(store)}
    done = _open_ones(
        await lessons.corrections_in(store, CorrectionState.WRITTEN, limit=1000), hidden
    )
    waiting = await lessons.corrections_in(store, CorrectionState.WAITING)
    return page(
        request,
        "lessons.html",
        names=names,
        place=_place_in_words(request),
        waiting=_open_ones(waiting, hidden),
        flagged=[each for each in done if each.needs_second_look],
        ready=[each for each in done if not each.needs_second_look],
        said=said_in(request),
    )


@needs(Permission.TEACH)
async def correction(request: web.Request) -> web.StreamResponse:
    """Show one correction with the message behind it; the ticket counts as read."""
    found, lesson = await _found(request)
    return await _show(request, found, _typed(found, lesson))


@needs(Permission.TEACH)
async def save(request: web.Request) -> web.StreamResponse:
    """Keep a rewritten sentence, unless something in it still points to a real person."""
    service, user = request.app[SERVICE], request[SIGNED_IN].user
    found, _ = await _found(request)
    originals = await _originals(service, found)
    if not originals:
        raise web.HTTPConflict  # nothing left to compare with
    lesson = await _sent(request)
    needs_second_look = await choice_of(request, "second_look", ("", "1")) == "1"
    if problems := _problems(request, lesson, list(originals.values())):
        typed = {**_typed(found, lesson), "second_look": needs_second_look}
        return await _show(request, found, typed, problems=problems)
    await lessons.write(
        service.store,
        found,
        lesson,
        needs_second_look=needs_second_look,
        user_id=user.id,
        now=service.clock(),
    )
    return see_other("/console/lessons", said="lesson_saved")


@needs(Permission.TEACH)
async def set_aside(request: web.Request) -> web.StreamResponse:
    """Say that the machine has nothing to learn from it."""
    service, user = request.app[SERVICE], request[SIGNED_IN].user
    found, _ = await _found(request)
    await lessons.set_aside(service.store, found, user_id=user.id, now=service.clock())
    return see_other("/console/lessons", said="lesson_set_aside")


@needs(Permission.TEACH)
async def look_twice(request: web.Request) -> web.StreamResponse:
    """Say that the second look found nothing: the lesson may leave."""
    service, user = request.app[SERVICE], request[SIGNED_IN].user
    found, _ = await _found(request)
    await lessons.look_twice(service.store, found, user_id=user.id, now=service.clock())
    return see_other("/console/lessons", said="lesson_looked_at")


def _place_in_words(request: web.Request) -> Callable[[str | None], str]:
    places, words = request.app[SERVICE].places, words_for(request)
    return lambda code: commune_name(code, places) or words("queue.no_place")


async def _found(request: web.Request) -> tuple[CorrectionRow, Lesson | None]:
    store = request.app[SERVICE].store
    found = await lessons.read(store, int(request.match_info["correction"]))
    if found is None or found[0].conversation_id in await hidden_talks(request):
        raise web.HTTPNotFound
    return found


def _open_ones(found: Iterable[CorrectionRow], hidden: frozenset[str]) -> list[CorrectionRow]:
    return [each for each in found if each.conversation_id not in hidden]


async def _originals(service: Service, found: CorrectionRow) -> Mapping[int, str]:
    """Return all that the reporter wrote in this talk, by message."""
    written = await messages.of_conversation(service.store, found.conversation_id)
    said = {each.inbox_id: words_of(content_from_json(each.body)) for each in written}
    return {inbox_id: text for inbox_id, text in said.items() if text}


async def _sent(request: web.Request) -> Lesson:
    return Lesson(
        text=await text_of(request, "text"),
        intent=Intent(await choice_of(request, "intent", [each.value for each in Intent])),
        urgency=Urgency(await choice_of(request, "urgency", [each.value for each in Urgency])),
        lang=await choice_of(request, "lang", [each.value for each in ANSWERED_LANGUAGES]),
        style=await choice_of(request, "style", STYLES),
        author_role=await choice_of(request, "author_role", [each.value for each in AuthorRole]),
    )


def _problems(request: web.Request, lesson: Lesson, originals: list[str]) -> Mapping[str, str]:
    """Say in words what must change, by field."""
    words = words_for(request)
    if problem := problem_with(lesson.text, SENTENCE_LENGTH, "lessons.text_missing", request):
        return {"text": problem}
    problems = {}
    found = traces(lesson.text, originals, request.app[SERVICE].places)
    if found:
        problems["text"] = " ".join(
            dict.fromkeys(words(f"lessons.trace_{one.kind}", words=one.words) for one in found)
        )
    if not _fits(lesson):
        problems["urgency"] = words("lessons.impossible")
    return problems


def _fits(lesson: Lesson) -> bool:
    """Whether kind and urgency can stand together in training data."""
    about = {
        "urgency": lesson.urgency.value,
        "lang": lesson.lang,
        "style": lesson.style,
        "author_role": lesson.author_role,
        "author": DESK,
    }
    one = Written(lesson.text, lesson.intent.value, about, Path("desk"), 1)
    return not list(labels([one]))


def _typed(found: CorrectionRow, lesson: Lesson | None) -> dict[str, Any]:
    return {
        "text": lesson.text if lesson else "",
        "intent": (lesson.intent if lesson else found.kind).value,
        "urgency": (lesson.urgency if lesson else found.urgency).value,
        "lang": lesson.lang if lesson else Language.VIETNAMESE.value,
        "style": lesson.style if lesson else STYLES[0],
        "author_role": lesson.author_role if lesson else AuthorRole.CHILD.value,
        "second_look": found.needs_second_look,
    }


async def _show(
    request: web.Request,
    found: CorrectionRow,
    typed: Mapping[str, Any],
    *,
    problems: Mapping[str, str] | None = None,
) -> web.Response:
    service, words = request.app[SERVICE], words_for(request)
    read = await tickets.read_ticket(
        service.store, found.number, reader_id=request[SIGNED_IN].user.id, now=service.clock()
    )
    if read is None:
        raise web.HTTPNotFound
    names = {each.id: each.display_name for each in await users.list_users(service.store)}
    originals = await _originals(service, found)
    return page(
        request,
        "lesson.html",
        status=422 if problems else 200,
        correction=found,
        who=names.get(found.corrected_by, ""),
        original=originals.get(found.inbox_id or 0, ""),
        may_write=bool(originals),
        typed=typed,
        problems=problems or {},
        kind_options=[(each.value, words(f"kind.{each.value}")) for each in Intent],
        urgency_options=[(each.value, words(f"urgency.{each.value}")) for each in Urgency],
        lang_options=[(each.value, words(f"lang.{each.value}")) for each in ANSWERED_LANGUAGES],
        style_options=[(each, words(f"style_of.{each}")) for each in STYLES],
        role_options=[(each.value, words(f"fact.{each.value}")) for each in AuthorRole],
        length_limit=SENTENCE_LENGTH.stop - 1,
    )
