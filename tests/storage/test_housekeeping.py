"""What has done its work goes; what is still needed stays."""

from datetime import timedelta

from storage import housekeeping, leases, timers
from storage.accounts import sessions
from storage.rows import Bucket, NewTimer
from storage.store import Store
from tests.tickets_made import add_user

_BUCKET = Bucket(name="chat:someone", per_second=1, burst=2)


async def test_only_what_nobody_will_ask_for_again_is_deleted(store: Store, clock) -> None:
    user = await add_user(store, clock())
    await sessions.open_session(
        store, user.id, token_hash=b"a" * 32, csrf="c", now=clock(), lifetime=timedelta(days=3)
    )
    done, waiting = (
        NewTimer(kind=kind, subject="s", due_at=clock()) for kind in ("done", "waiting")
    )

    def begin(connection) -> None:  # type: ignore[no-untyped-def]  # a plain connection
        timers.set_timers(connection, (done, waiting))
        leases.take_token(connection, _BUCKET, clock())

    await store.db.transaction(begin)
    await leases.hold(store, "telegram", owner="a", now=clock(), seconds=30)
    claimed = await timers.claim_due(store, owner="a", now=clock(), claim_seconds=1, limit=9)
    for timer in claimed:
        if timer.kind == "done":
            await timers.settle(store, timer, now=clock())

    assert await housekeeping.tidy(store, now=clock()) == 0
    clock.forward(timedelta(days=2).total_seconds())
    assert await housekeeping.tidy(store, now=clock()) == 3  # the timer, the bucket, the lease

    assert await timers.next_due(store) is not None
    seen = await sessions.session(store, b"a" * 32, now=clock(), idle=timedelta(days=3))
    assert seen is not None
