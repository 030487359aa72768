"""Names of communes and what each may mean (tên xã, phường): units of today and of before.

The facts are those of Resolution 1654/NQ-UBTVQH15; names that meant something else before
1 July 2025 keep all their meanings, because people go on using them.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from nlu.syllables import canonical, strip_marks

_DATA = Path(__file__).with_name("data")

TYPES = {
    "xã": "xã",
    "x": "xã",
    "phường": "phường",
    "p": "phường",
    "đặc khu": "đặc khu",
    "thị trấn": "thị trấn",
    "tt": "thị trấn",
    "huyện": "huyện",
    "thị xã": "thị xã",
    "tx": "thị xã",
    "thành phố": "thành phố",
    "tp": "thành phố",
}
DISTRICT_TYPES = frozenset({"huyện", "thị xã", "thành phố"})

ALIASES = {
    "lx": "long xuyên",
    "lxuyên": "long xuyên",
    "rg": "rạch giá",
    "cđ": "châu đốc",
    "pq": "phú quốc",
    "thứ 11": "thứ mười một",
    "thứ 3": "thứ ba",
    "nhà bàn": "nhà bàng",
    "óc eo": "óc eo",
    "mỹ quí": "mỹ quý",
    "đảo phú quốc": "phú quốc",
    "núi bà": "núi sam",
}


@dataclass(frozen=True)
class Commune:
    """One of the 102 units (xã, phường, đặc khu)."""

    code: str
    name: str
    """With its type: `Xã An Cư`."""
    latitude: float
    longitude: float
    old_province: str
    old_districts: tuple[str, ...]
    """Short names of the districts it was made from."""


@dataclass(frozen=True)
class Meaning:
    """One thing that a name may stand for."""

    level: str
    """`new`, `old` (a commune before the merger) or `district` (a district before it)."""
    type: str
    codes: tuple[str, ...]
    """The communes of today; several when the old unit was split or is a district."""
    districts: tuple[str, ...]
    province: str


@dataclass(frozen=True)
class Name:
    """A short name and all its meanings."""

    words: tuple[str, ...]
    meanings: tuple[Meaning, ...]

    @property
    def is_district(self) -> bool:
        """Whether it was also the name of a district."""
        return any(meaning.level == "district" for meaning in self.meanings)


def split_type(name: str) -> tuple[str, str]:
    """Split `Thị trấn Núi Sập` into `thị trấn` and `núi sập`."""
    lowered = " ".join(canonical(word) for word in name.lower().split())
    for kind in ("đặc khu", "thị trấn", "thị xã", "thành phố", "phường", "huyện", "xã"):
        if lowered.startswith(kind + " "):
            return kind, lowered[len(kind) + 1 :]
    return "", lowered


def load_communes() -> tuple[Commune, ...]:
    """Read the 102 units of today."""
    return tuple(
        Commune(
            code=row["code"],
            name=row["name"],
            latitude=float(row["lat"]),
            longitude=float(row["lon"]),
            old_province=row["old_province"],
            old_districts=tuple(split_type(part)[1] for part in row["old_districts"].split(" + ")),
        )
        for row in _rows("communes.csv")
    )


def load_names(communes: tuple[Commune, ...]) -> dict[str, tuple[Name, ...]]:
    """Return every name, by the bare form of its first word, longest names first."""
    meanings: dict[str, list[Meaning]] = {}
    for commune in communes:
        kind, short = split_type(commune.name)
        meaning = Meaning("new", kind, (commune.code,), commune.old_districts, commune.old_province)
        meanings.setdefault(short, []).append(meaning)
    _add_old(meanings)
    for alias, short in ALIASES.items():
        if alias != short:
            meanings.setdefault(alias, []).extend(meanings[short])
    return _by_first_word(meanings)


def _add_old(meanings: dict[str, list[Meaning]]) -> None:
    old: dict[tuple[str, str, str], list[str]] = {}
    districts: dict[tuple[str, str], list[str]] = {}
    for row in _rows("old_communes.csv"):
        old.setdefault((row["old_name"], row["old_district"], row["old_province"]), []).append(
            row["code"]
        )
        districts.setdefault((row["old_district"], row["old_province"]), []).append(row["code"])
    for (name, district, province), codes in old.items():
        kind, short = split_type(name)
        of = (split_type(district)[1],)
        meanings.setdefault(short, []).append(Meaning("old", kind, tuple(codes), of, province))
    for (district, province), codes in districts.items():
        kind, short = split_type(district)
        units = tuple(dict.fromkeys(codes))
        meanings.setdefault(short, []).append(Meaning("district", kind, units, (short,), province))


def _by_first_word(meanings: Mapping[str, list[Meaning]]) -> dict[str, tuple[Name, ...]]:
    names: dict[str, list[Name]] = {}
    for short, found in meanings.items():
        words = tuple(short.split())
        names.setdefault(strip_marks(words[0]), []).append(Name(words, tuple(found)))
    return {
        first: tuple(sorted(group, key=lambda name: -len(name.words)))
        for first, group in names.items()
    }


def _rows(file_name: str) -> Iterator[dict[str, str]]:
    with (_DATA / file_name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
