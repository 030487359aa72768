"""How long places take: `python -m tests.load.places` prints milliseconds; no test waits."""

import statistics
import sys
import time
from collections.abc import Iterable

from nlu.examples import TRAIN, load_examples
from nlu.places import Gazetteer, load_places
from nlu.text import read

_LONG = 100_000


def measure(places: Gazetteer, texts: Iterable[str]) -> list[float]:
    """Return the milliseconds that each message takes, read beforehand as the engine does."""
    taken: list[float] = []
    for reading in [read(text) for text in texts]:
        began = time.perf_counter()
        places.look(reading)
        taken.append((time.perf_counter() - began) * 1000)
    return sorted(taken)


def main() -> None:
    """Print median, 99th percentile and longest of the training messages, and of long ones."""
    places = load_places()
    texts = [one.text for one in load_examples(TRAIN)]
    measure(places, texts[:200])
    taken = measure(places, texts)
    sys.stdout.write(
        f"{len(taken)} messages: median {statistics.median(taken):.3f} ms, "
        f"p99 {taken[int(len(taken) * 0.99)]:.3f} ms, longest {taken[-1]:.3f} ms\n"
    )
    for name, piece in (("letters", "a"), ("names", "Tri Tôn ấp 3 Cần Thơ "), ("types", "xã ")):
        long = measure(places, [(piece * _LONG)[:_LONG]])
        sys.stdout.write(f"{_LONG} characters of {name}: {long[0]:.1f} ms\n")


if __name__ == "__main__":
    main()
