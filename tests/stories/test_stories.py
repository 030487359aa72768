"""Every story in this folder, played on the real road; docs/stories.md says how to write one."""

import functools
import logging
import re
from pathlib import Path

import pytest

from bot.channels.contract import Text
from bot.content.code_words import code_words
from bot.content.words import fold
from bot.dialogue.codes import read_code
from intake.assembly import Parts, read_parts
from intake.commands.chat_play import play_story
from intake.commands.chat_story import Says, Story, read_story
from intake.settings import read_settings
from nlu.labels import Intent

FOLDER = Path(__file__).parent
STORIES = {path.stem: read_story(path) for path in sorted(FOLDER.glob("*.yml"))}
SITUATIONS = {
    "child", "adult", "vi", "km", "en", "interrupted", "worse", "mistake", "silence",
    "quick_exit", "another_channel", "prank", "phone_taken", "two_children", "complaint",
    "sixteen", "overwhelmed_parent", "would_be_offender", "operator", "nobody_on_duty",
    "no_diacritics", "teencode", "skips", "several_matters", "source", "return", "words",
}  # fmt: skip


@functools.cache
def parts() -> Parts:
    """What is read from files, once for all stories."""
    return read_parts(read_settings({}))


def _case(story: Story) -> object:
    """A pending story must fail: one that comes out is to be unmarked."""
    why = pytest.mark.xfail(reason=story.pending, strict=True)
    return pytest.param(story, id=story.name, marks=(why,) if story.pending else ())


@pytest.mark.parametrize("story", [_case(story) for story in STORIES.values()])
async def test_a_story_comes_out(story: Story, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    told: list[str] = []

    failures = await play_story(story, parts(), lambda who, words: told.append(f"{who}: {words}"))

    assert not failures, "\n".join([*told, *failures])
    _assert_no_word_in_the_log(story, caplog)
    _assert_no_code_in_the_log(told, caplog)


def test_the_stories_cover_every_intent_and_every_situation() -> None:
    covered = {one for story in STORIES.values() for one in story.covers}

    assert covered >= {intent.value for intent in Intent}
    assert covered >= SITUATIONS
    assert covered <= {intent.value for intent in Intent} | SITUATIONS


def test_there_are_at_least_sixty_stories() -> None:
    assert len(STORIES) >= 60


def _assert_no_code_in_the_log(told: list[str], caplog: pytest.LogCaptureFixture) -> None:
    said = fold(" ".join(record.getMessage() for record in caplog.records))
    for line in "\n".join(told).splitlines():
        code = read_code(line, code_words())
        if code is not None:
            assert not any(f" {word} " in f" {said} " for word in code.words)
            assert not code.number or code.number not in said


def _assert_no_word_in_the_log(story: Story, caplog: pytest.LogCaptureFixture) -> None:
    logged = " ".join(record.getMessage() for record in caplog.records).lower()
    found = set(re.findall(r"\w+", logged))
    for step in story.steps:
        if isinstance(step, Says) and isinstance(step.content, Text):
            words = re.findall(r"[^\W\d_]{4,}", step.content.text.lower())
            assert not {word for word in words if not word.isascii()} & found
