"""The page of one ticket: a composer locked to its line, and a case in groups."""

import pytest

from intake.permissions import Role
from nlu.labels import Urgency
from storage import tickets
from storage.codes import lines
from storage.errors import LineMoved
from storage.rows import NewInbound, NewOutbound
from storage.talks import inbox, threads
from storage.words import speech
from tests.intake.console.browser import open_screen, violations

WORDS = "Cô là cán bộ, cô nghe con đây."


async def _held(console, **more):
    """A ticket that Lan holds, and her browser."""
    ticket = await console.rows.report(**more)
    lan = await console.signed_in(Role.OPERATOR, "lan", "Nguyễn Thị Lan")
    await lan.post(f"/console/tickets/{ticket.number}/claim")
    return ticket, lan


async def _move(console, ticket) -> str:
    """The reporter comes back on another line; return its conversation."""
    store, now = console.service.store, console.service.clock()
    received = await inbox.receive(
        store,
        NewInbound(
            channel="web",
            account="other-line",
            external_id="other-1",
            sent_at=now,
            received_at=now,
            body={"type": "text", "content": {"text": "con đây"}},
        ),
        owner="test",
        now=now,
        lease_seconds=30,
        bucket=None,
    )
    await store.db.transaction(
        lambda connection: lines.follow(connection, ticket, received.conversation_id, now=now)
    )
    return received.conversation_id


async def test_words_to_a_line_that_moved_go_nowhere_and_stay_in_the_composer(console) -> None:
    ticket, lan = await _held(console)
    other = await _move(console, ticket)

    status, text = await lan.post(
        f"/console/tickets/{ticket.number}/messages",
        text=WORDS,
        conversation=ticket.conversation_id,
    )

    assert status == 422
    assert "Người báo tin nay viết ở một đường khác" in text
    assert WORDS in text
    assert f'name="conversation" value="{other}"' in text
    for conversation in (ticket.conversation_id, other):
        entries = await threads.thread(console.service.store, conversation)
        assert WORDS not in [entry.body.get("text") for entry in entries]


async def test_storage_refuses_words_to_a_line_that_moved(console) -> None:
    ticket, _ = await _held(console)
    await _move(console, ticket)
    detail = await tickets.look_again(console.service.store, ticket.number)

    with pytest.raises(LineMoved):
        await speech.say(
            console.service.store,
            conversation_id=ticket.conversation_id,
            ticket_id=ticket.id,
            user_id=detail.ticket.holder_id,
            message=NewOutbound(body={"text": WORDS}, is_pulled=True),
            now=console.service.clock(),
        )


@pytest.mark.parametrize(
    ("channel", "said"), [("web", "Chat trên web chỉ nhận chữ"), ("telegram", "Telegram chỉ nhận")]
)
async def test_the_limits_of_the_channel_stand_beside_the_composer(console, channel, said) -> None:
    ticket, lan = await _held(console, channel=channel)

    _, text = await lan.get(f"/console/tickets/{ticket.number}")

    assert said in text


async def test_nobody_can_be_written_to_on_a_line_of_speech(console) -> None:
    ticket, lan = await _held(console, channel="phone")

    status, _ = await lan.post(
        f"/console/tickets/{ticket.number}/messages", text=WORDS, conversation="0"
    )
    _, text = await lan.get(f"/console/tickets/{ticket.number}")

    assert status == 403
    assert "nên không nhắn lại cho người báo được" in text
    assert 'id="reply"' not in text


@pytest.mark.browser
async def test_what_a_reader_folded_stays_folded_through_live_updates(console) -> None:
    ticket = await console.rows.report(urgency=Urgency.CRITICAL)
    await console.rows.join("lan", Role.OPERATOR, name="Lan")
    async with open_screen(console) as screen:
        page = await screen.signed_in("lan", width=390, height=844)
        await page.goto(screen.address(f"/console/tickets/{ticket.number}?pane=case"))
        await page.locator("#fold-facts > summary").focus()
        await page.keyboard.press("Enter")
        await console.rows.report("con sợ", account="x", urgency=Urgency.CRITICAL)
        await page.evaluate("document.body.dispatchEvent(new Event('refresh-ticket'))")
        await page.wait_for_timeout(400)
        is_open = await page.evaluate("document.getElementById('fold-facts').open")
        await page.click(".case-index a[href='#case-history']")
        shows_history = await page.locator("#timeline").is_visible()
        found = await violations(page)
    assert not is_open
    assert shows_history
    assert found == []
