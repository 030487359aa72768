"""Versions of the model beside the shipped one (phiên bản mô hình): which is used, which may be.

A folder of versions holds one folder a version (`model.npz`, `model.json`, later `shadow.json`) and
`in_use.json` with what was chosen, oldest first. Nothing here is personal.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from nlu.examples import file_hash
from nlu.floor import Floor, load_floor
from nlu.labels import Intent, Urgency
from nlu.model import MANIFEST_FILE, MODEL_FILE, Model, families, load_manifest, load_model
from nlu.senses import load_senses

SHIPPED = "shipped"
SHADOW_FILE = "shadow.json"
_IN_USE_FILE = "in_use.json"
_NLU = Path(__file__).parent
_PROBES = (
    "cứu con với, em con rớt xuống kinh rồi",
    "ba con nhau vo danh me con hoai",
    "e mún bik sdt tổng đài 111 là j z ad",
    "hôm wa có ng nhắn tin đòi con gửi hình",
    "tuiii hok bik lm s nữaaa 😭",
    "bé 5 tuổi ở xã An Cư bị bỏ một mình 3 ngày",
    "ddang ddi hojc thif bij chawnj dduwowngf",
    "my stepdad hits me every night",
    "ជួយខ្ញុំផង",
    "không ai đánh con hết, con hỏi cho biết thôi",
    "con muốn chết, thuốc sâu con mua rồi",
    "Đăng ký nhận tin về phòng chống đuối nước",
)
"""Read at every training and start: a model counts features as the code did that trained it."""


class ModelRefused(ValueError):
    """A model that cannot be used here; the message says why and what to do."""


@dataclass(frozen=True)
class Loaded:
    """The model that the service answers with."""

    model: Model
    version: str
    problem: str = ""
    """Why it is not the chosen one; empty: it is."""


@dataclass(frozen=True)
class Choice:
    """That a version was put in use."""

    version: str
    at: str
    although: str = ""
    """Why in spite of what the comparison said."""


@cache
def shipped_version() -> str:
    """Return the name of the model that came with the program: it changes with its weights."""
    return f"{SHIPPED}-{file_hash(MODEL_FILE)[:8]}"


def made_for(floor: Floor) -> dict[str, str]:
    """Return hashes of all that a model depends on besides its data."""
    senses = load_senses()
    digest = hashlib.sha256()
    for text in _PROBES:
        said, danger = floor.study(text)
        found = families(said, senses.find(said), danger)
        digest.update(json.dumps([sorted(map(int, one)) for one in found]).encode())
    labels = [*(x.value for x in Intent), *(x.value for x in Urgency)]
    return {
        "rules": _hash_of("danger"),
        "senses": _hash_of("senses"),
        "reading": digest.hexdigest(),
        "labels": hashlib.sha256(" ".join(labels).encode()).hexdigest(),
    }


def load_chosen(folder: Path, floor: Floor | None = None) -> Loaded:
    """Load the chosen version, or the shipped one when it is damaged or made for something else."""
    try:
        version = in_use(folder)
        if version == SHIPPED:
            return Loaded(load_model(), shipped_version())
        return Loaded(load_version(folder / version, floor), version)
    except ModelRefused as refused:
        return Loaded(load_model(), shipped_version(), problem=str(refused))


def load_version(folder: Path, floor: Floor | None = None) -> Model:
    """Load one version; raises `ModelRefused`."""
    manifest = check(folder, floor)
    path = folder / MODEL_FILE.name
    try:
        with ZipFile(path) as parts:  # numpy leaves a file open that is no archive
            parts.testzip()
        return load_model(path)
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
        raise ModelRefused(f"{manifest['version']} cannot be read: train it again") from error


def check(folder: Path, floor: Floor | None = None) -> Mapping[str, Any]:
    """Return the manifest of a version that fits this program; raises `ModelRefused`."""
    name = folder.name
    try:
        manifest = load_manifest(folder / MANIFEST_FILE.name)
        found = file_hash(folder / MODEL_FILE.name)
        expected, depends_on = manifest["model"], dict(manifest["made_for"])
        manifest["version"] = str(manifest["version"])
    except FileNotFoundError as error:
        raise ModelRefused(f"there is no model in {folder}") from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelRefused(f"{name} has no readable {MANIFEST_FILE.name}") from error
    if found != expected:
        raise ModelRefused(f"{name} is damaged: {MODEL_FILE.name} is not what was trained")
    here = made_for(floor or load_floor())
    other = sorted(part for part in here if depends_on.get(part) != here[part])
    if other:
        raise ModelRefused(
            f"{name} was made for other {', '.join(other)} than this program has: "
            "train it again with `langnghe nlu train --with …`"
        )
    return manifest


def in_use(folder: Path) -> str:
    """Return the chosen version, `shipped` where nothing was chosen; raises `ModelRefused`."""
    chosen = choices(folder)
    return chosen[-1].version if chosen else SHIPPED


def choices(folder: Path) -> tuple[Choice, ...]:
    """Return what was chosen, oldest first; raises `ModelRefused` for a file that is damaged."""
    path = folder / _IN_USE_FILE
    if not path.exists():
        return ()
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
        return tuple(
            Choice(version=_name(row["version"]), at=str(row["at"]), although=str(row["although"]))
            for row in rows
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelRefused(f"{path} is damaged: choose with `langnghe nlu use`") from error


def choose(folder: Path, version: str, *, now: datetime, although: str = "") -> None:
    """Put a version in use from the next start on; a damaged list of choices begins anew."""
    try:
        chosen = choices(folder)
    except ModelRefused:
        chosen = ()
    at = now.isoformat(timespec="seconds")
    _write(folder, (*chosen, Choice(_name(version), at, although)))


def roll_back(folder: Path) -> str:
    """Return to what was in use before; raises `ModelRefused` when nothing was."""
    chosen = choices(folder)
    if not chosen:
        raise ModelRefused("the shipped model is in use and nothing was before it")
    _write(folder, chosen[:-1])
    return in_use(folder)


def versions(folder: Path) -> tuple[Path, ...]:
    """Return the folders that hold a model, oldest first."""
    if not folder.is_dir():
        return ()
    return tuple(sorted(path.parent for path in folder.glob(f"*/{MANIFEST_FILE.name}")))


def _write(folder: Path, chosen: Iterable[Choice]) -> None:
    rows = [{"version": one.version, "at": one.at, "although": one.although} for one in chosen]
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    staged = folder / f".{_IN_USE_FILE}"
    staged.write_text(json.dumps(rows, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    staged.replace(folder / _IN_USE_FILE)


def _name(version: object) -> str:
    """Take a plain name only: a version never leads out of its folder."""
    name = str(version)
    if not name or name.startswith(".") or Path(name).name != name:
        raise ValueError(name)
    return name


@cache
def _hash_of(name: str) -> str:
    """Return the hash of `<name>.yml` and of a folder `<name>/` of such files."""
    digest = hashlib.sha256()
    for path in sorted([*_NLU.glob(f"{name}*.yml"), *_NLU.glob(f"{name}/*.yml")]):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
