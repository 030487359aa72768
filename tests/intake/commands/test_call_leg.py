"""A leg of a call against answers written by hand."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from intake.commands.call_leg import CallBroken, End, Leg, Outcome
from intake.commands.call_twiml import Dial

SITE = "https://langnghe.example.invalid"
MENU = (
    "<Response><Gather numDigits='1' action='/menu' timeout='5' actionOnEmptyResult='true'>"
    "<Say>Bấm 1.</Say></Gather></Response>"
)
RINGS = (
    "<Response><Dial timeout='20' action='/after'><Number>+84900000101</Number></Dial>"
    "<Say>Không tới đây.</Say></Response>"
)
BYE = "<Response><Say>Chào em.</Say><Hangup/></Response>"


class HandWritten:
    """Answers by address; remembers what was asked."""

    def __init__(self, answers: Mapping[str, str], outcome: Outcome | None = None) -> None:
        self.answers = answers
        self.outcome = outcome or Outcome(status="no-answer")
        self.asked: list[tuple[str, Mapping[str, str]]] = []
        self.at = datetime(2026, 11, 24, 13, 15, tzinfo=UTC)
        self.seconds = 0.0

    def now(self) -> datetime:
        return self.at

    async def ask(self, url: str, form: Mapping[str, str]) -> str:
        path = url.removeprefix(SITE)
        self.asked.append((path, form))
        return self.answers[path]

    async def pass_time(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)
        self.seconds += seconds

    async def ring(self, leg: Leg, dial: Dial) -> Outcome:
        await leg.spend(dial.timeout_seconds)
        return self.outcome


async def _begun(exchange: HandWritten, *, leaves_after: float | None = None) -> Leg:
    leg = Leg(exchange=exchange, form={"CallSid": "CA1"}, hear=lambda _words: None)
    leg.status_url = f"{SITE}/status" if "/status" in exchange.answers else ""
    if leaves_after is not None:
        leg.leaves_at = exchange.at + timedelta(seconds=leaves_after)
    await leg.begin(f"{SITE}/voice")
    return leg


async def test_a_key_goes_where_the_menu_says() -> None:
    exchange = HandWritten({"/voice": MENU, "/menu": BYE})
    leg = await _begun(exchange)

    await leg.press("1")

    assert exchange.asked[-1] == (
        "/menu", {"CallSid": "CA1", "CallStatus": "in-progress", "Digits": "1"}
    )  # fmt: skip
    assert leg.end is End.HUNG_UP


async def test_more_keys_than_asked_for_are_not_sent_by_a_real_carrier() -> None:
    exchange = HandWritten({"/voice": MENU, "/menu": MENU})
    leg = await _begun(exchange)

    await leg.press("1234")
    await leg.send_digits("5" * 10_000)

    assert [form["Digits"][:6] for _, form in exchange.asked[1:]] == ["1", "555555"]


async def test_silence_is_told_after_its_time() -> None:
    exchange = HandWritten({"/voice": MENU, "/menu": BYE})
    leg = await _begun(exchange)
    before = exchange.seconds

    await leg.stay_silent()

    assert exchange.asked[-1][1]["Digits"] == ""
    assert exchange.seconds - before >= 5.0


async def test_silence_that_is_not_told_goes_on_with_the_next_words() -> None:
    document = (
        "<Response><Gather numDigits='1'><Say>Bấm.</Say></Gather><Say>Còn đây.</Say></Response>"
    )
    heard: list[str] = []
    exchange = HandWritten({"/voice": document})
    leg = Leg(exchange=exchange, form={}, hear=heard.append)
    await leg.begin(f"{SITE}/voice")

    await leg.stay_silent()

    assert heard == ["Bấm.", "Còn đây."]
    assert leg.end is End.RAN_OUT


async def test_after_ringing_in_vain_the_action_goes_on_and_the_rest_is_not_heard() -> None:
    heard: list[str] = []
    exchange = HandWritten({"/voice": RINGS, "/after": BYE})
    leg = Leg(exchange=exchange, form={}, hear=heard.append)

    await leg.begin(f"{SITE}/voice")

    assert exchange.asked[-1][1]["DialCallStatus"] == "no-answer"
    assert exchange.asked[-1][1]["DialBridged"] == "false"
    assert heard == ["Chào em."]


async def test_who_takes_the_call_has_it_until_they_let_go() -> None:
    taken = Outcome(status="completed", sid="CA2", taken_by="truc1")
    exchange = HandWritten({"/voice": RINGS, "/after": BYE}, taken)
    leg = await _begun(exchange)
    assert (leg.taken_by, leg.is_over) == ("truc1", False)

    await leg.let_go()

    assert exchange.asked[-1][0] == "/after"
    assert exchange.asked[-1][1]["DialBridged"] == "true"


async def test_a_caller_who_leaves_while_it_rings_is_told_to_the_service() -> None:
    exchange = HandWritten({"/voice": RINGS, "/status": ""})

    leg = await _begun(exchange, leaves_after=7)

    assert leg.end is End.LEFT
    assert exchange.asked[-1][0] == "/status"
    assert exchange.asked[-1][1]["CallStatus"] == "completed"
    assert exchange.asked[-1][1]["CallDuration"] == "7"


async def test_a_call_that_goes_round_in_circles_is_broken() -> None:
    exchange = HandWritten({"/voice": "<Response><Redirect>/voice</Redirect></Response>"})

    with pytest.raises(CallBroken):
        await _begun(exchange)


async def test_a_key_that_nobody_asked_for_is_an_error_of_the_script() -> None:
    exchange = HandWritten({"/voice": BYE})
    leg = await _begun(exchange)

    with pytest.raises(CallBroken):
        await leg.press("1")
