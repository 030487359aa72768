"""Versions of the model: trained beside the shipped one, checked before use, chosen, given back."""

import json
import re
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from nlu import model_store
from nlu.examples import DATA, file_hash
from nlu.floor import load_floor
from nlu.labels import Intent
from nlu.model import MANIFEST_FILE, MODEL_FILE
from nlu.model_store import SHIPPED, ModelRefused
from nlu.new_version import TrainingUnavailable, train_version
from tests.nlu.tiny import tiny_data

NOW = datetime(2026, 11, 24, 20, 15, tzinfo=UTC)
FLOOR = load_floor()
LESSON = """
version: "3.1"
nlu:
- intent: bullying
  examples:
  - text: tụi đàn anh xin đểu tiền ăn quà của em hoài
    metadata: {urgency: normal, style: standard, author_role: child, author: desk, lang: vi}
"""


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one version; tests that change it work on a copy."""
    folder = tmp_path_factory.mktemp("models")
    extra = folder / "lessons.yml"
    extra.write_text(LESSON, encoding="utf-8")
    return train_version([extra], folder, now=NOW, data=tiny_data())


@pytest.fixture
def version(trained: Path, tmp_path: Path) -> Path:
    place = tmp_path / "models" / trained.name
    place.mkdir(parents=True)
    for path in trained.iterdir():
        (place / path.name).write_bytes(path.read_bytes())
    return place


def test_a_version_says_what_it_was_made_of_and_the_shipped_model_stays(trained: Path) -> None:
    manifest = model_store.check(trained, FLOOR)

    assert trained.name == manifest["version"]
    assert re.fullmatch(r"20261124-[0-9a-f]{8}", trained.name)
    assert manifest["model"] == file_hash(trained / MODEL_FILE.name)
    assert manifest["messages"] == len(tiny_data().train) + 1
    assert manifest["learnt_from_with"] == 1
    assert manifest["with"][0]["file"] == "lessons.yml"
    assert manifest["made_for"] == model_store.made_for(FLOOR)
    assert MODEL_FILE.parent == DATA
    assert file_hash(MODEL_FILE)[:8] in model_store.shipped_version()


def test_a_version_understands_what_it_learnt(version: Path) -> None:
    heard = FLOOR.study("tụi đàn anh xin đểu tiền ăn quà của em")

    opinion = model_store.load_version(version, FLOOR).think(*heard)

    assert max(opinion.intents, key=lambda one: opinion.intents[one]) is Intent.BULLYING


def test_nothing_chosen_is_the_shipped_model(tmp_path: Path) -> None:
    loaded = model_store.load_chosen(tmp_path / "models", FLOOR)

    assert (loaded.version, loaded.problem) == (model_store.shipped_version(), "")


def test_a_chosen_version_is_loaded_and_given_back(version: Path) -> None:
    folder = version.parent

    model_store.choose(folder, version.name, now=NOW)
    assert model_store.load_chosen(folder, FLOOR).version == version.name
    model_store.choose(folder, SHIPPED, now=NOW, although="thử lại sau")
    assert model_store.load_chosen(folder, FLOOR).version == model_store.shipped_version()

    assert model_store.roll_back(folder) == version.name
    assert model_store.roll_back(folder) == SHIPPED
    with pytest.raises(ModelRefused, match="nothing was before"):
        model_store.roll_back(folder)


def _damage(place: Path) -> None:
    path = place / MODEL_FILE.name
    blob = bytearray(path.read_bytes())
    blob[len(blob) // 2] ^= 0xFF
    path.write_bytes(bytes(blob))


def _cut(place: Path) -> None:
    """A model that was never whole, though its hash agrees."""
    path = place / MODEL_FILE.name
    path.write_bytes(path.read_bytes()[:500])
    _say(place, model=file_hash(path))


def _say(place: Path, **other: object) -> None:
    path = place / MANIFEST_FILE.name
    path.write_text(json.dumps({**json.loads(path.read_text()), **other}), encoding="utf-8")


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (_damage, "is damaged"),
        (_cut, "cannot be read"),
        (lambda place: (place / MODEL_FILE.name).unlink(), "there is no model"),
        (lambda place: (place / MANIFEST_FILE.name).write_text("{"), "no readable model.json"),
        (lambda place: (place / MANIFEST_FILE.name).write_text("[]"), "no readable model.json"),
        (lambda place: _say(place, made_for={}), "other labels, reading, rules, senses"),
        (
            lambda place: _say(place, made_for={**model_store.made_for(FLOOR), "rules": "x"}),
            "made for other rules than this program has",
        ),
        (lambda place: (place.parent / "in_use.json").write_text("{"), "in_use.json is damaged"),
        (
            lambda place: (place.parent / "in_use.json").write_text(
                '[{"version": "../secret", "at": "", "although": ""}]'
            ),
            "in_use.json is damaged",
        ),
    ],
)
def test_what_does_not_fit_falls_back_to_the_shipped_model_and_says_why(
    version: Path, harm, words: str
) -> None:
    model_store.choose(version.parent, version.name, now=NOW)
    harm(version)

    loaded = model_store.load_chosen(version.parent, FLOOR)

    assert loaded.version == model_store.shipped_version()
    assert words in loaded.problem


def test_a_damaged_list_of_choices_begins_anew(version: Path) -> None:
    (version.parent / "in_use.json").write_text("{")

    model_store.choose(version.parent, version.name, now=NOW)

    assert [one.version for one in model_store.choices(version.parent)] == [version.name]


def test_the_same_data_on_the_same_day_is_the_same_version(trained: Path) -> None:
    again = train_version(
        [trained.parent / "lessons.yml"], trained.parent, now=NOW, data=tiny_data()
    )

    assert again == trained
    assert model_store.versions(trained.parent) == (trained,)


def test_the_folder_of_the_shipped_model_is_refused() -> None:
    with pytest.raises(ModelRefused, match="belongs to the shipped model"):
        train_version([], DATA / "train", now=NOW, data=tiny_data())


def test_without_scikit_learn_it_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "nlu.training", raising=False)
    monkeypatch.setitem(sys.modules, "sklearn", None)  # as on a server

    with pytest.raises(TrainingUnavailable, match="pip install 'scikit-learn"):
        train_version([], tmp_path, now=NOW, data=tiny_data())
