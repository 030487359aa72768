"""Which live streams are open: one a session, a newer one ends the older."""

from collections.abc import Iterator
from contextlib import contextmanager

from intake.errors import Overloaded
from storage.bell import Bell


class Streams:
    """The open streams of this process."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._newest: dict[str, object] = {}
        self._is_closing = False

    @contextmanager
    def open(self, session_id: str, bell: Bell) -> Iterator[object]:
        """Be the newest stream of a session; raises `Overloaded` when there are too many."""
        if session_id not in self._newest and len(self._newest) >= self._room:
            raise Overloaded
        me = object()
        self._newest[session_id] = me
        bell.ring(topic_of(session_id))
        try:
            yield me
        finally:
            if self._newest.get(session_id) is me:
                del self._newest[session_id]

    def is_newest(self, session_id: str, stream: object) -> bool:
        """Whether this stream goes on."""
        return self._newest.get(session_id) is stream

    @property
    def is_closing(self) -> bool:
        """Whether the service stops: every stream ends, pages come back to the next process."""
        return self._is_closing

    def close(self, bell: Bell) -> None:
        """End all of them."""
        self._is_closing = True
        for session_id in self._newest:
            bell.ring(topic_of(session_id))


def topic_of(session_id: str) -> str:
    """Return the bell topic of a session: its first message arrived, or a newer stream opened."""
    return f"web:{session_id}"
