"""The rota's page: who may plan, what is asked and agreed to, and that mistakes lose nothing."""

from datetime import timedelta
from typing import Any

import pytest

from intake.permissions import Role
from intake.rota import WEEK
from storage.accounts import users
from storage.rota import phones, shifts, substitutes
from storage.rota.rows import SubstitutionState
from tests.intake.console.conftest import Console

_FORM = {"role": "duty", "day": "2026-11-26", "from": "07:00", "to": "15:00"}


async def _planned(console: Console) -> tuple[Any, ...]:
    now = console.service.clock()
    return await shifts.shifts_between(console.service.store, now, now + 10 * WEEK)


async def _id_of(console: Console, login: str) -> str:
    found = await users.find_user(console.service.store, login)
    assert found is not None
    return found.user.id


async def test_a_supervisor_plans_a_shift_and_operators_see_it(console: Console) -> None:
    chief = await console.signed_in(Role.SUPERVISOR)
    lan = await console.signed_in(Role.OPERATOR, "lan", "Lan")

    status, text = await chief.post(
        "/console/rota/shifts", user=await _id_of(console, "lan"), **_FORM
    )

    assert status == 200
    assert "Đã xếp ca" in text
    _, text = await lan.get("/console/rota")
    assert "07:00–15:00" in text
    assert "Ca của bạn" in text
    assert "Thêm ca" not in text
    (shift,) = await _planned(console)
    assert shift.ends_at - shift.starts_at == timedelta(hours=8)


async def test_a_night_shift_ends_the_next_day(console: Console) -> None:
    chief = await console.signed_in(Role.SUPERVISOR)

    form = _FORM | {"day": "26/11/2026", "from": "19h00", "to": "07:00"}
    await chief.post("/console/rota/shifts", user=await _id_of(console, "supervisor"), **form)

    (shift,) = await _planned(console)
    assert shift.ends_at - shift.starts_at == timedelta(hours=12)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"user": "0" * 32}, "Hãy chọn một cán bộ"),
        ({"day": "mai"}, "Hãy chọn ngày"),
        ({"day": "2026-11-01"}, "Ca này đã qua"),
        ({"from": "25:00"}, "Hãy ghi giờ"),
        ({"to": ""}, "Hãy ghi giờ"),
        ({"to": "06:59"}, "dài nhất 12 giờ"),
        ({"weekly": "1", "until": "2026-11-20"}, "phải sau ngày bắt đầu"),
    ],
)
async def test_what_is_wrong_is_said_at_the_field_and_nothing_is_lost(
    console: Console, wrong: dict[str, str], words: str
) -> None:
    chief = await console.signed_in(Role.SUPERVISOR)
    form = {"user": await _id_of(console, "supervisor"), **_FORM, "role": "on_call"}
    form["role"] = "duty"

    status, text = await chief.post("/console/rota/shifts", **(form | wrong))

    assert status == 422
    assert words in text
    if "from" not in wrong:
        assert 'value="07:00"' in text
    assert await _planned(console) == ()


async def test_a_weekly_shift_is_planned_for_weeks_and_ended(console: Console) -> None:
    chief = await console.signed_in(Role.SUPERVISOR)
    form = {"user": await _id_of(console, "supervisor"), **_FORM, "weekly": "1"}

    await chief.post("/console/rota/shifts", **form)
    assert len(await _planned(console)) == 8
    _, text = await chief.get("/console/rota")
    assert "Thứ năm 07:00–15:00" in text
    await chief.post("/console/rota/patterns/1/end")

    assert await _planned(console) == ()


async def test_a_substitute_is_asked_for_taken_and_agreed_to(console: Console) -> None:
    chief = await console.signed_in(Role.SUPERVISOR)
    lan = await console.signed_in(Role.OPERATOR, "lan", "Lan")
    minh = await console.signed_in(Role.OPERATOR, "minh", "Minh")
    await chief.post("/console/rota/shifts", user=await _id_of(console, "lan"), **_FORM)

    await lan.post("/console/rota/shifts/1/ask", reason="Con ốm")
    _, text = await minh.get("/console/rota")
    assert "Lan cần người thay" in text
    assert "Con ốm" in text
    await minh.post("/console/rota/wishes/1/take")
    _, text = await minh.post("/console/rota/wishes/1/take")
    assert "đã đổi trong lúc bạn làm" in text
    status, _ = await minh.post("/console/rota/wishes/1/agree")
    assert status == 403
    await chief.post("/console/rota/wishes/1/agree")

    (shift,) = await _planned(console)
    assert shift.user_id == await _id_of(console, "minh")
    _, text = await lan.get("/console/rota")
    assert "Thay Lan, supervisor đồng ý" in text
    now = console.service.clock()
    (wish,) = await substitutes.of_shifts_between(console.service.store, now, now + WEEK)
    assert wish.state is SubstitutionState.AGREED


