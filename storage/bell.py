"""Wake-ups after a commit: who waits for a topic hears that something changed, never what.

A ring can be missed only by somebody who was not listening; so listeners listen first, then look.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class Ear:
    """One listener."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def hear(self) -> None:
        """Note a ring."""
        self._rung.set()

    async def wait(self, timeout_seconds: float) -> bool:
        """Return True once rung since the last wait, False after the timeout."""
        try:
            async with asyncio.timeout(timeout_seconds):
                await self._rung.wait()
        except TimeoutError:
            return False
        self._rung.clear()
        return True


class Bell:
    """The listeners of one process, by topic. Used from the event loop's thread only."""

    def __init__(self) -> None:
        self._ears: dict[str, set[Ear]] = {}

    @contextmanager
    def listen(self, *topics: str) -> Iterator[Ear]:
        """Hear every ring of the topics while the block runs."""
        ear = Ear()
        for topic in topics:
            self._ears.setdefault(topic, set()).add(ear)
        try:
            yield ear
        finally:
            for topic in topics:
                listeners = self._ears[topic]
                listeners.discard(ear)
                if not listeners:
                    del self._ears[topic]

    def ring(self, topic: str) -> None:
        """Wake who listens to the topic."""
        for ear in self._ears.get(topic, ()):
            ear.hear()

    def ring_all(self) -> None:
        """Wake everybody: something may have been missed."""
        for listeners in self._ears.values():
            for ear in listeners:
                ear.hear()
