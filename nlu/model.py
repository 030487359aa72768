"""The linear model at run time (mô hình): numpy only, a few matrix rows a message.

Two heads on the same features: what with how urgent (one label, as "drowning, critical"), and who
writes. Trained by `nlu/training.py`.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlu.features import (
    letter_features,
    rule_features,
    run_features,
    sense_features,
    skip_features,
    word_features,
)
from nlu.floor import FloorReading
from nlu.labels import AuthorRole, Intent, Urgency
from nlu.senses import Senses, load_senses
from nlu.text import Reading

MODEL_FILE = Path(__file__).with_name("data") / "model.npz"
MANIFEST_FILE = Path(__file__).with_name("data") / "model.json"

Floats = NDArray[np.float32]

Matter = tuple[Intent, Urgency]
"""What it is about and how urgent: learnt as one label, for each kind has its own urgent words."""

INTENTS = tuple(Intent)
URGENCIES = tuple(Urgency)
ROLES = tuple(AuthorRole)
MATTERS: tuple[Matter, ...] = tuple((intent, urgency) for intent in Intent for urgency in Urgency)

FAMILIES = ("words", "letters", "senses", "rules", "runs", "skips")


def families(reading: Reading, senses: list[str], floor: FloorReading) -> tuple[list[int], ...]:
    """Return the features of a message, one list a family, in the order of `FAMILIES`."""
    return (
        word_features(reading),
        letter_features(reading),
        sense_features(senses),
        rule_features(floor),
        run_features(reading),
        skip_features(reading),
    )


@dataclass(frozen=True)
class Opinion:
    """What the model believes, as calibrated probabilities (ý kiến của mô hình)."""

    matters: Mapping[Matter, float]
    """Of the pairs that the training messages hold; they add up to 1."""
    intents: Mapping[Intent, float]
    urgencies: Mapping[Urgency, float]
    roles: Mapping[AuthorRole, float]
    evidence: float = 0.0
    """How loudly the loudest critical matter speaks by itself. Below 0 next to nothing speaks for
    it: its probability then only says that nothing speaks for anything else either."""
    senses: frozenset[str] = frozenset()
    """The senses that occur in the message (nlu/senses.yml)."""


@dataclass(frozen=True)
class Block:
    """One family of features: their hashes, weights of rarity, and one row of weights each."""

    hashes: NDArray[np.uint32]
    """Sorted."""
    rarity: Floats
    row_of: NDArray[np.uint32]
    """Where a feature's row is; 0, a row of noughts, for those that hardly say anything."""
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
        return np.asarray((weights @ self.rows[self.row_of[known]]) * self.scale, dtype=np.float32)


class Model:
    """The two heads over all families of features."""

    def __init__(
        self,
        blocks: Sequence[Block],
        senses: Senses,
        matters: Sequence[Matter],
        bias: Floats,
        temperatures: Floats,
    ) -> None:
        self._blocks = tuple(blocks)
        self._senses = senses
        self._matters = tuple(matters)
        self._bias = bias
        self._temperatures = temperatures

    def think(self, reading: Reading, floor: FloorReading) -> Opinion:
        """Return calibrated probabilities for one message."""
        senses = self._senses.find(reading)
        scores = self._bias
        for block, found in zip(self._blocks, families(reading, senses, floor), strict=True):
            scores = scores + block.scores(found)
        cut = len(self._matters)
        matters = dict(
            zip(self._matters, _softmax(scores[:cut] / self._temperatures[0]), strict=True)
        )
        intents = dict.fromkeys(INTENTS, 0.0)
        urgencies = dict.fromkeys(URGENCIES, 0.0)
        for (intent, urgency), chance in matters.items():
            intents[intent] += chance
            urgencies[urgency] += chance
        loud = [
            float(score)
            for (_, urgency), score in zip(self._matters, scores, strict=False)
            if urgency is Urgency.CRITICAL
        ]
        return Opinion(
            evidence=max(loud, default=-math.inf),
            matters=matters,
            intents=intents,
            urgencies=urgencies,
            roles=dict(zip(ROLES, _softmax(scores[cut:] / self._temperatures[1]), strict=True)),
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
                row_of=arrays[f"{name}_row_of"],
                rows=arrays[f"{name}_rows"],
                scale=arrays[f"{name}_scale"],
            )
            for name in FAMILIES
        ]
        matters = [MATTERS[index] for index in arrays["matters"]]
        return Model(blocks, load_senses(), matters, arrays["bias"], arrays["temperatures"])


def load_manifest(path: Path = MANIFEST_FILE) -> dict[str, Any]:
    """Read what the model was made of: hash of the data, seed, versions, figures."""
    manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return manifest
