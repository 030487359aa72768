"""Held words as the ticket's page shows them: why they wait, before sending and after."""

from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from aiohttp import web

from intake.console.present import Bubble
from intake.console.render import may, words_for
from intake.console.sessions import SIGNED_IN
from intake.console.strings import Words
from intake.permissions import Permission
from intake.safeguarding import Find, risks_in, waits
from intake.service import SERVICE
from storage.words.held_words import HeldState, HeldWords

_SHOWN = (HeldState.WAITING, HeldState.REFUSED)


def finds_in(request: web.Request, text: str) -> tuple[Find, ...]:
    """Return what keeps this operator's words from going out alone; empty: nothing does."""
    url = request.app[SERVICE].settings.web.public_url
    finds = risks_in(text, free_links={urlsplit(url).netloc.lower()})
    leads = may(request[SIGNED_IN], Permission.SAFEGUARD)
    return finds if waits(finds, author_leads=leads) else ()


def why(finds: Iterable[Find], request: web.Request) -> str:
    """Say what was found, with the words as they were written."""
    words = words_for(request)
    return "; ".join(f"{words(f'risk.{find.risk}')} “{find.words}”" for find in finds)


def held_bubbles(
    held: Iterable[HeldWords], *, names: Mapping[str, str], words: Words
) -> list[Bubble]:
    """Return what has not gone out, at the place where it was written."""
    return [
        Bubble(
            id=f"held-{one.id}",
            side="operator",
            author=names.get(one.author_id, words("role.operator")),
            at=one.held_at,
            text=one.words,
            delivery="supervised" if one.state is HeldState.WAITING else one.state.value,
        )
        for one in held
        if one.state in _SHOWN
    ]
