"""Something to show on each page that is about one thing: a ticket, a call, a person, a role."""

from datetime import timedelta

from intake.alarm_tests import ring_test
from intake.calls.report import soft_report
from intake.clock import LOCAL_ZONE
from intake.console.safeguarding.sample import last_week
from intake.invitations import invite
from intake.permissions import Role
from intake.service import Service
from nlu.labels import Intent
from storage import tickets
from storage.accounts import roles, users
from storage.calls import tallies
from storage.calls.drafts import DraftWords, save_draft
from storage.calls.spoken import Spoken, is_spoken
from storage.calls.tallies import CallKind, NewTally
from storage.database import new_id
from storage.incidents import incidents
from storage.learning import lessons, readings
from storage.learning.corrections import CorrectionState
from storage.rows import TicketRow, TicketState, UserRow
from storage.safeguarding import samples
from storage.store import Store

_CALL = {
    "channel": Spoken.PHONE.value,
    "notes": "Bà nội gọi: cháu trai 7 tuổi bị cha say rượu đánh tím tay tối qua, giờ cha đang ngủ.",
    "child_age": "7",
    "child_sex": "boy",
    "caller_relation": "relative",
}


async def samples_of(service: Service) -> dict[str, str]:
    """Return the samples by name; what there is nothing of is left out."""
    store, now = service.store, service.clock()
    staff = await users.list_users(store)
    operator = next(each for each in staff if each.role == Role.OPERATOR)
    supervisor = next(each for each in staff if each.role == Role.SUPERVISOR)
    found = {"card": "ask_safe", "lang": "vi", "register": "any", "user_id": operator.id}
    found |= await _tickets(service, operator)
    found["call"] = await _call(service, operator)
    found["tally"] = await _tally(service, operator)
    found["test"] = await _test(service, supervisor)
    found["token"] = await invite(
        store, name="Lý Thu Hà (mẫu)", role=Role.OPERATOR, now=now, actor_id=supervisor.id
    )
    return {name: value for name, value in (found | await _rows(service)).items() if value}


async def _tickets(service: Service, operator: UserRow) -> dict[str, str]:
    """Choose tickets; the operator takes one from the chat, writes, corrects, joins two."""
    store, now = service.store, service.clock()
    rows = [row.ticket for row in await tickets.queue(store)]
    free = [each for each in rows if each.holder_id is None]
    chats = [each for each in free if not is_spoken(each.channel)]
    calls = [each for each in rows if is_spoken(each.channel) and each.holder_id]
    closed = await tickets.queue(store, states=(TicketState.CLOSED,), limit=1)
    found = {
        "closed_number": closed[0].ticket.number if closed else "",
        "call_number": calls[0].number if calls else "",
        "unheld_number": chats[-1].number if len(chats) > 1 else "",
    }
    if calls:
        await _correct(store, calls[0], operator, service)
    if chats:
        mine = chats[0]
        await tickets.claim_ticket(store, mine.id, user_id=operator.id, now=now)
        found["number"] = mine.number
        if len(rows) > 1:
            other = next(each for each in rows if each.id != mine.id)
            await incidents.join(store, mine.id, other.number, user_id=operator.id, now=now)
    return found


async def _correct(store: Store, ticket: TicketRow, operator: UserRow, service: Service) -> None:
    kind = Intent.BULLYING if ticket.kind is not Intent.BULLYING else Intent.PHYSICAL_VIOLENCE
    await tickets.change_kind(
        store, ticket.id, kind=kind, reason="đọc lại thì là chuyện khác",
        user_id=operator.id, now=service.clock(),
    )  # fmt: skip


async def _call(service: Service, operator: UserRow) -> str:
    call_id = new_id()
    words = DraftWords(id=call_id, user_id=operator.id, channel=Spoken.PHONE, fields=_CALL)
    await save_draft(service.store, words, now=service.clock())
    return call_id


async def _test(service: Service, supervisor: UserRow) -> str:
    """Ring one person alone: everybody else's queue looks as it does every day."""
    people = (supervisor,)
    return str(await ring_test(service, people, actor_id=supervisor.id, is_for_all=False))


async def _tally(service: Service, operator: UserRow) -> str:
    call_id, now = new_id(), service.clock()
    soft = soft_report(call_id, channel=Spoken.PHONE, user_id=operator.id, words="", now=now)
    tally = NewTally(
        call_id=call_id, kind=CallKind.PRANK, channel=Spoken.PHONE, user_id=operator.id
    )
    return str((await tallies.count_call(service.store, tally, soft=soft, now=now)).tally_id)


async def _rows(service: Service) -> dict[str, str]:
    """Return the numbers of what the year and the steps above have left."""
    store, now = service.store, service.clock()
    yesterday = (now - timedelta(days=1)).astimezone(LOCAL_ZONE).date()
    await readings.draw(store, yesterday, near_from=400, now=now)
    waiting = await lessons.corrections_in(store, CorrectionState.WAITING, limit=1)
    drawn = await readings.open_readings(store, limit=1)
    joined = await incidents.open_incidents(store, limit=1)
    own = await roles.own_roles(store)
    week, begins_at = last_week(now)
    sampled = await samples.sample(store, week=week, begins_at=begins_at)
    return {
        "correction": str(waiting[0].id) if waiting else "",
        "reading": str(drawn[0].id) if drawn else "",
        "incident": str(joined[0][0]) if joined else "",
        "sample_number": sampled[0].number if sampled else "",
        "role_id": own[0].id if own else "",
    }
