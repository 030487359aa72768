"""Rows: the only folder that knows SQLAlchemy and the only place that commits."""
