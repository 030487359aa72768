"""The network while it learns (mạng khi học): as `encoder.py` computes it, with PyTorch.

A developer's machine only; see `nlu/dense/requirements.txt`.
"""

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from nlu.dense.encoder import Floats
from nlu.dense.start import Start

LAYERS = 6
"""Half of the twelve: kinds and urgencies are decided early, and the answer must come soon."""
LONGEST = 96
_HEADS, _DROPPED, _EPSILON = 12, 0.1, 1e-12
_NOTHING = -1e4


class Linear(nn.Module):
    """A linear step that starts from given weights."""

    def __init__(self, weight: Floats, bias: Floats) -> None:
        super().__init__()
        self.weight, self.bias = _parameter(weight), _parameter(bias)

    def forward(self, x: Tensor) -> Tensor:
        """Return what goes on, for the last dimension of `x`."""
        return functional.linear(x, self.weight, self.bias)


class Norm(nn.Module):
    """A normalisation that starts from given weights."""

    def __init__(self, weight: Floats, bias: Floats) -> None:
        super().__init__()
        self.weight, self.bias = _parameter(weight), _parameter(bias)

    def forward(self, x: Tensor) -> Tensor:
        """Return `x` normalised along its last dimension."""
        return functional.layer_norm(x, self.weight.shape, self.weight, self.bias, _EPSILON)


class Layer(nn.Module):
    """One of the layers of e5, its three projections in one."""

    def __init__(self, start: Start, at: int) -> None:
        super().__init__()
        size, inner = start.width, start.inner
        three = [_weights(start, f"l{at}.{part}", size, size) for part in "qkv"]
        self.asks = Linear(*(np.concatenate(both) for both in zip(*three, strict=True)))
        self.tells = Linear(*_weights(start, f"l{at}.ao", size, size))
        self.into = Linear(*_weights(start, f"l{at}.fi", inner, size))
        self.out = Linear(*_weights(start, f"l{at}.fo", size, inner))
        self.after_attention = Norm(*_norm(start, f"l{at}.aln"))
        self.after = Norm(*_norm(start, f"l{at}.oln"))

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """Return a row a piece, of each message; `mask` is true where something was said."""
        count, length, size = x.shape
        asked = self.asks(x).view(count, length, 3, _HEADS, size // _HEADS).permute(2, 0, 3, 1, 4)
        heard = functional.scaled_dot_product_attention(*asked, attn_mask=mask)
        told = self.tells(heard.transpose(1, 2).reshape(count, length, size))
        x = self.after_attention(x + functional.dropout(told, _DROPPED, self.training))
        bent = self.out(functional.gelu(self.into(x)))
        return self.after(x + functional.dropout(bent, _DROPPED, self.training))


class Network(nn.Module):
    """Words, the first layers of e5, and a head of ours over mean and greatest of what they say."""

    def __init__(self, start: Start, kept: list[int], labels: int) -> None:
        super().__init__()
        words = start.matrix("emb.word", len(start.pieces), start.width)[kept]
        places = start.floats("emb.pos").reshape(-1, start.width)[:LONGEST]
        self.words = _parameter(words)
        self.places = _parameter(places + start.floats("emb.type")[: start.width])
        self.first = Norm(*_norm(start, "emb.ln"))
        self.layers = nn.ModuleList(Layer(start, at) for at in range(LAYERS))
        self.pool = nn.Linear(2 * start.width, start.width)
        self.head = nn.Linear(start.width, labels)

    def forward(self, pieces: Tensor, lengths: Tensor) -> Tensor:
        """Return the scores of all labels, a row a message; `pieces` are filled up at the end."""
        length = pieces.shape[1]
        is_said = torch.arange(length)[None] < lengths[:, None]
        x = self.first(self.words[pieces] + self.places[:length])
        x = functional.dropout(x, _DROPPED, self.training)
        for layer in self.layers:
            x = layer(x, is_said[:, None, None, :])
        mean = (x * is_said[:, :, None]).sum(1) / lengths[:, None]
        greatest = x.masked_fill(~is_said[:, :, None], _NOTHING).max(1).values
        pooled = torch.tanh(self.pool(torch.cat([mean, greatest], 1)))
        return self.head(functional.dropout(pooled, _DROPPED, self.training))


def _parameter(values: Floats) -> nn.Parameter:
    return nn.Parameter(torch.from_numpy(np.array(values, dtype=np.float32)))


def _weights(start: Start, name: str, rows: int, columns: int) -> tuple[Floats, Floats]:
    return start.matrix(f"{name}.w", rows, columns), start.floats(f"{name}.b")


def _norm(start: Start, name: str) -> tuple[Floats, Floats]:
    return start.floats(f"{name}.w"), start.floats(f"{name}.b")
