"""Delivery: in order, emergency first, as long as it makes sense, and never silently lost."""

import asyncio
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, func, select, update

from bot.channels.contract import (
    BlockedByUser,
    ChannelDown,
    OutboundMessage,
    RateLimited,
    Rejected,
    SendInDoubt,
)
from intake.delivery import EMERGENCY_ONLY, Delivery
from storage.rows import Keep, Lane, NewInbound, NewOutbound, OutboxState
from storage.store import Store
from storage.tables import outbox as outbox_table
from storage.talks import inbox, outbox, road
from storage.talks.letters import dead_letters
from tests.engines import engine, store, urls

__all__ = ["engine", "store", "urls"]
NOW = datetime(2026, 11, 24, 20, 15, tzinfo=UTC)


@dataclass
class FakeChannel:
    """Records what is sent; raises what it is told to raise first."""

    name: str = "telegram"
    pulls: bool = False
    trouble: deque[Exception] = field(default_factory=deque)
    sent: list[tuple[str, str]] = field(default_factory=list)

    async def send(self, recipient: str, message: OutboundMessage) -> str:
        if self.trouble:
            raise self.trouble.popleft()
        self.sent.append((recipient, message.text))
        return str(len(self.sent))


@dataclass
class Post:
    """What Delivery needs of a service, on a clock that is moved by hand."""

    store: Store
    channels: dict[str, FakeChannel]
    owner: str = "test"
    now: datetime = NOW

    def clock(self) -> datetime:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def post(store: Store) -> Post:
    return Post(store, {"telegram": FakeChannel()})


@pytest.fixture
def delivery(post: Post) -> Delivery:
    channel = post.channels["telegram"]
    return Delivery(post, channel, jitter=lambda _low, high: high)  # type: ignore[arg-type]  # a fake


async def write(post: Post, *texts: str, account: str = "child", lane: Lane = Lane.REPLY) -> None:
    """Let somebody write and the turn answer with these texts."""
    received = await inbox.receive(
        post.store,
        NewInbound(
            channel="telegram",
            account=account,
            external_id="-".join((account, *texts)),
            sent_at=post.now,
            received_at=post.now,
            body={},
        ),
        owner="test",
        now=post.now,
        lease_seconds=30,
        bucket=None,
    )
    assert received.lease
    replies = tuple(NewOutbound(body={"text": text}, lane=lane) for text in texts)
    await road.keep(
        post.store,
        Keep(
            lease=received.lease,
            inbox_id=received.inbox_id,
            now=post.now,
            state={},
            replies=replies,
        ),
    )


def sent(post: Post) -> list[str]:
    return [text for _, text in post.channels["telegram"].sent]


async def run(delivery: Delivery) -> None:
    while await delivery.deliver_due():
        pass


async def test_replies_go_out_in_their_order(post: Post, delivery: Delivery) -> None:
    await write(post, "một", "hai", "ba")

    await run(delivery)

    assert sent(post) == ["một", "hai", "ba"]
    assert await dead_letters(post.store) == ()


async def test_the_emergency_lane_goes_first(post: Post, delivery: Delivery) -> None:
    await write(post, "tin thường", account="an")
    await write(post, "gọi 115", account="binh", lane=Lane.EMERGENCY)
    delivery.lanes = EMERGENCY_ONLY

    await delivery.deliver_due()

    assert sent(post) == ["gọi 115"]


async def test_a_channel_that_is_down_is_tried_again_later(post: Post, delivery: Delivery) -> None:
    post.channels["telegram"].trouble.extend([ChannelDown(), ChannelDown()])
    await write(post, "một")

    await run(delivery)
    assert sent(post) == []
    post.forward(1.1)
    await run(delivery)
    post.forward(1.1)
    await run(delivery)
    assert sent(post) == []
    post.forward(1.1)
    await run(delivery)

    assert sent(post) == ["một"]


async def test_retry_after_is_obeyed_by_the_whole_channel(post: Post, delivery: Delivery) -> None:
    post.channels["telegram"].trouble.append(RateLimited(30))
    await write(post, "một", account="an")
    await run(delivery)
    await write(post, "hai", account="binh")

    post.forward(29)
    await run(delivery)
    assert sent(post) == []
    post.forward(2)
    await run(delivery)

    assert sorted(sent(post)) == ["hai", "một"]


