"""`langnghe`: reads the words of the command line and calls what does the work."""

import argparse
import sys
from collections.abc import Sequence

from intake.commands import learning, staff_actions
from intake.errors import IntakeError
from storage.errors import StorageError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status, errors as one sentence on standard error."""
    options = _parser().parse_args(arguments)
    try:
        status: int = _COMMANDS[options.command](options)
    except (IntakeError, StorageError) as error:
        sys.stderr.write(f"langnghe: {error}\n")
        return 2
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="langnghe", description="Lắng Nghe: child protection chatbot and hotline intake."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("serve", help="everything in one process on the embedded defaults")
    commands.add_parser("web", help="HTTP only: web chat, console, webhooks")
    commands.add_parser("worker", help="walks, timers, alarms and delivery; any number may run")
    migrate = commands.add_parser("migrate", help="bring the tables up to date")
    migrate.add_argument("revision", nargs="?", default="head")
    staff_actions.add_user(commands.add_parser("user", help="accounts of staff"))
    staff_actions.add_audit(commands.add_parser("audit", help="the event chain: verify, head"))
    commands.add_parser("classify", help="read messages, print one JSON object a line")
    _add_nlu(commands.add_parser("nlu", help="train and measure the classifier"))
    _add_content(commands.add_parser("content", help="check, list and sign the guidance cards"))
    _add_chat(
        commands.add_parser("chat", help="talk to the bot in this terminal, or replay stories")
    )
    _add_call(
        commands.add_parser("call", help="ring the hotline in this terminal, or replay calls")
    )
    sources = commands.add_parser("sources", help="what posters and links brought")
    sources.add_argument("--days", type=int, default=90, metavar="N", help="the last N days (90)")
    sources.add_argument("--link", default="", metavar="TAG", help="print the links of a poster")
    backup = commands.add_parser("backup", help="write an encrypted copy of rows and keys")
    backup.add_argument("folder", help="rows and keys go to two files in here")
    restore = commands.add_parser("restore", help="bring a backup back, or only check it")
    restore.add_argument("folder")
    restore.add_argument("--check", action="store_true", help="verify it, change nothing")
    restore.add_argument("--into", help="an empty data folder")
    _add_drill(commands.add_parser("drill", help="an invented report, end to end; or the alarm"))
    staff_actions.add_demo(commands.add_parser("demo", help="an invented year: seed, remove"))
    watch = commands.add_parser("watch", help="watch the service from another process or machine")
    watch.add_argument("--export", default="", metavar="FOLDER", help="only write its page there")
    commands.add_parser("doctor", help="say what would keep the service from doing its duty")
    return parser


def _add_nlu(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    train = actions.add_parser("train", help="build the model from nlu/data")
    learning.add_actions(actions, train)
    lint = actions.add_parser("lint", help="check the labelled messages; exit status 1 on errors")
    lint.add_argument("folder", nargs="?", default="", help="with train, dev, test (nlu/data)")
    lint.add_argument("--json", action="store_true")
    lint.add_argument("--all", action="store_true", help="print every finding")
    evaluate = actions.add_parser("evaluate", help="measure it on labelled messages")
    evaluate.add_argument("files", nargs="*", help="folders, Rasa YAML, JSON lines (dev and test)")
    evaluate.add_argument("--engine", default="embedded", help="embedded, rasa:URL or both")
    evaluate.add_argument("--noise", action="store_true", help="also in pairs, clean and noised")
    evaluate.add_argument("--worst", type=int, default=10, metavar="N", help="errors to print")
    evaluate.add_argument("--json", action="store_true")
    report = actions.add_parser("report", help="measure, and write the tables of the report")
    report.add_argument("--file", default="", help="another page (docs/nlu-report.md)")
    report.add_argument("--comments", default="", metavar="FILE", help="real comments, JSON lines")


def _add_content(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    actions.add_parser("check", help="validate every card")
    actions.add_parser("list", help="every card and whether it is signed")
    preview = actions.add_parser("preview", help="show a card as a phone does")
    preview.add_argument("card")
    preview.add_argument("--lang", default="", help="only this language")
    preview.add_argument("--register", default="", help="only for: any, child, adult")
    history = actions.add_parser("history", help="who edited and signed what in the console")
    history.add_argument("card", nargs="?", default="")
    export = actions.add_parser("export", help="write edits and signatures back to the files")
    export.add_argument("--to", default="", metavar="FOLDER", help="a copy of bot/content")
    sign = actions.add_parser("sign", help="sign a card as it reads now")
    sign.add_argument("card")
    sign.add_argument("--lang", default="vi")
    sign.add_argument("--register", default="any")
    sign.add_argument("--name", required=True, help="who signs")
    sign.add_argument("--role", required=True, help="as what: doctor, social worker, …")
    sign.add_argument("--date", required=True, help="when, as 2026-11-24")


def _add_chat(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--story", nargs="+", metavar="FILE", help="stories, or folders of them")
    parser.add_argument("--quiet", action="store_true", help="of stories print only the outcome")
    parser.add_argument("--show", action="store_true", help="show ticket and alarm on a side line")
    parser.add_argument("--on-duty", type=int, default=1, choices=(0, 1, 2), metavar="N")


def _add_call(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--story", nargs="+", metavar="NAME", help="call scripts, or folders of them"
    )
    parser.add_argument("--quiet", action="store_true", help="of scripts print only the outcome")
    parser.add_argument("--on-duty", type=int, default=1, choices=(0, 1, 2), metavar="N")


def _add_drill(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "what", nargs="?", default="talk", choices=("talk", "alarm"),
        help="talk (an invented report through the running web chat) or alarm (its ways alone)",
    )  # fmt: skip
    parser.add_argument("--wait", type=int, default=120, metavar="SECONDS")
    parser.add_argument("--story", default="beaten", choices=("beaten", "drowning"))
    parser.add_argument("--url", default="", help="of the running service (LANGNGHE_PUBLIC_URL)")
    parser.add_argument("--login", default="", help="test the alarm for one person alone")


def _serve(options: argparse.Namespace) -> int:
    from intake.commands.serve import serve
    from intake.process import Kind

    return serve(Kind(options.command))


def _migrate(options: argparse.Namespace) -> int:
    from intake.commands.serve import migrate

    return migrate(options.revision)


def _user(options: argparse.Namespace) -> int:
    from intake.commands.users import manage_users

    return manage_users(options)


def _audit(options: argparse.Namespace) -> int:
    from intake.commands.audit import examine

    return examine(options)


def _classify(_options: argparse.Namespace) -> int:
    from nlu.commands import classify

    return classify(sys.stdin, sys.stdout)


def _nlu(options: argparse.Namespace) -> int:
    from nlu import commands

    if learning.is_ours(options):
        return learning.run(options)
    match options.action:
        case "train":
            return commands.train(options)
        case "lint":
            return commands.lint(options)
        case "report":
            return commands.report(options)
        case _:
            return commands.evaluate(options)


def _content(options: argparse.Namespace) -> int:
    from bot.content import commands

    if options.action in ("history", "export", "sign"):
        from intake.commands import content

        return content.run(options)
    match options.action:
        case "preview":
            return commands.preview(options)
        case "check":
            return commands.check(options)
        case _:
            return commands.list_cards(options)


def _chat(options: argparse.Namespace) -> int:
    from intake.commands.chat import chat

    return chat(options)


def _call(options: argparse.Namespace) -> int:
    from intake.commands.call import call

    return call(options)


def _sources(options: argparse.Namespace) -> int:
    from intake.commands.sources import sources

    return sources(options)


def _backup(options: argparse.Namespace) -> int:
    from intake.commands.copies import back_up

    return back_up(options.folder)


def _restore(options: argparse.Namespace) -> int:
    from intake.commands.copies import check_copy, restore

    if options.check:
        return check_copy(options.folder)
    return restore(options.folder, options.into)


def _drill(options: argparse.Namespace) -> int:
    from intake.commands.drill import drill

    return drill(options)


def _demo(options: argparse.Namespace) -> int:
    from intake.commands.demo import run

    return run(options)


def _watch(options: argparse.Namespace) -> int:
    from intake.commands.watch import watch

    return watch(options)


def _doctor(_options: argparse.Namespace) -> int:
    from intake.commands.doctor import examine

    return examine()


_COMMANDS = {
    "serve": _serve,
    "web": _serve,
    "worker": _serve,
    "migrate": _migrate,
    "user": _user,
    "audit": _audit,
    "classify": _classify,
    "nlu": _nlu,
    "content": _content,
    "chat": _chat,
    "call": _call,
    "sources": _sources,
    "backup": _backup,
    "restore": _restore,
    "doctor": _doctor,
    "watch": _watch,
    "drill": _drill,
    "demo": _demo,
}
"""Imported when called: `langnghe classify` must not pay for the web server."""

if __name__ == "__main__":
    sys.exit(main())
