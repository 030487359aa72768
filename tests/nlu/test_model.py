"""The committed model belongs to the committed data, and can be trusted to load."""

from pathlib import Path

import numpy as np
import pytest

from nlu.commands import figures
from nlu.engine import load_engine
from nlu.examples import DEV, TEST, TRAIN, file_hash, fingerprint, load_examples
from nlu.floor import load_floor
from nlu.labels import Intent
from nlu.model import INTENTS, MODEL_FILE, URGENCIES, load_manifest, load_model
from nlu.rulebook import rules_hash
from nlu.senses import SENSES_FILE
from nlu.training import train

_ADVICE = "run `langnghe nlu train` and commit nlu/data/model.npz with nlu/data/model.json"


def test_the_model_was_trained_on_the_data_rules_and_senses_of_this_commit() -> None:
    manifest = load_manifest()

    assert manifest["data"] == fingerprint(load_examples(TRAIN)), _ADVICE
    assert manifest["rules"] == rules_hash(), _ADVICE
    assert manifest["senses"] == file_hash(SENSES_FILE), _ADVICE
    assert manifest["intents"] == [intent.value for intent in INTENTS], _ADVICE


def test_the_model_is_small_and_holds_no_code() -> None:
    assert MODEL_FILE.stat().st_size < 40_000_000
    with np.load(MODEL_FILE, allow_pickle=False) as arrays:
        assert all(arrays[name].dtype != object for name in arrays.files)


def test_opinions_are_probabilities() -> None:
    model, floor = load_model(), load_floor()
    for text in ("con bị đánh", "zzzz", "ជួយ"):
        opinion = model.think(*floor.study(text))
        assert sum(opinion.intents.values()) == pytest.approx(1, abs=1e-4)
        assert sum(opinion.urgencies.values()) == pytest.approx(1, abs=1e-4)
        assert set(opinion.intents) == set(INTENTS)
        assert set(opinion.urgencies) == set(URGENCIES)


def test_the_held_out_figures_do_not_fall_below_what_was_reported() -> None:
    found = figures(load_engine(), load_examples(TEST))

    assert found["intent_accuracy"] >= 0.74
    assert found["urgency_accuracy"] >= 0.78
    assert found["critical_recall"] >= 0.80
    assert found["critical_or_asks"] >= 0.93


def test_held_out_messages_are_in_no_training_file() -> None:
    trained = {one.text for one in load_examples(TRAIN)}

    assert not trained & {one.text for one in load_examples(TEST)}
    assert not trained & {one.text for one in load_examples(DEV)}


def test_the_same_data_and_seed_give_the_same_opinions(tmp_path: Path) -> None:
    wanted = {Intent.BROADCAST_OPTIN, Intent.BROADCAST_OPTOUT, Intent.BULLYING}
    few = [one for one in load_examples(TRAIN) if one.intent in wanted]
    dev = few[:5]
    said, floor = load_floor().study("bị bạn đánh")

    train(few, dev, tmp_path)
    first = load_model(tmp_path / MODEL_FILE.name).think(said, floor)
    train(few, dev, tmp_path)
    second = load_model(tmp_path / MODEL_FILE.name).think(said, floor)

    assert first == second
    assert max(first.intents, key=lambda one: first.intents[one]) is Intent.BULLYING
