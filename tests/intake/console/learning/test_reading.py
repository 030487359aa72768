"""The page on which talks without a ticket are read."""

from dataclasses import dataclass, replace

import pytest

from intake.permissions import Role
from intake.service import SERVICE
from nlu.assessment import Assessment
from nlu.floor import load_floor
from nlu.labels import Intent, Language, Urgency
from storage import events, tickets
from storage.learning import lessons, readings
from storage.learning.corrections import CorrectionState
from storage.rows import Keep
from storage.talks import road
from tests.tickets_made import write

REASON = "Con nói bị đánh hoài"


@dataclass(frozen=True)
class FakeClassifier:
    """Finds small talk in everything."""

    async def assess(self, _text: str) -> Assessment:
        return Assessment(
            intent=Intent.SMALLTALK, urgency=Urgency.LOW, confidence=0.8, ask=False,
            lang=Language.VIETNAMESE,
        )  # fmt: skip


@pytest.fixture
def reading_console(console, clock):
    """The console with a machine that can be asked again."""
    app = console.server.app
    service = replace(console.service, classifier=FakeClassifier(), floor=load_floor())
    app._state[SERVICE] = service  # a started application is frozen, its state is not
    return console


async def _talk(console, clock) -> None:
    """A talk of yesterday that left no ticket."""
    received = await write(console.service.store, clock())
    await road.keep(
        console.service.store,
        Keep(
            lease=received.lease, inbox_id=received.inbox_id, now=clock(), state={}, doubt=25
        ),
    )  # fmt: skip
    clock.forward(24 * 3600)


async def test_a_talk_of_yesterday_is_read_and_answered(console, clock) -> None:
    await _talk(console, clock)
    lan = await console.signed_in(Role.OPERATOR, "lan", "Lan")

    _, text = await lan.get("/console/reading")
    assert "Chờ đọc (1)" in text
    assert "cứu với" not in text
    before = await events.last_event_id(console.service.store)
    _, text = await lan.get("/console/reading/1")
    assert "máy cho 2,5 % khả năng khẩn cấp" in text
    told = await events.events_after(console.service.store, before)
    assert [each.kind for each in told] == ["talk_read"]
    _, text = await lan.post("/console/reading/1", answer="no_ticket")

    assert "Đã ghi câu trả lời" in text
    assert "Chờ đọc (0)" in text
    assert "Sát ngưỡng đếm riêng: 1 cuộc, đã đọc 1, thấy 0 cuộc bị bỏ sót" in text


async def test_a_missed_talk_opens_a_ticket_with_the_machines_view(reading_console, clock) -> None:
    console = reading_console
    await _talk(console, clock)
    hoa = await console.signed_in(Role.SUPERVISOR, "hoa", "Hoa")
    await hoa.get("/console/reading")
    fields = {"kind": "physical_violence", "urgency": "critical"}

    status, text = await hoa.post("/console/reading/1/missed", **fields, reason="x")
    assert status == 422
    assert 'value="critical" selected' in text
    _, text = await hoa.post("/console/reading/1/missed", **fields, reason=REASON)

    assert "Đã mở phiếu" in text
    (row,) = await tickets.queue(console.service.store)
    assert row.ticket.urgency is Urgency.CRITICAL
    (lesson,) = await lessons.corrections_in(console.service.store, CorrectionState.WAITING)
    assert (lesson.machine_kind, lesson.kind) == ("smalltalk", Intent.PHYSICAL_VIOLENCE)
    _, text = await hoa.post("/console/reading/1/missed", **fields, reason=REASON)
    assert "Cuộc này đã có người trả lời" in text
    assert len(await tickets.queue(console.service.store)) == 1


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR, Role.COMMUNICATOR])
async def test_who_may_not_work_on_tickets_reads_no_talk(console, clock, role: Role) -> None:
    await _talk(console, clock)
    await readings.draw(
        console.service.store,
        (clock().astimezone(readings.LOCAL_ZONE)).date(),
        near_from=20,
        now=clock(),
    )
    browser = await console.signed_in(role)

    for path in ("/console/reading", "/console/reading/1"):
        status, _ = await browser.get(path)
        assert status == 403


async def test_an_unknown_talk_is_not_found_and_no_other_answer_is_taken(console, clock) -> None:
    await _talk(console, clock)
    lan = await console.signed_in(Role.OPERATOR)

    assert (await lan.get("/console/reading/77"))[0] == 404
    assert (await lan.post("/console/reading/1", answer="missed"))[0] == 400
