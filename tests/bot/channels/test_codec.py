"""What we send survives being stored, whichever version wrote it."""

import json

from bot.channels.codec import outbound_from_json, outbound_to_json
from bot.channels.contract import Button, OutboundMessage, Sound


def test_a_bubble_with_a_sound_comes_back_as_it_was() -> None:
    bubble = OutboundMessage(
        text="Ấn giữa ngực.",
        buttons=(Button(label="Chưa thở", payload="breath:no"),),
        is_urgent=True,
        beats=True,
        sound=Sound.RHYTHM,
    )

    assert outbound_from_json(json.loads(json.dumps(outbound_to_json(bubble)))) == bubble


def test_a_bubble_of_an_older_or_a_later_version_is_its_words() -> None:
    assert outbound_from_json({"text": "Cứu"}) == OutboundMessage(text="Cứu")
    assert outbound_from_json({"text": "Cứu", "sound": "siren"}) == OutboundMessage(text="Cứu")
