"""A call to the hotline, from the greeting to a ticket, with signed posts against the service."""

from dataclasses import replace

import pytest

from intake.calls.hearing import hear_call
from intake.calls.report import report_of
from intake.service import Service
from nlu.labels import Danger, Intent, Urgency
from storage.calls.call_tickets import finish_call
from storage.calls.drafts import drafts_left
from storage.codes.codes import CodeText, give_code
from storage.rota.phones import set_phone
from storage.rows import TicketState, UserRow
from storage.safeguarding.kept_from import keep
from storage.telephone.taking import forget_calls
from storage.tickets import TicketDetail, look_again, queue
from storage.timers import next_due
from tests.conftest import Clock
from tests.intake.telephone.conftest import CALLER, PUBLIC_URL, Caller
from tests.tickets_made import add_user, open_ticket

ON_DUTY, AT_HOME, LEADER = "+84900000201", "+84900000202", "+84900000203"


async def staff(
    service: Service, phone: str, *, role: str = "operator", is_on_duty: bool = False
) -> UserRow:
    now = service.clock()
    user = await add_user(service.store, now, role=role, is_on_duty=is_on_duty)
    await set_phone(service.store, user.id, phone=phone, now=now, actor_id=user.id)
    return user


async def tickets(service: Service) -> list[TicketDetail]:
    rows = await queue(service.store)
    found = [await look_again(service.store, row.ticket.number) for row in rows]
    return [each for each in found if each is not None]


async def only_ticket(service: Service) -> TicketDetail:
    [ticket] = await tickets(service)
    return ticket


async def test_the_greeting_says_the_emergency_key_first(caller: Caller) -> None:
    await caller.ring()

    assert "Nguy hiểm, bấm 1" in caller.heard.split(".")[0]
    assert caller.root[0].tag == "Gather"


async def test_one_opens_a_critical_ticket_at_the_key_press(
    caller: Caller, service: Service
) -> None:
    await caller.ring()
    await caller.press("1")

    ticket = (await only_ticket(service)).ticket
    assert ticket.urgency is Urgency.CRITICAL
    assert ticket.channel == "phone"
    assert ticket.facts["form"]["caller_number"] == CALLER
    assert await next_due(service.store) == service.clock()
    assert "công an 1 1 3" in caller.heard


async def test_telephones_ring_tier_by_tier(caller: Caller, service: Service) -> None:
    await staff(service, ON_DUTY, is_on_duty=True)
    await staff(service, AT_HOME)
    await staff(service, LEADER, role="supervisor")
    await caller.ring()

    await caller.press("1")
    assert caller.phones == [ON_DUTY]
    assert caller.root.find("Dial").get("timeout") == "20"
    await caller.nobody_answers()
    assert sorted(caller.phones) == [ON_DUTY, AT_HOME]
    await caller.nobody_answers()
    assert sorted(caller.phones) == [ON_DUTY, AT_HOME, LEADER]
    await caller.nobody_answers()
    assert "Chưa có cán bộ bắt máy" in caller.heard
    assert "Đừng nhảy xuống nước" in caller.heard
    assert caller.played == [f"{PUBLIC_URL}/chat/rhythm.wav"]
    await caller.listen()
    assert sorted(caller.phones) == [ON_DUTY, AT_HOME, LEADER]


async def test_without_any_telephone_the_numbers_and_steps_are_said_at_once(
    caller: Caller, service: Service
) -> None:
    await caller.ring()
    await caller.press("1")

    assert "cấp cứu 1 1 5" in caller.heard
    assert "Đừng nhảy xuống nước" in caller.heard
    await caller.listen()
    assert "Đừng nhảy xuống nước" in caller.heard


async def test_who_presses_one_has_the_call_its_ticket_and_its_form(
    caller: Caller, service: Service
) -> None:
    user = await staff(service, ON_DUTY, is_on_duty=True)
    await caller.ring()
    await caller.press("1")

    assert "Nhấn 1 để nhận" in await caller.pick_up()
    assert "<Response />" in await caller.take()

    ticket = (await only_ticket(service)).ticket
    [draft] = await drafts_left(service.store, user.id)
    assert ticket.holder_id == user.id
    assert ticket.state is TicketState.ACKNOWLEDGED
    assert draft.fields["caller_number"] == CALLER
    assert draft.number == ticket.number
    await caller.nobody_answers()
    assert caller.is_cut_off
    assert "Cảm ơn đã gọi" in caller.heard


