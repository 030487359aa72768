"""Pure decisions about the conversation: no I/O, no clock, no randomness, no log."""
