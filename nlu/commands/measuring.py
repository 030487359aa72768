"""`langnghe nlu evaluate`: figures on labelled messages."""

import json
import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from nlu.commands.printing import reader_may_leave
from nlu.engine import EmbeddedEngine
from nlu.evaluation.answers import ask_all
from nlu.evaluation.cases import Case, read_cases
from nlu.evaluation.engines import EngineUnavailable, open_engine
from nlu.evaluation.figures import summary
from nlu.evaluation.measurement import measured
from nlu.evaluation.noise import KINDS
from nlu.evaluation.page import page
from nlu.examples import DEV, TEST, Example
from nlu.written import FileUnreadable


def evaluate(args: Namespace) -> int:
    """Print figures for folders, Rasa YAML files, or JSON lines with labels.

    Without a name the held-out and the dev set are measured. `--json` prints one object, a key a
    file. Exit status 2 when a file or the engine cannot be had.
    """
    paths = [Path(name) for name in args.files] or [TEST, DEV]
    try:
        files = {str(path): read_cases(path) for path in paths}
        understand = open_engine(args.engine)
    except (EngineUnavailable, FileUnreadable) as error:
        sys.stderr.write(f"langnghe: {error}\n")
        return 2
    kinds = KINDS if args.noise else ()
    found = {
        name: measured(understand, cases, noise_kinds=kinds, most_errors=args.worst)
        for name, cases in files.items()
    }
    with reader_may_leave(sys.stdout):
        if args.json:
            sys.stdout.write(json.dumps(found, ensure_ascii=False, indent=2) + "\n")
        else:
            sys.stdout.write("\n".join(page(name, one) for name, one in found.items()))
    return 0


def figures(engine: EmbeddedEngine, examples: Sequence[Example]) -> dict[str, Any]:
    """Return the summary of one engine on labelled messages, a number a name."""
    return summary(ask_all(engine.understand, [Case(one) for one in examples]))
