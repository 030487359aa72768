"""What the checks hand out: findings and where they were made."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Level(StrEnum):
    """Whether a finding stops the build."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong or doubtful. It never repeats personal data."""

    level: Level
    code: str
    """Stable, as `same_text`."""
    says: str
    places: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {
            "level": self.level.value,
            "code": self.code,
            "says": self.says,
            "places": list(self.places),
        }


def error(code: str, says: str, *places: str) -> Finding:
    """Make a finding that stops the build."""
    return Finding(Level.ERROR, code, says, places)


def warning(code: str, says: str, *places: str) -> Finding:
    """Make a finding for a person to look at."""
    return Finding(Level.WARNING, code, says, places)
