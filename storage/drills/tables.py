"""The tables of drills (diễn tập)."""

from sqlalchemy import (
    Column,
    ForeignKey,
    Integer,
    SmallInteger,
    String,
    Table,
    UniqueConstraint,
)

from storage.moment import Moment
from storage.tables import Id, Serial, metadata

drills = Table(
    "drills",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("tag", String(40), nullable=False),  # the source of its talk; nobody can guess it
    Column("story", String(32), nullable=False),
    Column("asked_by", Id, nullable=False),
    Column("begun_at", Moment, nullable=False),
    Column("ends_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("running", SmallInteger),  # 1, or nothing: one drill at a time
    Column("outcome", String(16)),
    Column("ticket_id", Id, ForeignKey("tickets.id")),
    Column("answered_ms", Integer),  # milliseconds after the first word was sent
    Column("ticket_ms", Integer),
    Column("alarm_ms", Integer),
    Column("human_ms", Integer),
    UniqueConstraint("tag"),
    UniqueConstraint("running"),
    sqlite_autoincrement=True,
)

drill_plans = Table(
    "drill_plans",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),  # always 1
    Column("weekday", SmallInteger),  # Monday is 0; nothing: drills are off
    Column("start_minute", SmallInteger, nullable=False),  # of the local day
    Column("changed_at", Moment, nullable=False),
    Column("changed_by", Id, nullable=False),
)
