"""The vendor's signature, and its REST interface against a server that fails in its words."""

from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from multidict import MultiDict

from bot.channels.contract import (
    BlockedByUser,
    ChannelDown,
    RateLimited,
    Rejected,
    SendError,
    SendInDoubt,
)
from bot.channels.twilio_api import TwilioApi, is_signed
from tests.fakes.twilio_api import (
    ACCOUNT_SID,
    AUTH_TOKEN,
    NUMBER,
    FakeTwilioApi,
    Fault,
    fake_twilio,
    signature,
)

TO = "+84900000111"
URL = "https://langnghe.example/webhooks/telephone/alarm/token"
FORM = {
    "CallSid": "CA1234567890ABCDE", "Caller": "+84901234567", "Digits": "1",
    "From": "+84901234567", "To": "+18005551212",
}  # fmt: skip


@pytest.fixture
async def server() -> AsyncIterator[FakeTwilioApi]:
    async with fake_twilio() as server:
        yield server


@pytest.fixture
async def api(server: FakeTwilioApi) -> AsyncIterator[TwilioApi]:
    api = TwilioApi(ACCOUNT_SID, AUTH_TOKEN, api_url=server.url)
    yield api
    await api.close()


async def ring(api: TwilioApi) -> str:
    return await api.ring(to=TO, caller_id=NUMBER, url=URL, status_url=URL + "/status")


def test_a_signature_of_the_vendors_own_is_recognised() -> None:
    token, url = "12345678901234567890123456789012", "https://hotline.example.vn/twilio/voice"

    assert is_signed(token, f"{url}?lang=vi", FORM, "omEf6NY4UmYWj5g54KImE2gne68=")
    assert not is_signed(token, f"{url}?lang=en", FORM, "omEf6NY4UmYWj5g54KImE2gne68=")
    assert not is_signed(token, f"{url}?lang=vi", FORM, "")


def test_blank_and_repeated_fields_are_signed_too() -> None:
    form = MultiDict([("Digits", ""), ("MediaUrl", "b"), ("MediaUrl", "a")])
    header = signature(URL, form)["X-Twilio-Signature"]

    assert is_signed(AUTH_TOKEN, URL, form, header)
    assert not is_signed(AUTH_TOKEN, URL, MultiDict([("MediaUrl", "b")]), header)


@given(st.text(), st.dictionaries(st.text(), st.text()), st.text())
def test_nonsense_is_never_signed(path: str, form: dict[str, str], header: str) -> None:
    assert not is_signed(AUTH_TOKEN, f"https://langnghe.example/{path}", form, header)


async def test_a_telephone_is_rung_and_how_it_ended_is_asked_for(
    api: TwilioApi, server: FakeTwilioApi
) -> None:
    sid = await ring(api)

    (call,) = server.calls
    assert sid.startswith("CA")
    assert (call["To"], call["From"], call["Url"]) == (TO, NUMBER, URL)
    assert (call["StatusCallback"], call["Timeout"]) == (URL + "/status", "20")


async def test_a_text_is_sent_with_its_letters(api: TwilioApi, server: FakeTwilioApi) -> None:
    sid = await api.send_sms(to=TO, sender="LangNghe", text="Chào em", status_url=URL)

    (text,) = server.texts
    assert sid.startswith("SM")
    assert (text["From"], text["Body"], text["StatusCallback"]) == ("LangNghe", "Chào em", URL)


async def test_a_call_is_hung_up_and_one_that_is_over_stays_so(
    api: TwilioApi, server: FakeTwilioApi
) -> None:
    sid = await ring(api)
    await api.hang_up(sid)
    server.over.add(sid)
    await api.hang_up(sid)

    assert server.hung_up == [sid, sid]
    assert server.asked[1]["Status"] == "completed"


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Fault(status=400, code=21211), Rejected),
        (Fault(status=400, code=21614), Rejected),
        (Fault(status=400, code=21408), Rejected),
        (Fault(status=400, code=21612), Rejected),
        (Fault(status=403), Rejected),
        (Fault(status=400, code=21610), BlockedByUser),
        (Fault(status=429, code=20429), RateLimited),
        (Fault(status=401, code=20003), ChannelDown),
        (Fault(status=403, code=20005), ChannelDown),
        (Fault(status=503), ChannelDown),
        (Fault(status=502, body=b"<html>bad gateway"), ChannelDown),
        (Fault(status=201, body=b"not json"), SendInDoubt),
        (Fault(status=201, body=b"[]"), SendInDoubt),
        (Fault(status=201, body=b"{}"), SendInDoubt),
        (Fault(status=201, body=b"\xff\xfe"), SendInDoubt),
        (Fault(is_silent=True), SendInDoubt),
    ],
)
async def test_what_goes_wrong_is_an_error_that_delivery_knows_and_that_names_no_number(
    api: TwilioApi, server: FakeTwilioApi, fault: Fault, expected: type[SendError]
) -> None:
    server.faults.append(fault)

    with pytest.raises(expected) as raised:
        await ring(api)

    assert "84900" not in f"{raised.value} {raised.value.__cause__}"


async def test_a_server_that_does_not_listen_is_a_channel_that_is_down() -> None:
    api = TwilioApi(ACCOUNT_SID, AUTH_TOKEN, api_url="http://127.0.0.1:9")

    with pytest.raises(ChannelDown):
        await ring(api)
    await api.close()
