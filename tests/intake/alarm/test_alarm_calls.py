"""The alarm's telephones on both engines: a carrier that is asked to ring, and signed posts."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st

from bot.channels.contract import OutboundMessage
from intake import alarm_tests
from intake.delivery import Delivery
from intake.service import SERVICE, Service
from intake.settings import Settings, read_settings
from intake.telephone import alarm
from intake.telephone.alarm_channel import CHANNEL, PATH, call_channels
from intake.telephone.alarm_hang_up import hang_up_needless
from intake.timekeeper import Timekeeper
from storage import tickets
from storage.accounts import users
from storage.alarm.alarm_tests import find_test
from storage.alarm.rung import rings_of_ticket
from storage.drills import drills
from storage.rota.phones import set_phone
from storage.rows import TicketRow, TicketState, UserRow
from storage.safeguarding.kept_from import keep
from storage.store import Store
from storage.talks.letters import dead_letters
from tests.conftest import Clock
from tests.fakes.alarm_service import COMMUNE, alarm_service
from tests.fakes.twilio_api import (
    Asked,
    FakeTwilioApi,
    Fault,
    fake_twilio,
    settings_with_telephone,
    signature,
)
from tests.tickets_made import BEATEN, DROWNING, add_user, open_ticket

PUBLIC_URL = "https://langnghe.example"
FIRST, SECOND = "0900000201", "0900000202"


@dataclass
class Texts:
    """A way for SMS that only remembers."""

    name: str = "sms"
    pulls: bool = False
    sent: list[tuple[str, str]] = field(default_factory=list)

    async def send(self, recipient: str, message: OutboundMessage) -> str:
        self.sent.append((recipient, message.text))
        return ""


@dataclass
class Carrier:
    """Twilio's end: asks our webhooks what the address of a call says, and signs."""

    api: FakeTwilioApi
    client: TestClient[web.Request, web.Application]

    async def post(self, url: str, **form: str) -> ClientResponse:
        path = url.removeprefix(PUBLIC_URL)
        fields = {"CallSid": "CA" + "1" * 32, "From": "+84900000900", **form}
        return await self.client.post(
            path, data=fields, headers=signature(PUBLIC_URL + path, fields)
        )

    async def hear(self, url: str, **form: str) -> ElementTree.Element:
        answer = await self.post(url, **form)
        assert (answer.status, answer.content_type) == (200, "text/xml")
        return ElementTree.fromstring(await answer.text())  # noqa: S314 - our own answer

    async def pick_up(self, call: Asked) -> ElementTree.Element:
        return await self.hear(call["Url"], CallStatus="in-progress")

    async def press(self, heard: ElementTree.Element, digits: str) -> ElementTree.Element:
        gather = heard.find("Gather")
        assert gather is not None
        return await self.hear(gather.get("action", ""), Digits=digits)

    async def tell(self, call: Asked, status: str) -> None:
        assert (await self.post(call["StatusCallback"], CallStatus=status)).status == 204


def words(heard: ElementTree.Element) -> str:
    return " ".join(said.text or "" for said in heard.iter("Say"))


@pytest.fixture
async def api() -> AsyncIterator[FakeTwilioApi]:
    async with fake_twilio() as server:
        yield server


@pytest.fixture
def with_telephone(settings: Settings, api: FakeTwilioApi) -> Settings:
    variables = settings_with_telephone(api) | {"LANGNGHE_PUBLIC_URL": PUBLIC_URL}
    read = read_settings(variables)
    return replace(settings, telephone=read.telephone, web=read.web)


@pytest.fixture
async def service(with_telephone: Settings, store: Store, clock: Clock) -> AsyncIterator[Service]:
    base = alarm_service(with_telephone, store, clock, owner="p1", ways=())
    channels = call_channels(with_telephone)
    yield replace(base, channels={**base.channels, **channels})
    await channels[CHANNEL].close()


