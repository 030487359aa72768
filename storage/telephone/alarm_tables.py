"""The table of telephones that an alarm rings (gọi điện báo động)."""

from sqlalchemy import Column, ForeignKey, Index, String, Table, UniqueConstraint

from storage.moment import Moment
from storage.rota.tables import alarm_test_rings
from storage.tables import Id, Serial, alarms, metadata

alarm_calls = Table(
    "alarm_calls",
    metadata,
    Column("token", Id, primary_key=True),  # random; all that the carrier learns of a ticket
    Column("alarm_id", Serial, ForeignKey(alarms.c.id)),
    Column("test_ring_id", Serial, ForeignKey(alarm_test_rings.c.id)),
    Column("picked_up_at", Moment),
    Column("outcome", String(16)),
    Column("stopped_at", Moment),
    Column("hung_up_at", Moment),
    UniqueConstraint("alarm_id"),
    UniqueConstraint("test_ring_id"),
    Index("ix_alarm_calls_stopped", "stopped_at"),
)