async def test_who_took_an_emergency_writes_it_down_on_its_own_ticket(
    caller: Caller, service: Service
) -> None:
    user = await staff(service, ON_DUTY, is_on_duty=True)
    await caller.ring()
    await caller.press("1")
    await caller.take()
    [draft] = await drafts_left(service.store, user.id)
    fields = {**draft.fields, "notes": "cha đánh con, nhà sau chợ"}
    written = replace(draft, fields=fields)
    heard = await hear_call(service, fields)

    report = report_of(written, heard, model="", now=service.clock())
    await finish_call(service.store, report)

    detail = await only_ticket(service)
    assert detail.ticket.holder_id == user.id
    assert detail.ticket.facts["form"]["caller_number"] == CALLER
    assert await drafts_left(service.store, user.id) == ()


async def test_a_voicemail_takes_no_call(caller: Caller, service: Service) -> None:
    user = await staff(service, ON_DUTY, is_on_duty=True)
    await staff(service, AT_HOME)
    await caller.ring()
    await caller.press("0")

    await caller.pick_up()
    assert "<Hangup" in await caller.take(key="")
    await caller.tell(caller.action("Dial"), DialCallStatus="completed")

    assert caller.phones == [AT_HOME]
    assert await drafts_left(service.store, user.id) == ()


async def test_the_second_who_presses_one_hears_that_it_is_taken(
    caller: Caller, service: Service
) -> None:
    first = await staff(service, ON_DUTY, is_on_duty=True)
    second = await staff(service, AT_HOME, is_on_duty=True)
    await caller.ring()
    await caller.press("2")
    order = [caller.phones.index(ON_DUTY), caller.phones.index(AT_HOME)]

    await caller.take(order[0])
    answer = await caller.take(order[1])

    assert "đã có người nhận" in answer
    assert len(await drafts_left(service.store, first.id)) == 1
    assert await drafts_left(service.store, second.id) == ()


async def test_a_report_that_nobody_takes_is_a_ticket_with_a_safe_time(
    caller: Caller, service: Service
) -> None:
    await caller.ring()
    await caller.press("2")
    assert "Lúc này chưa có cán bộ nào bắt máy" in caller.heard
    await caller.press("3")

    ticket = (await only_ticket(service)).ticket
    assert ticket.urgency is Urgency.HIGH
    assert ticket.facts["form"] == {
        "caller_number": CALLER,
        "callback": "yes",
        "callback_times": "Buổi chiều",
    }
    assert caller.is_cut_off


async def test_who_names_no_time_is_not_to_be_rung_back(caller: Caller, service: Service) -> None:
    await caller.ring()
    await caller.press("0")
    await caller.be_silent()

    assert (await only_ticket(service)).ticket.facts["form"]["callback"] == "no"


async def test_busy_hands_beside_the_water_open_a_drowning_ticket(
    caller: Caller, service: Service
) -> None:
    await caller.ring()
    await caller.press("3")
    assert "Đừng nhảy xuống nước" in caller.heard
    await caller.be_silent()

    ticket = (await only_ticket(service)).ticket
    assert (ticket.kind, ticket.danger) == (Intent.DROWNING_EMERGENCY, Danger.DROWNING)


async def test_silence_is_a_soft_ticket_and_never_without_a_word(
    caller: Caller, service: Service
) -> None:
    await caller.ring()
    await caller.be_silent()
    assert "Nhấn phím bất kỳ nếu con không nói được" in caller.heard
    await caller.be_silent()
    await caller.be_silent()

    assert caller.is_cut_off
    assert "gọi lại lúc nào cũng được" in caller.heard
    assert (await only_ticket(service)).ticket.urgency is Urgency.NORMAL


async def test_a_second_silent_call_of_a_day_makes_the_ticket_graver(
    caller: Caller, service: Service
) -> None:
    for sid in ("CA" + "1" * 32, "CA" + "2" * 32):
        caller.sid = sid
        await caller.ring()
        for _ in range(3):
            await caller.be_silent()
        await caller.hang_up()

    assert (await only_ticket(service)).ticket.urgency is Urgency.HIGH


async def test_a_key_for_cannot_speak_rings_a_person_and_opens_a_ticket(
    caller: Caller, service: Service
) -> None:
    await staff(service, ON_DUTY, is_on_duty=True)
    await caller.ring()
    await caller.be_silent()
    await caller.press("6")

    assert caller.phones == [ON_DUTY]
    assert "không nói được" in await caller.pick_up()
    assert (await only_ticket(service)).ticket.urgency is Urgency.HIGH


