"""`python -m watch`, or `python -m intake.watch`: watch until killed."""

import os
import sys

from .settings import WatchError, read_watch
from .watcher import watch


def main() -> int:
    """Read the environment and watch; the exit status 2 says that a setting is wrong."""
    try:
        settings = read_watch(os.environ)
    except WatchError as error:
        sys.stderr.write(f"watch: {error}\n")
        return 2
    watch(settings)
    return 0


if __name__ == "__main__":
    sys.exit(main())
