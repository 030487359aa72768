"""What the carrier is told, read as strictly as a carrier reads it."""

import pytest

from intake.commands.call_twiml import (
    Dial,
    Gather,
    Hangup,
    Heard,
    Number,
    Redirect,
    TwimlError,
    read_twiml,
)


def test_words_take_as_long_as_they_have_letters() -> None:
    said, paused = read_twiml(
        "<Response><Say voice='v' language='vi-VN'>Gọi <break/> 115.</Say>"
        "<Pause length='3'/></Response>"
    )

    assert said == Heard(words="Gọi 115.", seconds=8 / 15)
    assert paused == Heard(words="", seconds=3.0)


def test_a_menu_speaks_and_listens() -> None:
    (menu,) = read_twiml(
        "<Response><Gather action='/menu' numDigits='1' timeout='7' actionOnEmptyResult='true'>"
        "<Play>https://a.invalid/menu.mp3</Play></Gather></Response>"
    )

    assert isinstance(menu, Gather)
    assert [prompt.words for prompt in menu.prompts] == ["♪ menu.mp3"]
    assert (menu.action, menu.most_digits, menu.timeout_seconds) == ("/menu", 1, 7.0)
    assert menu.tells_silence


def test_telephones_ring_at_once() -> None:
    (dial,) = read_twiml(
        "<Response><Dial timeout='20' action='/after'><Number url='/whisper'>+84900000101</Number>"
        "<Number>+84900000102</Number></Dial></Response>"
    )

    assert isinstance(dial, Dial)
    assert dial.numbers == (
        Number(phone="+84900000101", whisper="/whisper"),
        Number(phone="+84900000102", whisper=""),
    )
    assert (dial.timeout_seconds, dial.action) == (20.0, "/after")


def test_a_call_is_sent_on_and_ended() -> None:
    document = "<Response><Redirect>/next</Redirect><Hangup/></Response>"

    assert read_twiml(document) == (Redirect(url="/next"), Hangup())


@pytest.mark.parametrize(
    "document",
    [
        "Response",
        "<Answer/>",
        "<Response><Sing/></Response>",
        "<Response><Say tone='kind'>a</Say></Response>",
        "<Response><Say></Say></Response>",
        "<Response><Say loop='0'>a</Say></Response>",
        "<Response><Pause length='long'/></Response>",
        "<Response><Gather><Dial>1</Dial></Gather></Response>",
        "<Response><Gather method='GET'/></Response>",
        "<Response><Dial/></Response>",
        "<Response><Enqueue>q</Enqueue></Response>",
        "<Response><Dial><Sip>a</Sip></Dial></Response>",
        "<Response><Dial>" + "<Number>1</Number>" * 11 + "</Dial></Response>",
        "<Response><Say>" + "a" * 65_536 + "</Say></Response>",
    ],
)
def test_what_a_carrier_would_refuse_or_overlook_is_an_error(document: str) -> None:
    with pytest.raises(TwimlError):
        read_twiml(document)
