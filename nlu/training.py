"""Training of the embedded model (huấn luyện): scikit-learn, on a developer's machine only.

Same data, same seed, same versions: same predictions. It prints nothing; the command line does.
"""

import json
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import scipy.sparse as sparse  # type: ignore[import-untyped]  # scipy ships no types
import sklearn  # type: ignore[import-untyped]  # nor does scikit-learn
from sklearn.svm import LinearSVC  # type: ignore[import-untyped]  # as above

from nlu.augment import variants
from nlu.examples import Example, file_hash, fingerprint
from nlu.floor import Floor, load_floor
from nlu.labels import AuthorRole, Intent, Urgency
from nlu.model import (
    FAMILIES,
    INTENTS,
    MANIFEST_FILE,
    MODEL_FILE,
    ROLES,
    URGENCIES,
    Floats,
    Model,
    families,
    load_model,
)
from nlu.rulebook import rules_hash
from nlu.senses import SENSES_FILE, load_senses
from nlu.text import Reading, read

SEED = 20251
CALIBRATED_ON = "d1"
"""The author of the hard part of the dev set; plain answers would make the model too sure."""
_COPY_WEIGHT = 0.35
"""A copy counts less than the message that a person wrote."""
_ANSWER_WORDS, _ANSWER_WEIGHT = 4, 0.4
"""A word or two in answer to a question teaches less than a message."""
_RARE = 2
WEIGHTS = {"words": 1.0, "letters": 1.0, "senses": 1.3, "rules": 0.8}
"""How loud each family speaks (chosen by cross-validation)."""
_STRENGTH = {"intent": 0.25, "urgency": 0.3, "role": 0.1}


@dataclass(frozen=True)
class _Family:
    hashes: np.ndarray[Any, Any]
    rarity: Floats
    matrix: Any


def train(
    examples: Sequence[Example], dev: Sequence[Example], folder: Path = MODEL_FILE.parent
) -> dict[str, Any]:
    """Train, calibrate on the dev set, write the model and its manifest; return the manifest."""
    readings, labels, weights = _spread(examples)
    senses, floor = load_senses(), load_floor()
    found = [
        families(reading, senses.find(reading), floor.examine(reading)) for reading in readings
    ]
    blocks = [
        _family([one[index] for one in found], WEIGHTS[name]) for index, name in enumerate(FAMILIES)
    ]
    matrix = sparse.hstack([block.matrix for block in blocks]).tocsr()
    heads = [
        _fit(matrix, [one.intent for one in labels], INTENTS, weights, "intent"),
        _fit(matrix, [one.urgency for one in labels], URGENCIES, weights, "urgency"),
        _fit(matrix, [AuthorRole(one.author_role) for one in labels], ROLES, weights, "role"),
    ]
    coefficients = np.vstack([head[0] for head in heads]).T
    bias = np.concatenate([head[1] for head in heads]).astype(np.float32)
    arrays: dict[str, Any] = {"bias": bias, "temperatures": np.ones(3, dtype=np.float32)}
    begin = 0
    for name, family in zip(FAMILIES, blocks, strict=True):
        end = begin + len(family.hashes)
        arrays.update(_packed(name, family, WEIGHTS[name] * coefficients[begin:end]))
        begin = end
    path = folder / MODEL_FILE.name
    np.savez_compressed(path, **arrays)
    arrays["temperatures"] = _temperatures(load_model(path), floor, dev)
    np.savez_compressed(path, **arrays)
    manifest = _manifest(examples, len(labels))
    write_manifest(manifest, folder)
    return manifest


def _spread(examples: Sequence[Example]) -> tuple[list[Reading], list[Example], Floats]:
    random = Random(SEED)  # noqa: S311 - a repeatable draw, nothing secret
    readings: list[Reading] = []
    labels: list[Example] = []
    weights: list[float] = []
    for one in examples:
        readings.append(read(one.text))
        labels.append(one)
        weight = 1.0 if len(readings[-1].words) > _ANSWER_WORDS else _ANSWER_WEIGHT
        weights.append(weight)
        for copy in variants(one.text, random) if one.lang == "vi" else ():
            readings.append(read(copy))
            labels.append(one)
            weights.append(_COPY_WEIGHT * weight)
    return readings, labels, np.asarray(weights, dtype=np.float32)


