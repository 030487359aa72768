"""Talks (hội thoại): the road of a message, what waits to go out, how a talk stands."""
