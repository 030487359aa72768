"""Our requests keep to Twilio's own OpenAPI specification, and its answers are understood."""

import pytest

from bot.channels.contract import Rejected
from bot.channels.twilio_api import TwilioApi

pytestmark = pytest.mark.node

ACCOUNT_SID = "AC" + "0" * 32
TO, NUMBER = "+84900000111", "+84900000900"
URL = "https://langnghe.example/webhooks/telephone/alarm/token"


async def test_what_we_ask_for_is_in_the_specification(prism: str) -> None:
    api = TwilioApi(ACCOUNT_SID, "token", api_url=prism)

    call = await api.ring(to=TO, caller_id=NUMBER, url=URL, status_url=URL)
    text = await api.send_sms(to=TO, sender=NUMBER, text="Chào em", status_url=URL)
    await api.hang_up(call)

    assert (call[:2], text[:2]) == ("CA", "SM")
    await api.close()


async def test_what_is_not_in_the_specification_is_refused_here(prism: str) -> None:
    api = TwilioApi(ACCOUNT_SID, "token", api_url=prism)

    with pytest.raises(Rejected):
        await api.ring(to=TO, caller_id=NUMBER, url="no address", status_url=URL)
    await api.close()