def _family(found: Sequence[list[int]], weight: float) -> _Family:
    counts: dict[int, int] = {}
    for one in found:
        for feature in one:
            counts[feature] = counts.get(feature, 0) + 1
    hashes = np.asarray(sorted(x for x, n in counts.items() if n >= _RARE), dtype=np.uint32)
    column = {int(feature): index for index, feature in enumerate(hashes)}
    rarity = np.asarray(
        [np.log((1 + len(found)) / (1 + counts[int(x)])) + 1 for x in hashes], dtype=np.float32
    )
    rows: list[int] = []
    columns: list[int] = []
    for row, one in enumerate(found):
        known = [column[feature] for feature in one if feature in column]
        rows.extend([row] * len(known))
        columns.extend(known)
    values = rarity[columns]
    matrix = sparse.csr_matrix((values, (rows, columns)), shape=(len(found), len(hashes)))
    norms = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1))).ravel()
    norms[norms == 0] = 1
    return _Family(hashes, rarity, sparse.diags(weight / norms) @ matrix)


def _fit(
    matrix: Any, labels: Sequence[Any], classes: Sequence[Any], weights: Floats, head: str
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Return one row of coefficients and one bias a class, in the order of the label set."""
    values = [str(label.value) for label in labels]
    counts = {value: values.count(value) for value in set(values)}
    middle = len(values) / len(counts)
    balance = [float(np.sqrt(middle / counts[value])) for value in values]
    model = LinearSVC(C=_STRENGTH[head], dual=True, max_iter=3000, random_state=SEED)
    model.fit(matrix, values, sample_weight=weights * np.asarray(balance))
    coefficients, bias = model.coef_, model.intercept_
    if len(model.classes_) == 2:
        coefficients = np.vstack([-coefficients[0], coefficients[0]]) / 2
        bias = np.asarray([-bias[0], bias[0]]) / 2
    order = {str(value): index for index, value in enumerate(model.classes_)}
    rows = np.zeros((len(classes), matrix.shape[1]))
    biases = np.full(len(classes), -2.0)
    for index, label in enumerate(classes):
        at = order.get(str(label.value))
        if at is not None:
            rows[index], biases[index] = coefficients[at], bias[at]
    return rows, biases


def _temperatures(model: Model, floor: Floor, dev: Sequence[Example]) -> Floats:
    """Choose for each head the temperature under which the dev labels are least surprising."""
    opinions = []
    dev = [one for one in dev if one.author == CALIBRATED_ON] or dev
    for one in dev:
        reading = read(one.text)
        opinions.append(model.think(reading, floor.examine(reading)))
    heads = (
        ([list(x.intents.values()) for x in opinions], [INTENTS.index(x.intent) for x in dev]),
        ([list(x.urgencies.values()) for x in opinions], [URGENCIES.index(x.urgency) for x in dev]),
        (
            [list(x.roles.values()) for x in opinions],
            [ROLES.index(AuthorRole(x.author_role)) for x in dev],
        ),
    )
    return np.asarray([_coolest(chances, truth) for chances, truth in heads], dtype=np.float32)


def _coolest(chances: list[list[float]], truth: list[int]) -> float:
    scores = np.log(np.asarray(chances) + 1e-9)
    best, best_loss = 1.0, np.inf
    for temperature in np.arange(0.1, 2.0, 0.02):
        raised = np.exp(scores / temperature)
        shares = raised / raised.sum(axis=1, keepdims=True)
        loss = -float(np.log(shares[np.arange(len(truth)), truth] + 1e-9).mean())
        if loss < best_loss:
            best, best_loss = round(float(temperature), 2), loss
    return best


def _packed(name: str, family: _Family, coefficients: np.ndarray[Any, Any]) -> dict[str, Any]:
    """Store weights as bytes: one scale a class; what all classes ignore is left out."""
    strongest = np.abs(coefficients).max(axis=1)
    kept = strongest > np.quantile(strongest, 0.1)
    scale = np.abs(coefficients).max(axis=0) / 127
    scale[scale == 0] = 1
    return {
        f"{name}_hashes": family.hashes[kept],
        f"{name}_rarity": family.rarity[kept].astype(np.float16),
        f"{name}_rows": np.rint(coefficients[kept] / scale).astype(np.int8),
        f"{name}_scale": scale.astype(np.float32),
    }


def _manifest(examples: Sequence[Example], trained_on: int) -> dict[str, Any]:
    return {
        "data": fingerprint(examples),
        "rules": rules_hash(),
        "senses": file_hash(SENSES_FILE),
        "seed": SEED,
        "messages": len(examples),
        "with_copies": trained_on,
        "intents": [intent.value for intent in Intent],
        "urgencies": [urgency.value for urgency in Urgency],
        "versions": {
            "python": platform.python_version(),
            "numpy": np.__version__,
            "scikit-learn": sklearn.__version__,
        },
    }


def write_manifest(manifest: dict[str, Any], folder: Path = MANIFEST_FILE.parent) -> None:
    """Write the manifest beside the model, figures included when there are any."""
    text = json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
    (folder / MANIFEST_FILE.name).write_text(text, encoding="utf-8")
