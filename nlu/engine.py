"""The embedded engine (bộ phân tích nhúng): floor, models, places, decision; no network."""

import asyncio
from dataclasses import replace

from nlu.assessment import Assessment
from nlu.clauses import with_clauses
from nlu.decision import decide, nothing_said
from nlu.dense.opinion import SecondOpinion, is_wanted, load_second_opinion
from nlu.floor import Floor, FloorReading, load_floor
from nlu.model import Model, Opinion, load_model
from nlu.places import Gazetteer, load_places
from nlu.said import Said


class EmbeddedEngine:
    """The default classifier. One instance serves the whole process; it keeps no state."""

    def __init__(
        self, floor: Floor, model: Model, places: Gazetteer, second: SecondOpinion
    ) -> None:
        self._floor = floor
        self._model = model
        self._places = places
        self._second = second

    async def assess(self, text: str) -> Assessment:
        """Understand one message. Never raises.

        Takes a millisecond or two where it is called; where the model is in doubt some tens more,
        in a thread.
        """
        said, floor = self._floor.study(text)
        if not _has_words(said):
            return nothing_said()
        opinion = self._model.think(said, floor)
        if is_wanted(floor, opinion):
            opinion = await asyncio.to_thread(self._second.on, said.reading.full, opinion)
        return self._settled(said, floor, opinion)

    def understand(self, text: str) -> Assessment:
        """Understand one message, for callers without an event loop."""
        said, floor = self._floor.study(text)
        if not _has_words(said):
            return nothing_said()
        opinion = self._model.think(said, floor)
        if is_wanted(floor, opinion):
            opinion = self._second.on(said.reading.full, opinion)
        return self._settled(said, floor, opinion)

    def _settled(self, said: Said, floor: FloorReading, opinion: Opinion) -> Assessment:
        where = self._places.look(said.reading)
        assessment = decide(said, floor, opinion, where.places)
        assessment = with_clauses(assessment, said.reading.original, self._think)
        return replace(assessment, landmarks=where.landmarks)

    def _think(self, text: str) -> Opinion:
        return self._model.think(*self._floor.study(text))


def _has_words(said: Said) -> bool:
    return any(sign.isalnum() for word in said.full for sign in word)


def load_engine(
    floor: Floor | None = None,
    places: Gazetteer | None = None,
    model: Model | None = None,
    second: SecondOpinion | None = None,
) -> EmbeddedEngine:
    """Load what ships with the program and is not given; takes about a second."""
    engine = EmbeddedEngine(
        floor or load_floor(),
        model or load_model(),
        places or load_places(),
        second or load_second_opinion(),
    )
    engine.understand("cô ơi cứu con với, em con rớt xuống kinh")  # compiles the commonest patterns
    return engine
