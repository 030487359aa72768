"""What else a desk sees (quanh việc trực): talks without a ticket, one event told twice, words that
wait for a supervisor, canned replies, drills. Made by the functions that people's clicks call.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from random import Random

from intake.demo.chances import WEB
from intake.demo.lines import ask_in_chat, open_in_chat
from intake.demo.stories import Story, Wish
from intake.demo.voices import Voices
from intake.drilling import STORIES, WITHIN
from intake.permissions import Role, leads
from intake.safeguarding import risks_in
from intake.service import Service
from nlu.labels import Intent, Urgency
from storage import tickets
from storage.database import new_id
from storage.drills import drills
from storage.incidents import incidents
from storage.rows import TicketState, UserRow
from storage.words import canned, held_words
from storage.words.canned import CannedWords

_TALKS_A_DAY, _DAYS, _DRILLS = 6, 3, 3
_TAKEN_AFTER = timedelta(seconds=25)
_OVER = "Diễn tập xong."
_NEVER = datetime.min.replace(tzinfo=UTC)
"""Nothing reads when such a report began: it comes in at the moment of the clock."""
_NEAR, _FAR = (250, 450), (0, 60)
"""Thousandths of a chance that it was critical: some talks are near the threshold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A talk that needs no ticket; people read some of them again."""

    at: datetime
    words: str = field(repr=False)
    doubt: int


def asked_talks(wish: Wish, voices: Voices) -> tuple[Asked, ...]:
    """Return the talks without a ticket of the last days."""
    random = Random(wish.seed + 2)  # noqa: S311 - chances, no secrets
    return tuple(
        Asked(
            at=wish.until - timedelta(days=day, minutes=random.uniform(1, 600)),
            words=voices.say(random, "questions"),
            doubt=random.randint(*(_NEAR if number == 0 else _FAR)),
        )
        for day in range(1, _DAYS + 1)
        for number in range(_TALKS_A_DAY)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A drill that a supervisor holds."""

    at: datetime
    story: str
    commune: str


def drill_days(wish: Wish) -> tuple[Held, ...]:
    """Return the drills of the last weeks; one a week."""
    return tuple(
        Held(
            at=wish.until - timedelta(days=7 * week, hours=2),
            story=next(iter(STORIES)),
            commune=wish.communes[0][0],
        )
        for week in range(_DRILLS, 0, -1)
    )


async def ask(service: Service, asked: Asked, machine: str) -> None:
    """Let somebody ask in the web chat and the machine answer; no ticket opens."""
    await ask_in_chat(service, asked.words, machine, doubt=asked.doubt)


async def lay_out(service: Service, people: Sequence[UserRow], wish: Wish, voices: Voices) -> None:
    """Make what the other screens show; the clock stands at the end of the year."""
    operators = [each for each in people if each.role == Role.OPERATOR]
    leader = next(each for each in people if leads(each))
    await _tell_twice(service, operators[0], wish, voices)
    await _hold_words(service, operators, voices)
    await _write_canned(service, operators[0], leader, voices)


async def _tell_twice(service: Service, operator: UserRow, wish: Wish, voices: Voices) -> None:
    """Two neighbours tell of one place where children bathe; somebody joins the two."""
    told = [
        await open_in_chat(
            service,
            _told(wish.communes[0][0], words, Intent.DROWNING_HAZARD),
            new_id(),
            voices.machine,
        )
        for words in voices.lines("one_event")
    ]
    await incidents.join(
        service.store, told[0].id, told[1].number, user_id=operator.id, now=service.clock()
    )


async def _hold_words(service: Service, operators: Sequence[UserRow], voices: Voices) -> None:
    """Somebody wants to write a number to a child: that waits for a supervisor."""
    store, words = service.store, voices.lines("held")[0]
    risks = sorted({each.risk.value for each in risks_in(words)})
    ids = {each.id for each in operators}
    for row in await tickets.queue(store):
        ticket = row.ticket
        if ticket.holder_id in ids and ticket.urgency is not Urgency.CRITICAL:
            await held_words.hold(
                store, ticket, words=words, risks=risks, user_id=str(ticket.holder_id),
                now=service.clock(),
            )  # fmt: skip
            return


async def _write_canned(service: Service, writer: UserRow, leader: UserRow, voices: Voices) -> None:
    """Some replies are approved, the last one waits for somebody."""
    store, now = service.store, service.clock()
    texts = voices.lines("canned")
    for number, text in enumerate(texts, start=1):
        words = CannedWords(lang="vi", register="any", title=f"Câu mẫu {number}", text=text)
        reply_id = await canned.add(store, words, user_id=writer.id, now=now)
        if number < len(texts):
            await canned.approve(store, reply_id, seen=words.sha256, user_id=leader.id, now=now)


async def hold_drill(service: Service, held: Held, people: Sequence[UserRow], machine: str) -> None:
    """Hold a drill that somebody answers; left out where a report rings, as a real one is."""
    store, now = service.store, service.clock()
    leader, operator = people
    begun_at = now - _TAKEN_AFTER
    try:
        drill = await drills.begin_drill(
            store, held.story, actor_id=leader.id, within=WITHIN, now=begun_at
        )
    except (drills.RealAlarm, drills.DrillRuns):
        return
    await drills.note_answer(store, drill.id, now=begun_at + timedelta(seconds=1))
    report = _told(held.commune, STORIES[held.story][0], Intent.PHYSICAL_VIOLENCE)
    critical = replace(report, urgency=Urgency.CRITICAL)
    ticket = await open_in_chat(service, critical, new_id(), machine, source=drill.tag)
    await tickets.claim_ticket(store, ticket.id, user_id=operator.id, now=now)
    await drills.finish(store, drill.id, now=now)
    for state in (TicketState.RESOLVED, TicketState.CLOSED):
        await tickets.move_ticket(
            store, ticket.id, to=state, reason=_OVER, user_id=operator.id, now=now
        )


def _told(commune: str, words: str, kind: Intent) -> Story:
    return Story(
        begun_at=_NEVER, channel=WEB, kind=kind, urgency=Urgency.NORMAL, danger=None,
        commune=commune, words=words, facts={}, taker=0, acts=(),
    )  # fmt: skip
