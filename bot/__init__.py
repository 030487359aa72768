"""The conversation: what comes in from a channel and what we say next."""