async def test_a_refused_message_is_a_dead_letter_and_lets_the_next_pass(
    post: Post, delivery: Delivery
) -> None:
    post.channels["telegram"].trouble.append(Rejected())
    await write(post, "một", "hai")

    await run(delivery)

    assert sent(post) == ["hai"]
    (letter,) = await dead_letters(post.store)
    assert letter.error == "Rejected"
    assert letter.state is OutboxState.DEAD


async def test_who_blocked_us_is_marked_and_not_written_to_again(
    post: Post, delivery: Delivery
) -> None:
    post.channels["telegram"].trouble.append(BlockedByUser())
    await write(post, "một")

    await run(delivery)

    (letter,) = await dead_letters(post.store)
    assert letter.error == "BlockedByUser"


async def test_a_reply_in_doubt_is_sent_again_and_counted(post: Post, delivery: Delivery) -> None:
    post.channels["telegram"].trouble.append(SendInDoubt())
    await write(post, "một")

    await run(delivery)
    post.forward(1.1)
    await run(delivery)

    assert sent(post) == ["một"]
    (letter,) = await dead_letters(post.store)
    assert (letter.state, letter.doubts) == (OutboxState.SENT, 1)


async def test_a_bug_in_a_channel_loses_no_reply(post: Post, delivery: Delivery) -> None:
    post.channels["telegram"].trouble.append(KeyError("bug"))
    await write(post, "một")

    await run(delivery)
    post.forward(1.1)
    await run(delivery)

    assert sent(post) == ["một"]


async def test_an_urgent_send_does_not_wait_as_long_as_the_vendor_asks(
    post: Post, delivery: Delivery
) -> None:
    post.channels["telegram"].trouble.append(RateLimited(86_400))
    await write(post, "gọi 115", lane=Lane.EMERGENCY)
    await run(delivery)

    post.forward(6)
    await run(delivery)

    assert sent(post) == ["gọi 115"]


async def test_what_waits_for_another_channel_is_left_alone(post: Post, delivery: Delivery) -> None:
    await write(post, "một")
    other = Delivery(post, FakeChannel(name="zalo"))  # type: ignore[arg-type]  # a fake

    await run(other)

    assert sent(post) == []
    await run(delivery)
    assert sent(post) == ["một"]


async def test_one_broken_row_holds_up_no_other(post: Post, delivery: Delivery) -> None:
    await write(post, "hỏng", account="an")
    await write(post, "lành", account="binh")
    await post.store.db.transaction(_break_first_body)

    await run(delivery)

    assert sent(post) == ["lành"]
    (letter,) = await dead_letters(post.store)
    assert letter.error == "unreadable"


def _break_first_body(connection: Connection) -> None:
    first = select(func.min(outbox_table.c.id)).scalar_subquery()
    connection.execute(
        update(outbox_table).where(outbox_table.c.id == first).values(body_sealed=b"broken")
    )


async def test_a_reply_that_comes_too_late_for_a_lock_screen_is_held(
    post: Post, delivery: Delivery
) -> None:
    post.channels["telegram"].trouble.extend(ChannelDown() for _ in range(3))
    await write(post, "một")

    for _ in range(3):
        await run(delivery)
        post.forward(60)
    await run(delivery)

    assert sent(post) == []
    assert await dead_letters(post.store) == ()
    assert await outbox.next_due(post.store, "telegram") is None


async def test_rescue_words_are_sent_however_late_and_given_up_after_many_tries(
    post: Post, delivery: Delivery
) -> None:
    post.channels["telegram"].trouble.extend(ChannelDown() for _ in range(1000))
    await write(post, "gọi 115", lane=Lane.EMERGENCY)

    for _ in range(1001):
        await run(delivery)
        post.forward(6)

    (letter,) = await dead_letters(post.store)
    assert letter.state is OutboxState.DEAD
    assert letter.attempts == 1000


async def test_two_processes_send_each_reply_once(post: Post, delivery: Delivery) -> None:
    for number in range(20):
        await write(post, f"tin {number}", account=f"người {number}")
    post_of_other = Post(post.store, post.channels, owner="other")
    other = Delivery(post_of_other, post.channels["telegram"])  # type: ignore[arg-type]  # a fake

    await asyncio.gather(*(each.deliver_due() for each in (delivery, other) * 3))

    assert sorted(sent(post)) == sorted(f"tin {number}" for number in range(20))


async def test_nothing_waits_when_all_is_sent(post: Post, delivery: Delivery) -> None:
    await write(post, "một")
    assert await outbox.next_due(post.store, "telegram") == NOW

    await run(delivery)

    assert await outbox.next_due(post.store, "telegram") is None
