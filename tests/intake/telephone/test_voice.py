"""A call to the hotline, from the greeting to a ticket, with signed posts against the service."""

from intake.service import Service
from nlu.labels import Urgency
from storage.tickets import TicketDetail, look_again, queue
from tests.intake.telephone.conftest import CALLER, Caller


async def test_the_greeting_says_the_emergency_key_first(caller: Caller) -> None:
    await caller.ring()

    assert "Nguy hiểm, bấm 1" in caller.heard.split(".")[0]
    assert caller.root[0].tag == "Gather"


async def test_one_opens_a_critical_ticket_at_the_key_press(
    caller: Caller, service: Service
) -> None:
    await caller.ring()
    await caller.press("1")

    [ticket] = await tickets(service)
    assert ticket.ticket.urgency is Urgency.CRITICAL
    assert ticket.ticket.channel == "phone"
    assert ticket.ticket.facts["form"]["caller_number"] == CALLER
    assert "1 1 3" in caller.heard


async def test_silence_twice_is_a_soft_ticket_and_never_without_a_word(
    caller: Caller, service: Service
) -> None:
    await caller.ring()
    await caller.be_silent()
    assert "Nhấn phím bất kỳ nếu con không nói được" in caller.heard
    await caller.be_silent()
    await caller.be_silent()

    assert caller.is_cut_off
    assert "gọi lại lúc nào cũng được" in caller.heard
    [ticket] = await tickets(service)
    assert ticket.ticket.urgency is Urgency.NORMAL


async def tickets(service: Service) -> list[TicketDetail]:
    rows = await queue(service.store)
    found = [await look_again(service.store, row.ticket.number) for row in rows]
    return [each for each in found if each is not None]
