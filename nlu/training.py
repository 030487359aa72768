"""Training of the embedded model (huấn luyện): scikit-learn, on a developer's machine only.

Same data, same seed, same versions: same predictions. It prints nothing; the command line does.
"""

import json
import platform
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import scipy.sparse as sparse  # type: ignore[import-untyped]  # scipy ships no types
import sklearn  # type: ignore[import-untyped]  # nor does scikit-learn
from joblib import Parallel, delayed  # type: ignore[import-untyped]  # nor does joblib

from nlu.augment import variants
from nlu.calibration import temperatures
from nlu.examples import Example, file_hash, fingerprint
from nlu.fitting import family, fit, packed
from nlu.floor import load_floor
from nlu.labels import AuthorRole, Intent, Urgency
from nlu.lexicon import WORDS_FILE
from nlu.model import (
    FAMILIES,
    MANIFEST_FILE,
    MATTERS,
    MODEL_FILE,
    ROLES,
    Floats,
    families,
    load_model,
)
from nlu.rulebook import rules_hash
from nlu.senses import SENSES_FILE, load_senses

SEED = 20251
_COPY_WEIGHT = 0.35
"""A copy counts less than the message that a person wrote."""
_ANSWER_WORDS, _ANSWER_WEIGHT = 4, 0.4
"""A word or two in answer to a question teaches less than a message."""
_RARE = 4
"""A message has up to two copies: what a single message says alone is left out."""
WEIGHTS = {"words": 1.0, "letters": 0.8, "senses": 1.3, "rules": 0.8, "runs": 0.6, "skips": 0.6}
"""How loud each family speaks (chosen by cross-validation)."""
_STRENGTH = {"matter": 0.25, "role": 0.1}
_WORTH_SHARING, _SHARE = 4_000, 4_000


def train(
    examples: Sequence[Example], dev: Sequence[Example], folder: Path = MODEL_FILE.parent
) -> dict[str, Any]:
    """Train, calibrate on the dev set, write the model and its manifest; return the manifest."""
    texts, labels, weights = _spread(examples)
    jobs = 1 if len(texts) < _WORTH_SHARING else 2
    found = _features(texts, jobs)
    blocks = [
        family([one[index] for one in found], WEIGHTS[name], _RARE)
        for index, name in enumerate(FAMILIES)
    ]
    matrix = sparse.hstack([block.matrix for block in blocks]).tocsr()
    matters = sorted({MATTERS.index((one.intent, one.urgency)) for one in labels})
    heads = [
        fit(
            matrix,
            np.asarray([matters.index(MATTERS.index((x.intent, x.urgency))) for x in labels]),
            len(matters),
            weights,
            _STRENGTH["matter"],
            jobs=jobs,
        ),
        fit(
            matrix,
            np.asarray([ROLES.index(AuthorRole(one.author_role)) for one in labels]),
            len(ROLES),
            weights,
            _STRENGTH["role"],
            jobs=jobs,
        ),
    ]
    coefficients = np.vstack([head[0] for head in heads]).T
    arrays: dict[str, Any] = {
        "matters": np.asarray(matters, dtype=np.uint8),
        "bias": np.concatenate([head[1] for head in heads]).astype(np.float32),
        "temperatures": np.ones(2, dtype=np.float32),
    }
    begin = 0
    for name, block in zip(FAMILIES, blocks, strict=True):
        end = begin + len(block.hashes)
        arrays.update(packed(name, block, WEIGHTS[name] * coefficients[begin:end]))
        begin = end
    path = folder / MODEL_FILE.name
    np.savez_compressed(path, **arrays)
    arrays["temperatures"] = temperatures(load_model(path), load_floor(), dev)
    np.savez_compressed(path, **arrays)
    manifest = _manifest(examples, len(labels))
    write_manifest(manifest, folder)
    return manifest


def _features(texts: Sequence[str], jobs: int) -> list[tuple[list[int], ...]]:
    shares = [texts[begin : begin + _SHARE] for begin in range(0, len(texts), _SHARE)]
    done = Parallel(n_jobs=jobs)(delayed(_features_of)(share) for share in shares)
    return [one for share in done for one in share]


def _features_of(texts: Sequence[str]) -> list[tuple[list[int], ...]]:
    senses, floor = load_senses(), load_floor()
    found = []
    for text in texts:
        reading, danger = floor.study(text)
        found.append(families(reading, senses.find(reading), danger))
    return found


def _spread(examples: Sequence[Example]) -> tuple[list[str], list[Example], Floats]:
    random = Random(SEED)  # noqa: S311 - a repeatable draw, nothing secret
    texts: list[str] = []
    labels: list[Example] = []
    weights: list[float] = []
    for one in examples:
        texts.append(one.text)
        labels.append(one)
        weight = 1.0 if len(one.text.split()) > _ANSWER_WORDS else _ANSWER_WEIGHT
        weights.append(weight)
        for copy in variants(one.text, random) if one.lang == "vi" else ():
            texts.append(copy)
            labels.append(one)
            weights.append(_COPY_WEIGHT * weight)
    return texts, labels, np.asarray(weights, dtype=np.float32)


def _manifest(examples: Sequence[Example], trained_on: int) -> dict[str, Any]:
    return {
        "data": fingerprint(examples),
        "rules": rules_hash(),
        "senses": file_hash(SENSES_FILE),
        "words": file_hash(WORDS_FILE),
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
