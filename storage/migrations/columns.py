"""The kinds of columns that migrations use; frozen, as the migrations are."""

from typing import Any

import sqlalchemy as sa


def id_column(name: str = "id", *constraints: Any, nullable: bool = False) -> sa.Column[str]:
    """A random id: 32 hex digits."""
    return sa.Column(name, sa.String(32), *constraints, nullable=nullable)


def serial(name: str = "id", *constraints: Any, **options: Any) -> sa.Column[int]:
    """A growing number."""
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column(name, kind, *constraints, **options)


def text(name: str, length: int, *, nullable: bool = False) -> sa.Column[str]:
    """Words of ours, at most so long."""
    return sa.Column(name, sa.String(length), nullable=nullable)


def moment(name: str, *, nullable: bool = False) -> sa.Column[int]:
    """Microseconds since 1970, UTC."""
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def sealed(name: str, *, nullable: bool = False) -> sa.Column[bytes]:
    """A sealed value (storage/keys/sealing.py)."""
    return sa.Column(name, sa.LargeBinary(), nullable=nullable)


def digest(name: str) -> sa.Column[bytes]:
    """32 bytes of a keyed hash."""
    return sa.Column(name, sa.LargeBinary(32), nullable=False)


def flag(name: str) -> sa.Column[bool]:
    """Yes or no."""
    return sa.Column(name, sa.Boolean(), nullable=False)


def small(name: str) -> sa.Column[int]:
    """A small number."""
    return sa.Column(name, sa.SmallInteger(), nullable=False)
