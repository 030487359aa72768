"""Names of communes and what each may mean (tên xã, phường): units of today and of before.

The facts are those of Resolution 1654/NQ-UBTVQH15; names that meant something else before
1 July 2025 keep all their meanings, because people go on using them.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from nlu.place_lookup import Lookup, Spelled, rows
from nlu.syllables import canonical

DISTRICT_TYPES = frozenset({"huyện", "thị xã", "thành phố"})


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
    needs: str = ""
    """`type`: only after `huyện`, `xã` …; `near`: also after a word of place; of abbreviations."""

    @property
    def short(self) -> str:
        """The name as it is spelled with all its marks, in lower case."""
        return " ".join(self.words)

    @property
    def districts(self) -> frozenset[str]:
        """The districts of before that bore this name; at most one name, in two provinces."""
        return frozenset(
            district
            for meaning in self.meanings
            if meaning.level == "district"
            for district in meaning.districts
        )


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
        for row in rows("communes.csv")
    )


def load_names(communes: tuple[Commune, ...]) -> Lookup[Name]:
    """Return every name and abbreviation of a commune of today or before, or a district."""
    meanings: dict[str, list[Meaning]] = {}
    for commune in communes:
        kind, short = split_type(commune.name)
        meaning = Meaning("new", kind, (commune.code,), commune.old_districts, commune.old_province)
        meanings.setdefault(short, []).append(meaning)
    _add_old(meanings)
    return Lookup((*_spelled(meanings), *_aliases(meanings)))


def _spelled(meanings: Mapping[str, list[Meaning]]) -> list[Spelled[Name]]:
    return [
        Spelled(tuple(short.split()), Name(tuple(short.split()), tuple(found)))
        for short, found in meanings.items()
    ]


def _aliases(meanings: Mapping[str, list[Meaning]]) -> list[Spelled[Name]]:
    return [
        Spelled(
            tuple(row["alias"].split()),
            Name(tuple(row["name"].split()), tuple(meanings[row["name"]]), row["needs"]),
        )
        for row in rows("place_aliases.csv")
    ]


def _add_old(meanings: dict[str, list[Meaning]]) -> None:
    old: dict[tuple[str, str, str], list[str]] = {}
    districts: dict[tuple[str, str], list[str]] = {}
    for row in rows("old_communes.csv"):
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
