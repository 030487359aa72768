"""`langnghe nlu shadow`: a new model beside the one in use, on messages that nobody sees.

The Centre's own messages are opened inside this process and never printed; counts and the numbers
of tickets are. That they were read is an event.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.channels.codec import content_from_json, words_of
from intake.clock import utc_now
from intake.commands.models import ModelProblem, models_folder
from intake.commands.shell import ACTOR, account, opened_store
from intake.triage import triage
from nlu import model_store
from nlu.engine import EmbeddedEngine, load_engine
from nlu.examples import file_hash
from nlu.floor import Floor, load_floor
from nlu.judgement import Comparison, Verdict, as_json, compare
from nlu.labels import Urgency
from nlu.model import MODEL_FILE
from nlu.model_store import SHADOW_FILE, ModelRefused
from nlu.new_version import Data, shipped_data
from nlu.places import load_places
from nlu.rulebook import load_rulebook
from nlu.shadow import Labelled, Own, Read, Reader, Score
from storage import events
from storage.learning import lessons, messages
from storage.store import Store

_SAYS = {
    Verdict.BETTER: "better: `langnghe nlu use {name}` puts it in use",
    Verdict.NO_BETTER: "no better: as safe, but nothing is gained; `langnghe nlu use {name}` may",
    Verdict.WORSE: "worse: it is not switched on",
}


def shadow(options: argparse.Namespace, data: Data | None = None) -> int:
    """Compare, print, keep the result with the version; status 1 when it is worse."""
    folder = models_folder()
    place = Path(options.model)
    place = place if place.is_dir() else folder / options.model
    floor, places = load_floor(), load_places()
    try:
        new = load_engine(floor, places, model_store.load_version(place, floor))
    except ModelRefused as refused:
        raise ModelProblem(str(refused)) from None
    loaded = model_store.load_chosen(folder, floor)
    now = load_engine(floor, places, loaded.model)
    mine, own = asyncio.run(_of_this_centre(options.days, options.most, place.name))
    data = data or shipped_data()
    found = compare(
        _reader(now),
        _reader(new),
        data=[Labelled(one.text, one.intent, one.urgency) for one in (*data.dev, *data.test)],
        lessons=mine,
        never_miss=_never_miss(),
        own=own,
        triaged=(_triaged(now, floor), _triaged(new, floor)),
    )
    result: dict[str, Any] = {
        "candidate": file_hash(place / MODEL_FILE.name),
        "against": loaded.version,
        "at": utc_now().isoformat(timespec="seconds"),
        **as_json(found),
    }
    text = json.dumps(result, ensure_ascii=False, indent=2) + "\n"
    (place / SHADOW_FILE).write_text(text, encoding="utf-8")
    asyncio.run(_tell(place.name, result))
    sys.stdout.write(text if options.json else _page(found, loaded.version, place.name))
    return 1 if found.verdict is Verdict.WORSE else 0


async def _of_this_centre(days: int, most: int, version: str) -> tuple[list[Labelled], list[Own]]:
    """Open lessons and recent messages; that a program read them is told before it does."""
    async with opened_store() as store:
        await events.tell(
            store,
            kind="messages_compared",
            now=utc_now(),
            actor_id=ACTOR,
            detail={"version": version, "days": days, "most": most, "account": account()},
        )
        written = await lessons.written(store)
        own = await _own(store, days, most)
    mine = [
        Labelled(one.lesson.text, one.lesson.intent, one.lesson.urgency)
        for one in written
        if not one.correction.needs_second_look
    ]
    return mine, own


async def _own(store: Store, days: int, most: int) -> list[Own]:
    since = utc_now() - timedelta(days=days)
    found = []
    for one in await messages.recent(store, since=since, limit=most):
        text = words_of(content_from_json(one.body))
        if text:
            is_critical = one.ticket_urgency == Urgency.CRITICAL.value
            found.append(Own(text, one.conversation_id, one.ticket_number, is_critical))
    return found


async def _tell(version: str, result: Mapping[str, Any]) -> None:
    async with opened_store() as store:
        await events.tell(
            store,
            kind="model_compared",
            now=utc_now(),
            actor_id=ACTOR,
            detail={
                "version": version,
                "against": result["against"],
                "verdict": result["verdict"],
                "account": account(),
            },
        )


def _reader(engine: EmbeddedEngine) -> Reader:
    def read(text: str) -> Read:
        said = engine.understand(text)
        return Read(said.intent, said.urgency, said.ask)

    return read


def _triaged(engine: EmbeddedEngine, floor: Floor) -> Reader:
    """Read as the service does: its rules may raise the urgency."""

    def read(text: str) -> Read:
        said = engine.understand(text)
        return Read(said.intent, triage(said, floor.look(text)).urgency, said.ask)

    return read


def _never_miss() -> list[str]:
    """The sentences of the reviewed rules that must be critical."""
    rules = [rule for rule in load_rulebook().rules if rule.urgency is Urgency.CRITICAL]
    return [sentence for rule in rules for sentence in rule.must]


def _page(found: Comparison, before: str, after: str) -> str:
    own = found.own
    lines = [
        f"{before} (in use) → {after} (new)",
        *_table("dev and test of the program", *found.data),
        *_table("lessons of this Centre (the new model may have learnt them)", *found.lessons),
        f"sentences that must always ring: {found.lost_never_miss} of {found.never_miss} lost",
        f"own messages of late: {own.messages}",
        f"  other intent {own.intent}, other urgency {own.urgency}, other question {own.asks}",
        f"  talks that ring {own.alarms[0]} → {own.alarms[1]},"
        f" messages asked about {own.questions[0]} → {own.questions[1]}",
        *_tickets("  would not ring any more", own.lost),
        *_tickets("  of these still critical: look at them", own.lost_unlowered),
        *_tickets("  would ring", own.gained),
        *(f"- {fault}" for fault in found.faults),
        _SAYS[found.verdict].format(name=after),
    ]
    return "\n".join(lines) + "\n"


def _table(title: str, before: Score, after: Score) -> list[str]:
    if not before.messages:
        return [f"{title}: none"]
    rows = (
        ("intent right", before.intents, after.intents, before.messages),
        ("urgency right", before.urgencies, after.urgencies, before.messages),
        ("critical found", before.found, after.found, before.criticals),
        ("or asked about", before.found_or_asked, after.found_or_asked, before.criticals),
        ("false criticals", before.false_criticals, after.false_criticals, before.not_critical),
        ("questions in vain", before.vain_questions, after.vain_questions, before.messages),
    )
    return [
        f"{title}: {before.messages}",
        *(f"  {name:<20}{old:>6} → {new:<6} of {total}" for name, old, new, total in rows),
    ]


def _tickets(title: str, numbers: Sequence[str]) -> list[str]:
    return [f"{title}: {', '.join(numbers)}"] if numbers else []
