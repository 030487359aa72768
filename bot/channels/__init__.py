"""One file a channel; `contract` says what a channel is."""
