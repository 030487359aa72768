"""The keyboard map in one place: the help lists it, keys.js obeys it, the palette offers it."""

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """What a key does; without `press`, `focus` and `opens` another script answers to it."""

    keys: str
    """`n`, or one after the other: `g q`."""
    name: str = ""
    """What it does, as `help.<name>` says; empty: the help does not list it."""
    press: str = ""
    """The link or button that it presses, where the page has it."""
    focus: str = ""
    """The field that it leads to."""
    opens: str = ""
    """The dialog that it opens."""


KEYS: tuple[Key, ...] = (
    Key(keys="n", name="next", press="#next-form button"),
    Key(keys="t", name="call", press="#call-link"),
    Key(keys="1", name="called", press="#called-form button"),
    Key(keys="c", name="claim", press="#claim-form button"),
    Key(keys="a", name="accept", press="#accept-form button"),
    Key(keys="u", name="urgent"),
    Key(keys="i", name="not_urgent"),
    Key(keys="p", name="place"),
    Key(keys="k", name="kind"),
    Key(keys="z", name="undo"),
    Key(keys="j", name="join"),
    Key(keys="x", name="part"),
    Key(keys="r", name="reply", focus="reply"),
    Key(keys="m", name="canned"),
    Key(keys="b", name="rest", press="#break-form button"),
    Key(keys="/", name="search", focus="find"),
    Key(keys="Ctrl+K", name="palette", opens="palette"),
    Key(keys="g q", name="queue", press="#nav-queue"),
    Key(keys="g h", name="handover", press="#nav-handover"),
    Key(keys="g n", name="now", press="#nav-now"),
    Key(keys="g r", name="rota", press="#nav-rota"),
    Key(keys="g 1", name="saved", press="#saved-1"),
    *(Key(keys=f"g {digit}", press=f"#saved-{digit}") for digit in range(2, 10)),
    Key(keys="?", name="help", opens="help"),
    Key(keys="F2", name="call_open"),
    Key(keys="F4", name="call_finish"),
    Key(keys="Alt+1", name="call_offer"),
    Key(keys="F6", name="call_count"),
    Key(keys="Ctrl+Enter", name="send"),
    Key(keys="Esc", name="escape"),
)
LISTED = tuple(key for key in KEYS if key.name)


def keymap_json() -> str:
    """Return the keys that static/keys.js obeys."""
    return json.dumps([asdict(key) for key in KEYS if key.press or key.focus or key.opens])
