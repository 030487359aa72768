"""Clocks (thời hạn) of tickets: kept, breached, stopped by steps; now and today."""
