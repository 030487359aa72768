"""Clocks (thời hạn) on the page of a ticket, and the page of now and today."""