@pytest.fixture
async def carrier(service: Service, api: FakeTwilioApi) -> AsyncIterator[Carrier]:
    app = web.Application()
    app[SERVICE] = service
    alarm.add_routes(app)
    async with TestClient(TestServer(app, host="127.0.0.1")) as client:
        yield Carrier(api, client)


@pytest.fixture
def ring(service: Service, api: FakeTwilioApi) -> Callable[[], Awaitable[list[Asked]]]:
    """Let what is due ring; return the calls that the carrier was asked for, all of them."""

    async def run() -> list[Asked]:
        while await Timekeeper(service, "p1").run_due():
            pass
        await Delivery(service, service.channels[CHANNEL]).deliver_due()
        return api.calls

    return run


async def staff(store: Store, clock: Clock, phone: str, **options: Any) -> UserRow:
    user = await add_user(store, clock(), **options)
    await set_phone(store, user.id, phone=phone, now=clock(), actor_id=user.id)
    return user


async def ticket_of(store: Store, ticket: TicketRow) -> TicketRow:
    found = await tickets.look_again(store, ticket.number)
    assert found is not None
    return found.ticket


async def states(store: Store, ticket: TicketRow) -> list[str]:
    rings = await rings_of_ticket(store, ticket.id)
    return sorted(each.state for each in rings if each.way == "phone")


async def test_one_takes_the_ticket_and_the_other_telephone_stops_ringing(
    store: Store, service: Service, clock: Clock, carrier: Carrier, ring: Any
) -> None:
    first = await staff(store, clock, FIRST)
    await staff(store, clock, SECOND)
    ticket = await open_ticket(store, clock(), DROWNING)

    calls = await ring()
    assert sorted(call["To"] for call in calls) == ["+84900000201", "+84900000202"]
    [mine] = [call for call in calls if call["To"].endswith("201")]
    heard = await carrier.pick_up(mine)
    assert "khẩn cấp" in words(heard)
    assert COMMUNE in words(heard)
    after = await carrier.press(heard, "1")
    await hang_up_needless(service)

    taken = await ticket_of(store, ticket)
    assert (taken.state, taken.holder_id) == (TicketState.ACKNOWLEDGED, first.id)
    assert "đã nhận phiếu" in words(after)
    assert after.find("Hangup") is not None
    other = next(call for call in calls if call is not mine)
    assert carrier.api.hung_up == [f"CA{calls.index(other) + 1:032x}"]
    await carrier.tell(other, "canceled")
    await carrier.tell(mine, "completed")
    assert await states(store, ticket) == ["hung_up", "took"]
    clock.forward(100)
    assert len(await ring()) == 2


async def test_nothing_of_a_ticket_or_a_person_is_in_what_the_carrier_gets(
    store: Store, clock: Clock, ring: Any
) -> None:
    user = await staff(store, clock, FIRST)
    ticket = await open_ticket(store, clock(), DROWNING)

    [call] = await ring()

    token = call["Url"].removeprefix(f"{PUBLIC_URL}{PATH}/")
    assert len(token) == 32
    assert call["StatusCallback"] == f"{call['Url']}/status"
    for secret in (ticket.id, ticket.number, user.id, "0900000201"):
        assert secret not in call["Url"]


async def test_who_comes_second_hears_that_somebody_has_it_and_no_name(
    store: Store, clock: Clock, carrier: Carrier, ring: Any
) -> None:
    people = [await staff(store, clock, phone) for phone in (FIRST, SECOND)]
    ticket = await open_ticket(store, clock(), DROWNING)
    first, second = await ring()

    both = [await carrier.pick_up(first), await carrier.pick_up(second)]
    await carrier.press(both[0], "1")
    late = await carrier.press(both[1], "1")

    assert "đã có người nhận" in words(late)
    assert not any(person.display_name in words(late) for person in people)
    assert await states(store, ticket) == ["late", "took"]


