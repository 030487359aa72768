"""The question over HTTP (hỏi thăm): one request, no redirects, no proxies, no more than 64 KiB."""

import json
import urllib.error
import urllib.request
from typing import Any

from .judging import Answer, Problem, read_answer

_TIMEOUT_SECONDS = 10.0
"""Of each wait for the network; a service that needs longer helps nobody."""
_MOST_BYTES = 64 * 1024
_UNAVAILABLE = 503


class _StayHere(urllib.request.HTTPRedirectHandler):
    """Follow no redirect: it would carry the secret to whoever it names."""

    def redirect_request(self, *_arguments: Any) -> None:
        """Make no new request; urllib raises `HTTPError` then."""


OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}), _StayHere)
"""A proxy in the environment is not for the watch: it would be one more thing that can fail."""


def ask(url: str, secret: str) -> Answer | Problem:
    """Ask the service once. Never raises what a network can do."""
    request = urllib.request.Request(  # noqa: S310 - http or https, checked in the settings
        f"{url}/healthz/heartbeat", headers={"Authorization": f"Bearer {secret}"}
    )
    try:
        with OPENER.open(request, timeout=_TIMEOUT_SECONDS) as response:
            return read_answer(json.loads(response.read(_MOST_BYTES))) or Problem.NO_ANSWER
    except urllib.error.HTTPError as error:
        with error:
            return _why(error)
    except Exception:  # noqa: BLE001 - the network's edge: whatever it is, there was no answer
        return Problem.NO_ANSWER


def _why(error: urllib.error.HTTPError) -> Problem:
    if error.code in (401, 403, 404):
        return Problem.REFUSED
    if error.code != _UNAVAILABLE:
        return Problem.NO_ANSWER
    try:
        document = json.loads(error.read(_MOST_BYTES))
    except (ValueError, OSError):
        return Problem.NO_ANSWER
    is_ours = isinstance(document, dict) and document.get("status") == "database unavailable"
    return Problem.NO_DATABASE if is_ours else Problem.NO_ANSWER
