"""The linear model at run time (mô hình): numpy only, a few matrix rows a message.

Two heads on the same features: what with how urgent (one label, as "drowning, critical"), and who
writes. Trained by `nlu/training.py`.
"""

import json
import math
from array import array
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
    spoken_words,
    word_features,
    written_words,
)
from nlu.floor import FloorReading
from nlu.labels import AuthorRole, Intent, Urgency
from nlu.said import Said
from nlu.senses import Senses, load_senses

MODEL_FILE = Path(__file__).with_name("data") / "model.npz"
MANIFEST_FILE = Path(__file__).with_name("data") / "model.json"

Floats = NDArray[np.float32]
Keys = NDArray[np.uint64]
Indices = NDArray[np.int32]

Matter = tuple[Intent, Urgency]
"""What it is about and how urgent: learnt as one label, for each kind has its own urgent words."""

INTENTS = tuple(Intent)
URGENCIES = tuple(Urgency)
ROLES = tuple(AuthorRole)
MATTERS: tuple[Matter, ...] = tuple((intent, urgency) for intent in Intent for urgency in Urgency)

FAMILIES = ("words", "letters", "senses", "rules", "runs", "skips")


def families(said: Said, senses: list[str], floor: FloorReading) -> tuple[list[int], ...]:
    """Return the features of a message, one list a family, in the order of `FAMILIES`."""
    words = spoken_words(said)
    found = (
        word_features(words, written_words(said), said.reading.emoji),
        letter_features(said),
        sense_features(senses),
        rule_features(floor),
        run_features(words),
        skip_features(words),
    )
    return tuple(map(list, found))


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


class Weights:
    """What every feature weighs; those of all families are looked up at once.

    Most of the time goes into waiting for memory. An index in front of the hashes says where those
    with the same first bits begin, and a step or two further on is the place: a binary search would
    look at twenty places for each of five hundred features.
    """

    def __init__(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Take the arrays of the model file: of each family its hashes, sorted, and so on."""

        def joined(part: str) -> NDArray[Any]:
            return np.concatenate([arrays[f"{name}_{part}"] for name in FAMILIES])

        sizes = [len(arrays[f"{name}_hashes"]) for name in FAMILIES]
        starts = np.cumsum([0, *(len(arrays[f"{name}_rows"]) for name in FAMILIES[:-1])])
        keys = joined("hashes").astype(np.uint64) | np.repeat(_FAMILY_BITS, sizes)
        self._keys: Keys = np.append(keys, np.uint64(2**64 - 1))
        """Hashes with their family's number before them; the last one is greater than any."""
        lengths = np.bincount(keys >> _INDEXED, minlength=int(_ALL_FAMILIES >> _INDEXED))
        self._begins: Indices = (np.cumsum(lengths) - lengths).astype(np.int32)
        self._rarity = joined("rarity").astype(np.float32)
        self._row_of = (joined("row_of") + np.repeat(starts, sizes)).astype(np.int32)
        """Where a feature's row is; a row of noughts for those that hardly say anything."""
        self._rows = joined("rows")
        self._scales = np.stack([arrays[f"{name}_scale"] for name in FAMILIES])
        self._bias: Floats = arrays["bias"]

    def scores(self, found: Sequence[list[int]]) -> Floats:
        """Return the scores of all classes for the features found in a message."""
        known = self._known(found)
        ends = self._keys.take(known).searchsorted(_FAMILY_ENDS).tolist()
        rarity, rows = self._rarity.take(known), self._rows.take(self._row_of.take(known), axis=0)
        scores = self._bias
        begin = 0
        for scale, end in zip(self._scales, ends, strict=True):
            if begin < end:
                weights = rarity[begin:end]
                weights = weights / np.float32(np.sqrt(np.dot(weights, weights)))
                scores = scores + (weights @ rows[begin:end]) * scale
            begin = end
        return scores

    def _known(self, found: Sequence[list[int]]) -> Indices:
        """Return where the features stand that the model knows, family by family."""
        hashes = array("I")
        for family in found:
            hashes.extend(family)
        families_said = np.repeat(_FAMILY_BITS, [len(family) for family in found])
        wanted = np.frombuffer(hashes, dtype=np.uint32) | families_said
        wanted.sort()
        at = self._begins.take(wanted >> _INDEXED)
        while (is_before := self._keys.take(at) < wanted).any():
            at += is_before
        known: Indices = at[self._keys.take(at) == wanted]
        return known


_FAMILY_BITS = np.arange(len(FAMILIES), dtype=np.uint64) << np.uint64(32)
_FAMILY_ENDS = _FAMILY_BITS + np.uint64(2**32)
_ALL_FAMILIES = _FAMILY_ENDS[-1]
_INDEXED = np.uint64(14)
"""All bits but so many are indexed: about one feature of each large family begins alike."""


class Model:
    """The two heads over all families of features."""

    def __init__(
        self,
        weights: Weights,
        senses: Senses,
        matters: Sequence[Matter],
        temperatures: Floats,
    ) -> None:
        self._weights = weights
        self._senses = senses
        self._matters = tuple(matters)
        self._intents = np.array([INTENTS.index(intent) for intent, _ in matters])
        self._urgencies = np.array([URGENCIES.index(urgency) for _, urgency in matters])
        self._critical = np.flatnonzero(self._urgencies == URGENCIES.index(Urgency.CRITICAL))
        self._temperatures = temperatures

    def think(self, said: Said, floor: FloorReading) -> Opinion:
        """Return calibrated probabilities for one message."""
        senses = self._senses.find(said)
        scores = self._weights.scores(families(said, senses, floor))
        cut = len(self._matters)
        chances = _softmax(scores[:cut] / self._temperatures[0])
        roles = _softmax(scores[cut:] / self._temperatures[1])
        intents = np.bincount(self._intents, chances, len(INTENTS))
        urgencies = np.bincount(self._urgencies, chances, len(URGENCIES))
        return Opinion(
            evidence=max(scores[self._critical].tolist(), default=-math.inf),
            matters=dict(zip(self._matters, chances.tolist(), strict=True)),
            intents=dict(zip(INTENTS, intents.tolist(), strict=True)),
            urgencies=dict(zip(URGENCIES, urgencies.tolist(), strict=True)),
            roles=dict(zip(ROLES, roles.tolist(), strict=True)),
            senses=frozenset(senses),
        )


def _softmax(scores: Floats) -> Floats:
    raised = np.exp(scores - scores.max())
    return np.asarray(raised / raised.sum(), dtype=np.float32)


def load_model(path: Path = MODEL_FILE) -> Model:
    """Read the weights; nothing in the file can run code (`allow_pickle=False`)."""
    with np.load(path, allow_pickle=False) as arrays:
        matters = [MATTERS[index] for index in arrays["matters"]]
        return Model(Weights(arrays), load_senses(), matters, arrays["temperatures"])


def load_manifest(path: Path = MANIFEST_FILE) -> dict[str, Any]:
    """Read what the model was made of: hash of the data, seed, versions, figures."""
    manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return manifest
