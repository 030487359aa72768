"""Train a new version from the shipped data and more examples (huấn luyện thêm).

The shipped model is never written over; scikit-learn is loaded only here.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from nlu.examples import DATA, DEV, TEST, TRAIN, Example, file_hash, load_examples
from nlu.extra import read_extra
from nlu.floor import load_floor
from nlu.model import MODEL_FILE
from nlu.model_store import ModelRefused, made_for

NO_TRAINING = (
    "training needs scikit-learn, which a server does not have. Install it into this environment "
    "(`pip install 'scikit-learn>=1.7'`), or train on another machine with the same version of "
    "the program and copy the folder of the new version into the folder `models` here"
)


class TrainingUnavailable(ModelRefused):
    """scikit-learn is not installed here."""


@dataclass(frozen=True)
class Data:
    """What a version learns from and is measured with."""

    train: tuple[Example, ...]
    dev: tuple[Example, ...]
    test: tuple[Example, ...]


def shipped_data() -> Data:
    """Load the examples that came with the program; takes seconds."""
    return Data(load_examples(TRAIN), load_examples(DEV), load_examples(TEST))


def train_version(
    extra: Sequence[Path], folder: Path, *, now: datetime, data: Data | None = None
) -> Path:
    """Check the files, train, and return the new version's own folder inside `folder`.

    Raises `ExamplesRefused`, `TrainingUnavailable`, and `ModelRefused` for a folder of ours.
    """
    if DATA.resolve() in (folder.resolve(), *folder.resolve().parents):
        raise ModelRefused(f"{folder} belongs to the shipped model: name another folder")
    data = data or shipped_data()
    learnt = read_extra(extra, train=data.train, held_out=(*data.dev, *data.test)) if extra else ()
    try:
        from nlu.training import train, write_manifest
    except ImportError as missing:
        raise TrainingUnavailable(NO_TRAINING) from missing
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with TemporaryDirectory(dir=folder, prefix=".training-") as name:
        staging = Path(name) / "version"
        staging.mkdir(mode=0o700)
        manifest = train((*data.train, *learnt), data.dev, staging)
        weights = _hash_of_weights(staging / MODEL_FILE.name)
        version = f"{now.astimezone(UTC):%Y%m%d}-{weights[:8]}"
        manifest |= {
            "version": version,
            "trained_at": now.isoformat(timespec="seconds"),
            "model": file_hash(staging / MODEL_FILE.name),
            "made_for": made_for(load_floor()),
            "with": [{"file": path.name, "sha256": file_hash(path)} for path in extra],
            "learnt_from_with": len(learnt),
        }
        write_manifest(manifest, staging)
        place = folder / version
        if not place.exists():  # the same data and day give the same model again
            staging.replace(place)
    return place


def _hash_of_weights(path: Path) -> str:
    """Return a hash that knows the numbers only: the file around them holds the time of day."""
    digest = hashlib.sha256()
    with np.load(path, allow_pickle=False) as arrays:
        for name in sorted(arrays.files):
            digest.update(name.encode() + arrays[name].tobytes())
    return digest.hexdigest()
