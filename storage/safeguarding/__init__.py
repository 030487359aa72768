"""Safeguarding against staff: who is kept from a ticket, samples, identifiers shown."""
