"""How long a whole assessment takes: `python -m tests.load.assessment`; no test waits for it.

Processor time of one thread, beside the time it takes to read the same message: a ratio says more
than milliseconds on a machine with neighbours. Every message is new, as in life.
"""

import statistics
import sys
import time

from nlu.engine import load_engine
from nlu.examples import DEV, TEST, load_examples
from nlu.text import read


def main() -> int:
    """Print the median, the 99th of a hundred, and the ratio to reading."""
    engine = load_engine()
    for example in load_examples(DEV):  # what a running service has met before
        engine.understand(example.text)
    readings, assessments = [], []
    for example in load_examples(TEST):
        began = time.thread_time()
        read(example.text)
        between = time.thread_time()
        engine.understand(example.text)
        readings.append(1e3 * (between - began))
        assessments.append(1e3 * (time.thread_time() - between))
    ordered = sorted(assessments)
    _say(f"assessment: median {statistics.median(ordered):.2f} ms of {len(ordered)} messages")
    _say(f"assessment: 99 of 100 within {ordered[int(0.99 * len(ordered))]:.2f} ms")
    _say(f"assessment / read: {sum(assessments) / sum(readings):.1f}")
    return 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    raise SystemExit(main())
