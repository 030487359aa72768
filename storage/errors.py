"""The errors of storage; messages carry ids and codes only.

StorageError
├── StorageUnavailable   the database cannot be read or written now: spool and try later
├── LeaseLost            another process walks this conversation now: drop what you decided
├── TooFast              over the fair rate of a bucket
├── Erased               the person was erased: nothing of the conversation opens any more
├── NotFound             no such row
├── Changed              somebody else was faster: look again
└── OwnWords             who wrote these words last may not sign them: another person must
"""


class StorageError(Exception):
    """Storage refuses; the class docstring is the default message."""

    def __init__(self, message: str = "") -> None:
        super().__init__(message or (self.__doc__ or "").splitlines()[0])


class StorageUnavailable(StorageError):
    """The database cannot be read or written now."""


class LeaseLost(StorageError):
    """Another process holds the lease of this conversation."""


class TooFast(StorageError):
    """Over the fair rate of a bucket."""


class Erased(StorageError):
    """The key of this conversation is gone."""


class NotFound(StorageError):
    """There is no such row."""


class Changed(StorageError):
    """Somebody changed this in the meantime."""


class LineMoved(StorageError):
    """The ticket is written to on another line by now."""


class OwnWords(StorageError):
    """Whoever wrote these words last may not sign them."""
