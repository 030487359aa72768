"""Danger in the middle of a long message is seen, by whoever asks the floor."""

import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.engine import load_engine
from nlu.floor import load_floor
from nlu.labels import Danger, Urgency
from nlu.letters import MOST_SCANNED, WINDOW, windows
from nlu.said import Said
from nlu.text import read

_FLOOR = load_floor()
_TALK = "Hôm nay trời đẹp, cả nhà con đi chợ mua rau rồi về nấu cơm. "
_CRY = "Em con té xuống mương rồi không thấy lên!"


def _filler(letters: int) -> str:
    return (_TALK * (letters // len(_TALK) + 1))[:letters]


@pytest.mark.parametrize("before", [100, 1_990, 2_500, 3_960, 7_000, 20_000, 60_000])
def test_danger_is_seen_wherever_it_stands_in_a_long_message(before: int) -> None:
    text = f"{_filler(before)}. {_CRY} {_filler(9_000)}"

    hit = _FLOOR.look(text)

    assert hit is not None
    assert (hit.urgency, hit.danger) == (Urgency.CRITICAL, Danger.DROWNING)
    assert any("té xuống mương" in reason.words for reason in hit.reasons)


def test_the_engine_sees_what_the_floor_sees_in_the_middle() -> None:
    text = f"{_filler(9_000)} {_CRY} {_filler(9_000)}"

    found = load_engine().understand(text)

    assert (found.urgency, found.danger) == (Urgency.CRITICAL, Danger.DROWNING)


def test_long_ordinary_talk_is_no_danger() -> None:
    assert _FLOOR.look(_filler(30_000)) is None


def test_windows_cover_everything_once_and_a_little_more() -> None:
    text = _filler(50_000)

    parts = windows(text)

    assert all(len(part) <= WINDOW for part in parts)
    assert sum(map(len, parts)) <= 1.5 * len(text)
    for at in range(0, len(text) - 200, 97):
        assert any(text[at : at + 200] in part for part in parts)


def test_a_short_text_is_one_window() -> None:
    assert windows("cứu em") == ("cứu em",)


def test_what_is_scanned_of_an_endless_text_is_bounded_and_grows_in_step() -> None:
    few, many = windows("a b " * 5_000), windows("a b " * 10_000)

    assert len(many) <= 2 * len(few) + 1
    assert sum(map(len, windows("x" * 5_000_000))) <= 1.5 * MOST_SCANNED


@pytest.mark.parametrize(
    "piece",
    [
        "con ",
        "a ",
        "té xuống cái té xuống cái ",
        "con đang uống thuốc đi nước ",
        "không, không, không, ",
        "cầm dao, cầm, cầm cầm ",
        "(((((. ",
        "em em em em bị bị bị đang đang ",
    ],
)
def test_work_grows_in_step_with_the_text(piece: str) -> None:
    """Counted in calls, not in seconds: twice the text is at most a little over twice the work."""
    few = Said(read((piece * 2_000)[:1_900]))
    many = Said(read((piece * 2_000)[:3_800]))

    assert _calls(few) * 2.6 + 2_000 >= _calls(many)


def _calls(said: Said) -> int:
    calls = 0

    def count(*_: object) -> None:
        nonlocal calls
        calls += 1

    sys.setprofile(count)
    try:
        _FLOOR.examine(said.reading)
    finally:
        sys.setprofile(None)
    return calls


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [word for rule in _FLOOR.rules for text in rule.must for word in text.split()]
        ),
        min_size=1,
        max_size=9,
    ),
    st.integers(1, 4_000),
)
def test_no_long_repetition_of_dangerous_words_takes_more_than_its_share(
    words: list[str], times: int
) -> None:
    text = (" ".join(words) + " ") * times
    said = Said(read(text[:4_000]))

    assert _calls(said) <= 60_000 + 1_500 * len(said.full)


async def test_a_long_text_is_looked_at_elsewhere_and_found_done_afterwards() -> None:
    floor = load_floor()
    text = "trời mưa hoài " * 2_000 + "em con rớt xuống kinh rồi"

    hit = await floor.look_soon(text)

    assert hit is not None
    assert hit == floor.look(text)
    assert await floor.look_soon("con chào cô") is None
