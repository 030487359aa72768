"""A message that the machine cannot read: three walks fail, a person reads it, the talk goes on."""

import asyncio

from nlu.assessment import Assessment, Classifier
from nlu.labels import Intent, Urgency
from storage.talks.threads import thread
from tests.journeys.conftest import World


class Stumbling:
    """An engine that falls over one text and reads all others."""

    def __init__(self, engine: Classifier, stone: str) -> None:
        self._engine = engine
        self._stone = stone
        self.falls = 0

    async def assess(self, text: str) -> Assessment:
        if text == self._stone:
            self.falls += 1
            raise RuntimeError("stumbled")
        return await self._engine.assess(text)


async def test_a_message_that_fails_three_walks_is_read_by_a_person(world: World) -> None:
    desk = world.service.desk
    stumbling = Stumbling(desk.classifier, "zzz đá tảng zzz")
    desk.classifier = stumbling
    child = await world.reporter()
    body = {"session": child.session, "client_id": "stone", "text": "zzz đá tảng zzz"}

    async with child.http.post(f"{child.url}/chat/api/messages", json=body) as response:
        assert response.status in (200, 202)
    async with asyncio.timeout(20):
        while not await world.tickets():  # noqa: ASYNC110 - walked by the sweeper, in its own time
            await asyncio.sleep(0.1)
    ticket = await world.the_ticket()
    replies = await child.write("con so qua")

    assert stumbling.falls == 3
    assert ticket.urgency is Urgency.CRITICAL
    assert ticket.kind is Intent.OUT_OF_SCOPE
    assert ticket.needs_human
    entries = await thread(world.service.store, ticket.conversation_id)
    assert [entry.from_reporter for entry in entries[:2]] == [True, False]
    assert replies
