"""Calls are taken down in the console: drafts, what is heard, the ticket, counted calls, links."""

import asyncio
import re

import pytest

from intake.permissions import Role
from nlu.labels import Danger, Intent, Urgency
from storage import events, tickets
from storage.accounts import users
from storage.calls import drafts
from storage.database import new_id
from storage.incidents import ticket_links
from storage.learning import lessons
from storage.learning.corrections import CorrectionState
from storage.rows import TicketState
from storage.talks import threads
from tests.intake.console.conftest import Browser, Console
from tests.intake.console.listening import listening, parts

__all__ = ["listening", "parts"]

BEATEN = "Con bé 7 tuổi nhà bên đang bị cha dượng cầm dao rượt"
HUNGRY = "Đứa nhỏ bị bỏ ở nhà một mình mấy ngày nay không có gì ăn"
NUMBER = "0900 000 123"


@pytest.fixture
def console(listening: Console) -> Console:
    return listening


async def _save(browser: Browser, call: str, version: int, **fields: str) -> tuple[int, str]:
    return await browser.post(
        f"/console/calls/{call}/draft", version=str(version), csrf=None, **fields
    )


async def _act(browser: Browser, call: str, act: str, **fields: str) -> tuple[int, str]:
    return await browser.post(f"/console/calls/{call}", act=act, **fields)


async def _only(console: Console):
    (row,) = await tickets.queue(console.service.store)
    detail = await tickets.look_again(console.service.store, row.ticket.number)
    assert detail is not None
    return detail


async def _id(console: Console, login: str) -> str:
    found = await users.find_user(console.service.store, login)
    assert found is not None
    return found.user.id


async def test_the_button_opens_a_call_of_its_own_and_stores_nothing_yet(console) -> None:
    lan = await console.signed_in(Role.OPERATOR)
    _, desk = await lan.get("/console")

    status, text = await lan.get("/console/calls/new")

    assert 'id="call-link"' in desk
    assert 'title="Nghe máy (t)"' in desk
    assert status == 200
    assert re.search(r'data-call="[0-9a-f]{32}" data-version="0"', text)
    for words in ("113", "114", "115", "111", "18008077", "Có ai đang gặp nguy hiểm"):
        assert words in text
    assert "chưa ghi xong" not in desk


async def test_each_keystroke_is_kept_and_stands_there_after_a_reload(console, clock) -> None:
    lan, call = await console.signed_in(Role.OPERATOR), new_id()

    status, answer = await _save(lan, call, 1, notes=BEATEN, child_name="Bé Na", danger="yes")
    await lan.post("/console/logout")
    await lan.sign_in("operator")
    _, text = await lan.get(f"/console/calls/{call}")

    assert (status, answer) == (200, '{"saved": "03:15:00", "version": 1}')
    assert BEATEN in text
    assert 'value="Bé Na"' in text
    assert re.search(r'name="danger" value="yes" checked', text)
    assert "Đã lưu 03:15:00" in text
    clock.forward(2)  # a draft is no event: the desk may be as old as a second
    _, desk = await lan.get("/console")
    assert "1 cuộc gọi chưa ghi xong" in desk


async def test_an_older_page_and_a_stranger_are_told_that_nothing_is_saved(console) -> None:
    lan, call = await console.signed_in(Role.OPERATOR, "lan"), new_id()
    minh = await console.signed_in(Role.OPERATOR, "minh")
    await _save(lan, call, 5, notes="mới")

    assert (await _save(lan, call, 5, notes="cũ"))[0] == 409
    assert (await _save(minh, call, 6, notes="khác"))[0] == 404
    assert (await minh.get(f"/console/calls/{call}"))[0] == 404
    assert (await _save(lan, call, 0, notes="gì"))[0] == 400


async def test_what_is_noted_is_sized_as_a_typed_message_is(console) -> None:
    lan, call = await console.signed_in(Role.OPERATOR), new_id()
    await _save(lan, call, 1, notes=BEATEN, where="gan cho Van Giao, Tinh Bien")

    _, text = await lan.get(f"/console/calls/{call}/heard")

    assert "Khẩn cấp" in text
    assert "Bạo lực thể chất – đang bị tấn công" in text
    assert "Xã An Cư" in text
    assert "Cha dượng" in text
    assert 'data-field="child_age" data-value="7"' in text
    assert "Sàn an toàn" in text
    assert 'id="call-cards"' in text
    assert "[nháp]" in text


@pytest.mark.parametrize("where", ["Văn Gi", "van gia", "gan cho van gi", "Van Giao", "cu", "an c"])
async def test_a_part_of_a_name_old_or_new_finds_its_commune(console, where: str) -> None:
    lan, call = await console.signed_in(Role.OPERATOR), new_id()
    await _save(lan, call, 1, where=where)

    _, text = await lan.get(f"/console/calls/{call}/heard")

    assert "<strong>Xã An Cư</strong>" in text


