"""Standard output that may be closed before everything is written."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO


@contextmanager
def reader_may_leave(stdout: TextIO) -> Iterator[None]:
    """End quietly when the reader has seen enough (`… | head`)."""
    try:
        yield
        stdout.flush()
    except BrokenPipeError:
        # What is still buffered would raise again while the interpreter shuts down.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stdout.fileno())
