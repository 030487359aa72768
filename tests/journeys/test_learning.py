"""The machine learns from the desk: corrected, rewritten, trained, compared, used, undone."""

import asyncio
from argparse import Namespace
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from intake.cli import main
from intake.commands import models, shadowing
from intake.permissions import Role
from intake.process import Kind, running
from intake.settings import Settings
from nlu import model_store
from nlu.labels import Intent
from nlu.model import MODEL_FILE
from storage import events, schema, tickets
from storage.learning import lessons
from storage.learning.corrections import CorrectionState
from tests.intake.console.conftest import Browser, Rows
from tests.journeys.conftest import World
from tests.nlu.tiny import tiny_data

SAID = "dạ nhỏ Ngân lớp 5a bị người ta bắt đi bán vé số hoài, không cho đi học"
LESSON = {
    "text": "chị em phải đi lượm ve chai tối ngày, nghỉ học luôn rồi cô",
    "intent": "neglect_abandonment",
    "urgency": "normal",
    "lang": "vi",
    "style": "standard",
    "author_role": "child",
}


@pytest.fixture
def start(settings: Settings, said: list[str], monkeypatch: pytest.MonkeyPatch):
    """Start the service anew on the same data; the commands see the same settings."""
    monkeypatch.setenv("LANGNGHE_DATA_DIR", str(settings.data.folder))
    for name in ("LANGNGHE_DATABASE_URL", "LANGNGHE_KEYS_URL", "LANGNGHE_MASTER_KEY_FILE"):
        monkeypatch.delenv(name, raising=False)
    schema.migrate(settings.data.database_url)

    @asynccontextmanager
    async def started() -> AsyncIterator[World]:
        async with running(settings, Kind.SERVE) as process, aiohttp.ClientSession() as http:
            yield World(process, http, said)

    return started


@asynccontextmanager
async def _signed_in(world: World, login: str, role: Role) -> AsyncIterator[Browser]:
    await Rows(world.service.store, world.service.clock).join(login, role)
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(world.process.url, cookie_jar=jar) as http:
        browser = Browser(http)
        await browser.sign_in(login)
        yield browser


async def _shell(*words: str) -> int:
    return await asyncio.to_thread(main, list(words))


async def _model_of_a_new_report(world: World) -> str:
    reporter = await world.reporter()
    before = {ticket.number for ticket in await world.tickets()}
    await reporter.write("mấy bạn trong lớp cứ đánh em hoài")
    (ticket,) = [one for one in await world.tickets() if one.number not in before]
    detail = await tickets.look_again(world.service.store, ticket.number)
    assert detail is not None
    (opened,) = [event for event in detail.events if event.kind == "ticket_opened"]
    assert opened.detail["machine"]["model"] == detail.ticket.facts["model"]
    return str(detail.ticket.facts["model"])


