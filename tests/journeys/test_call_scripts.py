"""Every script in calls/, played on the real web site; docs/stories.md says how to write one."""

import functools
import logging
from pathlib import Path

import pytest

from intake.assembly import Parts, read_parts
from intake.commands.call_play import play_script
from intake.commands.call_script import Calls, Script, read_script
from intake.settings import read_settings

FOLDER = Path(__file__).parent / "calls"
SCRIPTS = {path.stem: read_script(path) for path in sorted(FOLDER.glob("*.yml"))}
SITUATIONS = {
    "emergency", "taken", "nobody_answers", "silent", "return_code", "drowning_steps", "report",
    "out_of_hours", "hangs_up", "repeated", "anonymous", "bad_input", "human", "alarm_calls",
    "voicemail", "english",
}  # fmt: skip


@functools.cache
def parts() -> Parts:
    """What is read from files, once for all scripts."""
    return read_parts(read_settings({}))


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)
async def test_a_call_comes_out(script: Script, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    told: list[str] = []

    failures = await play_script(script, parts(), lambda who, words: told.append(f"{who}: {words}"))

    assert not failures, "\n".join([*told, *failures])
    _assert_no_number_in_the_log(script, caplog)


def test_the_scripts_cover_every_situation() -> None:
    assert {one for script in SCRIPTS.values() for one in script.covers} == SITUATIONS


def _assert_no_number_in_the_log(script: Script, caplog: pytest.LogCaptureFixture) -> None:
    logged = " ".join(record.getMessage() for record in caplog.records)
    callers = {step.caller for step in script.steps if isinstance(step, Calls)}
    for number in (*callers, "+84900000101", "+84900000102", "+84900000103"):
        assert number[-9:] not in logged
