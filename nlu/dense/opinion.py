"""The second opinion and when it is asked (hỏi ý kiến thứ hai).

The linear model answers in a millisecond or two and is right where it is sure. Where it is not, a
language model reads the message too; what both believe is mixed. It costs ten times as much, so it
is not asked about everything.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TypeVar

import numpy as np
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # it ships no types

from nlu.dense.encoder import Encoder
from nlu.dense.pieces import Pieces
from nlu.floor import FloorReading
from nlu.labels import Urgency
from nlu.model import INTENTS, MATTERS, URGENCIES, Matter, Opinion

DENSE_FILE = Path(__file__).parents[1] / "data" / "dense.npz"
DENSE_MANIFEST = DENSE_FILE.with_suffix(".json")

Key = TypeVar("Key")

_ITS_SHARE = 0.4
"""How much of the mixture (of logarithms) it is; chosen on the dev set, see docs/nlu-report.md."""
_SURE_OF_KIND, _NO_DANGER = 0.9, 0.005
"""Asked about three messages in ten of the dev set; of the others about none would change."""
_LEAST = 1e-6


class SecondOpinion:
    """Mixes what the language model believes into an opinion. Keeps no state."""

    def __init__(
        self, pieces: Pieces, encoder: Encoder, matters: Sequence[Matter], frame: tuple[int, int]
    ) -> None:
        """Take the labels in the order of the encoder's scores, and the pieces around a message."""
        self._pieces = pieces
        self._encoder = encoder
        self._matters = tuple(matters)
        self._frame = frame

    def on(self, said: str, first: Opinion) -> Opinion:
        """Return both opinions in one. `said` is the reading's spelling (`Reading.full`)."""
        begin, end = self._frame
        pieces = self._pieces.cut(said)[: self._encoder.longest - 2]
        second = self.chances((begin, *pieces, end))
        believed = {
            matter: chance ** (1 - _ITS_SHARE) * max(second.get(matter, 0.0), _LEAST) ** _ITS_SHARE
            for matter, chance in first.matters.items()
        }
        total = sum(believed.values())
        matters = {matter: chance / total for matter, chance in believed.items()}
        return replace(
            first,
            matters=matters,
            intents=_summed(INTENTS, ((intent, c) for (intent, _), c in matters.items())),
            urgencies=_summed(URGENCIES, ((urgency, c) for (_, urgency), c in matters.items())),
        )

    def chances(self, pieces: Sequence[int]) -> Mapping[Matter, float]:
        """Return what the language model believes by itself; adds up to 1."""
        scores = self._encoder.scores(pieces)
        raised = np.exp(scores - scores.max())
        shares = (raised / raised.sum()).tolist()
        return dict(zip(self._matters, shares, strict=True))


def is_wanted(floor: FloorReading, first: Opinion) -> bool:
    """Whether the linear model is in doubt: of what it is, or of whether somebody is in danger.

    Where a rule has said critical nothing can make it less, and the words must not wait.
    """
    if floor.top is not None and floor.top.urgency is Urgency.CRITICAL:
        return False
    if first.urgencies[Urgency.CRITICAL] > _NO_DANGER:
        return True
    return max(first.intents.values()) < _SURE_OF_KIND


def _summed(keys: Sequence[Key], parts: Iterable[tuple[Key, float]]) -> Mapping[Key, float]:
    sums = dict.fromkeys(keys, 0.0)
    for key, chance in parts:
        sums[key] += chance
    return sums


@cache
def load_second_opinion(path: Path = DENSE_FILE) -> SecondOpinion:
    """Read the weights, once a process: 50 MB, and no state.

    Nothing in the file can run code (`allow_pickle=False`).

    From then on numpy computes with one thread in this process: matrices of some dozen rows gain
    nothing from more, and where another process holds a core they wait for each other for seconds.
    """
    threadpool_limits(limits=1, user_api="blas")
    with np.load(path, allow_pickle=False) as arrays:
        begin, end, unknown = (int(number) for number in arrays["marks"])
        pieces = bytes(arrays["pieces"]).decode("utf-8").split("\n")
        return SecondOpinion(
            Pieces(pieces, arrays["piece_scores"].tolist(), unknown),
            Encoder(arrays),
            [MATTERS[index] for index in arrays["matters"]],
            (begin, end),
        )
