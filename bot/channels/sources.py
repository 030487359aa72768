"""Source tags (mã nguồn): which poster or link a talk began from, never who began it.

A tag is chosen by the Centre and printed on something that many people see. What could be a person
(a telephone or identity number) or an address of one's own (long tokens) is no tag.
"""

import re
from typing import Final

LONGEST: Final = 40
OURS: Final = "demo-"
"""How the tag of an invented year begins (storage/drills/demo_marks.py): no link may carry it,
or a real report would be taken for an invented one."""
_TAG = re.compile(r"[a-z0-9](?:[a-z0-9_-]{0,38}[a-z0-9])?", re.ASCII)
_PERSONAL = re.compile(r"\d(?:[_-]?\d){8,}")
"""Nine digits or more: telephones have nine or ten, identity numbers nine or twelve."""


def read_source(value: object) -> str:
    """Return the tag in lower case; empty for anything that is none. Never raises."""
    tag = value.strip().lower() if isinstance(value, str) else ""
    is_tag = _TAG.fullmatch(tag) and not tag.startswith(OURS)
    return tag if is_tag and not holds_person(tag) else ""


def holds_person(tag: str) -> bool:
    """Whether it may be somebody's number."""
    return _PERSONAL.search(tag) is not None
