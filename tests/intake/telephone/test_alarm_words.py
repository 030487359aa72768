"""What the alarm says on a telephone: no plan, no carrier, no database."""

from xml.etree import ElementTree

import pytest

from intake.alarm_ways import Mark
from intake.console.strings import ConsoleLanguage, words_of
from intake.telephone.alarm_channel import international
from intake.telephone.alarm_words import Facts, Said, Stand, ask, end, spelled
from nlu.labels import Urgency
from storage.telephone.alarm_calls import Outcome

FACTS = Facts(number="PT-2026-000123", urgency=Urgency.CRITICAL, commune="Xã Óc Eo")
VOICE = "Google.vi-VN-Wavenet-A"
ACTION = "/webhooks/telephone/alarm/token/key/1"


def heard(xml: str) -> ElementTree.Element:
    return ElementTree.fromstring(xml)  # noqa: S314 - our own answer


def words(xml: str) -> str:
    return " ".join(heard(xml).itertext())


def test_the_number_is_read_sign_by_sign() -> None:
    assert spelled("PT-2026-000123") == "pê tê , 2 0 2 6 , 0 0 0 1 2 3"


def test_it_says_number_urgency_commune_and_keys() -> None:
    said = words(ask(Stand.WAITS, FACTS, voice=VOICE, action=ACTION))

    assert said.startswith("Lắng Nghe gọi. Phiếu pê tê")
    for part in ("khẩn cấp", "Xã Óc Eo", "Nhấn 1 để nhận phiếu", "Nhấn 2"):
        assert part in said


def test_an_unknown_place_is_said_to_be_unknown() -> None:
    assert "chưa rõ ở xã nào" in words(
        ask(Stand.WAITS, Facts(number="PT-2026-000001"), voice=VOICE, action=ACTION)
    )


@pytest.mark.parametrize(
    ("mark", "said"), [(Mark.DRILL, "Diễn tập, diễn tập."), (Mark.TEST, "Chuông thử.")]
)
def test_what_is_not_real_says_so_before_anything_else(mark: Mark, said: str) -> None:
    facts = Facts(number="PT-2026-000123", commune="Xã Óc Eo", mark=mark)

    text = words(ask(Stand.WAITS, facts, voice=VOICE, action=ACTION))

    assert text.startswith(f"Lắng Nghe gọi. {said} Đây không phải việc thật.")


@pytest.mark.parametrize("stand", list(Stand))
def test_a_key_is_waited_for_only_where_there_is_one(stand: Stand) -> None:
    root = heard(ask(stand, FACTS, voice=VOICE, action=ACTION))

    assert (root.find("Gather") is not None) == stand.asks
    assert (root.find("Hangup") is not None) == (not stand.asks)
    assert ("Nhấn 1" in stand.value) == stand.asks


def test_who_may_not_hear_of_a_ticket_hears_nothing_of_it() -> None:
    said = words(ask(Stand.NOTHING, FACTS, voice=VOICE, action=ACTION))

    assert "Phiếu" not in said
    assert "Óc Eo" not in said


def test_odd_names_are_escaped() -> None:
    facts = Facts(number="PT-2026-000123", commune="<Dial>113</Dial> & co")

    root = heard(ask(Stand.WAITS, facts, voice=VOICE, action=ACTION))

    assert root.find(".//Dial") is None


@pytest.mark.parametrize("said", list(Said))
def test_every_answer_is_said_in_vietnamese_and_ends_the_call(said: Said) -> None:
    root = heard(end(said, voice=VOICE))

    assert [verb.tag for verb in root] == ["Say", "Hangup"]
    assert root[0].get("language") == "vi-VN"


@pytest.mark.parametrize(
    ("phone", "called"),
    [
        ("0900000201", "+84900000201"),
        ("+84900000201", "+84900000201"),
        ("02963000001", "+842963000001"),
    ],
)
def test_a_number_is_written_as_carriers_want_it(phone: str, called: str) -> None:
    assert international(phone) == called


@pytest.mark.parametrize("language", list(ConsoleLanguage))
def test_the_console_has_words_for_all_that_may_come_of_a_call(language: ConsoleLanguage) -> None:
    entries = words_of(language).entries

    assert [each for each in Outcome if f"ring_state.{each.value}" not in entries] == []
