"""The ticket page says by which poster or link a reporter came."""

from intake.permissions import Role
from storage.rows import NewInbound
from storage.talks import inbox


async def test_the_ticket_page_shows_the_tag_of_the_talk(console, clock) -> None:
    now = clock()
    await inbox.receive(
        console.service.store,
        NewInbound(
            channel="web",
            account="by-poster",
            external_id="first",
            sent_at=now,
            received_at=now,
            body={"type": "text", "content": {"text": "xin chào"}},
            source="truong-12",
        ),
        owner="test",
        now=now,
        lease_seconds=0,
        bucket=None,
    )
    clock.forward(5)
    by_poster = await console.rows.report("con bi danh", account="by-poster")
    by_chance = await console.rows.report("con bi danh")
    browser = await console.signed_in(Role.OPERATOR)

    _, shown = await browser.get(f"/console/tickets/{by_poster.number}")
    _, other = await browser.get(f"/console/tickets/{by_chance.number}")

    assert '<dd id="source">truong-12</dd>' in shown
    assert 'id="source"' not in other