async def test_a_proposed_value_is_taken_over_but_never_overwrites(console) -> None:
    lan, call = await console.signed_in(Role.OPERATOR), new_id()

    await lan.post(f"/console/calls/{call}", act="", take="child_age=7", notes=BEATEN)
    await lan.post(
        f"/console/calls/{call}", act="", take="child_age=9", notes=BEATEN, child_age="7"
    )

    draft = await drafts.draft(console.service.store, call)
    assert draft.fields == {"notes": BEATEN, "child_age": "7"}
    _, text = await lan.get(f"/console/calls/{call}/heard")
    assert 'data-field="child_age"' not in text


async def test_a_finished_call_is_a_ticket_with_the_notes_as_its_message(console, clock) -> None:
    lan, call = await console.signed_in(Role.OPERATOR, "lan", "Nguyễn Thị Lan"), new_id()
    await _save(lan, call, 1, notes=BEATEN)
    clock.forward(120)

    _, text = await _act(
        lan,
        call,
        "finish",
        notes=BEATEN,
        commune="30337",
        child_name="Bé Na",
        offender_relation="stepfather",
        caller_number=NUMBER,
    )

    detail = await _only(console)
    ticket = detail.ticket
    assert (ticket.id, ticket.channel, ticket.commune_code) == (call, "phone", "30337")
    assert (ticket.kind, ticket.urgency) == (Intent.PHYSICAL_VIOLENCE, Urgency.CRITICAL)
    assert ticket.danger is Danger.ATTACK
    assert ticket.state is TicketState.ACKNOWLEDGED
    assert (clock() - ticket.first_message_at).total_seconds() == 120
    assert ticket.facts["form"]["caller_number"] == NUMBER
    assert ticket.facts["offender_is_carer"] is True
    assert "Cuộc gọi đã lưu thành phiếu" in text
    assert "Ghi chú cuộc gọi – Nguyễn Thị Lan ghi" in text
    assert BEATEN in text
    assert "Ghi, sửa Mẫu số 01" in text
    assert "B•••" in text
    assert "Bé Na" not in text
    assert "Đừng gọi lại số này" in text
    assert "không nhắn lại cho người báo được" in text
    opened = next(each for each in detail.events if each.kind == "ticket_opened")
    assert opened.detail["machine"]["model"] == "m1"


async def test_nobody_can_be_written_to_on_such_a_line(console) -> None:
    lan, call = await console.signed_in(Role.OPERATOR), new_id()
    await _act(lan, call, "finish", notes=HUNGRY)
    number = (await _only(console)).ticket.number

    for path, more in (("messages", {"text": "Chào em"}), ("take-over", {})):
        status, _ = await lan.post(f"/console/tickets/{number}/{path}", **more)
        assert status == 403
    assert console.service.desk.spoken == []


async def test_a_call_without_a_word_and_a_place_is_asked_again_and_loses_nothing(console) -> None:
    lan, call = await console.signed_in(Role.OPERATOR), new_id()

    status, text = await _act(lan, call, "finish", child_name="Bé Na", child_age="x" * 400)

    assert status == 422
    assert "Hãy ghi ít nhất một chữ ghi chú hoặc một nơi" in text
    assert "Nội dung dài quá 300 ký tự" in text
    assert 'value="Bé Na"' in text
    assert "x" * 400 in text
    assert await tickets.queue(console.service.store) == ()


async def test_a_place_alone_is_enough_and_a_person_makes_it_at_least_normal(console) -> None:
    lan, call = await console.signed_in(Role.OPERATOR), new_id()

    await _act(lan, call, "finish", where="cầu Vàm Cống", channel="letter", urgency="low")

    ticket = (await _only(console)).ticket
    assert (ticket.channel, ticket.urgency) == ("letter", Urgency.NORMAL)


async def test_the_call_taker_may_raise_and_give_away(console) -> None:
    lan, call = await console.signed_in(Role.OPERATOR), new_id()

    await _act(lan, call, "finish", notes=HUNGRY, danger="yes", kind="missing_child", holder="next")

    ticket = (await _only(console)).ticket
    assert (ticket.kind, ticket.urgency) == (Intent.MISSING_CHILD, Urgency.CRITICAL)
    assert (ticket.holder_id, ticket.state) == (None, TicketState.NEW)


async def test_another_kind_than_the_machine_heard_is_kept_to_learn_from(console) -> None:
    lan, opened, closed = await console.signed_in(Role.OPERATOR), new_id(), new_id()

    await _act(lan, opened, "open", notes=HUNGRY)
    for call in (opened, closed):
        await _act(lan, call, "finish", notes=HUNGRY, kind="missing_child")

    kept = await lessons.corrections_in(console.service.store, CorrectionState.WAITING)
    assert {each.ticket_id for each in kept} == {opened, closed}
    assert {each.kind for each in kept} == {Intent.MISSING_CHILD}
    assert {each.machine_kind for each in kept} == {Intent.NEGLECT_ABANDONMENT.value}
    assert {each.machine_model for each in kept} == {"m1"}
    assert all(each.inbox_id for each in kept)