async def test_the_same_key_told_again_changes_nothing(
    store: Store, clock: Clock, carrier: Carrier, ring: Any
) -> None:
    user = await staff(store, clock, FIRST)
    ticket = await open_ticket(store, clock(), DROWNING)
    [call] = await ring()
    heard = await carrier.pick_up(call)

    said = [words(await carrier.press(heard, key)) for key in ("1", "1", "2")]
    for status in ("completed", "no-answer", "completed", "ringing", "nonsense"):
        await carrier.tell(call, status)

    assert said[0] == said[1]
    assert (await ticket_of(store, ticket)).holder_id == user.id
    assert await states(store, ticket) == ["took"]


async def test_a_machine_that_picks_up_takes_nothing(
    store: Store, clock: Clock, carrier: Carrier, ring: Any
) -> None:
    await staff(store, clock, FIRST)
    ticket = await open_ticket(store, clock(), DROWNING)
    [call] = await ring()

    heard, times = await carrier.pick_up(call), 1
    while heard.find("Gather") is not None:
        heard, times = await carrier.press(heard, ""), times + 1
    await carrier.tell(call, "completed")

    assert times == 4
    assert heard.find("Hangup") is not None
    assert (await ticket_of(store, ticket)).holder_id is None
    assert await states(store, ticket) == ["no_key"]


@pytest.mark.parametrize(
    ("status", "state"),
    [("no-answer", "no_answer"), ("busy", "busy"), ("failed", "failed"), ("canceled", "no_answer")],
)
async def test_how_a_call_ended_is_shown_and_the_next_tier_rings_at_once(
    store: Store, clock: Clock, carrier: Carrier, ring: Any, status: str, state: str
) -> None:
    await staff(store, clock, FIRST)
    ticket = await open_ticket(store, clock(), DROWNING)
    [call] = await ring()

    await carrier.tell(call, status)

    assert await states(store, ticket) == [state]
    clock.forward(1)
    assert len(await ring()) == 2
    await carrier.tell(carrier.api.calls[1], status)
    clock.forward(1)
    assert len(await ring()) == 2, "after that it rings every two minutes"


async def test_two_says_that_one_cannot_and_the_next_ones_ring(
    store: Store, clock: Clock, carrier: Carrier, ring: Any
) -> None:
    await staff(store, clock, FIRST)
    ticket = await open_ticket(store, clock(), DROWNING)
    [call] = await ring()

    said = await carrier.press(await carrier.pick_up(call), "2")

    assert "không nhận được" in words(said)
    assert (await ticket_of(store, ticket)).holder_id is None
    assert await states(store, ticket) == ["cannot"]
    clock.forward(1)
    assert len(await ring()) == 2


async def test_a_text_goes_to_the_same_telephones_and_is_not_repeated_at_every_tier(
    store: Store, service: Service, clock: Clock
) -> None:
    await staff(store, clock, FIRST)
    ticket = await open_ticket(store, clock(), DROWNING)
    texts = Texts()
    telling = replace(service, channels={**service.channels, "sms": texts})

    for _ in range(10):
        while await Timekeeper(telling, "p1").run_due():
            pass
        await Delivery(telling, texts).deliver_due()
        clock.forward(120)

    said = f"Lắng Nghe: {ticket.number} · KHẨN CẤP · {COMMUNE}"
    link = f"{PUBLIC_URL}/console/tickets/{ticket.number}"
    assert texts.sent == [("+84900000201", f"{said}\n{link}")] * 2


async def test_telephones_ring_in_the_order_of_the_plan(
    store: Store, clock: Clock, ring: Any
) -> None:
    await add_user(store, clock(), is_on_duty=True)
    await staff(store, clock, FIRST)
    await open_ticket(store, clock(), BEATEN)

    for _ in range(3):
        assert await ring() == []
        clock.forward(60)

    assert len(await ring()) == 1


