"""What can be put into the message of one ticket (câu soạn sẵn), beside its composer."""

from collections.abc import Mapping

from aiohttp import web

from intake.canned import Offer, Reader, card_offers, own_offers, reader_of
from intake.console.present import commune_name
from intake.service import SERVICE, Service
from storage.rows import TicketRow
from storage.words import canned


async def canned_values(
    request: web.Request, ticket: TicketRow, *, is_writing: bool
) -> Mapping[str, object]:
    """Return the values of `_canned.html`; nothing is looked up for who cannot write."""
    offers = await offers_of(request.app[SERVICE], ticket) if is_writing else []
    return {"canned_offers": offers, "canned_reader": reader_of(ticket.facts)}


async def offers_of(service: Service, ticket: TicketRow) -> list[Offer]:
    """Return the Centre's own replies, then the cards."""
    reader: Reader = reader_of(ticket.facts)
    shelf = service.shelf
    place = commune_name(ticket.commune_code, service.places)
    values = {
        "number": ticket.number,
        "commune": place[:1].lower() + place[1:],  # inside a sentence: xã An Phú
        "centre_phone": shelf.numbers["centre"],
    }
    approved = await canned.approved(service.store, lang=reader.lang.value)
    own = own_offers(approved, reader, values)
    return [*own, *card_offers(ticket.kind, ticket.danger, reader, shelf)]
