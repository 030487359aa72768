"""What the carrier is told: words said as they should be, and nothing abroad by default."""

from dataclasses import replace
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest

from bot.content.shelf import Shelf, load_shelf
from intake.commands.call_twiml import read_twiml
from intake.settings import read_settings
from intake.telephone import twiml
from intake.telephone.steps import (
    RHYTHM,
    Ask,
    CallState,
    GoOn,
    HangUp,
    Look,
    Next,
    Ring,
    Then,
)
from intake.telephone.twiml import Doors, Speaker
from storage.rota.phones import Reachable

SHE = Reachable(user_id="b" * 32, name="Trần Thị Thử", phone="+84900000201", is_on_call=True)
DOORS = Doors(call_id="a" * 32, turn=3, phones=(SHE,))


def speaker(*, is_production: bool = False, english: bool = False, **settings: str) -> Speaker:
    read = read_settings({f"LANGNGHE_TELEPHONE_{name}": value for name, value in settings.items()})
    return Speaker(
        shelf=load_shelf(mode_is_production=is_production),
        settings=read.telephone,
        public_url="https://vidu.example",
        english=english,
    )


def written(who: Speaker, then: Then, *says: str) -> Element:
    text = twiml.of_step(Next(state=CallState(), says=says, then=then), who, DOORS)
    if not (who.settings.hears_speech or who.settings.records):
        read_twiml(text)  # as strictly as the carrier
    return ElementTree.fromstring(text)  # noqa: S314 - our own


def words(root: Element) -> str:
    return " ".join(said.text or "" for said in root.iter("Say"))


def test_our_numbers_are_read_digit_by_digit_and_others_are_not() -> None:
    said = words(written(speaker(), HangUp(), "tel_quiet_bye", "tel_rhythm"))

    assert "gọi 1 1 1" in said
    assert "Ép 30 cái" in said


def test_only_the_greeting_says_that_the_words_are_a_draft() -> None:
    said = words(written(speaker(), Ask(), "tel_greeting", "tel_menu"))

    assert said.count("[nháp]") == 1


def test_a_draft_is_never_said_in_production_and_its_replacement_once() -> None:
    said = words(written(speaker(is_production=True), GoOn(), "tel_numbers", "tel_drowning"))

    assert (
        said == "Công an 1 1 3. Cấp cứu 1 1 5. Cứu nạn 1 1 4. Bảo vệ trẻ em 1 1 1, 1 8 0 0 8 0 7 7"
    )


class Sharp(Shelf):
    """A shelf whose words would break a document that is put together by hand."""

    def plain(self, *_: object, **__: object) -> str:
        return 'Đừng <nhảy> & "la" \x00\x1b\ud800lên'


def test_whatever_a_card_says_is_escaped() -> None:
    plain = speaker()
    fields = {name: getattr(plain.shelf, name) for name in Shelf.__dataclass_fields__}
    sharp = replace(plain, shelf=Sharp(**fields))

    assert words(written(sharp, HangUp(), "tel_bye")) == 'Đừng <nhảy> & "la" lên'


def test_recorded_prompts_are_played_where_there_are_any() -> None:
    root = written(speaker(PROMPTS_URL="https://prompts.example/vi/"), HangUp(), "tel_bye")

    assert [played.text for played in root.iter("Play")] == [
        "https://prompts.example/vi/tel_bye.mp3"
    ]
    assert words(root) == ""


def test_english_is_read_by_an_english_voice() -> None:
    root = written(speaker(english=True, PROMPTS_URL="https://x.example"), HangUp(), "tel_bye")

    assert "Thank you for calling" in words(root)
    assert {said.get("language") for said in root.iter("Say")} == {"en-US"}


def test_the_english_key_is_said_in_english_to_everybody() -> None:
    root = written(speaker(), Ask(), "tel_menu", "tel_english")

    assert [said.get("language") for said in root.iter("Say")] == ["vi-VN", "en-US"]


def test_nothing_is_understood_or_recorded_abroad_unless_it_is_set() -> None:
    plain, allowed = speaker(), speaker(HEARS_SPEECH="1", RECORDS="1")

    assert written(plain, Ask()).find("Gather").get("input") == "dtmf"
    assert written(plain, Ring(tier=0)).find("Dial").get("record") is None
    assert "speech" in written(allowed, Ask()).find("Gather").get("input", "")
    assert written(allowed, Ring(tier=0)).find("Dial").get("record")


def test_no_number_and_no_name_stands_in_an_address() -> None:
    text = ElementTree.tostring(written(speaker(), Ring(tier=0)), encoding="unicode")

    assert f"/whisper/{'a' * 32}/{'b' * 32}" in text
    assert text.count(SHE.phone) == 1
    assert SHE.name not in text


def test_the_beat_is_heard_where_it_stands_among_the_words() -> None:
    root = written(speaker(), GoOn(), "tel_rhythm", RHYTHM)

    assert [verb.tag for verb in root] == ["Say", "Play", "Redirect"]
    assert root[1].text == "https://vidu.example/chat/rhythm.wav"


def test_a_code_is_looked_at_before_anything_is_written() -> None:
    with pytest.raises(ValueError, match="looked at"):
        written(speaker(), Look(number="12345678"))
