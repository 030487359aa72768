"""Facts in the reporter's words, on the page of a ticket."""

import pytest

from intake.console.strings import ConsoleLanguage, words_of
from intake.console.tickets.told import told_of
from intake.permissions import Role
from nlu.fact_kinds import About, PhoneOwner, Relation, Sex, When

VIETNAMESE = words_of(ConsoleLanguage.VIETNAMESE)


def _row(fact: str, value: str, words: str = "", *, sure: bool = True) -> dict[str, object]:
    return {"fact": fact, "value": value, "words": words, "sure": sure}


@pytest.mark.parametrize(
    ("row", "name", "value"),
    [
        (_row("offender_relation", "stepfather"), "Người gây hại là", "Cha dượng"),
        (_row("child_age", "10-11"), "Tuổi của trẻ", "10-11 tuổi"),
        (_row("child_age", "0"), "Tuổi của trẻ", "dưới 1 tuổi"),
        (_row("child_sex", "girl"), "Giới tính của trẻ", "Gái"),
        (_row("children", "2", sure=False), "Số trẻ", "ít nhất 2"),
        (_row("children", "3"), "Số trẻ", "3"),
        (_row("when", "now"), "Khi nào", "Ngay bây giờ"),
        (_row("injured", "no"), "Có bị thương", "Không"),
        (
            {**_row("phone", "0900000123"), "owner": "offender"},
            "Số điện thoại",
            "0900000123 (của người gây hại)",
        ),
        (_row("a_fact_of_tomorrow", "x"), "a_fact_of_tomorrow", "x"),
    ],
)
def test_a_fact_has_a_name_and_a_value_in_words(
    row: dict[str, object], name: str, value: str
) -> None:
    (line,) = told_of({"told": [row]}, VIETNAMESE)

    assert (line.name, line.value) == (name, value)


def test_a_ticket_of_an_older_version_tells_nothing() -> None:
    assert told_of({}, VIETNAMESE) == []
    assert told_of({"told": [{}]}, VIETNAMESE) == []


@pytest.mark.parametrize(
    ("group", "names"),
    [
        ("relation", [each.value for each in Relation]),
        ("sex", [each.value for each in Sex]),
        ("about", [each.value for each in About]),
        ("when", [each.value for each in When]),
        ("phone_owner", [each.value for each in PhoneOwner]),
    ],
)
def test_every_kind_of_fact_has_a_name_in_both_languages(group: str, names: list[str]) -> None:
    for language in ConsoleLanguage:
        entries = words_of(language).entries
        assert [name for name in names if f"{group}.{name}" not in entries] == []


async def test_the_page_shows_facts_with_the_words_that_told_them(console) -> None:
    rows = [
        _row("offender_relation", "father", "ba <em>"),
        _row("child_age", "10-11", "lớp 5", sure=False),
    ]
    ticket = await console.rows.report(facts={"told": rows})
    browser = await console.signed_in(Role.OPERATOR)

    _, text = await browser.get(f"/console/tickets/{ticket.number}")

    assert "Theo lời người báo" in text
    assert "<q>ba &lt;em&gt;</q>" in text
    assert "chưa chắc" in text
    assert "<q>lớp 5</q>" in text
    assert "offender_relation" not in text


async def test_no_fact_is_in_the_queue(console) -> None:
    await console.rows.report(facts={"told": [_row("phone", "0900000123", "0900 000 123")]})
    browser = await console.signed_in(Role.OPERATOR)

    _, text = await browser.get("/console")

    assert "0900" not in text
