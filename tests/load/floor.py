"""How long the danger floor takes: `python -m tests.load.floor`; prints, no test waits for it.

Processor time of one thread, so that neighbours on the machine do not count.
"""

import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

import yaml

from nlu.examples import DEV, TRAIN, load_examples
from nlu.floor import Floor, load_floor
from nlu.text import read

_LISTS = Path(__file__).parent.parent / "nlu"
_TALK = "Hôm nay trời đẹp, cả nhà con đi chợ mua rau rồi về nấu cơm ăn. "
_LONG = {
    "ordinary talk": _TALK,
    "one letter": "x",
    "one word": "con ",
    "words of danger": "con đang uống thuốc đi nước ",
    "nearly a match": "té xuống cái té xuống cái ",
    "full stops": "cứu. ",
}


def main() -> int:
    """Print load time, milliseconds a message, and how time grows with length."""
    began = time.thread_time()
    floor = load_floor()
    _say(f"load: {1e3 * (time.thread_time() - began):.0f} ms")
    texts = [one.text for one in (*load_examples(TRAIN), *load_examples(DEV))] + _listed()
    reading, looking = zip(*(_timed(floor, text) for text in texts), strict=True)
    for name, spent in (("read", reading), ("floor", looking)):
        _say(f"{name}: {_spread(spent)}")
    _say(f"floor / read: {sum(looking) / sum(reading):.2f} over {len(texts)} messages")
    for name, piece in _LONG.items():
        short, long = (_whole(floor, (piece * letters)[:letters]) for letters in (1_000, 100_000))
        _say(f"{name}: 1,000 letters {short:.1f} ms, 100,000 letters {long:.0f} ms")
        _say(f"  ratio {long / max(short, 0.01):.0f} (100 is linear)")
    return 0


def _listed() -> list[str]:
    names = ("never_miss.yml", "innocent.yml")
    pages: Iterable[list[dict[str, list[str]]]] = (
        yaml.safe_load((_LISTS / name).read_text(encoding="utf-8")) for name in names
    )
    return [text for page in pages for group in page for text in group["sentences"]]


def _timed(floor: Floor, text: str) -> tuple[float, float]:
    began = time.thread_time()
    reading = read(text)
    between = time.thread_time()
    floor.examine(reading)
    return 1e3 * (between - began), 1e3 * (time.thread_time() - between)


def _whole(floor: Floor, text: str) -> float:
    floor.look(text + ".")
    began = time.thread_time()
    floor.look(text)
    return 1e3 * (time.thread_time() - began)


def _spread(spent: Sequence[float]) -> str:
    ranked = sorted(spent)
    shares = {"median": 0.5, "p95": 0.95, "p99": 0.99}
    at = {name: ranked[int(share * (len(ranked) - 1))] for name, share in shares.items()}
    return ", ".join(f"{name} {value:.2f} ms" for name, value in at.items())


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    sys.exit(main())
