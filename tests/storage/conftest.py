"""Every storage test runs on both engines."""

from tests.engines import engine, store, urls

__all__ = ["engine", "store", "urls"]