async def test_after_an_outage_of_the_carrier_a_telephone_rings_once(
    store: Store, clock: Clock, api: FakeTwilioApi, ring: Any
) -> None:
    await staff(store, clock, FIRST)
    ticket = await open_ticket(store, clock(), DROWNING)
    for _ in range(5):
        api.faults.append(Fault(status=503))
        await ring()
        clock.forward(121)
    tried = len(api.calls)

    await ring()

    assert tried == 5
    assert len(api.calls) == 6
    assert await states(store, ticket) == ["dead"] * 5 + ["sent"]
    assert await dead_letters(store) == ()


async def test_who_is_kept_from_a_ticket_is_not_rung(store: Store, clock: Clock, ring: Any) -> None:
    kept = await staff(store, clock, FIRST)
    await staff(store, clock, SECOND)
    chief = await add_user(store, clock(), role="supervisor")
    ticket = await open_ticket(store, clock(), DROWNING)
    await keep(
        store, ticket.id, from_user=kept.id, reason="tin nói về người này", user_id=chief.id,
        now=clock(),
    )  # fmt: skip

    calls = await ring()

    assert [call["To"] for call in calls] == ["+84900000202"]


async def test_who_is_kept_from_it_after_the_ring_hears_and_takes_nothing(
    store: Store, clock: Clock, carrier: Carrier, ring: Any
) -> None:
    kept = await staff(store, clock, FIRST)
    chief = await add_user(store, clock(), role="supervisor")
    ticket = await open_ticket(store, clock(), DROWNING)
    [call] = await ring()
    heard = await carrier.pick_up(call)
    await keep(
        store, ticket.id, from_user=kept.id, reason="tin nói về người này", user_id=chief.id,
        now=clock(),
    )  # fmt: skip

    again, pressed = await carrier.pick_up(call), await carrier.press(heard, "1")

    assert COMMUNE in words(heard)
    for said in (again, pressed):
        assert "không còn cần nữa" in words(said)
        assert COMMUNE not in words(said)
    assert (await ticket_of(store, ticket)).holder_id is None


async def test_a_drill_says_that_it_is_one(
    store: Store, clock: Clock, carrier: Carrier, ring: Any
) -> None:
    user = await staff(store, clock, FIRST)
    drill = await drills.begin_drill(
        store, "beaten", actor_id=user.id, within=timedelta(minutes=2), now=clock()
    )
    ticket = await open_ticket(store, clock(), DROWNING, source=drill.tag)
    [call] = await ring()

    heard = await carrier.pick_up(call)
    await carrier.press(heard, "1")

    assert "Diễn tập" in words(heard)
    assert (await ticket_of(store, ticket)).holder_id == user.id


async def test_a_test_rings_says_that_it_is_one_and_notes_who_heard_it(
    store: Store, service: Service, clock: Clock, carrier: Carrier, ring: Any
) -> None:
    user = await staff(store, clock, FIRST)
    number = await alarm_tests.ring_test(service, (user,), actor_id=user.id, is_for_all=False)
    [call] = await ring()
    clock.forward(4)

    heard = await carrier.pick_up(call)
    after = await carrier.press(heard, "1")

    assert "Chuông thử" in words(heard)
    assert "Phiếu" not in words(heard)
    assert "nhận được chuông báo" in words(after)
    found = await find_test(store, number)
    assert found is not None
    [answered] = [each for each in found.rings if each.way == "phone"]
    assert answered.answered_seconds == 4


async def test_a_ticket_that_is_over_or_taken_elsewhere_is_told_at_once(
    store: Store, service: Service, clock: Clock, carrier: Carrier, ring: Any
) -> None:
    await staff(store, clock, FIRST)
    other = await add_user(store, clock())
    ticket = await open_ticket(store, clock(), DROWNING)
    [call] = await ring()

    await tickets.claim_ticket(store, ticket.id, user_id=other.id, now=clock())
    heard = await carrier.pick_up(call)

    assert "đã có người nhận" in words(heard)
    assert await hang_up_needless(service) == 0, "who has picked up hears it instead"


