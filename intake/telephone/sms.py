"""SMS: which way texts go out, and the webhooks of an aggregator in Viet Nam (tổng đài tin nhắn).

A text is acknowledged only when it is stored or spooled; until then the aggregator sends it again,
and the inbox knows its id the second time. Whoever does not sign learns nothing.
"""

from http import HTTPStatus
from pathlib import Path
from typing import Final

from aiohttp import web

from bot.channels.contract import Channel, ChannelError, InboundMessage
from bot.channels.signed_post import is_signed
from bot.channels.sms import NAME, START, SmsChannel
from bot.channels.sms_gateway import Report, SmsGateway, read_inbound, read_report
from bot.channels.sms_modem import SmsModem
from bot.channels.sms_twilio import SmsTwilio
from intake import reception
from intake.clock import Clock
from intake.errors import Overloaded, TooManyMessages
from intake.logs import log
from intake.permissions import public
from intake.service import SERVICE, Service
from intake.settings import Settings
from storage.errors import StorageUnavailable
from storage.talks import contacts

INBOUND: Final = "/webhooks/sms/inbound"
REPORT: Final = "/webhooks/sms/report"
TWILIO_INBOUND: Final = "/webhooks/telephone/sms"
TWILIO_STATUS: Final = "/webhooks/telephone/sms/status"
BODY_LIMIT_BYTES: Final = 64 * 1024


def sms_channels(settings: Settings, clock: Clock) -> dict[str, Channel]:
    """Return the channel of SMS: by an aggregator, else by Twilio, else by a modem."""
    sms = settings.sms
    if sms.gateway_url:
        gateway = SmsGateway(sms.gateway_url, sms.gateway_secret, clock=clock)
        return {NAME: SmsChannel(gateway)}
    if sms.twilio_sender and settings.telephone.is_on:
        return {NAME: SmsChannel(_twilio(settings))}
    if sms.modem_folder:
        return {NAME: SmsChannel(SmsModem(Path(sms.modem_folder), clock=clock))}
    return {}


def add_routes(app: web.Application) -> None:
    """Add the aggregator's webhooks."""
    app.router.add_post(INBOUND, receive_text)
    app.router.add_post(REPORT, receive_report)


@public
async def receive_text(request: web.Request) -> web.Response:
    """Take one text: 200 when it is stored or spooled, 400 when it is none."""
    service = request.app[SERVICE]
    body = await _read_signed(request)
    if body is None:
        return web.Response(status=403)
    try:
        message = read_inbound(body, received_at=service.clock())
    except ChannelError:
        log.warning("sms_unreadable", channel=NAME, status=400)
        return web.Response(status=400)
    return web.Response(status=await keep(service, message))


@public
async def receive_report(request: web.Request) -> web.Response:
    """Note in the log what became of a text of ours; repeated and late ones do no harm."""
    body = await _read_signed(request)
    if body is None:
        return web.Response(status=403)
    try:
        report = read_report(body)
    except ChannelError:
        log.warning("sms_report_unreadable", channel=NAME, status=400)
        return web.Response(status=400)
    note = log.info if report is Report.DELIVERED else log.warning
    note("sms_reported", channel=NAME, state=report.value)
    return web.Response()


def _twilio(settings: Settings) -> SmsTwilio:
    from bot.channels.twilio_api import TwilioApi  # takes a second to load

    telephone = settings.telephone
    api = TwilioApi(telephone.account_sid, telephone.auth_token, api_url=telephone.api_url)
    status_url = f"{settings.web.public_url}{TWILIO_STATUS}"
    return SmsTwilio(api, sender=settings.sms.twilio_sender, status_url=status_url)


async def keep(service: Service, message: InboundMessage) -> HTTPStatus:
    """Store a text and return the status for whoever brought it; START lets us write again."""
    try:
        await reception.receive(service, message)
        if message.content == START:
            await contacts.set_blocked(
                service.store, NAME, message.sender_key, is_blocked=False, now=message.received_at
            )
    except TooManyMessages:
        return HTTPStatus.TOO_MANY_REQUESTS
    except (Overloaded, StorageUnavailable) as error:
        log.error("sms_not_kept", channel=NAME, status=503, error=type(error).__name__)
        return HTTPStatus.SERVICE_UNAVAILABLE
    return HTTPStatus.OK


async def _read_signed(request: web.Request) -> bytes | None:
    """Return a body that the aggregator signed just now; counts what is refused. Never raises."""
    service = request.app[SERVICE]
    secret = service.settings.sms.gateway_secret
    body = await _read_body(request) if NAME in service.channels else None
    if body is not None and is_signed(secret, request.headers, body, service.clock()):
        return body
    service.refused[NAME] += 1
    log.warning("webhook_refused", channel=NAME, status=403, count=service.refused[NAME])
    return None


async def _read_body(request: web.Request) -> bytes | None:
    """Return the body; None: too long, or broken off."""
    body = bytearray()
    try:
        async for chunk in request.content.iter_any():
            body += chunk
            if len(body) > BODY_LIMIT_BYTES:
                return None
    except (ValueError, web.RequestPayloadError):
        return None
    return bytes(body)
