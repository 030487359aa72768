"""A reporter who falls silent in a critical talk, as the desk sees it."""

from intake.permissions import Role
from nlu.labels import Danger, Intent, Urgency
from storage.rows import NewTimer, TimerRow
from storage.talks import silence
from storage.timers import claim_due, set_timers


async def _falls_silent(console, clock):
    ticket = await console.rows.report(
        "ba dang danh con",
        kind=Intent.PHYSICAL_VIOLENCE,
        urgency=Urgency.CRITICAL,
        danger=Danger.ATTACK,
        account="child",
    )
    store = console.service.store
    last = await store.db.read(lambda c: c.exec_driver_sql("SELECT max(id) FROM inbox").scalar())
    new = NewTimer(kind="silent_desk", subject=ticket.conversation_id, step=last, due_at=clock())
    await store.db.transaction(lambda c: set_timers(c, (new,)))
    clock.forward(121)
    due = await claim_due(store, owner="t", now=clock(), claim_seconds=9, limit=99)
    timer: TimerRow = next(each for each in due if each.kind == "silent_desk")
    assert await silence.note(store, timer, message=None, minutes=2, now=clock())
    return ticket


async def test_the_queue_says_how_long_the_reporter_has_been_silent(console, clock) -> None:
    ticket = await _falls_silent(console, clock)
    browser = await console.signed_in(Role.OPERATOR)

    _, text = await browser.get("/console/parts/queue")
    assert "Người báo im lặng" in text
    silent = text[text.index("Người báo im lặng") :]
    assert "data-age>2 phút</time>" in silent

    await console.rows.report("con day", urgency=Urgency.CRITICAL, account="child")
    _, text = await browser.get("/console/parts/queue")
    assert f"card-{ticket.number}" in text
    assert "Người báo im lặng" not in text


async def test_the_ticket_says_it_too(console, clock) -> None:
    ticket = await _falls_silent(console, clock)
    browser = await console.signed_in(Role.OPERATOR)

    _, text = await browser.get(f"/console/tickets/{ticket.number}")

    happened = text[text.rindex("Người báo im lặng") :]
    assert "2 phút" in happened[:400]
