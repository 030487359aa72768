"""The edge of every Twilio webhook: who may speak to us, and which event this is.

A form is looked at only when the account's token signed it together with the address that we are
configured under: never with what a proxy or a stranger says that we are called.
"""

import hashlib
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl

from aiohttp import web
from multidict import MultiDict

from intake.logs import log
from intake.service import SERVICE, Service

SIGNATURE_HEADER: Final = "X-Twilio-Signature"
TOKEN_HEADER: Final = "I-Twilio-Idempotency-Token"  # noqa: S105 - the header's name
BODY_LIMIT_BYTES: Final = 64 * 1024
"""Far above the longest form of a call or of a text of ten segments."""
_MOST_FIELDS: Final = 500
_FORM: Final = "application/x-www-form-urlencoded"
_OWN_IDS: Final = (
    "CallSid", "MessageSid", "SmsSid", "DialCallSid", "RecordingSid", "CallStatus",
    "MessageStatus", "SmsStatus", "DialCallStatus", "SequenceNumber", "Digits",
)  # fmt: skip
"""What tells one event of a call or a text from another where the header is missing."""


async def read_signed(request: web.Request) -> Mapping[str, str] | None:
    """Return the form of a webhook that Twilio signed; None: answer 403 and nothing else.

    Counts and logs what is refused, without any of its content. Never raises for bad input. Of a
    repeated field the first counts. Unknown fields are signed too, and kept.
    """
    service = request.app[SERVICE]
    form = await _read_form(request)
    if form is None or not _is_signed(service, request, form):
        service.refused["telephone"] += 1
        count = service.refused["telephone"]
        log.warning("webhook_refused", channel="telephone", status=403, count=count)
        return None
    return {name: form[name] for name in form}


def idempotency_key(request: web.Request, form: Mapping[str, str]) -> str:
    """Return the same 64 letters for every delivery of one event.

    The header is not signed, so it is bound to the address and to the ids that are.
    """
    token = request.headers.get(TOKEN_HEADER, "")
    own = [] if token else [f"{name}={form.get(name, '')}" for name in _OWN_IDS]
    of_what = form.get("CallSid") or form.get("MessageSid") or ""
    text = "\n".join([request.raw_path, of_what, token, *own])
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


async def _read_form(request: web.Request) -> MultiDict[str] | None:
    """Return the form as it was sent, blank values too; None: too long, broken, or no form."""
    if request.content_type != _FORM:
        return None
    body = bytearray()
    try:
        async for chunk in request.content.iter_any():
            body += chunk
            if len(body) > BODY_LIMIT_BYTES:
                return None
        text = body.decode("ascii")
        return MultiDict(parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS))
    except (ValueError, web.RequestPayloadError):
        return None


def _is_signed(service: Service, request: web.Request, form: MultiDict[str]) -> bool:
    """Whether the account's token signed this form for this address; nobody's does without one."""
    settings = service.settings
    if not settings.telephone.is_on:
        return False
    from bot.channels.twilio_api import is_signed  # the vendor's library takes a while to load

    signature = request.headers.get(SIGNATURE_HEADER, "")
    url = f"{settings.web.public_url}{request.raw_path}"
    return is_signed(settings.telephone.auth_token, url, form, signature)
