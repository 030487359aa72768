"""Build a service from its settings: the one place where the parts meet."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import uuid4

from bot.channels.contract import Channel
from bot.channels.web import WebChannel
from bot.content.shelf import Content, read_content
from intake.alarm_ways import alarm_channels
from intake.clock import Clock, utc_now
from intake.desk import Desk
from intake.logs import log
from intake.service import Service
from intake.settings import Mode, Settings
from intake.shelving import refresh, shelving_of
from intake.spool import Spool
from intake.telephone.alarm_channel import call_channels
from intake.telephone.sms import sms_channels
from nlu.assessment import Classifier
from nlu.engine import load_engine
from nlu.floor import Floor, load_floor
from nlu.model_store import load_chosen
from nlu.places import Gazetteer, load_places
from storage.errors import StorageUnavailable
from storage.store import Store, open_store


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What is read from files once and never changes."""

    floor: Floor
    places: Gazetteer
    classifier: Classifier
    content: Content
    model_version: str
    model_problem: str


@asynccontextmanager
async def open_service(settings: Settings, *, clock: Clock = utc_now) -> AsyncIterator[Service]:
    """Open everything that the settings name; the tables must exist. Closes at the end."""
    async with open_store(
        database_url=settings.data.database_url,
        keys_url=settings.data.keys_url,
        master_key_file=settings.data.master_key_file,
    ) as store:
        channels = _channels(settings, clock)
        service = assemble(settings, store, read_parts(settings), channels, clock)
        await asyncio.to_thread(service.spool.prepare)
        await _take_over_edits(service)
        try:
            yield service
        finally:
            await service.desk.close()
            for channel in service.channels.values():
                await close_channel(channel)


async def _take_over_edits(service: Service) -> None:
    try:
        await refresh(service.store, service.shelving)
    except StorageUnavailable as error:  # the shipped words hold until the database is back
        log.error("content_not_refreshed", error=str(error))


def read_parts(settings: Settings) -> Parts:
    """Read the model, the rules and the words; takes half a second and serves any store."""
    floor, places = load_floor(), load_places()
    chosen = load_chosen(settings.data.models_folder, floor)
    if chosen.problem:
        log.error("model_refused", error=chosen.problem, version=chosen.version)
    return Parts(
        floor=floor,
        places=places,
        classifier=load_engine(floor, places, chosen.model),
        content=read_content(),
        model_version=chosen.version,
        model_problem=chosen.problem,
    )


def assemble(
    settings: Settings, store: Store, parts: Parts, channels: Mapping[str, Channel], clock: Clock
) -> Service:
    """Put a service together; nothing is opened or started here."""
    owner = f"{socket.gethostname()[:20]}-{os.getpid()}-{uuid4().hex[:8]}"
    shelving = shelving_of(parts.content, mode_is_production=settings.mode is Mode.PRODUCTION)
    desk = Desk(
        store=store,
        owner=owner,
        floor=parts.floor,
        classifier=parts.classifier,
        places=parts.places,
        shelving=shelving,
        channels=channels,
        clock=clock,
        model_version=parts.model_version,
    )
    return Service(
        settings=settings,
        owner=owner,
        store=store,
        spool=Spool(settings.data.spool_folder, store.vault.spool_key),
        floor=parts.floor,
        classifier=parts.classifier,
        places=parts.places,
        shelving=shelving,
        channels=channels,
        desk=desk,
        clock=clock,
        model_version=parts.model_version,
        model_problem=parts.model_problem,
    )


def _channels(settings: Settings, clock: Clock) -> dict[str, Channel]:
    channels: dict[str, Channel] = {"web": WebChannel()}
    if settings.telegram.token:
        from bot.channels.telegram import TelegramChannel  # takes a second to load

        channels["telegram"] = TelegramChannel(
            settings.telegram.token, api_url=settings.telegram.api_url, clock=clock
        )
    channels |= sms_channels(settings, clock)
    return channels | alarm_channels(settings.alarm) | call_channels(settings)


async def close_channel(channel: Channel) -> None:
    """Close what a channel holds open, if it does."""
    close = getattr(channel, "close", None)
    if close is not None:
        await close()