async def test_a_kind_that_the_machine_heard_as_well_teaches_nothing(console) -> None:
    lan = await console.signed_in(Role.OPERATOR)

    await _act(lan, new_id(), "finish", notes=HUNGRY, kind="neglect_abandonment")
    await _act(lan, new_id(), "finish", notes=HUNGRY, danger="yes")
    await _act(lan, new_id(), "finish", where="cầu Vàm Cống", kind="missing_child")

    assert await lessons.count_waiting(console.service.store) == 0


async def test_one_key_opens_a_critical_ticket_before_anything_is_filled_in(console) -> None:
    lan, call = await console.signed_in(Role.OPERATOR, "lan", "Nguyễn Thị Lan"), new_id()

    _, text = await _act(lan, call, "open")
    _, again = await _act(lan, call, "open")

    ticket = (await _only(console)).ticket
    assert ticket.urgency is Urgency.CRITICAL
    assert ticket.number in text
    assert ticket.number in again
    assert "Cứ ghi tiếp" in text
    assert (await _save(lan, call, 9, notes=BEATEN))[0] == 200
    _, page = await lan.get(f"/console/tickets/{ticket.number}")
    assert "Nguyễn Thị Lan đang ghi, chưa xong" in page
    assert BEATEN in page

    await _act(lan, call, "finish", notes=BEATEN)

    detail = await _only(console)
    assert detail.ticket.number == ticket.number
    assert detail.ticket.kind is Intent.PHYSICAL_VIOLENCE
    (entry,) = await threads.newest(console.service.store, ticket.conversation_id)
    assert entry.body["content"]["text"] == BEATEN


async def test_a_double_click_on_done_makes_one_ticket(console) -> None:
    lan, call = await console.signed_in(Role.OPERATOR), new_id()

    pages = await asyncio.gather(*(_act(lan, call, "finish", notes=HUNGRY) for _ in range(2)))

    detail = await _only(console)
    assert all(detail.ticket.number in text for _, text in pages)


async def test_a_draft_is_discarded_unless_its_ticket_is_open(console) -> None:
    lan, call, other = await console.signed_in(Role.OPERATOR), new_id(), new_id()

    _, text = await _act(lan, call, "discard", notes="nhầm")
    await _act(lan, other, "open")
    _, kept = await _act(lan, other, "discard", notes="nhầm")
    _, counted = await _act(lan, other, "prank", notes="nhầm")

    assert "Đã bỏ bản nháp" in text
    for answer in (kept, counted):
        assert "nên bản nháp không bỏ được" in answer
    left = await drafts.count_left(console.service.store)
    assert left[await _id(console, "operator")] == 1


@pytest.mark.parametrize("kind", ["silent", "prank", "wrong_number", "test", "asked_only"])
async def test_one_key_counts_a_call_and_keeps_nothing_of_the_caller(console, kind: str) -> None:
    lan, call = await console.signed_in(Role.OPERATOR), new_id()
    await _save(lan, call, 1, caller_number=NUMBER)

    _, text = await _act(lan, call, kind, caller_number=NUMBER)
    await _act(lan, call, kind, caller_number=NUMBER)

    assert "Đã đếm cuộc gọi" in text
    assert re.search(rf'value="{kind}"(?s:.*?)</span>1</span></button>', text)
    assert await tickets.queue(console.service.store) == ()
    found = await events.events_after(console.service.store, 0, limit=1000)
    counted = [event.detail for event in found if event.kind == "call_counted"]
    assert counted == [{"call": kind, "line": "phone"}]


async def test_a_count_is_undone_and_the_call_goes_on(console, clock) -> None:
    lan, call = await console.signed_in(Role.OPERATOR), new_id()
    _, text = await _act(lan, call, "prank", notes="cười rồi cúp máy")
    tally = re.search(r'name="tally" value="(\d+)"', text)[1]
    clock.forward(9)

    _, text = await lan.post("/console/calls/undo", tally=tally)

    assert "Đã hoàn tác" in text
    assert "cười rồi cúp máy" in text
    clock.forward(60)
    _, text = await lan.post("/console/calls/undo", tally=tally)
    assert "không hoàn tác được" in text