async def test_a_correction_becomes_a_model_that_answers_and_can_be_undone(
    start, tmp_path: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    file, shipped = tmp_path / "lessons.yml", model_store.shipped_version()
    folder = settings.data.models_folder

    async with start() as world:
        assert await _model_of_a_new_report(world) == shipped
        reporter = await world.reporter()
        await reporter.write(SAID)
        ticket = max(await world.tickets(), key=lambda one: one.number)
        async with _signed_in(world, "lan", Role.OPERATOR) as lan:
            await lan.post(
                f"/console/tickets/{ticket.number}/kind",
                kind="neglect_abandonment",
                reason="Đọc lại",
            )
        store = world.service.store
        (row,) = await lessons.corrections_in(store, CorrectionState.WAITING)
        assert row.machine_model == shipped
        async with _signed_in(world, "hoa", Role.SUPERVISOR) as hoa:
            status, text = await hoa.post(
                f"/console/lessons/{row.id}", **{**LESSON, "text": "nhỏ Ngân bị bắt đi bán vé số"}
            )
            assert (status, "Ngân" in text) == (422, True)
            status, text = await hoa.post(f"/console/lessons/{row.id}", **LESSON)
            assert "Đã viết xong (1)" in text

        assert await _shell("nlu", "lessons", "export", "--to", str(file)) == 0
        written = file.read_text(encoding="utf-8")
        assert LESSON["text"] in written
        assert "author: desk" in written
        assert "Ngân" not in written
        assert file.stat().st_mode & 0o077 == 0

        options = Namespace(extra=[str(file)], to="")
        assert await asyncio.to_thread(models.train, options, tiny_data()) == 0
        (place,) = model_store.versions(folder)
        assert await _shell("nlu", "use", place.name) == 2  # nobody compared it
        assert "was not compared" in capsys.readouterr().err
        look = Namespace(model=place.name, days=30, most=100, json=False)
        assert await asyncio.to_thread(shadowing.shadow, look, tiny_data()) == 0
        page = capsys.readouterr().out
        assert "own messages of late: 2" in page
        assert "lessons of this Centre (the new model may have learnt them): 1" in page
        assert "Ngân" not in page
        assert await _shell("nlu", "use", place.name) == 0
        assert "Restart the service" in capsys.readouterr().out
        assert await _model_of_a_new_report(world) == shipped  # until the next start

    async with start() as world:
        assert await _model_of_a_new_report(world) == place.name
        await _shell("doctor")
        assert f"ok   model {place.name} answers" in capsys.readouterr().out
        assert await _shell("nlu", "versions") == 0
        assert f"* {place.name}" in capsys.readouterr().out
        assert await _shell("nlu", "roll-back") == 0

    async with start() as world:
        assert await _model_of_a_new_report(world) == shipped
        assert await _shell("nlu", "roll-back") == 2
        told = await events.events_after(world.service.store, 0, limit=500)
        detail = {event.kind: event.detail for event in told}
        kinds = [event.kind for event in told if event.kind.startswith(("lesson", "m"))]
        assert kinds == [
            "lesson_written", "lessons_exported", "messages_compared", "model_compared",
            "model_chosen", "model_chosen",
        ]  # fmt: skip
        assert detail["lessons_exported"]["count"] == 1
        assert detail["model_chosen"]["rolled_back"]
        assert (await events.verify(world.service.store)).is_whole


async def test_a_model_that_is_worse_needs_a_reason_and_a_damaged_one_is_left_alone(
    start, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, shipped = settings.data.models_folder, model_store.shipped_version()
    one_kind = tiny_data()
    blind = [one for one in one_kind.train if one.intent is not Intent.DROWNING_EMERGENCY]
    worse = type(one_kind)(train=tuple(blind), dev=one_kind.dev, test=one_kind.test)

    assert await asyncio.to_thread(models.train, Namespace(extra=[], to=""), worse) == 0
    (place,) = model_store.versions(folder)
    look = Namespace(model=str(place), days=30, most=100, json=True)
    assert await asyncio.to_thread(shadowing.shadow, look, tiny_data()) == 1
    capsys.readouterr()
    assert await _shell("nlu", "use", place.name) == 2
    assert "is worse" in capsys.readouterr().err
    assert await _shell("nlu", "use", place.name, "--although", "vội") == 2
    assert await _shell("nlu", "use", place.name, "--although", "chỉ để thử ở máy riêng") == 0
    async with start() as world:
        assert world.service.model_version == place.name

    (place / MODEL_FILE.name).write_bytes(b"PK")
    async with start() as world:
        assert await _model_of_a_new_report(world) == shipped
        assert "is damaged" in world.service.model_problem
    capsys.readouterr()
    assert await _shell("doctor") == 1
    assert f"BAD  model {shipped} answers, because the chosen one is refused" in (
        capsys.readouterr().out
    )
    assert await _shell("nlu", "versions") == 1
    assert "cannot be used" in capsys.readouterr().out
    assert await _shell("nlu", "use", "shipped") == 0
    assert await _shell("nlu", "versions") == 0
