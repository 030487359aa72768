"""`langnghe nlu lint`: checks the labelled messages; errors give exit status 1."""

import json
import sys
from argparse import Namespace
from pathlib import Path

from nlu.commands.printing import reader_may_leave
from nlu.examples import DATA
from nlu.lint.linting import lint as lint_folder
from nlu.lint.page import page


def lint(args: Namespace) -> int:
    """Check `nlu/data` or the given folder with `train`, `dev`, `test`; print what was found."""
    report = lint_folder(Path(args.folder) if args.folder else DATA)
    with reader_may_leave(sys.stdout):
        if args.json:
            sys.stdout.write(json.dumps(report.as_json(), ensure_ascii=False, indent=2) + "\n")
        elif args.all:
            sys.stdout.write(page(report, shown=len(report.findings)))
        else:
            sys.stdout.write(page(report))
    return 1 if report.errors else 0
