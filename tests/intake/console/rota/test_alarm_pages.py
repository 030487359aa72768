"""Who was rung and who called for help, on the ticket; tests of the alarm and drills, as pages."""

from typing import Any

from intake.permissions import Role
from intake.timekeeper import Timekeeper
from nlu.labels import Danger, Intent, Urgency
from storage.accounts import users
from storage.alarm import alarm_tests
from storage.drills import drills
from storage.drills.drills import Outcome
from tests.intake.console.conftest import Console

_DROWNING = {
    "kind": Intent.DROWNING_EMERGENCY,
    "urgency": Urgency.CRITICAL,
    "danger": Danger.DROWNING,
}


async def test_a_ticket_tells_who_was_rung_why_and_who_took_it_how_soon(
    console: Console, clock: Any
) -> None:
    lan = await console.signed_in(Role.OPERATOR, "lan", "Lan")
    ticket = await console.rows.report(**_DROWNING)
    path = f"/console/tickets/{ticket.number}"
    await Timekeeper(console.service, "t").run_due()

    _, text = await lan.get(path)
    assert "Chuông báo" in text
    assert "Lan: Bảng này, đã hiện trên bảng" in text
    assert "bậc 1, chưa ai nhận, Bảng này" in text
    clock.forward(42)
    _, text = await lan.post(f"{path}/claim")

    assert "Lan nhận sau 42 giây" in text


async def test_that_help_was_called_stands_at_the_top_with_its_time(
    console: Console, clock: Any
) -> None:
    lan = await console.signed_in(Role.OPERATOR, "lan", "Lan")
    ticket = await console.rows.report(**_DROWNING)
    path = f"/console/tickets/{ticket.number}"
    clock.forward(40)

    _, text = await lan.get(path)
    assert "Đã gọi 114 (cứu hộ)" in text
    _, text = await lan.post(f"{path}/called", called="114")
    assert "Đã gọi 114 (cứu hộ) lúc 03:15, 40 giây sau khi báo" in text
    _, text = await lan.post(f"{path}/called", called="114")
    assert "không ghi thêm" in text
    clock.forward(180)
    _, text = await lan.post(f"{path}/called", called="commune_police")
    assert "Đã gọi công an xã lúc 03:18, 3 phút sau khi báo" in text
    assert (await lan.post(f"{path}/called", called="0900000001"))[0] == 400


async def test_other_tickets_do_not_ask_for_it(console: Console) -> None:
    lan = await console.signed_in(Role.OPERATOR, "lan", "Lan")
    ticket = await console.rows.report(urgency=Urgency.NORMAL)

    _, text = await lan.get(f"/console/tickets/{ticket.number}")

    assert 'id="called-form"' not in text


async def test_a_test_rings_in_the_console_until_it_is_heard_and_says_that_it_is_one(
    console: Console,
) -> None:
    chief = await console.signed_in(Role.SUPERVISOR, "thu", "Thu")
    lan = await console.signed_in(Role.OPERATOR, "lan", "Lan")
    await lan.post("/console/duty", on="1")

    _, text = await chief.post("/console/alarm-tests", who="duty")
    assert "Chuông thử số 1" in text
    assert "Chưa ai báo nghe thấy" in text
    _, text = await lan.get("/console/parts/queue")
    assert 'data-rings="test"' in text
    assert "CHUÔNG THỬ" in text
    _, text = await chief.get("/console/parts/queue")
    assert 'data-rings="test"' not in text
    await lan.post("/console/alarm-tests/1/heard", way="console")

    _, text = await lan.get("/console/parts/queue")
    assert "data-rings" not in text
    found = await alarm_tests.find_test(console.service.store, 1)
    assert found is not None
    assert found.rings[0].answered_seconds == 0


async def test_somebody_who_was_not_rung_sees_nothing_of_a_test(console: Console) -> None:
    boss = await console.signed_in(Role.ADMINISTRATOR, "quantri")
    lan = await console.signed_in(Role.OPERATOR, "lan", "Lan")
    await boss.post("/console/alarm-tests", who="self")

    assert (await lan.get("/console/alarm-tests/1"))[0] == 404
    assert (await lan.get("/console/alarm-tests"))[0] == 403
    assert (await boss.get("/console/alarm-tests/1"))[0] == 200
    assert (await boss.get("/console/alarm-tests/99"))[0] == 404


async def test_one_may_test_ones_own_ways(console: Console) -> None:
    lan = await console.signed_in(Role.OPERATOR, "lan", "Lan")

    status, text = await lan.post("/console/contact/test")

    assert (status, "Chuông thử số 1" in text) == (200, True)


async def test_a_drill_that_does_not_get_through_is_said_loudly(
    console: Console, clock: Any
) -> None:
    boss = await console.signed_in(Role.ADMINISTRATOR, "quantri")

    status, text = await boss.post("/console/drills", story="beaten")  # there is no web chat here
    assert (status, "Đang diễn tập" in text) == (200, True)
    _, text = await boss.post("/console/drills", story="beaten")
    assert "Hãy đợi lần này xong" in text
    clock.forward(120)
    await Timekeeper(console.service, "t").run_due()

    (drill,) = await drills.last_drills(console.service.store)
    assert drill.outcome is Outcome.BROKEN
    _, text = await boss.get("/console/drills")
    assert "KHÔNG MỞ ĐƯỢC PHIẾU" in text
    assert "Hãy xem tình trạng hệ thống ngay" in text


async def test_the_hour_of_the_weekly_drill_is_set(console: Console) -> None:
    chief = await console.signed_in(Role.SUPERVISOR, "thu", "Thu")

    _, text = await chief.post("/console/drills/plan", weekday="3", at="10:00")
    assert "Đã lưu giờ diễn tập" in text
    assert '<option value="3" selected>' in text
    status, _ = await chief.post("/console/drills/plan", weekday="3", at="mười giờ")
    assert status == 400
    lan = await console.signed_in(Role.OPERATOR, "lan", "Lan")
    assert (await lan.get("/console/drills"))[0] == 403
    assert await users.on_duty(console.service.store) == ()
