"""Sign-off by hash (ký duyệt): who read which exact text and answers for it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from bot.content.cards import FOLDER, Register, Wording, read_yaml, reading
from nlu.labels import Language

FILE = FOLDER / "signoffs.yml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signoff:
    """One signature under one text."""

    card: str
    lang: Language
    register: Register
    sha256: str
    name: str
    """A member of staff in office, as it stands on the paper that was signed."""
    role: str
    date: date


def digest(wording: Wording) -> str:
    """Return the hash of what a reader sees: the text and its buttons, nothing else."""
    seen = [wording.text, *(f"{payload}\t{label}" for payload, label in wording.buttons)]
    return hashlib.sha256("\n".join(seen).encode()).hexdigest()


def read_signoffs(path: Path = FILE) -> tuple[Signoff, ...]:
    """Read all signatures, also those under texts that have changed since."""
    raw = read_yaml(path)
    with reading(path.name):
        return tuple(_signoff(one) for one in raw["signoffs"])


def is_signed(wording: Wording, signoffs: frozenset[tuple[str, str, str, str]]) -> bool:
    """Whether somebody signed exactly these words."""
    return (wording.card, wording.lang.value, wording.register, digest(wording)) in signoffs


def keys_of(signoffs: tuple[Signoff, ...]) -> frozenset[tuple[str, str, str, str]]:
    """Return what `is_signed` looks up."""
    return frozenset((one.card, one.lang.value, one.register, one.sha256) for one in signoffs)


def add_signoff(signoff: Signoff, path: Path = FILE) -> None:
    """Write one more signature at the end of the file; earlier ones are history and stay."""
    rows = [_row(one) for one in (*read_signoffs(path), signoff)]
    head = [line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    body = yaml.safe_dump({"signoffs": rows}, allow_unicode=True, sort_keys=False)
    path.write_text("\n".join([*head, body]), encoding="utf-8")


def _signoff(raw: Mapping[str, Any]) -> Signoff:
    when = raw["date"]
    return Signoff(
        card=str(raw["card"]),
        lang=Language(raw["lang"]),
        register=Register(raw["register"]),
        sha256=str(raw["sha256"]),
        name=str(raw["name"]),
        role=str(raw["role"]),
        date=when if isinstance(when, date) else date.fromisoformat(when),
    )


def _row(signoff: Signoff) -> dict[str, Any]:
    return {
        "card": signoff.card,
        "lang": signoff.lang.value,
        "register": signoff.register.value,
        "sha256": signoff.sha256,
        "name": signoff.name,
        "role": signoff.role,
        "date": signoff.date,
    }
