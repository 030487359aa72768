"""A conversation that was erased: what was to be said by itself later is said to nobody."""

from tests.journeys.conftest import World


async def test_a_timer_of_an_erased_conversation_does_not_fail_for_ever(world: World) -> None:
    child = await world.reporter()
    await child.write("ba dang danh me voi con")
    ticket = await world.the_ticket()

    await world.service.store.vault.forget(ticket.conversation_id)

    await world.service.desk.speak(ticket.conversation_id, "nobody_answered")
