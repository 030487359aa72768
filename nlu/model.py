"""The linear model at run time (mô hình): numpy only, a few matrix rows a message.

Three heads on the same features: intent, urgency, author. Trained by `nlu/training.py`.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlu.features import letter_features, rule_features, sense_features, word_features
from nlu.floor import FloorReading
from nlu.labels import AuthorRole, Intent, Urgency
from nlu.senses import Senses, load_senses
from nlu.text import Reading

MODEL_FILE = Path(__file__).with_name("data") / "model.npz"
MANIFEST_FILE = Path(__file__).with_name("data") / "model.json"

Floats = NDArray[np.float32]

INTENTS = tuple(Intent)
URGENCIES = tuple(Urgency)
ROLES = tuple(AuthorRole)


FAMILIES = ("words", "letters", "senses", "rules")


def families(reading: Reading, senses: list[str], floor: FloorReading) -> tuple[list[int], ...]:
    """Return the features of a message, one list a family, in the order of `FAMILIES`."""
    return (
        word_features(reading),
        letter_features(reading),
        sense_features(senses),
        rule_features(floor),
    )


@dataclass(frozen=True)
class Opinion:
    """What the model believes, as calibrated probabilities (ý kiến của mô hình)."""

    intents: Mapping[Intent, float]
    urgencies: Mapping[Urgency, float]
    roles: Mapping[AuthorRole, float]
    senses: frozenset[str] = frozenset()
    """The senses that occur in the message (nlu/senses.yml)."""


@dataclass(frozen=True)
class Block:
    """One family of features: their hashes, weights of rarity, and one row of weights each."""

    hashes: NDArray[np.uint32]
    """Sorted."""
    rarity: Floats
    rows: NDArray[np.int8]
    scale: Floats

    def scores(self, found: list[int]) -> Floats:
        """Return this family's scores of all classes, for features found in a message."""
        wanted = np.asarray(found, dtype=np.uint32)
        at = np.searchsorted(self.hashes, wanted)
        at[at == len(self.hashes)] = 0
        known = at[self.hashes[at] == wanted]
        if known.size == 0:
            return np.zeros(len(self.scale), dtype=np.float32)
        weights = self.rarity[known]
        weights = weights / np.float32(np.sqrt(np.dot(weights, weights)))
        return np.asarray((weights @ self.rows[known]) * self.scale, dtype=np.float32)


class Model:
    """The three heads over four families of features."""

    def __init__(
        self, blocks: Sequence[Block], senses: Senses, bias: Floats, temperatures: Floats
    ) -> None:
        self._blocks = tuple(blocks)
        self._senses = senses
        self._bias = bias
        self._temperatures = temperatures

    def think(self, reading: Reading, floor: FloorReading) -> Opinion:
        """Return calibrated probabilities for one message."""
        senses = self._senses.find(reading)
        scores = self._bias
        for block, found in zip(self._blocks, families(reading, senses, floor), strict=True):
            scores = scores + block.scores(found)
        first, second = len(INTENTS), len(INTENTS) + len(URGENCIES)
        heads = (scores[:first], scores[first:second], scores[second:])
        intents, urgencies, roles = (
            _softmax(head / temperature)
            for head, temperature in zip(heads, self._temperatures, strict=True)
        )
        return Opinion(
            intents=dict(zip(INTENTS, intents, strict=True)),
            urgencies=dict(zip(URGENCIES, urgencies, strict=True)),
            roles=dict(zip(ROLES, roles, strict=True)),
            senses=frozenset(senses),
        )


def _softmax(scores: Floats) -> list[float]:
    raised = np.exp(scores - scores.max())
    return [float(value) for value in raised / raised.sum()]


def load_model(path: Path = MODEL_FILE) -> Model:
    """Read the weights; nothing in the file can run code (`allow_pickle=False`)."""
    with np.load(path, allow_pickle=False) as arrays:
        blocks = [
            Block(
                hashes=arrays[f"{name}_hashes"],
                rarity=arrays[f"{name}_rarity"].astype(np.float32),
                rows=arrays[f"{name}_rows"],
                scale=arrays[f"{name}_scale"],
            )
            for name in FAMILIES
        ]
        return Model(blocks, load_senses(), arrays["bias"], arrays["temperatures"])


def load_manifest(path: Path = MANIFEST_FILE) -> dict[str, Any]:
    """Read what the model was made of: hash of the data, seed, versions, figures."""
    manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return manifest
