"""The tuned network as one file of bytes (đóng gói): what `opinion.py` reads."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from nlu.dense.encoder import Floats
from nlu.dense.network import Layer, Linear, Network, Norm
from nlu.dense.start import Start

_PARTS = ("asks", "tells", "into", "out")
_NORMS = ("after_attention", "after")


def pack(
    network: Network, start: Start, kept: Sequence[int], matters: Sequence[int], path: Path
) -> None:
    """Write weights as bytes with a scale a row, the vocabulary, and the labels' order."""
    begin, end, _, unknown = (kept.index(mark) for mark in start.marks)
    names = [
        f" {at}" if number in start.marks else start.pieces[number]  # no text holds such a piece
        for at, number in enumerate(kept)
    ]
    arrays: dict[str, Any] = {
        "places": _values(network.places).astype(np.float16),
        "matters": np.asarray(matters, dtype=np.uint8),
        "marks": np.asarray([begin, end, unknown], dtype=np.int32),
        "pieces": np.frombuffer("\n".join(names).encode(), dtype=np.uint8),
        "piece_scores": np.asarray([start.scores[number] for number in kept], dtype=np.float32),
        **_bytes("words", _values(network.words)),
        **_norm("first", network.first),
        **_linear("pool", network.pool),
        **_linear("head", network.head),
    }
    for at, layer in enumerate(network.layers):
        arrays.update(_layer(f"layer{at}", layer))
    np.savez_compressed(path, **arrays)


def _layer(name: str, layer: Layer) -> dict[str, Any]:
    arrays: dict[str, Any] = {}
    for part in _PARTS:
        arrays.update(_linear(f"{name}.{part}", getattr(layer, part)))
    for part in _NORMS:
        arrays.update(_norm(f"{name}.{part}", getattr(layer, part)))
    return arrays


def _linear(name: str, linear: Linear) -> dict[str, Any]:
    return {**_bytes(name, _values(linear.weight)), f"{name}.bias": _values(linear.bias)}


def _norm(name: str, norm: Norm) -> dict[str, Any]:
    return {f"{name}.weight": _values(norm.weight), f"{name}.bias": _values(norm.bias)}


def _bytes(name: str, matrix: Floats) -> dict[str, Any]:
    scale = np.abs(matrix).max(axis=1) / 127
    scale[scale == 0] = 1
    return {
        f"{name}.bytes": np.rint(matrix / scale[:, None]).astype(np.int8),
        f"{name}.scale": scale.astype(np.float32),
    }


def _values(parameter: Any) -> Floats:
    return np.asarray(parameter.detach().numpy(), dtype=np.float32)
