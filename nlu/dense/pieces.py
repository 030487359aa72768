"""Words cut into the pieces that the language model knows (tách mảnh từ).

A unigram model (Kudo 2018, arXiv:1804.10959): of all ways to cut a text the likeliest one. The
pieces are those of multilingual-e5 that our training messages need, and every single letter.
"""

from collections.abc import Mapping, Sequence

_SPACE = "\u2581"
"""How the vocabulary writes the space before a word."""
_LONGEST = 16
"""Letters of the longest piece that is looked for."""
_MOST_LETTERS = 700
_UNKNOWN_COSTS = 10.0
"""A letter without a piece counts as much below the rarest piece."""


class Pieces:
    """The vocabulary; keeps no state."""

    def __init__(self, pieces: Sequence[str], scores: Sequence[float], unknown: int) -> None:
        """Take pieces with their log-probabilities; a piece's number is its place."""
        self._number: Mapping[str, int] = {piece: at for at, piece in enumerate(pieces)}
        self._scores = dict(zip(pieces, scores, strict=True))
        self._unknown = unknown
        self._unknown_score = min(scores) - _UNKNOWN_COSTS

    def cut(self, text: str) -> list[int]:
        """Return the numbers of the pieces of a text in the reading's spelling (`Reading.full`).

        Looks at the first 700 letters, so the time is bounded. Never raises.
        """
        said = (" " + " ".join(text[:_MOST_LETTERS].split())).replace(" ", _SPACE)
        ways = self._best_ways(said)
        numbers: list[int] = []
        end = len(said)
        while end > 0:
            begin = ways[end]
            numbers.append(self._number.get(said[begin:end], self._unknown))
            end = begin
        return numbers[::-1]

    def _best_ways(self, said: str) -> list[int]:
        """Return for each place where the last piece of the likeliest cut up to it begins."""
        best = [0.0] + [float("-inf")] * len(said)
        ways = [0] * (len(said) + 1)
        scores = self._scores
        for begin in range(len(said)):
            so_far = best[begin]
            for end in range(begin + 1, min(len(said), begin + _LONGEST) + 1):
                score = scores.get(said[begin:end])
                if score is None:
                    if end > begin + 1:
                        continue
                    score = self._unknown_score
                if so_far + score > best[end]:
                    best[end] = so_far + score
                    ways[end] = begin
        return ways
