"""The arithmetic of training (khớp mô hình): weighted features in, rows of weights out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sparse  # type: ignore[import-untyped]  # scipy ships no types
from joblib import Parallel, delayed  # type: ignore[import-untyped]  # nor does joblib
from sklearn.naive_bayes import MultinomialNB  # type: ignore[import-untyped]  # as above
from sklearn.svm import LinearSVC  # type: ignore[import-untyped]  # as above

from nlu.model import Floats

Array = np.ndarray[Any, Any]

_MARGIN_LOUDNESS = 4.0
_COUNTS_LOUDNESS = 0.1
"""A machine that draws borders and one that counts err differently; both are linear, so their sum
costs nothing at run time. Together they were right half a point more often (cross-validation)."""
_SMOOTHING = 0.05
_TOLERANCE = 0.05
"""Half the time of the default 0.0001, and not one prediction differed on the dev set."""
_STRONGEST_KEPT = 0.75
"""The features that speak loudest have a row; without the others the file is a quarter smaller."""


@dataclass(frozen=True)
class Family:
    """One family of features as a matrix: a row a message, scaled to the family's loudness."""

    hashes: Array
    rarity: Floats
    matrix: Any


def family(found: Sequence[list[int]], weight: float, rare: int) -> Family:
    """Build the matrix of one family; features in fewer than `rare` messages are left out."""
    lengths = [len(one) for one in found]
    every = np.fromiter((x for one in found for x in one), dtype=np.uint32, count=sum(lengths))
    hashes, column, counts = np.unique(every, return_inverse=True, return_counts=True)
    kept = counts >= rare
    place = np.cumsum(kept) - 1
    row = np.repeat(np.arange(len(found)), lengths)
    known = kept[column]
    row, column = row[known], place[column[known]]
    rarity = (np.log((1 + len(found)) / (1 + counts[kept])) + 1).astype(np.float32)
    matrix = sparse.csr_matrix(
        (rarity[column], (row, column)), shape=(len(found), len(rarity)), dtype=np.float32
    )
    norms = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1))).ravel()
    norms[norms == 0] = 1
    return Family(hashes[kept], rarity, sparse.csr_matrix(sparse.diags(weight / norms) @ matrix))


def fit(
    matrix: Any, labels: Array, classes: int, weights: Floats, strength: float, *, jobs: int
) -> tuple[Array, Array]:
    """Return one row of coefficients and one bias a class; classes are 0 … `classes` - 1."""
    counts = np.bincount(labels, minlength=classes)
    balance = np.sqrt(len(labels) / (counts > 0).sum() / np.maximum(counts, 1))
    loud = weights * balance[labels]
    matrix = sparse.csr_matrix(matrix, dtype=np.float64)
    # Processes, no threads: all threads of one share the dice that order its rounds.
    rows = Parallel(n_jobs=jobs)(
        delayed(_border)(matrix, labels == one, loud, strength) for one in range(classes)
    )
    counting = MultinomialNB(alpha=_SMOOTHING, fit_prior=False)
    counting.partial_fit(matrix, labels, classes=np.arange(classes), sample_weight=loud)
    coefficients = _MARGIN_LOUDNESS * np.vstack([row for row, _ in rows])
    coefficients += _COUNTS_LOUDNESS * _centred(counting.feature_log_prob_)
    return coefficients, _MARGIN_LOUDNESS * np.asarray([bias for _, bias in rows])


def _border(matrix: Any, is_one: Array, weights: Array, strength: float) -> tuple[Array, float]:
    if not is_one.any():
        return np.zeros(matrix.shape[1]), -2.0
    model = LinearSVC(C=strength, tol=_TOLERANCE, dual=True, max_iter=3000, random_state=1)
    model.fit(matrix, is_one, sample_weight=weights)
    return model.coef_[0], float(model.intercept_[0])


def _centred(logarithms: Array) -> Array:
    """Take away what a feature says of all classes alike: it moves no decision."""
    return np.asarray(logarithms - logarithms.mean(axis=0, keepdims=True))


def packed(name: str, one: Family, coefficients: Array) -> dict[str, Array]:
    """Return a family as bytes: one scale a class, no rows for the features that say least.

    Those keep their rarity, for it is part of a message's length by which the others are divided.
    """
    strongest = np.abs(coefficients).max(axis=1)
    loud = strongest >= np.quantile(strongest, 1 - _STRONGEST_KEPT)
    scale = np.abs(coefficients).max(axis=0) / 127
    scale[scale == 0] = 1
    return {
        f"{name}_hashes": one.hashes,
        f"{name}_rarity": one.rarity.astype(np.float16),
        f"{name}_row_of": np.where(loud, np.cumsum(loud), 0).astype(np.uint32),
        f"{name}_rows": np.vstack(
            [
                np.zeros((1, coefficients.shape[1]), dtype=np.int8),
                np.rint(coefficients[loud] / scale).astype(np.int8),
            ]
        ),
        f"{name}_scale": scale.astype(np.float32),
    }
