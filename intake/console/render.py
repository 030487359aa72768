"""Pages out of templates: the words of one language, the icons, the times, and who is looking."""

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from enum import Enum
from functools import cache, partial
from pathlib import Path
from typing import Any

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from intake.console.keymap import LISTED, keymap_json
from intake.console.local_time import full_time, short_time, until, waited
from intake.console.safeguarding.masking import HIDDEN
from intake.console.sessions import SIGNED_IN, SignedIn, csrf_of
from intake.console.strings import ConsoleLanguage, Words, words_of
from intake.permissions import Permission, grants_of
from intake.service import SERVICE
from intake.settings import Mode
from nlu.labels import Urgency

ENVIRONMENT: web.AppKey[Environment] = web.AppKey("console_environment")
_COMPRESSED_FROM = 4_000
"""Letters. Compressing is safe beside a form's token: the session cookie is SameSite=Strict, so no
other site can make this browser fetch a page and measure it."""
LANGUAGE_COOKIE = "langnghe_language"
STATIC_FOLDER = Path(__file__).parent / "static"
_TEMPLATE_FOLDER = Path(__file__).parent / "templates"
URGENCY_ICONS = {
    Urgency.CRITICAL: "siren",
    Urgency.HIGH: "triangle-alert",
    Urgency.NORMAL: "circle-dot",
    Urgency.LOW: "minus",
}
CHANNEL_ICONS = {
    "web": "globe", "telegram": "send", "zalo": "message-circle", "sms": "message-circle",
    "phone": "phone", "walk_in": "user", "letter": "file-text", "line_111": "headset",
}  # fmt: skip
DELIVERY_ICONS = {
    "pending": "clock",
    "sending": "send",
    "sent": "check",
    "dead": "circle-x",
    "held": "hand",
    "supervised": "shield-check",
    "refused": "ban",
}
_HTMX = {
    "allowEval": False,
    "allowScriptTags": False,
    "historyCacheSize": 0,
    "includeIndicatorStyles": False,
    "refreshOnHistoryMiss": False,
    "responseHandling": [
        {"code": "204", "swap": False},
        {"code": "[2345]..", "swap": True},
    ],
    "scrollBehavior": "auto",
    "selfRequestsOnly": True,
    "timeout": 20_000,
}
"""No eval and no style of its own (the policy forbids both); no page is kept in the browser."""
_NAVIGATION = (
    ("queue", "/console", "list", Permission.READ_QUEUE),
    ("handover", "/console/handover", "notebook-pen", Permission.READ_TICKET),
    ("now", "/console/now", "gauge", Permission.READ_QUEUE),
    ("rota", "/console/rota", "clock", Permission.READ_QUEUE),
    ("safeguarding", "/console/held", "shield-check", Permission.SAFEGUARD),
    ("content", "/console/content", "file-text", Permission.REVIEW_CONTENT),
    ("lessons", "/console/lessons", "notebook-pen", Permission.TEACH),
    ("incidents", "/console/incidents", "flag", Permission.READ_QUEUE),
    ("reading", "/console/reading", "search", Permission.WORK_TICKET),
    ("health", "/console/health", "heart-pulse", Permission.READ_HEALTH),
    ("users", "/console/users", "users", Permission.MANAGE_USERS),
    ("audit", "/console/audit", "history", Permission.READ_AUDIT),
)
_NAVIGATION_SHOWN = 3
"""So many stand in the top line on every width; the others are one press away."""
_BELOW = {
    "/console/users": ("/console/invitations", "/console/roles", "/console/access"),
    "/console/content": ("/console/canned",),
}
"""Pages that a navigation entry leads to besides its own."""


def make_environment() -> Environment:
    """Return the templates: everything is escaped, an unknown name is an error."""
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATE_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_value_of,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        asset=asset,
        icon=icon,
        full_time=full_time,
        urgency_icons=URGENCY_ICONS,
        channel_icons=CHANNEL_ICONS,
        delivery_icons=DELIVERY_ICONS,
        m=HIDDEN.text,
        m_name=HIDDEN.name,
        htmx_config=json.dumps(_HTMX),
        keymap=keymap_json(),
        listed_keys=LISTED,
    )
    return environment


