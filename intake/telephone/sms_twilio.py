"""Twilio's webhooks of SMS: a text that comes in, and what became of one that went out.

A repeated delivery has the sid that the inbox knows. The answer is empty: replies take the outbox.
"""

from typing import Final

from aiohttp import web

from bot.channels.contract import ChannelError
from bot.channels.sms import NAME
from bot.channels.sms_twilio import read_form
from intake.logs import log
from intake.permissions import public
from intake.service import SERVICE
from intake.telephone.edge import read_signed
from intake.telephone.sms import TWILIO_INBOUND, TWILIO_STATUS, keep

_NOTHING_TO_SAY: Final = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
_STATES: Final = ("queued", "sending", "sent", "delivered", "undelivered", "failed")
_FAILED: Final = ("undelivered", "failed")


def add_routes(app: web.Application) -> None:
    """Add the webhooks of texts."""
    app.router.add_post(TWILIO_INBOUND, receive_text)
    app.router.add_post(TWILIO_STATUS, receive_status)


@public
async def receive_text(request: web.Request) -> web.Response:
    """Take one text: 200 when it is stored, spooled or of nobody who could be answered."""
    form = await read_signed(request)
    service = request.app[SERVICE]
    if form is None:
        return web.Response(status=403)
    if NAME not in service.channels:
        return web.Response(status=404)
    try:
        message = read_form(form, received_at=service.clock())
    except ChannelError:
        log.warning("sms_unreadable", channel=NAME, status=200)
        return _answer(200)
    return _answer(await keep(service, message))


@public
async def receive_status(request: web.Request) -> web.Response:
    """Note in the log what became of a text; repeated, late and unknown ones do no harm."""
    form = await read_signed(request)
    if form is None:
        return web.Response(status=403)
    state = form.get("MessageStatus", "")
    if state in _STATES:
        note = log.warning if state in _FAILED else log.info
        note("sms_reported", channel=NAME, state=state)
    return web.Response(status=204)


def _answer(status: int) -> web.Response:
    return web.Response(
        status=status, text=_NOTHING_TO_SAY, content_type="text/xml", charset="utf-8"
    )
