"""The embedded engine (bộ phân tích nhúng): floor, model, places, decision; no network."""

from dataclasses import replace

from nlu.assessment import Assessment
from nlu.clauses import with_clauses
from nlu.decision import decide, nothing_said
from nlu.floor import Floor, load_floor
from nlu.model import Model, Opinion, load_model
from nlu.places import Gazetteer, load_places


class EmbeddedEngine:
    """The default classifier. One instance serves the whole process; it keeps no state."""

    def __init__(self, floor: Floor, model: Model, places: Gazetteer) -> None:
        self._floor = floor
        self._model = model
        self._places = places

    async def assess(self, text: str) -> Assessment:
        """Understand one message. Never raises; takes a millisecond or two where it is called."""
        return self.understand(text)

    def understand(self, text: str) -> Assessment:
        """Understand one message, for callers without an event loop."""
        said, floor = self._floor.study(text)
        if not any(sign.isalnum() for word in said.full for sign in word):
            return nothing_said()
        opinion = self._model.think(said, floor)
        where = self._places.look(said.reading)
        assessment = decide(said, floor, opinion, where.places)
        assessment = with_clauses(assessment, text, self._think)
        return replace(assessment, landmarks=where.landmarks)

    def _think(self, text: str) -> Opinion:
        return self._model.think(*self._floor.study(text))


def load_engine(
    floor: Floor | None = None, places: Gazetteer | None = None, model: Model | None = None
) -> EmbeddedEngine:
    """Load what ships with the program and is not given; under a second."""
    engine = EmbeddedEngine(floor or load_floor(), model or load_model(), places or load_places())
    engine.understand("cô ơi cứu con với, em con rớt xuống kinh")  # compiles the commonest patterns
    return engine
