"""Choices by number (trả lời bằng số): where there are no buttons to press, "1" presses the first.

Only what was shown with numbers has numbers: two choices or more. After a lone "Bỏ qua" a number is
an answer of its own, such as an age. Pure.
"""

import re
from typing import Final

from bot.channels.contract import ButtonPress, Content, Text
from bot.dialogue.state import DialogueState

_CHANNELS: Final = ("sms",)
"""Where choices are shown with numbers."""
_FEWEST: Final = 2
_NUMBER = re.compile(
    r"\s*(?:(?:số|so|trả lời|tra loi|reply)\s*)?([1-9])\s*[.):!]?\s*", re.IGNORECASE
)


def by_number(state: DialogueState, content: Content, channel: str) -> Content:
    """Return the press that a number stands for, otherwise what was said as it is."""
    if channel not in _CHANNELS or not isinstance(content, Text):
        return content
    found = _NUMBER.fullmatch(content.text)
    choices = list(state.offered.items())
    if found is None or len(choices) < _FEWEST or int(found[1]) > len(choices):
        return content
    label, payload = choices[int(found[1]) - 1]
    return ButtonPress(payload=payload, label=label)
