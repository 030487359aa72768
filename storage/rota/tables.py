"""The tables of the rota (lịch trực), of staff telephones and of alarms that are only tests."""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    UniqueConstraint,
)

from storage.moment import Moment
from storage.tables import Id, Serial, metadata, outbox

shift_patterns = Table(
    "shift_patterns",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("user_id", Id, ForeignKey("users.id"), nullable=False),
    Column("role", String(16), nullable=False),
    Column("weekday", SmallInteger, nullable=False),  # Monday is 0
    Column("start_minute", SmallInteger, nullable=False),  # of the local day
    Column("minutes", SmallInteger, nullable=False),
    Column("from_day", Date, nullable=False),
    Column("until_day", Date),  # the last day; none: for ever
    Column("created_at", Moment, nullable=False),
    Column("created_by", Id, nullable=False),
    sqlite_autoincrement=True,
)

shifts = Table(
    "shifts",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("user_id", Id, ForeignKey("users.id"), nullable=False),
    Column("role", String(16), nullable=False),
    Column("starts_at", Moment, nullable=False),
    Column("ends_at", Moment, nullable=False),
    Column("pattern_id", Serial, ForeignKey("shift_patterns.id")),
    Column("cancelled_at", Moment),
    Column("created_at", Moment, nullable=False),
    Column("created_by", Id, nullable=False),
    UniqueConstraint("pattern_id", "starts_at"),  # a pattern makes each shift once
    Index("ix_shifts_ends", "ends_at"),
    sqlite_autoincrement=True,
)

substitutions = Table(
    "substitutions",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("shift_id", Serial, ForeignKey("shifts.id"), nullable=False, index=True),
    Column("state", String(16), nullable=False),
    Column("asked_by", Id, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("reason_sealed", LargeBinary),
    Column("taken_by", Id),
    Column("taken_at", Moment),
    Column("settled_by", Id),
    Column("settled_at", Moment),
    Index("ix_substitutions_state", "state"),
    sqlite_autoincrement=True,
)

staff_phones = Table(
    "staff_phones",
    metadata,
    Column("user_id", Id, ForeignKey("users.id"), primary_key=True),
    Column("phone_sealed", LargeBinary, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("changed_by", Id, nullable=False),
)

alarm_tests = Table(
    "alarm_tests",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("asked_by", Id, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("is_for_all", Boolean, nullable=False),  # of those on duty; else for one person
    sqlite_autoincrement=True,
)

alarm_test_rings = Table(
    "alarm_test_rings",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("test_id", Serial, ForeignKey("alarm_tests.id"), nullable=False),
    Column("recipient", String(64), nullable=False),
    Column("way", String(16), nullable=False),
    Column("outbox_id", Serial, ForeignKey("outbox.id")),
    Column("answered_at", Moment),
    UniqueConstraint("test_id", "recipient", "way"),
    sqlite_autoincrement=True,
)

Index(
    "ix_outbox_alarm",
    outbox.c.alarm_id,
    sqlite_where=outbox.c.alarm_id.is_not(None),
    postgresql_where=outbox.c.alarm_id.is_not(None),
)
"""A few sends of a million are an alarm's."""