async def test_an_operator_plans_nothing_and_asks_only_for_their_own(console: Console) -> None:
    chief = await console.signed_in(Role.SUPERVISOR)
    lan = await console.signed_in(Role.OPERATOR, "lan", "Lan")
    await chief.post("/console/rota/shifts", user=await _id_of(console, "supervisor"), **_FORM)

    assert (await lan.post("/console/rota/shifts", **_FORM))[0] == 403
    assert (await lan.post("/console/rota/shifts/1/cancel"))[0] == 403
    _, text = await lan.post("/console/rota/shifts/1/ask", reason="")

    assert "đã đổi trong lúc bạn làm" in text
    (shift,) = await _planned(console)
    assert shift.user_id == await _id_of(console, "supervisor")


async def test_holidays_and_holes_are_shown(console: Console) -> None:
    chief = await console.signed_in(Role.SUPERVISOR)

    _, text = await chief.get("/console/rota?week=2027-02-06")
    assert "Tết Nguyên Đán" in text or "Tết" in text
    _, text = await chief.get("/console/rota?week=notaday")
    assert "Trống từ" in text
    _, text = await chief.get("/console/rota?week=9999-12-31")
    assert "Lịch trực" in text


async def test_the_desk_tells_supervisors_of_a_hole_and_operators_of_their_shift(
    console: Console, clock: Any
) -> None:
    chief = await console.signed_in(Role.SUPERVISOR)
    lan = await console.signed_in(Role.OPERATOR, "lan", "Lan")

    _, text = await chief.get("/console")
    assert "Lịch trực trống trong 24 giờ tới" in text
    _, text = await lan.get("/console")
    assert "Lịch trực trống" not in text
    await lan.post("/console/duty", on="1")
    _, text = await lan.get("/console")
    assert "Vẫn đang trực" in text
    assert "tự hết lúc" in text
    begun = clock() - timedelta(hours=11, minutes=40)
    await users.set_on_duty(
        console.service.store, await _id_of(console, "lan"), is_on_duty=True, now=begun
    )
    _, text = await lan.get("/console")
    assert "Ca của bạn sắp tự hết" in text


async def test_staff_set_where_alarms_reach_them(console: Console) -> None:
    lan = await console.signed_in(Role.OPERATOR, "lan", "Lan")

    status, text = await lan.post("/console/contact", what="phone", phone="12345")
    assert status == 422
    assert 'value="12345"' in text
    _, text = await lan.post("/console/contact", what="phone", phone="0900.000.001")
    assert "kết thúc bằng 001" in text
    assert "0900" not in text.split("phone-hint")[0]
    assert (await lan.post("/console/contact", what="chat", chat="@lan"))[0] == 422
    await lan.post("/console/contact", what="chat", chat="4711")

    user_id = await _id_of(console, "lan")
    assert await phones.phones_of_all(console.service.store) == {user_id: "0900000001"}
    found = await users.user(console.service.store, user_id)
    assert found is not None
    assert found.staff_chat == "4711"


async def test_others_are_set_by_who_plans_the_rota_or_keeps_the_accounts(console: Console) -> None:
    lan = await console.signed_in(Role.OPERATOR, "lan", "Lan")
    await console.signed_in(Role.OPERATOR, "minh", "Minh")
    path = f"/console/contact/{await _id_of(console, 'minh')}"

    assert (await lan.get(path))[0] == 404
    assert (await lan.post(path, what="phone", phone="0900000002"))[0] == 404
    for role in (Role.SUPERVISOR, Role.ADMINISTRATOR):
        boss = await console.signed_in(role)
        status, text = await boss.post(path, what="phone", phone="0900000002")
        assert (status, "Chuông của Minh" in text) == (200, True)