async def test_a_call_is_hung_up_when_the_ticket_is_taken_in_the_console(
    store: Store, service: Service, clock: Clock, carrier: Carrier, ring: Any
) -> None:
    await staff(store, clock, FIRST)
    other = await add_user(store, clock())
    ticket = await open_ticket(store, clock(), DROWNING)
    await ring()

    await tickets.claim_ticket(store, ticket.id, user_id=other.id, now=clock())
    carrier.api.faults.append(Fault(status=503))

    assert await hang_up_needless(service) == 0
    assert await hang_up_needless(service) == 1
    assert await hang_up_needless(service) == 0


async def test_a_reporter_who_is_left_alone_rings_telephones_and_nobody_takes_the_holders_ticket(
    store: Store, clock: Clock, carrier: Carrier, ring: Any
) -> None:
    await staff(store, clock, FIRST)
    holder = await add_user(store, clock())
    ticket = await open_ticket(store, clock(), BEATEN)
    await tickets.claim_ticket(store, ticket.id, user_id=holder.id, now=clock())
    for _ in range(2):
        clock.forward(121)
        calls = await ring()

    heard = await carrier.pick_up(calls[-1])
    said = await carrier.press(heard, "1")

    assert "chưa được trả lời" in words(heard)
    assert "đã nghe" in words(said)
    assert (await ticket_of(store, ticket)).holder_id == holder.id
    assert await states(store, ticket) == ["heard"]


async def test_who_has_left_meanwhile_takes_nothing(
    store: Store, clock: Clock, carrier: Carrier, ring: Any
) -> None:
    user = await staff(store, clock, FIRST)
    ticket = await open_ticket(store, clock(), DROWNING)
    [call] = await ring()
    heard = await carrier.pick_up(call)
    await users.set_active(store, user.id, is_active=False, now=clock(), actor_id=user.id)

    said = await carrier.press(heard, "1")

    assert "không còn cần nữa" in words(said)
    assert (await ticket_of(store, ticket)).holder_id is None


async def test_forged_and_unknown_posts_are_counted_and_change_nothing(
    store: Store, service: Service, clock: Clock, carrier: Carrier, ring: Any
) -> None:
    await staff(store, clock, FIRST)
    ticket = await open_ticket(store, clock(), DROWNING)
    [call] = await ring()
    path = call["Url"].removeprefix(PUBLIC_URL)

    forged = await carrier.client.post(
        f"{path}/key/1", data={"Digits": "1"}, headers={"X-Twilio-Signature": "x"}
    )
    unknown = f"{PUBLIC_URL}{PATH}/{'0' * 32}"
    said = await carrier.hear(unknown)
    status = await carrier.post(f"{unknown}/status", CallStatus="completed")

    assert forged.status == 403
    assert "không còn cần nữa" in words(said)
    assert status.status == 204
    assert service.refused == {"telephone": 1, "telephone_unknown": 2}
    assert (await ticket_of(store, ticket)).holder_id is None


@pytest.fixture
async def rung(store: Store, clock: Clock, ring: Any) -> tuple[TicketRow, Asked]:
    """A ticket for which one telephone rings."""
    await staff(store, clock, FIRST)
    ticket = await open_ticket(store, clock(), DROWNING)
    [call] = await ring()
    return ticket, call


@how(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    where=st.sampled_from(("", "/key/1", "/key/2", "/key/3", "/status")),
    form=st.dictionaries(
        st.sampled_from(("Digits", "CallStatus", "AnsweredBy", "SpeechResult", "Odd")),
        st.one_of(st.text(max_size=60), st.just("1" * 10_000), st.just("completed")),
    ).filter(lambda form: form.get("Digits") != "1"),
)
async def test_nonsense_is_answered_and_takes_nothing(
    store: Store,
    carrier: Carrier,
    rung: tuple[TicketRow, Asked],
    where: str,
    form: dict[str, str],
) -> None:
    ticket, call = rung

    answer = await carrier.post(call["Url"] + where, **form)

    assert answer.status in (200, 204)
    assert (await ticket_of(store, ticket)).holder_id is None
