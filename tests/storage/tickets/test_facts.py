"""Facts of several tickets at once."""

from storage import tickets
from storage.store import Store
from storage.tickets.facts import facts_of
from tests.fakes.counting import counted
from tests.tickets_made import BEATEN, open_ticket


async def test_facts_of_many_are_read_at_once_and_of_the_erased_there_are_none(
    store: Store, clock
) -> None:
    kept, other, erased = [await open_ticket(store, clock(), BEATEN) for _ in range(3)]
    await store.vault.forget(erased.id)
    counting_store, counting = counted(store)

    found = await facts_of(counting_store, [kept.id, other.id, erased.id])

    assert set(found) == {kept.id, other.id}
    assert counting.reads == 1
    detail = await tickets.look_again(store, kept.number)
    assert detail is not None
    assert found[kept.id] == detail.ticket.facts
