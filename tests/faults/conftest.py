"""Both engines, for the faults that both must bear."""

from tests.engines import engine, urls

__all__ = ["engine", "urls"]