async def test_a_number_that_is_silent_again_opens_a_ticket_and_is_told_of(console) -> None:
    lan = await console.signed_in(Role.OPERATOR)
    await _act(lan, new_id(), "silent", caller_number=NUMBER)

    _, text = await _act(lan, new_id(), "silent", caller_number="+84 900 000 123")

    assert "có một phiếu chờ người xem" in text
    detail = await _only(console)
    assert (detail.ticket.kind, detail.ticket.urgency) == (Intent.TALK_TO_HUMAN, Urgency.NORMAL)
    assert detail.ticket.needs_human
    assert "0900" not in str(detail.ticket.facts)
    call = new_id()
    await _save(lan, call, 1, caller_number=NUMBER)
    _, heard = await lan.get(f"/console/calls/{call}/heard")
    assert "Số này đã gọi im lặng 2 lần" in heard


async def test_a_bare_count_from_the_list_is_one_for_a_double_click(console) -> None:
    lan, call = await console.signed_in(Role.OPERATOR), new_id()

    pages = await asyncio.gather(
        *(lan.post("/console/calls/count", call=call, act="test") for _ in range(2))
    )

    assert all("Đã đếm cuộc gọi" in text for _, text in pages)
    _, text = await lan.get("/console/calls")
    assert re.search(r'value="test"(?s:.*?)</span>1</span></button>', text)
    status, _ = await lan.post("/console/calls/count", call="zz", act="test")
    assert status == 400


async def test_a_call_is_linked_with_a_chat_of_the_same_reporter(console) -> None:
    lan, call = await console.signed_in(Role.OPERATOR), new_id()
    chat = await console.rows.report()
    await _act(lan, call, "finish", notes=HUNGRY)
    number = next(
        row.ticket.number
        for row in await tickets.queue(console.service.store)
        if row.ticket.id == call
    )
    reason = "Cùng tên bé và cùng số máy"

    status, text = await lan.post(
        f"/console/tickets/{number}/links", other="PT-2026-999999", reason=reason
    )
    assert (status, reason in text) == (422, True)
    assert "Không có phiếu khác mang số này" in text
    _, text = await lan.post(
        f"/console/tickets/{number}/links", other=chat.number.lower(), reason=reason
    )

    assert "Đã nối hai phiếu" in text
    assert f'href="/console/tickets/{chat.number}"' in text
    _, other = await lan.get(f"/console/tickets/{chat.number}")
    assert f'href="/console/tickets/{number}"' in other
    assert HUNGRY not in other
    _, text = await lan.post(
        f"/console/tickets/{chat.number}/links/part", other=number, reason="Hai người khác nhau"
    )
    assert "Đã tách hai phiếu" in text
    assert await ticket_links.links_of(console.service.store, chat.id) == ()


async def test_who_does_not_work_on_tickets_takes_no_calls(console) -> None:
    auditor = await console.signed_in(Role.AUDITOR)

    for path in ("/console/calls", "/console/calls/new", f"/console/calls/{new_id()}"):
        assert (await auditor.get(path))[0] == 403


async def test_a_supervisor_goes_on_with_what_somebody_left_lying(console, clock) -> None:
    lan, call = await console.signed_in(Role.OPERATOR, "lan", "Nguyễn Thị Lan"), new_id()
    await _save(lan, call, 1, notes=HUNGRY)
    clock.forward(1900)
    minh = await console.signed_in(Role.OPERATOR, "minh")
    hoa = await console.signed_in(Role.SUPERVISOR)

    assert "Nguyễn Thị Lan" not in (await minh.get("/console/calls"))[1]
    assert (await minh.post(f"/console/calls/{call}/take-on"))[0] == 403
    _, text = await hoa.get("/console/calls")
    assert "Nhận ghi tiếp: Nguyễn Thị Lan" in text
    assert HUNGRY not in text
    _, text = await hoa.post(f"/console/calls/{call}/take-on")

    assert HUNGRY in text
    await lan.sign_in("lan")
    assert (await _save(lan, call, 9, notes="tiếp"))[0] == 404


async def test_who_is_named_in_what_was_left_lying_is_not_offered_it(console, clock) -> None:
    lan, call = await console.signed_in(Role.OPERATOR, "lan", "Nguyễn Thị Lan"), new_id()
    await _save(lan, call, 1, notes="Chú Phạm Văn Đời trực tổng đài hay nhắn riêng cho bé")
    clock.forward(1900)
    doi = await console.signed_in(Role.SUPERVISOR, "doi", "Phạm Văn Đời")
    hoa = await console.signed_in(Role.SUPERVISOR, "hoa", "Lê Hoa")

    assert "Nhận ghi tiếp" not in (await doi.get("/console/calls"))[1]
    _, text = await doi.post(f"/console/calls/{call}/take-on")
    assert "nhắn riêng" not in text
    assert "Nhận ghi tiếp: Nguyễn Thị Lan" in (await hoa.get("/console/calls"))[1]
    assert "nhắn riêng" in (await hoa.post(f"/console/calls/{call}/take-on"))[1]
