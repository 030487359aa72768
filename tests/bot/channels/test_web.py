"""The parser of the web chat: strict about the envelope, faithful to the words."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.contract import (
    ButtonPress,
    InboundMessage,
    Location,
    OutboundMessage,
    Text,
)
from bot.channels.web import (
    BadButton,
    BadClientId,
    BadContent,
    BadField,
    BadLocation,
    BadMessage,
    BadText,
    WebChannel,
    parse,
)

NOW = datetime(2026, 6, 1, 3, 0, tzinfo=UTC)
SECRET_WORDS = "ba con danh con hoai"


def read(**body: Any) -> InboundMessage:
    return parse({"client_id": "c-1", **body}, session_id="s" * 32, now=NOW)


def test_a_text_becomes_a_message_of_its_session() -> None:
    message = read(text="con bi danh", session="a token that the edge has read already")

    assert message.content == Text(text="con bi danh")
    assert message.sender_key == "s" * 32
    assert message.external_id == "8fd6a6a78f5857d7ba1cfe9033bffeec:c-1"
    assert "sss" not in message.external_id
    assert (message.channel, message.sent_at, message.received_at) == ("web", NOW, NOW)


@pytest.mark.parametrize(
    "words",
    [
        "  cứu con với \n\n",
        "\u200bc\u200bứ\u200bu\u200b",
        "\u202eiov noc uuc\u202c",
        "<script>alert(1)</script>",
        "'; DROP TABLE inbox; --",
        "ជួយខ្ញុំផង",
        "a\u0000b",
        "👧🏽🌊",
        "x" * 60_000,
    ],
)
def test_the_words_are_kept_as_they_came(words: str) -> None:
    assert read(text=words).content == Text(text=words)


def test_half_an_emoji_becomes_storable() -> None:
    content = read(text=json.loads('"c\\u1ee9u \\ud83d v\\u1edbi"')).content

    assert content == Text(text="cứu \ufffd với")


def test_a_whole_emoji_written_as_two_escapes_stays_whole() -> None:
    assert read(text=json.loads('"\\ud83d\\ude22"')).content == Text(text="😢")


def test_a_location_may_say_how_exact_it_is() -> None:
    exact = read(location={"latitude": 10.5, "longitude": 105, "accuracy": 12.5})
    rough = read(location={"latitude": 10.5, "longitude": 105})

    assert exact.content == Location(latitude=10.5, longitude=105.0, accuracy_metres=12.5)
    assert rough.content == Location(latitude=10.5, longitude=105.0)


def test_a_button_is_a_payload_with_or_without_its_label() -> None:
    assert read(button="safe:no").content == ButtonPress(payload="safe:no")
    assert read(button={"payload": "safe:no", "label": "Chưa an toàn"}).content == ButtonPress(
        payload="safe:no", label="Chưa an toàn"
    )


@pytest.mark.parametrize("client_id", [None, "", "x" * 65, "a b", "a\n", "é", "../x", 7, ["a"]])
def test_a_client_id_is_short_and_plain(client_id: object) -> None:
    with pytest.raises(BadClientId):
        read(client_id=client_id, text="alo")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"text": None},
        {"text": "a", "button": "safe:no"},
        {"text": "a", "location": {"latitude": 1, "longitude": 1}},
    ],
)
def test_a_message_says_exactly_one_thing(body: dict[str, Any]) -> None:
    with pytest.raises(BadContent):
        read(**body)


@pytest.mark.parametrize("text", ["", "   ", "\n\t", 5, True, ["a"], {"a": 1}])
def test_a_text_has_words(text: object) -> None:
    with pytest.raises(BadText):
        read(text=text)


@pytest.mark.parametrize(
    "location",
    [
        "10.5,105",
        [10.5, 105],
        {},
        {"latitude": 10.5},
        {"latitude": "10.5", "longitude": 105},
        {"latitude": True, "longitude": 105},
        {"latitude": 90.1, "longitude": 105},
        {"latitude": 10, "longitude": -180.5},
        {"latitude": float("nan"), "longitude": 105},
        {"latitude": float("inf"), "longitude": 105},
        {"latitude": 10**400, "longitude": 105},
        {"latitude": 10, "longitude": 105, "accuracy": -1},
        {"latitude": 10, "longitude": 105, "accuracy": "near"},
    ],
)
def test_a_location_is_on_this_earth(location: object) -> None:
    with pytest.raises(BadLocation):
        read(location=location)


@pytest.mark.parametrize(
    "button",
    [
        5,
        [],
        {},
        "",
        "has space",
        "x" * 65,
        "nút",
        {"payload": 5},
        {"payload": "a", "label": 5},
        {"payload": "a", "label": "x" * 121},
    ],
)
def test_a_button_carries_a_payload_of_our_vocabulary(button: object) -> None:
    with pytest.raises(BadButton):
        read(button=button)


@pytest.mark.parametrize(
    "body",
    [
        {"text": "a", "photo": "x"},
        {"location": {"latitude": 1, "longitude": 1, "name": "x"}},
        {"button": {"payload": "a", "url": "x"}},
    ],
)
def test_a_field_that_nobody_knows_is_refused(body: dict[str, Any]) -> None:
    with pytest.raises(BadField):
        read(**body)


@pytest.mark.parametrize("body", [None, [], "text", 5, True])
def test_a_message_is_an_object(body: object) -> None:
    with pytest.raises(BadMessage):
        parse(body, session_id="s", now=NOW)


@pytest.mark.parametrize(
    "body",
    [
        {"text": [SECRET_WORDS]},
        {"button": SECRET_WORDS},
        {"location": {"latitude": SECRET_WORDS, "longitude": 1}},
        {SECRET_WORDS: "x", "text": "x"},
    ],
)
def test_an_error_has_a_code_and_a_sentence_and_none_of_the_words(body: dict[str, Any]) -> None:
    with pytest.raises(BadMessage) as caught:
        read(**body)

    assert caught.value.code.startswith("bad_")
    assert caught.value.sentence
    assert SECRET_WORDS not in str(caught.value)


def test_the_representation_of_a_message_hides_what_was_said() -> None:
    message = read(text=SECRET_WORDS)

    assert SECRET_WORDS not in repr(message)
    assert "ssss" not in repr(message).replace(message.external_id, "")


async def test_sending_does_nothing_because_the_page_fetches() -> None:
    channel = WebChannel()

    assert (channel.name, channel.pulls) == ("web", True)
    assert await channel.send("s", OutboundMessage(text="Chào bạn")) == ""


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.one_of(
        _json,
        st.fixed_dictionaries(
            {},
            optional={
                "client_id": st.just("c1") | _json,
                "session": _json,
                "text": _json,
                "location": _json
                | st.fixed_dictionaries({"latitude": _json, "longitude": st.just(1)}),
                "button": _json | st.fixed_dictionaries({"payload": st.just("a"), "label": _json}),
            },
        ),
    )
)
def test_any_json_is_a_message_or_a_clear_refusal(body: object) -> None:
    try:
        message = parse(body, session_id="s", now=NOW)
    except BadMessage:
        return
    match message.content:
        case Text(text=text) | ButtonPress(label=text):
            text.encode()
        case Location(latitude=latitude):
            assert -90 <= latitude <= 90


@given(st.text(st.characters(exclude_categories=[]), min_size=1))
def test_any_words_become_storable_and_only_lone_surrogates_change(words: str) -> None:
    if not words.strip():
        return

    content = read(text=words).content

    assert isinstance(content, Text)
    assert len(content.text.encode().decode()) == len(words)
    kept = [a == b for a, b in zip(words, content.text, strict=True)]
    assert all(same or "\ud800" <= a <= "\udfff" for same, a in zip(kept, words, strict=True))
