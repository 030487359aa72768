"""Who can reach the service: on loopback only it may do without a second factor."""

from collections.abc import Callable
from ipaddress import ip_address
from urllib.parse import urlsplit

from intake.errors import SettingsError


def second_factor(text: Callable[[str, str], str]) -> bool:
    """Return whether staff need a second factor: yes, unless only this machine reaches us.

    `LANGNGHE_SECOND_FACTOR` turns it on on loopback too; nowhere else can it be turned off.
    """
    is_apart = _is_on_loopback_only(
        host=text("LANGNGHE_HOST", "127.0.0.1"),
        public_url=text("LANGNGHE_PUBLIC_URL", "http://127.0.0.1"),
        is_behind_proxy=text("LANGNGHE_BEHIND_PROXY", "0") == "1",
    )
    match text("LANGNGHE_SECOND_FACTOR", ""):
        case "":
            return not is_apart
        case "1":
            return True
        case "0" if is_apart:
            return False
        case "0":
            raise SettingsError(
                "LANGNGHE_SECOND_FACTOR=0 is for a service that only its own machine reaches"
            )
        case value:
            raise SettingsError(f"LANGNGHE_SECOND_FACTOR must be 0 or 1, not {value!r}")


def _is_on_loopback_only(*, host: str, public_url: str, is_behind_proxy: bool) -> bool:
    """A proxy or an address for others reaches what listens on loopback."""
    names = (host, urlsplit(public_url).hostname or "")
    return not is_behind_proxy and all(_is_loopback(name) for name in names)


def _is_loopback(name: str) -> bool:
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"
