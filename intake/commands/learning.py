"""The words of `langnghe nlu train --with`, `shadow`, `use`, `versions`, `roll-back`, `lessons`."""

import argparse
from typing import Any

ACTIONS = frozenset({"shadow", "use", "versions", "roll-back", "lessons"})


def add_actions(actions: Any, train: argparse.ArgumentParser) -> None:
    """Add them to the parser of `langnghe nlu`; `train` gains what makes a version beside."""
    train.add_argument(
        "--with", dest="extra", nargs="+", default=[], metavar="FILE",
        help="also learn these (Rasa YAML or JSON lines); makes a version beside the shipped model",
    )  # fmt: skip
    train.add_argument(
        "--to", default="", metavar="FOLDER", help="where versions are kept (models/ of the data)"
    )
    shadow = actions.add_parser("shadow", help="compare a version with the model in use")
    shadow.add_argument("--model", required=True, metavar="VERSION")
    shadow.add_argument("--days", type=_some, default=90, help="how far back own messages are read")
    shadow.add_argument("--most", type=_some, default=2000, help="how many of them at most")
    shadow.add_argument("--json", action="store_true")
    use = actions.add_parser("use", help="put a version in use from the next start on")
    use.add_argument("version", metavar="VERSION|shipped")
    use.add_argument("--although", metavar="REASON", help="in spite of what the comparison says")
    actions.add_parser("versions", help="every version, and which is in use")
    actions.add_parser("roll-back", help="return to what was in use before")
    lessons = actions.add_parser("lessons", help="sentences rewritten in the console")
    export = lessons.add_subparsers(dest="lessons_action", required=True, metavar="ACTION")
    file = export.add_parser("export", help="write them as Rasa YAML, to train with")
    file.add_argument("--to", required=True, metavar="FILE")


def _some(text: str) -> int:
    """Read a number of at least one."""
    if not (text.isascii() and text.isdecimal() and 0 < int(text[:9]) < 10**8):
        raise argparse.ArgumentTypeError(f"{text} is not a number of at least 1")
    return int(text)


def is_ours(options: argparse.Namespace) -> bool:
    """Whether the command is about versions or lessons; plain `train` is the repository's."""
    is_beside = options.action == "train" and bool(options.extra or options.to)
    return is_beside or options.action in ACTIONS


def run(options: argparse.Namespace) -> int:
    """Run one of them."""
    from intake.commands import lessons, models, shadowing

    match options.action:
        case "train":
            return models.train(options)
        case "shadow":
            return shadowing.shadow(options)
        case "use":
            return models.use(options)
        case "versions":
            return models.versions(options)
        case "roll-back":
            return models.roll_back(options)
        case _:
            return lessons.export(options)
