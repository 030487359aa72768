"""The ticket page shows every line of a ticket, and that a code was given, never the code."""

from datetime import UTC, datetime

import pytest

from bot.content.code_words import code_words
from bot.dialogue.codes import RANDOM_BYTES, make_code
from bot.dialogue.returning import GIVEN
from intake.console.present import Bubble
from intake.console.strings import ConsoleLanguage, words_of
from intake.console.tickets.lines import hide_code
from intake.permissions import Role
from storage.codes.codes import CodeText, give_code, present_code
from storage.talks.contacts import find_conversation

UNREAD = "Người báo tin chưa đọc tin này"
CODE = CodeText(stem="am tra banh mi cay tre", digits="42", number="48217730")


async def test_a_ticket_with_one_line_and_no_code_says_nothing_of_either(console) -> None:
    ticket = await console.rows.report("con bi danh")
    browser = await console.signed_in(Role.OPERATOR)

    _, page = await browser.get(f"/console/tickets/{ticket.number}")

    assert 'id="return-code"' not in page
    assert 'id="lines"' not in page


async def test_a_code_shows_when_it_was_given_and_used_and_both_talks_stand_in_one_thread(
    console, clock
) -> None:
    store = console.service.store
    ticket = await console.rows.report("con bi danh hom qua", account="before")
    await give_code(store, ticket.id, CODE, channel="web", now=clock())
    browser = await console.signed_in(Role.OPERATOR)
    _, before = await browser.get(f"/console/tickets/{ticket.number}")
    clock.forward(60)
    await console.rows.report("alo", account="after")
    line = await find_conversation(store, "web", "after")
    await present_code(
        store, line, CodeText(stem=CODE.stem, digits=CODE.digits), channel="web", now=clock()
    )

    _, page = await browser.get(f"/console/tickets/{ticket.number}")

    assert "chưa ai dùng" in before
    assert "dùng lần cuối lúc" in page
    assert "Có người quay lại bằng mã" in page
    assert page.index("con bi danh hom qua") < page.index(">alo<")
    assert 'id="lines"' in page
    for secret in (CODE.stem, CODE.number):
        assert secret not in page


async def test_a_text_that_waits_on_the_line_before_says_that_nobody_has_read_it(
    console, clock
) -> None:
    store = console.service.store
    ticket = await console.rows.report("con bi danh hom qua", account="before", channel="telegram")
    lan = await console.signed_in(Role.OPERATOR)
    path = f"/console/tickets/{ticket.number}"
    await lan.post(f"{path}/claim")
    clock.forward(121)
    await lan.post(f"{path}/messages", text="Cô đây, con kể tiếp đi")
    _, before = await lan.get(path)
    await give_code(store, ticket.id, CODE, channel="telegram", now=clock())
    await console.rows.report("alo", account="after")
    line = await find_conversation(store, "web", "after")
    code = CodeText(stem=CODE.stem, digits=CODE.digits)
    await present_code(store, line, code, channel="web", now=clock())

    _, page = await lan.get(path)

    assert UNREAD not in before
    assert page.count(UNREAD) == 1
    assert page.index("(Telegram)") < page.index(UNREAD) < page.index("Cô đây, con kể tiếp đi")


@pytest.mark.parametrize("line", [0, 1])
def test_a_code_that_was_given_or_written_is_not_shown_to_staff(line: int) -> None:
    words, new = words_of(ConsoleLanguage.VIETNAMESE), make_code(bytes(RANDOM_BYTES), code_words())
    given = bubble("bot", f"Mã của bạn:\n{new.text}", card=GIVEN)
    written = bubble("reporter", new.text.splitlines()[line])
    ordinary = bubble("reporter", "con bi danh hom qua")

    assert hide_code(given, words).text == "Mã của bạn:"
    assert hide_code(written, words).text == "(một mã quay lại)"
    assert hide_code(ordinary, words) is ordinary


def bubble(side: str, text: str, card: str = "") -> Bubble:
    at = datetime(2026, 11, 24, 20, 15, tzinfo=UTC)
    return Bubble(id="in-1", side=side, author="", at=at, text=text, card=card)
