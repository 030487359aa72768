"""The parts of a running service, built once and passed on: no globals, nothing at import time."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from aiohttp import web

from bot.channels.contract import Channel
from bot.content.shelf import Shelf
from intake.clock import Clock
from intake.desk import Desk
from intake.settings import Settings
from intake.shelving import Shelving
from intake.siren import Siren
from intake.spool import Spool
from nlu.assessment import Classifier
from nlu.floor import Floor
from nlu.places import Gazetteer
from storage.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What a route or a loop may need."""

    settings: Settings
    owner: str
    """This process, unique: the holder of leases and claims."""
    store: Store
    spool: Spool
    floor: Floor
    classifier: Classifier
    places: Gazetteer
    shelving: Shelving
    channels: Mapping[str, Channel]
    desk: Desk
    clock: Clock
    siren: Siren = field(default_factory=Siren)
    refused: Counter[str] = field(default_factory=Counter)
    """How many webhooks were refused since the start, by channel."""
    model_version: str = ""
    """The version of the model that answers; noted with all that it says of a message."""
    model_problem: str = ""
    """Why it is not the one that was chosen; empty: it is."""

    @property
    def shelf(self) -> Shelf:
        """Return the words as they are now; keep it for as long as one answer takes."""
        return self.shelving.shelf


SERVICE: web.AppKey[Service] = web.AppKey("service")
