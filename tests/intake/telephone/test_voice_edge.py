"""What is no call: forged, replayed, late, broken. Refused or harmless, counted, never a 500."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient
from hypothesis import HealthCheck, given
from hypothesis import settings as rules
from hypothesis import strategies as st

from intake.service import Service
from intake.telephone.edge import BODY_LIMIT_BYTES
from storage.telephone.calls import find_call
from storage.tickets import queue
from tests.intake.telephone.conftest import CALLER, VOICE, Caller, signature

Client = TestClient[web.Request, web.Application]
FORM = "application/x-www-form-urlencoded"


async def count_tickets(service: Service) -> int:
    return len(await queue(service.store))


@pytest.mark.parametrize(
    "path", [VOICE, f"{VOICE}/step/1", f"{VOICE}/status", f"{VOICE}/taken/{'a' * 32}/{'b' * 32}"]
)
async def test_whoever_does_not_sign_is_refused_and_counted(
    client: Client, service: Service, path: str
) -> None:
    form = {"CallSid": "CA1", "From": CALLER}
    unsigned = await client.post(path, data=form)
    forged = await client.post(
        path, data=form, headers={"X-Twilio-Signature": signature(path, form, "0" * 32)}
    )
    elsewhere = await client.post(
        path, data=form, headers={"X-Twilio-Signature": signature(VOICE + "/other", form)}
    )

    assert {unsigned.status, forged.status, elsewhere.status} == {403}
    assert await unsigned.text() == ""
    assert service.refused["telephone"] == 3
    assert await find_call(service.store, "CA1") is None


async def test_a_form_that_was_changed_or_cut_on_the_way_is_refused(client: Client) -> None:
    form = {"CallSid": "CA1", "From": CALLER, "CallStatus": "ringing"}
    headers = {"X-Twilio-Signature": signature(VOICE, form), "Content-Type": FORM}
    whole = "CallSid=CA1&From=%2B84900000011&CallStatus=ringing"

    for body in (whole[:-3], whole + "&Digits=1", whole.replace("011", "012"), ""):
        answer = await client.post(VOICE, data=body.encode(), headers=headers)
        assert answer.status == 403
    assert (await client.post(VOICE, data=whole.encode(), headers=headers)).status == 200


async def test_what_is_no_form_or_far_too_long_is_refused(client: Client) -> None:
    for body, kind in (
        (b"{}", "application/json"),
        (b"\xff\xfe=\x00", FORM),
        (b"a=" + b"1" * BODY_LIMIT_BYTES, FORM),
        (b"&".join(b"a=1" for _ in range(2000)), FORM),
    ):
        answer = await client.post(VOICE, data=body, headers={"Content-Type": kind})
        assert answer.status == 403


async def test_a_wrong_method_opens_nothing(client: Client) -> None:
    assert (await client.get(VOICE)).status == 405


async def test_unknown_fields_are_signed_and_do_no_harm(caller: Caller, service: Service) -> None:
    await caller.tell(VOICE, CallStatus="ringing", NewThing="x", Empty="", SipHeader_X="<&>")

    assert "Nguy hiểm, bấm 1" in caller.heard


async def test_an_event_for_a_call_that_never_began_is_answered_with_numbers_and_counted(
    caller: Caller, service: Service
) -> None:
    await caller.tell(f"{VOICE}/step/3", Digits="1")

    assert "1 1 1" in caller.heard
    assert service.refused["telephone_unknown"] == 1
    assert await count_tickets(service) == 0
    await caller.hang_up()


async def test_nobody_takes_a_call_that_is_unknown(caller: Caller, service: Service) -> None:
    path = f"{VOICE}/taken/{'a' * 32}/{'b' * 32}"
    await caller.tell(path, Digits="1")

    assert caller.is_cut_off


async def test_a_taker_who_is_nobody_takes_nothing(caller: Caller, service: Service) -> None:
    await caller.ring()
    call = await find_call(service.store, caller.sid)
    assert call is not None

    answer = await caller.post(
        f"{VOICE}/taken/{call.id}/{'b' * 32}", {"CallSid": "CA2", "Digits": "1"}
    )

    assert "<Hangup" in await answer.text()
    after = await find_call(service.store, caller.sid)
    assert after is not None
    assert after.taken_by is None


async def test_ten_thousand_digits_are_a_key_that_means_nothing(
    caller: Caller, service: Service
) -> None:
    await caller.ring()
    await caller.press("1" * 10_000)

    assert "Phím này máy chưa hiểu" in caller.heard
    assert await count_tickets(service) == 0


@pytest.mark.parametrize("with_token", [True, False])
async def test_a_replayed_event_gets_the_same_answer_and_does_nothing_twice(
    caller: Caller, service: Service, with_token: bool
) -> None:
    await caller.ring()
    await caller.press("1")
    path, form, token = caller.sent[-1]

    answers = [
        await (await caller.post(path, form, token if with_token else None)).text()
        for _ in range(3)
    ]

    assert set(answers) == {caller.xml}
    assert await count_tickets(service) == 1


async def test_a_key_pressed_twice_at_once_is_one_ticket(caller: Caller, service: Service) -> None:
    await caller.ring()
    path = caller.action("Gather")
    form = {"CallSid": caller.sid, "From": CALLER, "Digits": "1"}

    answers = await asyncio.gather(*(caller.post(path, form, f"t-{n}") for n in range(8)))

    assert {answer.status for answer in answers} == {200}
    assert len({await answer.text() for answer in answers}) == 1
    assert await count_tickets(service) == 1


async def test_a_call_that_begins_twice_at_once_begins_once(caller: Caller) -> None:
    form = {"CallSid": caller.sid, "From": CALLER, "CallStatus": "ringing"}

    answers = await asyncio.gather(*(caller.post(VOICE, form, f"t-{n}") for n in range(8)))

    assert len({await answer.text() for answer in answers}) == 1


async def test_old_keys_that_come_late_change_nothing(caller: Caller, service: Service) -> None:
    await caller.ring()
    menu = caller.action("Gather")
    await caller.press("4")
    asked = caller.xml

    late = await caller.post(menu, {"CallSid": caller.sid, "Digits": "1"}, "late")

    assert await late.text() == asked
    assert await count_tickets(service) == 0


async def test_events_replayed_in_any_order_lose_and_double_no_ticket(
    caller: Caller, service: Service
) -> None:
    for each in range(6):
        caller.sid, caller.number = f"CA{each:032}", f"+8490000{each:04}"
        await caller.ring()
        await caller.press("1")
        await caller.listen()
    sent = caller.sent

    for path, form, token in (*reversed(sent), *sent[::2], *sent[1::2], *sent):
        assert (await caller.post(path, form, token)).status == 200

    assert await count_tickets(service) == 6


async def test_without_a_database_the_numbers_are_said(caller: Caller, service: Service) -> None:
    await caller.ring()
    with without_calls(service):
        await caller.press("1")

    assert "công an 1 1 3" in caller.heard
    assert caller.is_cut_off


@contextmanager
def without_calls(service: Service) -> Iterator[None]:
    """Take the calls away: SQLite answers every look at them with an error."""
    path = service.settings.data.database_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path, timeout=10)) as connection:
        connection.execute("ALTER TABLE phone_calls RENAME TO calls_elsewhere")
    yield
    with closing(sqlite3.connect(path, timeout=10)) as connection:
        connection.execute("ALTER TABLE calls_elsewhere RENAME TO phone_calls")


async def test_no_number_is_logged(caller: Caller, capsys: pytest.CaptureFixture[str]) -> None:
    await caller.ring()
    await caller.press("1")
    await caller.hang_up()
    await caller.client.post(VOICE, data={"From": CALLER})

    logged = capsys.readouterr().out
    assert "webhook_refused" in logged
    assert CALLER[-9:] not in logged


ODD = st.dictionaries(
    st.sampled_from(
        ["CallSid", "From", "To", "Digits", "CallStatus", "DialCallStatus", "SpeechResult", "X", ""]
    ),
    st.one_of(
        st.text(max_size=40),
        st.sampled_from(["completed", "1", "CA" + "1" * 32, "9" * 10_000, CALLER, "anonymous"]),
    ),
    max_size=6,
)
PATHS = st.sampled_from(
    [
        VOICE,
        f"{VOICE}/status",
        f"{VOICE}/step/0",
        f"{VOICE}/step/1",
        f"{VOICE}/step/999999",
        f"{VOICE}/whisper/{'a' * 32}/{'b' * 32}",
        f"{VOICE}/taken/{'a' * 32}/{'b' * 32}",
    ]
)


@rules(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=PATHS, form=ODD)
async def test_no_form_makes_the_hotline_stumble(
    caller: Caller, path: str, form: dict[str, str]
) -> None:
    answer = await caller.post(path, form)

    assert answer.status in (200, 204, 403)