def page(request: web.Request, template: str, *, status: int = 200, **values: Any) -> web.Response:
    """Answer with a page or a part of one in the language of this browser."""
    now = request.app[SERVICE].clock()
    context = {**_common(request, now), **values}
    text = request.app[ENVIRONMENT].get_template(template).render(context)
    response = web.Response(status=status, text=text, content_type="text/html")
    if len(text) > _COMPRESSED_FROM:
        response.enable_compression()
    return response


def words_for(request: web.Request) -> Words:
    """Return the words in the language that this browser asked for; Vietnamese by default."""
    wanted = request.cookies.get(LANGUAGE_COOKIE, "")
    is_known = wanted in ConsoleLanguage.__members__.values()
    return words_of(ConsoleLanguage(wanted) if is_known else ConsoleLanguage.VIETNAMESE)


def may(signed_in: SignedIn | None, permission: Permission) -> bool:
    """Whether somebody who is in for good holds a permission."""
    if signed_in is None or signed_in.first:
        return False
    return permission in grants_of(signed_in.user)


@cache
def icon(name: str) -> Markup:
    """Return an icon of the sprite; it says nothing to a screen reader, words stand beside it."""
    pattern = Markup(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}"/></svg>'
    )
    return pattern.format(f"{asset('icons.svg')}#i-{name}")


@cache
def asset(name: str) -> str:
    """Return the address of a static file with its hash, so that it can be kept for ever."""
    digest = hashlib.sha256((STATIC_FOLDER / name).read_bytes()).hexdigest()[:12]
    return f"/console/static/{name}?v={digest}"


def _value_of(value: Any) -> Any:
    """Print an enum as its value: `critical`, not `Urgency.CRITICAL`."""
    return value.value if isinstance(value, Enum) else value


def _common(request: web.Request, now: datetime) -> Mapping[str, Any]:
    signed_in = request.get(SIGNED_IN)
    words = words_for(request)
    return {
        "t": words,
        "user": signed_in.user if signed_in else None,
        "is_in": signed_in is not None and not signed_in.first,
        "may": lambda name: may(signed_in, Permission(name)),
        "navigation": _navigation(request.path, signed_in),
        "nav_shown": _NAVIGATION_SHOWN,
        "csrf_field": _csrf_field(csrf_of(request)),
        "live_words": json.dumps(_live_words(words), ensure_ascii=False),
        "said": "",
        "now": now,
        "age": partial(waited, now=now, words=words),
        "until": partial(until, now=now, words=words),
        "short_time": partial(short_time, now=now),
        "is_trial": request.app[SERVICE].settings.mode is Mode.TRIAL,
    }


def _navigation(path: str, signed_in: SignedIn | None) -> list[dict[str, object]]:
    return [
        {"name": name, "href": href, "icon": sign, "is_here": _is_here(path, href)}
        for name, href, sign, permission in _NAVIGATION
        if may(signed_in, permission)
    ]


def _is_here(path: str, href: str) -> bool:
    if href == "/console":
        return path.rstrip("/") == href or path.startswith("/console/tickets/")
    return path.startswith((href, *_BELOW.get(href, ())))


def _csrf_field(token: str) -> Callable[[], Markup]:
    return lambda: Markup('<input type="hidden" name="csrf" value="{}">').format(token)


def _live_words(words: Words) -> dict[str, str]:
    """What the scripts say; patterns keep their placeholders."""
    return {
        **{unit: words.entries[f"age.{unit}"] for unit in ("seconds", "minutes", "hours", "days")},
        **{key: words.entries[f"live.{key}"] for key in ("alarm_one", "alarm_many")},
        **{key: words.entries[f"clocks.{key}"] for key in ("left", "over")},
    }
