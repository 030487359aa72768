"""The key store: wrapped keys in a database of their own, backed up apart from the rows.

The functions here are work for `Database.transaction` and know only wrapped keys;
storage/keys/vault.py wraps and opens them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import (
    Column,
    Connection,
    LargeBinary,
    MetaData,
    String,
    Table,
    delete,
    select,
    text,
)

from storage.database import insert_new

metadata = MetaData()
_FIRST_START = 7_305_514
"""Any number: the PostgreSQL advisory lock under which the tables are created."""

keys = Table(
    "keys",
    metadata,
    Column("owner_id", String(32), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
)

erasures = Table(
    "erasures",
    metadata,
    Column("owner_id", String(32), primary_key=True),
)
"""The ledger of erasures: applied again when an older copy of `keys` is restored."""

probe = Table(
    "probe",
    metadata,
    Column("name", String(16), primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
)
"""One value sealed with the master key: tells a wrong key before anything is written with it."""

_PROBE = "master"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrapped:
    """A key as it is stored."""

    kind: str
    wrapped: bytes


def prepare(connection: Connection) -> None:
    """Create what is missing; two processes may do so at once."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _FIRST_START})
    metadata.create_all(connection)


def read_probe(connection: Connection) -> bytes | None:
    """Return the sealed probe; None on the first start."""
    return connection.execute(select(probe.c.sealed).where(probe.c.name == _PROBE)).scalar()


def add_probe(connection: Connection, sealed: bytes) -> bytes:
    """Store the probe unless there is one; return the stored one."""
    insert_new(connection, probe, {"name": _PROBE, "sealed": sealed})
    return read_probe(connection) or sealed


def add(connection: Connection, wanted: Mapping[str, Wrapped]) -> dict[str, Wrapped]:
    """Store keys for owners that have none; return what every owner has now."""
    for owner_id, key in sorted(wanted.items()):  # one order everywhere: no deadlock
        values = {"owner_id": owner_id, "kind": key.kind, "wrapped": key.wrapped}
        insert_new(connection, keys, values)
    return find(connection, wanted)


def find(connection: Connection, owner_ids: Iterable[str]) -> dict[str, Wrapped]:
    """Return the keys of those owners that have one."""
    rows = connection.execute(select(keys).where(keys.c.owner_id.in_(tuple(owner_ids))))
    return {row.owner_id: Wrapped(kind=row.kind, wrapped=row.wrapped) for row in rows}


def erase(connection: Connection, owner_id: str) -> None:
    """Delete a key for good and note it in the ledger."""
    connection.execute(delete(keys).where(keys.c.owner_id == owner_id))
    insert_new(connection, erasures, {"owner_id": owner_id})


def erased(connection: Connection, owner_ids: Iterable[str]) -> frozenset[str]:
    """Return those of the owners that stand in the ledger."""
    asked = select(erasures.c.owner_id).where(erasures.c.owner_id.in_(tuple(owner_ids)))
    return frozenset(connection.execute(asked).scalars())
