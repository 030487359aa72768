"""`langnghe nlu train`: builds the model in a folder of its own, then puts both files in place."""

import json
import sys
from argparse import Namespace
from pathlib import Path
from tempfile import TemporaryDirectory

from nlu.commands.measuring import figures
from nlu.engine import load_engine
from nlu.examples import DEV, TEST, TRAIN, load_examples
from nlu.model import MANIFEST_FILE, MODEL_FILE, load_model


def train(args: Namespace) -> int:
    """Train the embedded model from `nlu/data/train`, and print its figures."""
    from nlu.training import train as train_model
    from nlu.training import write_manifest

    with TemporaryDirectory(dir=MODEL_FILE.parent) as name:
        staging = Path(name)  # a reader never finds a new model beside an old manifest for long
        manifest = train_model(load_examples(TRAIN), load_examples(DEV), staging)
        engine = load_engine(model=load_model(staging / MODEL_FILE.name))
        for key, folder in (("dev", DEV), ("held_out", TEST)):
            found = figures(engine, load_examples(folder))
            manifest[key] = {x: y for x, y in found.items() if not x.endswith("_ms")}
        write_manifest(manifest, staging)
        (staging / MODEL_FILE.name).replace(MODEL_FILE)
        (staging / MANIFEST_FILE.name).replace(MANIFEST_FILE)
    sys.stdout.write(json.dumps(manifest, ensure_ascii=False, indent=2) + "\n")
    return 0
