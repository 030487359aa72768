"""Calls that are taken down: the form, what is heard in it, the report it becomes."""
