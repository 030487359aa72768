"""The call-taker's screen (màn hình nghe máy), and calls that are only counted."""
