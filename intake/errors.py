"""The errors of the service; messages carry codes and ids, never what a person wrote.

IntakeError
├── SettingsError        a setting is missing or wrong: the start stops with a sentence
├── TooManyMessages      over the fair rate of one session
└── Overloaded           no room for another message just now
"""


class IntakeError(Exception):
    """Something the service refuses; the class docstring is the default message."""

    def __init__(self, message: str = "") -> None:
        super().__init__(message or (self.__doc__ or type(self).__name__).splitlines()[0])


class SettingsError(IntakeError):
    """A setting is missing or wrong."""


class TooManyMessages(IntakeError):
    """Over the fair rate of one session."""


class Overloaded(IntakeError):
    """No room for another message just now."""
