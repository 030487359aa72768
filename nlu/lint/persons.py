"""Traces of real persons (dữ liệu cá nhân): numbers, addresses, links that nobody invented."""

import re
from collections.abc import Iterable, Iterator

from nlu.lint.findings import Finding, error
from nlu.written import Written

_DIGITS = re.compile(r"(?<!\d)\+?\d(?:[ .\-]?\d){7,}(?!\d)")
_INVENTED = re.compile(r"0900000\d{3}")
_PUBLIC = frozenset({"18008077", "18001567", "19001567", "18001091"})
"""Hotlines: the Centre, trafficking, and the like."""
_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.\w+")
_LINK = re.compile(
    r"https?://|\bwww\.|\b[a-z0-9][a-z0-9-]+\.(?:com|vn|net|org|me|info|gl|ly|xyz)\b(?!\w)",
    re.IGNORECASE,
)
_OF_NOBODY = re.compile(r"example\.(?:com|org|net|vn)\b", re.IGNORECASE)
"""Reserved for examples (RFC 2606); nobody can own it."""
_HARMLESS = re.compile(
    r"\d{1,2}[.\-]\d{1,2}[.\-](?:19|20)\d\d|(?:19|20)\d\d[ .\-](?:19|20)\d\d"
    r"|20\d\d[ .\-]?\d{6}"
)
"""A date, two years, or the digits of a ticket's number (PT-2026-000123)."""


def persons(messages: Iterable[Written]) -> Iterator[Finding]:
    """Find personal data. The finding names its kind and place, never what was found."""
    for one in messages:
        for kind in sorted(set(_kinds(one.text))):
            yield error("personal_data", kind, one.place)


def _kinds(text: str) -> Iterator[str]:
    without = _OF_NOBODY.sub("", text)
    if _MAIL.search(without):
        yield "an e-mail address"
    if _LINK.search(without):
        yield "a link"
    for match in _DIGITS.finditer(text):
        digits = re.sub(r"\D", "", match.group())
        local = "0" + digits[2:] if digits.startswith("84") and len(digits) == 11 else digits
        if local in _PUBLIC or _INVENTED.fullmatch(local) or _HARMLESS.fullmatch(match.group()):
            continue
        is_phone = local.startswith("0") and len(local) in {10, 11}
        yield "a telephone number other than 0900000xxx" if is_phone else "a long number"
