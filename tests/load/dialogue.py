"""How long one turn takes: `python -m tests.load.dialogue`; prints, no test waits for it.

Processor time of one thread, beside the time it takes to read the same message: a ratio says more
than milliseconds on a machine with neighbours.
"""

import statistics
import sys
import time
from collections.abc import Iterator

from bot.channels.contract import Text
from bot.content.shelf import load_shelf
from bot.dialogue.advance import advance
from bot.dialogue.state import DialogueState
from bot.dialogue.turn import Said
from nlu.assessment import Assessment
from nlu.examples import DEV, Example, load_examples
from nlu.labels import Language
from nlu.text import read

_MESSAGES_A_TALK = 6


def main() -> int:
    """Print the median, the 99th of a hundred, and the ratio to reading."""
    shelf = load_shelf(mode_is_production=False)
    turns, readings = [], []
    for talk in _talks(load_examples(DEV)):
        state = DialogueState()
        for example in talk:
            began = time.thread_time()
            read(example.text)
            between = time.thread_time()
            said = Said(content=Text(text=example.text))
            state = advance(state, said, _as_labelled(example), example.urgency, shelf).state
            readings.append(1e3 * (between - began))
            turns.append(1e3 * (time.thread_time() - between))
    ordered = sorted(turns)
    _say(f"advance: median {statistics.median(turns):.3f} ms over {len(turns)} turns")
    _say(f"advance: 99 of 100 within {ordered[int(0.99 * len(ordered))]:.3f} ms")
    _say(f"advance / read: {sum(turns) / sum(readings):.2f}")
    return 0


def _talks(examples: tuple[Example, ...]) -> Iterator[tuple[Example, ...]]:
    step = max(len(examples) // _MESSAGES_A_TALK, 1)
    for first in range(step):  # messages of different kinds, one after the other
        yield examples[first::step]


def _as_labelled(example: Example) -> Assessment:
    return Assessment(
        intent=example.intent,
        urgency=example.urgency,
        confidence=0.9,
        ask=False,
        lang=Language.VIETNAMESE,
    )


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    raise SystemExit(main())
