"""The search: what is understood, what is found, and what is noted about it."""

from datetime import UTC, date, datetime

import pytest

from intake.console.queue.find_dates import days_in
from intake.console.queue.wanted import Term, is_there, number_in, read_wanted, vocabulary
from intake.permissions import Role
from nlu.labels import Intent, Urgency
from nlu.places import load_places
from storage import events, tickets

NOW = datetime(2026, 11, 30, 5, tzinfo=UTC)
TODAY = date(2026, 11, 30)
NAMES = vocabulary(
    [
        Term(group="kinds", value="drowning_emergency", said="Đuối nước"),
        Term(group="kinds", value="drowning_hazard", said="Nguy cơ đuối nước"),
        Term(group="kinds", value="neglect_abandonment", said="Bỏ mặc, bỏ rơi"),
        Term(group="urgencies", value="high", said="Gấp"),
        Term(group="states", value="in_progress", said="Đang xử lý"),
        Term(group="channels", value="zalo", said="Zalo"),
        Term(group="holders", value="lan", said="@lan"),
        Term(group="holders", value="me", said="của tôi"),
        Term(group="communes", value="30337", said="An Phú"),
    ]
)
PLACES = load_places()


def _read(text: str):
    return read_wanted(text, names=NAMES, places=PLACES, now=NOW)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("hom nay", (2026, 11, 30), (2026, 11, 30)),
        ("hom qua", (2026, 11, 29), (2026, 11, 29)),
        ("hom kia", (2026, 11, 28), (2026, 11, 28)),
        ("tuan nay", (2026, 11, 30), (2026, 12, 6)),
        ("tuan truoc", (2026, 11, 23), (2026, 11, 29)),
        ("thang nay", (2026, 11, 1), (2026, 11, 30)),
        ("thang truoc", (2026, 10, 1), (2026, 10, 31)),
        ("thang 12", (2025, 12, 1), (2025, 12, 31)),
        ("30/11", (2026, 11, 30), (2026, 11, 30)),
        ("1/12", (2025, 12, 1), (2025, 12, 1)),
        ("05/03/2025", (2025, 3, 5), (2025, 3, 5)),
        ("tu 1/11 den 5/11", (2026, 11, 1), (2026, 11, 5)),
        ("1/11 - 5/11/2026", (2026, 11, 1), (2026, 11, 5)),
        ("yesterday", (2026, 11, 29), (2026, 11, 29)),
    ],
)
def test_days_are_understood_as_people_name_them(text: str, first, last) -> None:
    found = days_in(text, today=TODAY)

    assert found is not None
    assert (found.first, found.last) == (date(*first), date(*last))


@pytest.mark.parametrize("text", ["31/2", "0/0", "99/99/9999", "thang 13", "quan", "", "1/"])
def test_what_is_no_day_is_none(text: str) -> None:
    assert days_in(text, today=TODAY) is None


@pytest.mark.parametrize(
    ("text", "group", "values", "words"),
    [
        ("đuối nước", "kinds", ("drowning_emergency",), ()),
        ("nguy co duoi nuoc ao cá", "kinds", ("drowning_hazard",), ("ao", "ca")),
        ("bo roi", "kinds", ("neglect_abandonment",), ()),
        ("gấp", "urgencies", ("high",), ()),
        ("gặp cô giáo", "urgencies", (), ("gap", "co", "giao")),
        ("dang xu ly", "states", ("in_progress",), ()),
        ("ZALO @lan", "holders", ("lan",), ()),
        ("cua toi", "holders", ("me",), ()),
        ("an phu duoi nuoc", "communes", ("30337",), ()),
        ("núi sam", "communes", ("30325",), ()),
        ('"đuối nước" hôm qua', "kinds", (), ("duoi nuoc",)),
    ],
)
def test_a_box_holds_filters_and_words(text: str, group: str, values, words) -> None:
    found = _read(text)

    named = getattr(found.sought, group)
    assert set(values) <= set(named)
    assert bool(values) == bool(named)
    assert found.words == words


