"""The queue: views, filters and pages in SQL, and whose turn it is."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from nlu.labels import Intent, Urgency
from storage import tickets
from storage.clocks.tables import clocks
from storage.queue.order import WAIT_LIMITS, place_of
from storage.queue.views import Asked, View, queue_page
from storage.rows import TicketState
from tests.tickets_made import BEATEN, DROWNING, HAZARD, add_user, open_ticket

NOON = datetime(2026, 11, 30, 5, tzinfo=UTC)
HIGH = replace(BEATEN, urgency=Urgency.HIGH)
LOW = replace(HAZARD, urgency=Urgency.LOW)
ages = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=30))


async def _numbers(store, now, **asked: object) -> list[str]:
    page = await queue_page(store, Asked(**asked), now=now)
    return [row.ticket.number for row in page.rows]


async def test_critical_first_then_by_urgency_then_who_waits_longest(store, clock) -> None:
    low = await open_ticket(store, clock(), LOW)
    clock.forward(60)
    older = await open_ticket(store, clock(), HIGH)
    clock.forward(60)
    newer = await open_ticket(store, clock(), HIGH)
    critical = await open_ticket(store, clock(), DROWNING)

    expected = [each.number for each in (critical, older, newer, low)]
    assert await _numbers(store, clock()) == expected


async def test_a_normal_ticket_beyond_its_clock_stands_among_the_high_ones(store, clock) -> None:
    normal = await open_ticket(store, clock(), HAZARD)
    clock.forward(3 * 3600 - 60)
    before = await open_ticket(store, clock(), HIGH)
    clock.forward(120)
    after = await open_ticket(store, clock(), HIGH)
    critical = await open_ticket(store, clock(), DROWNING)

    expected = [each.number for each in (critical, before, normal, after)]
    assert await _numbers(store, clock()) == expected


@given(ages, st.sampled_from(list(Urgency)), ages)
def test_nothing_ever_stands_before_a_critical_one(age, urgency, other_age) -> None:
    critical = place_of(Urgency.CRITICAL, NOON - age, is_waiting=True, now=NOON)
    other = place_of(urgency, NOON - other_age, is_waiting=True, now=NOON)

    assert urgency is Urgency.CRITICAL or critical < other


@given(st.sampled_from([Urgency.NORMAL, Urgency.LOW]), ages, ages)
def test_high_reports_that_come_later_cannot_starve_one_that_waits(urgency, age, later) -> None:
    waits = place_of(urgency, NOON - age, is_waiting=True, now=NOON)
    came_at = NOON - age + WAIT_LIMITS[urgency] + later
    high = place_of(Urgency.HIGH, came_at, is_waiting=True, now=NOON)

    assert came_at > NOON or waits <= high


async def test_each_view_shows_its_own(store, clock) -> None:
    lan = await add_user(store, clock())
    hazard = await open_ticket(store, clock(), HAZARD)
    late = await open_ticket(store, clock(), HIGH)
    clock.forward(3601)
    mine = await open_ticket(store, clock(), HIGH)
    done = await open_ticket(store, clock(), HIGH)
    for ticket in (mine, done):
        await tickets.claim_ticket(store, ticket.id, user_id=lan.id, now=clock())
    await tickets.move_ticket(
        store, done.id, to=TicketState.RESOLVED, reason="", user_id=lan.id, now=clock()
    )

    assert await _numbers(store, clock(), view=View.MINE, user_id=lan.id) == [mine.number]
    assert await _numbers(store, clock(), view=View.FREE) == [late.number, hazard.number]
    assert await _numbers(store, clock(), view=View.OVERDUE) == [late.number]
    assert await _numbers(store, clock(), view=View.HAZARDS) == [hazard.number]
    assert await _numbers(store, clock(), view=View.DONE) == [done.number]
    counts = (await queue_page(store, Asked(), now=clock())).counts
    assert (counts.open, counts.free, counts.overdue) == (3, 2, 1)
    assert counts.by_holder == {lan.id: 1}
    assert counts.by_urgency[Urgency.HIGH] == 2


async def test_what_is_held_and_owes_a_term_is_overdue_as_well(store, clock) -> None:
    lan = await add_user(store, clock())
    held = [await open_ticket(store, clock(), HIGH) for _ in range(3)]
    for ticket in held:
        await tickets.claim_ticket(store, ticket.id, user_id=lan.id, now=clock())
    past, ahead = clock(), clock() + timedelta(hours=1)
    rows = [
        (held[0], "forward", "open", past),
        (held[0], "measures", "open", past),
        (held[1], "forward", "open", ahead),
        (held[2], "forward", "done", past),
    ]
    await store.db.transaction(
        lambda connection: connection.execute(
            clocks.insert(),
            [
                {
                    "ticket_id": ticket.id, "name": name, "state": state,
                    "start_at": past, "amber_at": past, "due_at": due_at,
                }
                for ticket, name, state, due_at in rows
            ],
        )
    )  # fmt: skip

    assert await _numbers(store, clock(), view=View.OVERDUE) == [held[0].number]
    assert (await queue_page(store, Asked(), now=clock())).counts.overdue == 1


async def test_filters_go_together_and_pages_follow_each_other(store, clock) -> None:
    wanted = []
    for number in range(5):
        clock.forward(1)
        wanted.append((await open_ticket(store, clock(), HIGH)).number)
        await open_ticket(store, clock(), replace(HIGH, commune_code="30340"))
        await open_ticket(store, clock(), replace(HIGH, kind=Intent.BULLYING))
        assert number < 5
    asked = {
        "communes": ("30337",), "kinds": ("physical_violence",), "channels": ("web",), "size": 2,
    }  # fmt: skip

    pages = [await queue_page(store, Asked(**asked, page=page), now=clock()) for page in (1, 2, 3)]

    assert [row.ticket.number for page in pages for row in page.rows] == wanted
    assert [page.has_more for page in pages] == [True, True, False]
    assert await _numbers(store, clock(), channels=("zalo",)) == []


async def test_a_critical_ticket_is_in_every_page_whatever_is_asked(store, clock) -> None:
    critical = await open_ticket(store, clock(), DROWNING)

    page = await queue_page(store, Asked(view=View.DONE, communes=("30340",)), now=clock())

    assert page.rows == ()
    assert [row.ticket.number for row in page.critical] == [critical.number]


async def test_done_tickets_come_newest_first(store, clock) -> None:
    lan = await add_user(store, clock())
    numbers = []
    for _ in range(3):
        clock.forward(60)
        ticket = await open_ticket(store, clock(), HAZARD)
        await tickets.move_ticket(
            store,
            ticket.id,
            to=TicketState.DISMISSED,
            reason="Thử máy",
            user_id=lan.id,
            now=clock(),
        )
        numbers.append(ticket.number)

    assert await _numbers(store, clock(), view=View.DONE) == numbers[::-1]


async def test_the_next_one_is_the_one_that_the_queue_shows_first(store, clock) -> None:
    lan = await add_user(store, clock())
    normal = await open_ticket(store, clock(), HAZARD)
    clock.forward(3 * 3600 + 60)
    high = await open_ticket(store, clock(), HIGH)

    taken = [await tickets.next_most_urgent(store, user_id=lan.id, now=clock()) for _ in range(3)]

    assert [each and each.number for each in taken] == [normal.number, high.number, None]


async def test_hard_kinds_can_be_passed_over_but_never_a_critical_one(store, clock) -> None:
    lan = await add_user(store, clock())
    hard = replace(HIGH, kind=Intent.SEXUAL_ABUSE)
    first = await open_ticket(store, clock(), hard)
    clock.forward(60)
    other = await open_ticket(store, clock(), HAZARD)
    critical = await open_ticket(store, clock(), replace(hard, urgency=Urgency.CRITICAL))

    taken = [
        await tickets.next_most_urgent(
            store, user_id=lan.id, now=clock(), passes_over=(Intent.SEXUAL_ABUSE,)
        )
        for _ in range(3)
    ]

    expected = [critical.number, other.number, first.number]
    assert [each and each.number for each in taken] == expected


async def test_who_rests_is_given_critical_tickets_alone(store, clock) -> None:
    lan = await add_user(store, clock())
    await open_ticket(store, clock(), HIGH)

    assert await tickets.next_most_urgent(
        store, user_id=lan.id, now=clock(), only_critical=True
    ) is None  # fmt: skip
