"""The table of what people write into Mẫu số 01 on the page of a ticket."""

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, Table

from storage.moment import Moment
from storage.tables import Id, metadata

ticket_forms = Table(
    "ticket_forms",
    metadata,
    Column("ticket_id", Id, ForeignKey("tickets.id"), primary_key=True),
    Column("version", Integer, nullable=False),  # of the fields; matters do not count
    Column("form_sealed", LargeBinary, nullable=False),  # with the ticket's key
    Column("changed_at", Moment, nullable=False),
    Column("changed_by", Id, nullable=False),
)
"""Apart from `tickets.facts_sealed`, which every message of the reporter writes anew: what a person
wrote is never overwritten by the talk."""
