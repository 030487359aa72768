"""The kept corpus of bad input (fuzz.jsonl): whatever arrives, an assessment leaves.

One JSON object a line, ASCII only: pieces of text, each with how many times it stands there. What
broke something once is added.
"""

import io
import json
from functools import lru_cache
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.assessment import Assessment
from nlu.commands import classify
from nlu.engine import load_engine
from nlu.letters import MOST_SCANNED, READ_FROM_EACH_END, WINDOW, windows
from nlu.noise.kinds import KINDS, noised
from nlu.text import read

_CORPUS = [
    json.loads(line)
    for line in Path(__file__).with_name("fuzz.jsonl").read_text("ascii").splitlines()
]
_ENGINE = load_engine()
_TEXTS = pytest.mark.parametrize(
    "text",
    [
        pytest.param("".join(piece * times for piece, times in one["parts"]), id=one["name"])
        for one in _CORPUS
    ],
)
_UNITS = st.sampled_from(
    ["cứu", "em", " ", " ", ".", "c h ế t", "dd", "s", "w", "9", "1", "\u0301", "\u031b", "\u200d",
     "\u202e", "\ud83d", "🔪", "👨‍👩‍👧", "ក", "្", "ช", "救", "х", "ｃ", "\x00", "\n", "đ", "Ð", "İ",
     "ß", "k", "-", "/", "tuổi", "0900000123", "{", "(", "'", "embidanh", "uo", "phim", "không"]
)  # fmt: skip


@lru_cache(maxsize=512)
def _understood(text: str) -> Assessment:
    return _ENGINE.understand(text)


@_TEXTS
def test_bad_input_gets_an_assessment(text: str) -> None:
    found = _understood(text)

    assert isinstance(found, Assessment)
    assert 0 <= found.confidence <= 1
    assert all(0 < place.confidence <= 1 for place in found.places)


@_TEXTS
def test_bad_input_is_read_with_bounded_work_and_keeps_its_places(text: str) -> None:
    reading = read(text)
    parts = windows(text)

    assert len(reading.words) <= WINDOW * 4
    assert len(reading.full) <= 20 * READ_FROM_EACH_END
    assert len(parts) * WINDOW <= 2 * MOST_SCANNED + WINDOW
    assert all(0 <= word.start < word.end <= len(text) for word in reading.words)
    assert reading.full == " ".join(word.full for word in reading.words)


@_TEXTS
def test_bad_input_on_the_command_line_is_answered_line_by_line(text: str) -> None:
    out = io.StringIO()

    assert classify(io.StringIO(json.dumps({"text": text[:20_000]}) + "\n"), out) == 0

    (line,) = out.getvalue().splitlines()
    assert {"intent", "urgency", "ask"} <= json.loads(line).keys()
    line.encode("utf-8")


def test_bytes_that_are_no_text_are_answered_line_by_line() -> None:
    raw = b"\xff\xfe\x00c\x00u\n\x80\x81\xc3\x28 cuu em\n\x00\x00\n\xed\xa0\x80\n"
    out = io.StringIO()

    assert classify(io.TextIOWrapper(io.BytesIO(raw), encoding="utf-8"), out) == 0

    assert len(out.getvalue().splitlines()) == raw.count(b"\n")


def test_hidden_signs_and_look_alikes_do_not_hide_a_cry() -> None:
    plain = "cứu em với, ba cầm dao đòi giết em"

    for hidden in (
        "cứ\u200bu em với, ba c\u00adầm d\u2060ao đòi gi\u200dết em",
        "сứu em với, bа cầm dао đòi giết еm",
    ):
        found = _ENGINE.understand(hidden)

        assert found.urgency is _ENGINE.understand(plain).urgency


@settings(max_examples=300, deadline=None)
@given(st.lists(_UNITS, max_size=40))
def test_pieces_in_any_order_get_an_assessment(pieces: list[str]) -> None:
    text = "".join(pieces)

    found = _ENGINE.understand(text)

    assert all(reason.words in text or not reason.words for reason in found.reasons)


@settings(max_examples=100, deadline=None)
@given(
    st.text(alphabet=st.characters(codec=None), max_size=200), st.sampled_from(KINDS), st.integers()
)
def test_noise_on_any_text_gets_an_assessment(text: str, kind: str, seed: int) -> None:
    noisy = noised(text, kind, Random(seed))  # noqa: S311 - a repeatable draw, nothing secret

    assert isinstance(_ENGINE.understand(noisy), Assessment)
