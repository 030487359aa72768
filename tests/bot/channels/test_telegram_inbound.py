"""What people do on Telegram becomes the contract's messages, whatever the JSON looks like."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.contract import (
    Attachment,
    ButtonPress,
    ChannelError,
    Content,
    InboundMessage,
    Location,
    Presence,
    SharedContact,
    Text,
    Unknown,
)
from bot.channels.telegram_inbound import callback_query_id, parse, update_number
from tests.fakes.telegram_updates import PAYLOADS, payload

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
FILES = sorted(PAYLOADS.glob("*.json"))
NOT_OURS = [path for path in FILES if path.stem.startswith("not_ours")]


def _places(value: Any) -> Any:
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, child in items:
        yield value, key
        if isinstance(child, dict | list):
            yield from _places(child)


def read(name: str) -> InboundMessage:
    message = parse(payload(name), bot_id="900000001", received_at=NOW)
    assert message is not None
    return message


CONTENTS: dict[str, Content] = {
    "text": Text(text="con bi danh, cuu con voi"),
    "start": Presence(kind="started"),
    "start_with_source": Presence(kind="started"),
    "start_with_words": Text(text="cô ơi có bạn rớt xuống kênh"),
    "command": Text(text="sos"),
    "command_with_name_and_words": Text(text="sos em sợ lắm"),
    "location": Location(latitude=10.386389, longitude=105.435, accuracy_metres=12.5),
    "live_location": Location(latitude=10.386389, longitude=105.435),
    "live_location_edit": Location(latitude=10.39, longitude=105.44),
    "venue": Location(latitude=10.37, longitude=105.43),
    "photo": Attachment(
        kind="photo", file_id="photo-9", caption="chỗ này không có rào", size_bytes=9000
    ),
    "voice": Attachment(kind="voice", file_id="voice-1", size_bytes=20480, mime_type="audio/ogg"),
    "video": Attachment(kind="video", file_id="video-1", size_bytes=900000, mime_type="video/mp4"),
    "video_note": Attachment(kind="video", file_id="note-1"),
    "animation": Attachment(kind="video", file_id="gif-1", mime_type="video/mp4"),
    "audio": Attachment(kind="file", file_id="audio-1", mime_type="audio/mpeg"),
    "document": Attachment(
        kind="file",
        file_id="file-1",
        caption="đơn của má em",
        size_bytes=12345,
        mime_type="application/pdf",
    ),
    "contact_own": SharedContact(phone="+84900000123", name="An", is_own=True),
    "contact_other": SharedContact(phone="0900000124", name="Cô Thử"),
    "button": ButtonPress(payload="safe:no", label="Con không an toàn"),
    "button_of_an_old_message": ButtonPress(payload="safe:yes"),
    "edited": Text(text="con bị đánh ngay bây giờ"),
    "blocked": Presence(kind="blocked"),
    "unblocked": Presence(kind="unblocked"),
    "sticker": Unknown(kind="sticker", caption="😭"),
    "dice": Unknown(kind="dice", caption="🎲"),
    "poll": Unknown(kind="poll", caption="Ai cũng khổ vậy hả?"),
    "kind_of_tomorrow": Unknown(kind="unknown", caption="coi giùm em"),
    "forwarded": Text(text="mai tao tới trường mày"),
}


@pytest.mark.parametrize(("name", "content"), CONTENTS.items(), ids=CONTENTS)
def test_every_kind_becomes_the_content_it_is(name: str, content: Content) -> None:
    message = read(name)

    assert message.content == content
    assert (message.channel, message.sender_key) == ("telegram", "100000007")
    assert message.sender_name == "An Thử"
    assert message.external_id == f"900000001:{payload(name)['update_id']}"
    assert message.received_at == NOW


def test_every_payload_is_in_a_table() -> None:
    assert {path.stem for path in FILES} == CONTENTS.keys() | {path.stem for path in NOT_OURS}


@pytest.mark.parametrize("path", NOT_OURS, ids=lambda path: path.stem)
def test_what_nobody_wrote_to_us_is_not_read(path: Path) -> None:
    assert parse(json.loads(path.read_text()), bot_id="1", received_at=NOW) is None


@pytest.mark.parametrize(
    ("name", "sent_at"),
    [
        ("text", datetime(2026, 11, 23, 8, 0, tzinfo=UTC)),
        ("edited", datetime(2026, 11, 23, 8, 0, 30, tzinfo=UTC)),
        ("blocked", datetime(2026, 11, 23, 8, 1, 40, tzinfo=UTC)),
        ("button", NOW),  # a press has no time of its own, its message's time is ours
    ],
)
def test_the_vendors_time_is_kept(name: str, sent_at: datetime) -> None:
    assert read(name).sent_at == sent_at


@pytest.mark.parametrize("date", [None, 0, -5, "heute", True, 1795420800000, 2**70])
def test_an_impossible_time_becomes_ours(date: object) -> None:
    update = payload("text")
    update["message"]["date"] = date

    message = parse(update, bot_id="1", received_at=NOW)

    assert message is not None
    assert message.sent_at == NOW


def test_only_changed_messages_are_edits() -> None:
    edits = {name for name in CONTENTS if read(name).is_edit}

    assert edits == {"edited", "live_location_edit"}


def test_the_source_of_a_link_is_kept_and_words_are_not_taken_for_one() -> None:
    assert read("start_with_source").source == "ap-phich_truong-12"
    assert {read(name).source for name in CONTENTS if name != "start_with_source"} == {""}


def test_the_same_update_has_the_same_id_and_another_bot_has_another() -> None:
    first, again = read("text"), read("text")
    other = parse(payload("text"), bot_id="900000002", received_at=NOW)

    assert other is not None
    assert first.external_id == again.external_id != other.external_id


def test_only_a_press_has_a_query_to_answer() -> None:
    assert callback_query_id(payload("button")) == "4382bfdwdsb323b2d9"
    assert callback_query_id(payload("text")) == callback_query_id([]) == ""


def test_a_repr_shows_nothing_of_a_person() -> None:
    shown = "".join(repr(read(name)) for name in CONTENTS)

    for secret in ("con bi danh", "An", "Thử", "100000007", "+8490", "10.38", "photo-9", "rào"):
        assert secret not in shown


@pytest.mark.parametrize(
    "update",
    [None, [], "x", 5, {}, {"update_id": "1"}, {"update_id": True}, {"update_id": 2**64},
     {"update_id": 1, "message": 5}, {"update_id": 1, "message": {"text": "a"}},
     {"update_id": 1, "message": {"chat": {"id": "7", "type": "private"}}},
     {"update_id": 1, "callback_query": []}, {"update_id": 1, "my_chat_member": None}],
)  # fmt: skip
def test_what_is_not_an_update_is_refused_with_one_error(update: object) -> None:
    with pytest.raises(ChannelError):
        parse(update, bot_id="1", received_at=NOW)


@pytest.mark.parametrize(
    "point",
    [{"latitude": 91, "longitude": 0}, {"latitude": "10.3", "longitude": 105.4}, {"latitude": 10},
     {"latitude": float("nan"), "longitude": 1}, {"latitude": True, "longitude": 1},
     {"latitude": 10**400, "longitude": 1}, {"latitude": float("inf"), "longitude": 1}],
)  # fmt: skip
def test_a_place_that_is_nowhere_is_kept_as_unknown(point: object) -> None:
    update = payload("location")
    update["message"]["location"] = point

    message = parse(update, bot_id="1", received_at=NOW)

    assert message is not None
    assert message.content == Unknown(kind="unknown")


def test_half_a_letter_does_not_stop_a_message() -> None:
    update = payload("text")
    update["message"]["text"] = "cứu \ud83d con"

    message = parse(update, bot_id="1", received_at=NOW)

    assert message is not None
    assert message.content == Text(text="cứu ? con")


@pytest.mark.parametrize("field", ["entities", "reply_to_message", "via_bot", "from", "chat.title"])
@pytest.mark.parametrize("value", [None, 7, [], [{}], {"id": "x"}])
def test_words_survive_whatever_stands_beside_them(field: str, value: object) -> None:
    update = payload("text")
    update["message"][field] = value

    message = parse(update, bot_id="1", received_at=NOW)

    assert message is not None
    assert message.content == Text(text="con bi danh, cuu con voi")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda child: st.lists(child, max_size=3) | st.dictionaries(st.text(max_size=8), child),
    max_leaves=8,
)
KEYS = sorted({str(key) for path in FILES for _, key in _places(json.loads(path.read_text()))})
UPDATES = st.recursive(
    JSON | st.sampled_from(["private", "kicked", "/start", "/"]),
    lambda child: st.dictionaries(st.sampled_from(KEYS), child) | st.lists(child, max_size=3),
    max_leaves=20,
)


@given(update=UPDATES)
def test_no_json_raises_anything_but_the_channels_error(update: object) -> None:
    read_or_refused(update)
    read_or_refused({"update_id": 1, "message": update})


@given(data=st.data(), path=st.sampled_from(FILES))
def test_no_changed_payload_raises_anything_but_the_channels_error(
    data: st.DataObject, path: Path
) -> None:
    update = json.loads(path.read_text())
    places = list(_places(update))
    for holder, key in data.draw(st.lists(st.sampled_from(places), min_size=1, max_size=3)):
        holder[key] = data.draw(JSON)

    read_or_refused(update)


def read_or_refused(update: object) -> None:
    try:
        message = parse(update, bot_id="1", received_at=NOW)
    except ChannelError:
        return
    assert update_number(update) is not None
    if message is not None:
        assert message.sent_at <= message.received_at
        json.dumps(str(message.content)).encode()
