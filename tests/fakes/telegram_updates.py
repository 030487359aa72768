"""The vendor's updates, as files and as what An writes."""

import json
from pathlib import Path
from typing import Any

PAYLOADS = Path(__file__).parents[1] / "payloads" / "telegram"
AN = "100000007"
Json = dict[str, Any]


def payload(name: str) -> Json:
    """Read one update from its file."""
    update: Json = json.loads((PAYLOADS / f"{name}.json").read_text())
    return update


def wrote(number: int, text: str) -> Json:
    """An writes words."""
    update = payload("text")
    update["update_id"] = number
    update["message"]["text"] = text
    return update
