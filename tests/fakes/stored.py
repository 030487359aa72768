"""What is in the database, for tests to look at."""

from bot.channels.codec import content_from_json
from bot.channels.contract import Content
from intake.service import Service
from storage.talks import contacts, threads
from tests.fakes.telegram_updates import AN


async def kept(service: Service, account: str = AN, *, channel: str = "telegram") -> list[Content]:
    """Return what a person on a messenger sent us, oldest first."""
    conversation_id = await contacts.find_conversation(service.store, channel, account)
    if conversation_id is None:
        return []
    entries = await threads.thread(service.store, conversation_id)
    return [content_from_json(entry.body) for entry in entries if entry.from_reporter]
