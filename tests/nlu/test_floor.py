"""The floor: fast, silent on ordinary talk, loud on danger, whatever else the text holds."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.floor import load_floor
from nlu.labels import Danger, Intent, Urgency
from nlu.syllables import strip_marks
from nlu.text import read

_FLOOR = load_floor()


@pytest.mark.parametrize(
    ("text", "intent", "danger"),
    [
        ("con toi rot xuong kinh roi cuu voi", Intent.DROWNING_EMERGENCY, Danger.DROWNING),
        ("Ba đang cầm dao đòi giết má con", Intent.PHYSICAL_VIOLENCE, Danger.ATTACK),
        ("dượng đang đè em con ra, cứu", Intent.SEXUAL_ABUSE, Danger.SEXUAL_ATTACK),
        ("em đang đứng trên cầu muốn nhảy xuống", Intent.SUICIDE_SELF_HARM, Danger.SUICIDE),
        ("bé hóc hạt nhãn tím tái rồi", Intent.INJURY_EMERGENCY, Danger.CHOKING),
        ("nha con chay roi, em con con trong do", Intent.INJURY_EMERGENCY, Danger.FIRE),
        ("cuu con voi ho cho con qua bien gioi", Intent.TRAFFICKING_ABDUCTION, Danger.ABDUCTION),
    ],
)
def test_life_in_minutes_is_named(text: str, intent: Intent, danger: Danger) -> None:
    hit = _FLOOR.look(text)

    assert hit is not None
    assert hit.urgency is Urgency.CRITICAL
    assert hit.intent is intent
    assert hit.danger is danger


@pytest.mark.parametrize(
    "text", ["cuu", "Cứu", "sos", "SOS!!!", "help", "111", "🆘", "cíu", "ជួយផង"]
)
def test_a_bare_cry_asks_for_a_human_at_once(text: str) -> None:
    hit = _FLOOR.look(text)

    assert hit is not None
    assert (hit.intent, hit.urgency) == (Intent.TALK_TO_HUMAN, Urgency.CRITICAL)


@pytest.mark.parametrize(
    "text",
    [
        "nóng muốn chết luôn á",
        "ba con đang đánh bài ngoài hiên",
        "hôm qua coi phim thấy nó chém nhau ghê quá",
        "cách phòng tránh đuối nước cho trẻ",
        "năm ngoái có đứa chết đuối ở đây",
        "con không có bị đánh",
        "điện thoại em rớt xuống sông rồi",
        "đi từ từ thôi kẻo té",
        "Trận này thủ môn cứu thua quá đỉnh",
        "",
        "   ",
    ],
)
def test_ordinary_talk_is_no_danger(text: str) -> None:
    hit = _FLOOR.look(text)

    assert hit is None or hit.urgency is not Urgency.CRITICAL


def test_danger_after_a_film_is_still_danger() -> None:
    hit = _FLOOR.look("Con đang coi phim thì ba vô đánh con chảy máu đầu, con trốn trong nhà tắm")

    assert hit is not None
    assert hit.urgency is Urgency.CRITICAL


def test_the_same_danger_now_counts_although_it_also_happened_before() -> None:
    hit = _FLOOR.look("Năm ngoái nó té sông một lần. Giờ nó lại té xuống sông rồi, cứu với!")

    assert hit is not None
    assert hit.urgency is Urgency.CRITICAL


def test_the_reason_shows_the_writers_own_words() -> None:
    hit = _FLOOR.look("chú ơi em con TÉ   XUỐNG   MƯƠNG rồi")

    assert hit is not None
    assert any(reason.words == "TÉ   XUỐNG   MƯƠNG" for reason in hit.reasons)


def test_every_critical_sentence_also_fires_without_marks() -> None:
    silent = [
        sentence
        for rule in _FLOOR.rules
        for sentence in rule.must
        if rule.urgency is Urgency.CRITICAL and _FLOOR.look(strip_marks(sentence)) is None
    ]

    assert len(silent) <= 2, silent


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.characters(codec=None), max_size=200))
def test_the_floor_never_raises(text: str) -> None:
    _FLOOR.look(text)
    _FLOOR.examine(read(text))
