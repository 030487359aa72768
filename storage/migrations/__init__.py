"""Alembic's folder: every change of the tables, up and down, on both engines."""
