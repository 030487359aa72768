"""What is said and not written: calls as they are taken down, and calls that are only counted."""