def test_an_old_name_of_several_communes_means_all_of_them() -> None:
    assert len(_read("thị xã tân châu").sought.communes) > 2


def test_words_are_found_whole_and_without_marks() -> None:
    assert is_there(("co giao", "ba"), "Bà nội gọi Cô  giáo, hẹn thứ Ba")
    assert not is_there(("ba",), "bao giờ em về")
    assert is_there(("dien",), "Điện thoại")


@pytest.mark.parametrize(
    ("text", "number"),
    [("1", "PT-2026-000001"), ("pt-2025-12", "PT-2025-000012"), ("१२", None), ("12 a", None)],
)
def test_a_number_is_known(text: str, number: str | None) -> None:
    assert number_in(text, year=2026) == number


async def _note(console, ticket, text: str) -> None:
    user_id = await console.rows.join(f"noter-{ticket.number[-3:].lower()}", Role.OPERATOR)
    await tickets.add_note(
        console.service.store, ticket.id, text=text, user_id=user_id, now=console.service.clock()
    )


async def _find(browser, text: str) -> tuple[int, str]:
    return await browser.get("/console/find", params={"q": text})


async def test_clear_columns_are_found_without_opening_a_note(console) -> None:
    here = await console.rows.report(kind=Intent.BULLYING)
    there = await console.rows.report(commune="30316")
    browser = await console.signed_in(Role.OPERATOR)

    for text, shown, hidden in (
        ("an phú", here, there),
        ("châu đốc hôm nay", there, here),
        ("bat nat", here, there),
    ):
        status, page = await _find(browser, text)
        assert status == 200
        assert shown.number in page, text
        assert hidden.number not in page, text
    found = await events.events_after(console.service.store, 0, limit=1000)
    assert "notes_searched" not in {event.kind for event in found}


async def test_words_are_found_in_notes_and_the_event_holds_none_of_them(console) -> None:
    ticket, other = await console.rows.report(), await console.rows.report()
    await _note(console, ticket, "Đã gọi cô giáo chủ nhiệm")
    await _note(console, other, "Gia đình không nghe máy")
    browser = await console.signed_in(Role.OPERATOR)

    _, page = await _find(browser, "co giao")

    assert ticket.number in page
    assert other.number not in page
    assert "Đã mở và đọc lướt 2 ghi chú – toàn bộ" in page
    assert "chủ nhiệm" not in page
    found = await events.events_after(console.service.store, 0, limit=1000)
    (told,) = [event for event in found if event.kind == "notes_searched"]
    assert told.detail == {"notes": 2, "found": 1}
    assert told.note == ""


async def test_only_notes_of_tickets_that_fit_are_opened(console) -> None:
    here, there = await console.rows.report(), await console.rows.report(commune="30316")
    for ticket in (here, there):
        await _note(console, ticket, "Đã gọi cô giáo")
    browser = await console.signed_in(Role.OPERATOR)

    _, page = await _find(browser, 'an phú "cô giáo"')

    assert here.number in page
    assert there.number not in page
    assert "Đã mở và đọc lướt 1 ghi chú" in page


async def test_what_was_erased_is_found_no_more(console) -> None:
    ticket = await console.rows.report()
    await _note(console, ticket, "Đã gọi cô giáo")
    await console.service.store.vault.forget(ticket.id)
    browser = await console.signed_in(Role.OPERATOR)

    status, page = await _find(browser, "cô giáo")

    assert status == 200
    assert "Không tìm thấy phiếu nào" in page


@pytest.mark.parametrize("text", ["", "   ", "<script>x", "' or 1=1 --", '"', "x" * 5000, "%%%"])
async def test_nonsense_breaks_nothing(console, text: str) -> None:
    await console.rows.report(urgency=Urgency.LOW)
    browser = await console.signed_in(Role.OPERATOR)

    status, page = await _find(browser, text)

    assert status == 200
    assert "<script>x" not in page


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR, Role.COMMUNICATOR])
async def test_who_may_not_read_tickets_cannot_search(console, role: Role) -> None:
    browser = await console.signed_in(role)

    status, _ = await _find(browser, "1")

    assert status == 403
