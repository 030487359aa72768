"""Several reporters of one incident: proposed with reasons, joined and parted by one press."""

import re

import pytest

from intake.permissions import Role
from nlu.labels import Danger, Intent, Urgency
from storage import tickets
from storage.incidents import incidents
from storage.safeguarding import kept_from

VINH_TE = "30325"


async def _drowning(console, text: str, **told: str):
    facts = {"told": [{"fact": name, "value": value, "words": "", "sure": True}
                      for name, value in told.items()]}  # fmt: skip
    return await console.rows.report(
        text, kind=Intent.DROWNING_EMERGENCY, urgency=Urgency.CRITICAL, danger=Danger.DROWNING,
        commune=VINH_TE, facts=facts,
    )  # fmt: skip


async def test_four_reporters_of_one_drowning_are_joined_and_taken_by_one(console, clock) -> None:
    words = ("có bé rớt xuống kinh gần cầu số 3", "con nit te song o cau so 3",
             "cứu với, cầu số 3 có đứa nhỏ chìm", "em trai con rớt nước chỗ cầu số 3")  # fmt: skip
    reported = []
    for text in words:
        reported.append(await _drowning(console, text))
        clock.forward(60)
    first = reported[0]
    lan = await console.signed_in(Role.OPERATOR, "lan", "Lan")

    _, text = await lan.get(f"/console/tickets/{first.number}")
    assert f"cùng {console.service.places.name(VINH_TE)}, cùng “cầu số 3”, cách 1 phút" in text
    for other in reported[1:]:
        _, text = await lan.post(
            f"/console/tickets/{first.number}/incident/join", other=other.number
        )
    assert "Phiếu này thuộc vụ việc 1" in text

    _, text = await lan.get("/console/incidents/1")
    assert all(each.number in text for each in reported)
    assert "4 trong 4 phiếu" in text
    assert "cầu số 3" not in text  # counts only: what was said stays in its talk
    assert all(one not in text for one in words)
    _, text = await lan.post("/console/incidents/1/take")
    assert text.count("Bạn giữ") >= 4
    for each in reported:
        found = (await tickets.look_again(console.service.store, each.number)).ticket
        assert found.holder_id is not None
    _, text = await lan.get(f"/console/tickets/{reported[1].number}")
    assert words[1] in text
    assert words[0] not in text


async def test_two_drownings_in_one_commune_at_one_time_can_be_parted(console, clock) -> None:
    one = await _drowning(console, "bé rớt xuống kênh Vĩnh Tế")
    clock.forward(120)
    other = await _drowning(console, "có người chìm ngoài bến phà")
    lan = await console.signed_in(Role.OPERATOR, "lan", "Lan")
    path = f"/console/tickets/{one.number}/incident"

    await lan.post(f"{path}/join", other=other.number)
    _, text = await lan.post(f"{path}/part")

    assert "Đã tách" in text
    assert (
        f"/console/tickets/{other.number}" not in text.split('id="case-now"')[-1].split("</div>")[0]
    )
    assert await incidents.incident_with(console.service.store, one.id) is None
    assert (await lan.get("/console/incidents/1"))[0] == 404
    _, text = await lan.post(f"{path}/part")
    assert "Phiếu đã đổi trạng thái" in text


async def test_a_card_rings_only_where_the_alarm_does(console, clock) -> None:
    one = await _drowning(console, "bé rớt xuống kênh Vĩnh Tế")
    clock.forward(60)
    other = await _drowning(console, "có đứa nhỏ chìm dưới kênh Vĩnh Tế")
    lan = await console.signed_in(Role.OPERATOR, "lan", "Lan")

    async def ringing() -> list[str]:
        _, text = await lan.get("/console/parts/queue")
        return re.findall(r'data-rings="free" data-number="([^"]+)"', text)

    async def press(path: str, **fields: str) -> list[str]:
        await lan.post(f"/console/tickets/{path}", **fields)
        return await ringing()

    assert await ringing() == [one.number, other.number]
    assert await press(f"{one.number}/incident/join", other=other.number) == [one.number]
    assert await press(f"{other.number}/claim") == []
    assert await press(f"{other.number}/release", reason="hết ca") == [one.number]
    assert await press(f"{one.number}/claim") == []
    assert await press(f"{one.number}/incident/part") == [other.number]


async def test_another_child_is_not_proposed(console, clock) -> None:
    one = await _drowning(console, "bé trai 6 tuổi rớt kinh", child_age="6", child_sex="boy")
    clock.forward(120)
    await _drowning(console, "bé gái 12 tuổi chìm rồi", child_age="12", child_sex="girl")
    lan = await console.signed_in(Role.OPERATOR, "lan", "Lan")

    _, text = await lan.get(f"/console/tickets/{one.number}")

    assert 'id="incident"' not in text


async def test_an_unknown_number_joins_nothing(console) -> None:
    one = await _drowning(console, "bé rớt xuống kênh")
    lan = await console.signed_in(Role.OPERATOR, "lan", "Lan")

    _, text = await lan.post(f"/console/tickets/{one.number}/incident/join", other="PT-2026-999999")

    assert "Không có phiếu nào khác mang số này" in text


async def test_who_is_kept_from_a_ticket_sees_nothing_of_it_in_an_incident(console, clock) -> None:
    one = await _drowning(console, "bé rớt xuống kênh, gần cầu số 3")
    clock.forward(60)
    other = await _drowning(console, "chú cán bộ đẩy bé xuống chỗ cầu số 3")
    user_id = await console.rows.join("lan", Role.OPERATOR, name="Lan")
    lan = console.browser()
    await lan.sign_in("lan")
    await kept_from.keep(
        console.service.store, other.id, from_user=user_id, reason="được nhắc tên trong tin",
        user_id="someone", now=clock(),
    )  # fmt: skip

    _, text = await lan.get(f"/console/tickets/{one.number}")
    assert other.number not in text
    _, text = await lan.post(f"/console/tickets/{one.number}/incident/join", other=other.number)
    assert "Không có phiếu nào khác mang số này" in text
    await incidents.join(
        console.service.store, one.id, other.number, user_id="someone", now=clock()
    )

    _, text = await lan.get("/console/incidents/1")
    assert one.number in text
    assert other.number not in text


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR, Role.COMMUNICATOR])
async def test_who_may_not_see_the_queue_sees_no_incident(console, role: Role) -> None:
    browser = await console.signed_in(role)

    for path in ("/console/incidents", "/console/incidents/1"):
        assert (await browser.get(path))[0] == 403
