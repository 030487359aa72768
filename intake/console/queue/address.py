"""What of the queue is looked at, as it stands in an address: codes only, nothing of a person."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from nlu.labels import Intent
from nlu.places import Gazetteer
from storage.calls.spoken import Spoken
from storage.queue.views import Asked, View

CHANNELS = ("web", "telegram", "zalo", "sms", *Spoken)
_KINDS = frozenset(kind.value for kind in Intent)
_MOST_PAGES = 2_000


def asked_in(query: Mapping[str, str], *, user_id: str, places: Gazetteer) -> Asked:
    """Read an address; what no page of ours says is left out."""
    said = query.get("show", "")
    view = View(said) if said in View.__members__.values() else View.OPEN
    return Asked(
        view=view,
        user_id=user_id if view is View.MINE else "",
        communes=_known(query.get("commune", ""), {code for code, _ in places.communes}),
        kinds=_known(query.get("kind", ""), _KINDS),
        channels=_known(query.get("channel", ""), CHANNELS),
        page=_page(query.get("page", "")),
    )


def address_of(asked: Asked, **changes: Any) -> str:
    """Write what is asked for as an address of the desk, with some of it changed."""
    asked = replace(asked, **changes)
    said = {
        "show": asked.view.value if asked.view is not View.OPEN else "",
        "commune": ",".join(asked.communes),
        "kind": ",".join(asked.kinds),
        "channel": ",".join(asked.channels),
        "page": str(asked.page) if asked.page > 1 else "",
    }
    return urlencode({name: value for name, value in said.items() if value}, safe=",")


def is_filtered(asked: Asked) -> bool:
    """Whether more than a view was chosen."""
    return bool(asked.communes or asked.kinds or asked.channels)


def _known(said: str, known: Collection[str]) -> tuple[str, ...]:
    return tuple(sorted({each for each in said.split(",") if each in known}))


def _page(said: str) -> int:
    if said.isascii() and said.isdecimal() and len(said) <= 4:
        return min(max(int(said), 1), _MOST_PAGES)
    return 1
