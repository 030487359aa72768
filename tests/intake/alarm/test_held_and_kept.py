"""Words that wait ring supervisors; who is kept from a ticket is not rung for it."""

from storage import events, tickets
from storage.safeguarding import kept_from
from storage.words import held_words
from tests.tickets_made import BEATEN, add_user, open_ticket


async def _rung(store, why: str) -> list[list[str]]:
    found = await events.events_after(store, 0, limit=1000)
    rung = [each for each in found if each.kind == "alarm_rung" and each.detail["why"] == why]
    return [each.detail["recipients"] for each in rung]


async def test_words_on_a_critical_ticket_ring_supervisors_every_two_minutes(
    service, store, clock, pass_time
) -> None:
    ticket = await open_ticket(store, clock(), BEATEN)
    lan = await add_user(store, clock(), is_on_duty=True)
    boss = await add_user(store, clock(), role="supervisor")
    await tickets.claim_ticket(store, ticket.id, user_id=lan.id, now=clock())
    held_id = await held_words.hold(
        store, ticket, words="0900000123", risks=["phone"], user_id=lan.id, now=clock()
    )

    await pass_time(119)
    before = await _rung(store, "held_words")
    await pass_time(122)
    rung = await _rung(store, "held_words")
    held = await held_words.held(store, held_id)
    assert held is not None
    await held_words.refuse(store, held, reason="Không gửi số", user_id=boss.id, now=clock())
    await pass_time(600)

    assert before == []
    assert rung == [[boss.id], [boss.id]]
    assert len(await _rung(store, "held_words")) == 2


async def test_who_is_kept_from_a_ticket_is_not_rung_for_it(
    service, store, clock, pass_time
) -> None:
    lan = await add_user(store, clock(), is_on_duty=True)
    minh = await add_user(store, clock(), is_on_duty=True)
    ticket = await open_ticket(store, clock(), BEATEN)
    await kept_from.keep(
        store, ticket.id, from_user=lan.id, reason="Bị nhắc tên", user_id=minh.id, now=clock()
    )

    await pass_time(300)
    rung = await _rung(store, "unheld")

    assert rung != []
    assert all(lan.id not in recipients for recipients in rung)
    assert any(minh.id in recipients for recipients in rung)