async def test_two_short_calls_of_a_day_open_one_ticket(
    caller: Caller, service: Service, clock: Clock
) -> None:
    for each in range(4):
        caller.sid = f"CA{each:032}"
        await caller.ring()
        await caller.hang_up()
        await caller.hang_up()
        assert len(await tickets(service)) == (1 if each else 0)
        clock.forward(600)

    assert (await only_ticket(service)).ticket.facts["form"]["caller_number"] == CALLER


async def test_short_calls_of_two_numbers_or_two_days_open_none(
    caller: Caller, service: Service, clock: Clock
) -> None:
    for each, number in enumerate((CALLER, "+84900000012", "anonymous", "anonymous")):
        caller.sid, caller.number = f"CA{each:032}", number
        await caller.ring()
        await caller.hang_up()
    clock.forward(25 * 3600)
    caller.sid, caller.number = "CA" + "9" * 32, CALLER
    await caller.ring()
    await caller.hang_up()

    assert await tickets(service) == []


@pytest.mark.parametrize(
    ("number", "is_shown"),
    [
        ("anonymous", False),
        ("+266696687", False),
        ("sip:anonymous@anonymous.invalid", False),
        ("sip:+84900000011@trunk.vidu.example", True),
        ("9" * 10_000, False),
        ("Con của anh Ba", False),
        ("", False),
    ],
)
async def test_whoever_rings_is_helped_with_or_without_a_number(
    caller: Caller, service: Service, number: str, is_shown: bool
) -> None:
    caller.number = number
    await caller.ring()
    await caller.press("2")

    form = (await only_ticket(service)).ticket.facts.get("form", {})
    assert form == ({"caller_number": CALLER} if is_shown else {})
    assert ("khi nào thì an toàn" in caller.heard) is is_shown


async def given_code(service: Service) -> tuple[str, str]:
    """Open a ticket with a code; return the ticket's number and the code's."""
    ticket = await open_ticket(service.store, service.clock())
    code = CodeText(stem="trăng khế đò", digits="12", number="45678901")
    await give_code(service.store, ticket.id, code, channel="web", now=service.clock())
    return ticket.number, "45678901"


async def test_a_right_code_says_how_it_stands_and_no_old_word(
    caller: Caller, service: Service
) -> None:
    user = await staff(service, ON_DUTY, is_on_duty=True)
    number, code = await given_code(service)
    await caller.ring()
    await caller.press("4")
    await caller.press(code)
    assert "Tin đã tới, chưa có cán bộ nhận" in caller.heard
    await caller.press("0")
    await caller.take()

    [draft] = await drafts_left(service.store, user.id)
    assert number in draft.fields["notes"]
    detail = await look_again(service.store, number)
    assert detail is not None
    assert detail.ticket.channel == "web"


async def test_guessing_codes_ends_with_a_person_and_is_limited(
    caller: Caller, service: Service
) -> None:
    _, code = await given_code(service)
    for each in range(2):
        caller.sid = f"CA{each:032}"
        await caller.ring()
        await caller.press("4")
        for guess in range(3):
            await caller.press(f"4000000{guess}")
        assert "đang gọi cán bộ trực" in caller.heard
    caller.sid = "CA" + "9" * 32
    await caller.ring()
    await caller.press("4")
    await caller.press(code)

    assert "Lúc này máy chưa xem mã được" in caller.heard


async def test_who_is_kept_from_the_ticket_is_never_rung_for_it(
    caller: Caller, service: Service
) -> None:
    kept = await staff(service, ON_DUTY, is_on_duty=True)
    await staff(service, AT_HOME)
    leader = await staff(service, LEADER, role="supervisor")
    number, code = await given_code(service)
    detail = await look_again(service.store, number)
    assert detail is not None
    await keep(
        service.store,
        detail.ticket.id,
        from_user=kept.id,
        reason="có tên trong tin",
        user_id=leader.id,
        now=service.clock(),
    )
    await caller.ring()
    await caller.press("4")
    await caller.press(code)
    await caller.press("0")

    assert ON_DUTY not in caller.phones
    assert caller.phones


async def test_nine_speaks_english(caller: Caller) -> None:
    await caller.ring()
    await caller.press("9")

    assert "In danger, press 1" in caller.heard
    assert {said.get("language") for said in caller.root.iter("Say")} == {"en-US"}


async def test_old_calls_are_forgotten_and_tickets_stay(
    caller: Caller, service: Service, clock: Clock
) -> None:
    await caller.ring()
    await caller.press("1")
    clock.forward(2 * 86_400)

    assert await forget_calls(service.store, now=clock()) == 1
    ticket = (await only_ticket(service)).ticket
    assert ticket.facts["form"]["caller_number"] == CALLER
