"""Talks are counted by the poster they began from, on both engines."""

from datetime import datetime, timedelta

from nlu.labels import Urgency
from storage.rows import NewInbound
from storage.store import Store
from storage.talks import inbox
from storage.talks.sources import SourceCount, count_sources
from tests.tickets_made import DROWNING, HAZARD, open_ticket


async def begin(store: Store, now: datetime, account: str, source: str) -> None:
    """Somebody comes by a poster."""
    await inbox.receive(
        store,
        NewInbound(
            channel="web",
            account=account,
            external_id=f"first-{account}",
            sent_at=now,
            received_at=now,
            body={"type": "text", "content": {"text": "cứu với"}},
            source=source,
        ),
        owner="test",
        now=now,
        lease_seconds=0,
        bucket=None,
    )


async def test_talks_reports_and_critical_ones_are_counted_by_tag(store: Store, clock) -> None:
    await begin(store, clock(), "old", "truong-12")
    clock.forward(timedelta(days=100).total_seconds())
    since = clock()
    for account, source in (("a", "truong-12"), ("b", "truong-12"), ("c", "cho"), ("d", "")):
        await begin(store, clock(), account, source)
    clock.forward(5)
    await open_ticket(store, clock(), DROWNING, account="a")
    await open_ticket(store, clock(), HAZARD, account="b")

    counted = await count_sources(store, since=since)

    assert DROWNING.urgency is Urgency.CRITICAL
    assert counted == (
        SourceCount(source="truong-12", channel="web", talks=2, reports=2, critical=1),
        SourceCount(source="", channel="web", talks=1, reports=0, critical=0),
        SourceCount(source="cho", channel="web", talks=1, reports=0, critical=0),
    )


async def test_a_talk_keeps_the_tag_it_began_with(store: Store, clock) -> None:
    since = clock()
    await begin(store, clock(), "a", "truong-12")
    clock.forward(5)
    await begin(store, clock(), "a", "cho")

    assert [each.source for each in await count_sources(store, since=since)] == ["truong-12"]
