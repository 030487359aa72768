"""The language model's arithmetic (bộ mã hoá): a transformer in numpy, one message at a time.

Six of the twelve layers of multilingual-e5-small (Wang et al. 2024, arXiv:2402.05672), tuned to our
labels by `nlu/dense/tuning.py`. Its weights are bytes in the file and floats in memory (50 MB).
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
_HEADS = 12
_TINY = np.float32(1e-12)
_BEND = np.float32(0.7978845608)  # sqrt(2/pi) of the tanh form of GELU (Hendrycks, Gimpel 2016)
_CUBIC = np.float32(0.044715)


class Encoder:
    """From pieces to one score a label. One instance serves all threads; it keeps no state."""

    def __init__(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Take the arrays of the model file, named as `nlu/dense/tuning.py` writes them."""
        self._words = _floats(arrays, "words")
        self._places: Floats = arrays["places"].astype(np.float32)
        self._first = _norm(arrays, "first")
        count = sum(1 for name in arrays if name.endswith(".into.bytes"))
        self._layers = [_Layer(arrays, f"layer{at}") for at in range(count)]
        self._pool = _linear(arrays, "pool")
        self._head = _linear(arrays, "head")

    @property
    def longest(self) -> int:
        """How many pieces it can look at."""
        return len(self._places)

    def scores(self, pieces: Sequence[int]) -> Floats:
        """Return the scores of all labels for the pieces of a message, their frame included."""
        numbers = list(pieces[: self.longest])
        spread = _normal(self._words[numbers] + self._places[: len(numbers)], *self._first)
        for layer in self._layers:
            spread = layer.step(spread)
        both = np.concatenate([spread.mean(axis=0), spread.max(axis=0)])
        weights, bias = self._pool
        pooled = np.tanh(both @ weights + bias)
        weights, bias = self._head
        return np.asarray(pooled @ weights + bias, dtype=np.float32)


class _Layer:
    """Attention and what follows it, each with what went in added (post-norm, as BERT has it)."""

    def __init__(self, arrays: Mapping[str, NDArray[Any]], name: str) -> None:
        self._asks = _linear(arrays, f"{name}.asks")
        self._tells = _linear(arrays, f"{name}.tells")
        self._into = _linear(arrays, f"{name}.into")
        self._out = _linear(arrays, f"{name}.out")
        self._after_attention = _norm(arrays, f"{name}.after_attention")
        self._after = _norm(arrays, f"{name}.after")

    def step(self, spread: Floats) -> Floats:
        weights, bias = self._asks
        count, width = spread.shape
        asked = (spread @ weights + bias).reshape(count, 3, _HEADS, width // _HEADS)
        query, key, value = asked.transpose(1, 2, 0, 3)
        near = query @ key.transpose(0, 2, 1) * np.float32((width // _HEADS) ** -0.5)
        near = np.exp(near - near.max(axis=-1, keepdims=True))
        near /= near.sum(axis=-1, keepdims=True)
        heard = (near @ value).transpose(1, 0, 2).reshape(count, width)
        weights, bias = self._tells
        spread = _normal(spread + heard @ weights + bias, *self._after_attention)
        weights, bias = self._into
        bent = _gelu(spread @ weights + bias)
        weights, bias = self._out
        return _normal(spread + bent @ weights + bias, *self._after)


def _gelu(x: Floats) -> Floats:
    return np.asarray(np.float32(0.5) * x * (1 + np.tanh(_BEND * (x + _CUBIC * x * x * x))))


def _normal(x: Floats, weight: Floats, bias: Floats) -> Floats:
    x = x - x.mean(axis=-1, keepdims=True)
    return np.asarray(x / np.sqrt((x * x).mean(axis=-1, keepdims=True) + _TINY) * weight + bias)


def _floats(arrays: Mapping[str, NDArray[Any]], name: str) -> Floats:
    """Return a matrix of bytes with a scale a row as floats."""
    scale: Floats = arrays[f"{name}.scale"]
    return arrays[f"{name}.bytes"].astype(np.float32) * scale[:, None]


def _linear(arrays: Mapping[str, NDArray[Any]], name: str) -> tuple[Floats, Floats]:
    """Return weights, inputs along the rows, and bias."""
    return np.ascontiguousarray(_floats(arrays, name).T), arrays[f"{name}.bias"]


def _norm(arrays: Mapping[str, NDArray[Any]], name: str) -> tuple[Floats, Floats]:
    return arrays[f"{name}.weight"], arrays[f"{name}.bias"]
