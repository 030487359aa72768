"""The words of `langnghe user …`, `audit …` and `demo …`; light, for every command reads them."""

import argparse

from intake.permissions import Role

_ON_ONE_ACCOUNT = (
    ("reset", "print a new one-time password"),
    ("disable", "close an account"),
    ("enable", "open it again"),
    ("unlock", "let somebody who typed wrong too often try again at once"),
    ("sign-out", "end every session of somebody"),
)


def add_user(parser: argparse.ArgumentParser) -> None:
    """Add what can be done with accounts."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    add = actions.add_parser("add", help="create an account, print its one-time password")
    add.add_argument("login")
    add.add_argument("--name", default="", help="as colleagues see it")
    add.add_argument(
        "--role",
        default=Role.OPERATOR.value,
        help=f"{', '.join(Role)}, or the name of a role that the Centre made",
    )
    actions.add_parser("list", help="every account")
    for action, words in _ON_ONE_ACCOUNT:
        actions.add_parser(action, help=words).add_argument("login")
    factor = actions.add_parser("reset-factor", help="take the second factor of a lost phone away")
    factor.add_argument("login")
    factor.add_argument("--reason", required=True, help="how you know it is them, and why")


def add_audit(parser: argparse.ArgumentParser) -> None:
    """Add what can be asked of the event chain."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    verify = actions.add_parser("verify", help="walk the whole chain; exit status 1 if broken")
    verify.add_argument(
        "--since", default="", metavar="ID:MAC", help="a head that was written down earlier"
    )
    head = actions.add_parser("head", help="the head of each day, and of this moment")
    head.add_argument("--days", type=int, default=14, metavar="N")


def add_demo(parser: argparse.ArgumentParser) -> None:
    """Add what can be done with an invented year."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    seed = actions.add_parser("seed", help="make it; prints invented staff and their passwords")
    seed.add_argument("--tickets", type=int, default=400, metavar="N")
    seed.add_argument("--days", type=int, default=365, metavar="N")
    seed.add_argument("--seed", type=int, default=1, metavar="S", help="the same year again")
    seed.add_argument("--beside", action="store_true", help="a quiet year beside real tickets")
    actions.add_parser("remove", help="erase its keys and delete what may go")
