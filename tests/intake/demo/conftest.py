"""The invented year is made and removed on both engines."""

from tests.engines import engine, store, urls

__all__ = ["engine", "store", "urls"]
