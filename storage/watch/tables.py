"""The table of signs of life (dấu hiệu hoạt động)."""

from sqlalchemy import Column, String, Table

from storage.moment import Moment
from storage.tables import metadata

beats = Table(
    "beats",
    metadata,
    Column("name", String(96), primary_key=True),  # a process, or the watcher
    Column("kind", String(16), nullable=False),
    Column("at", Moment, nullable=False),
)
