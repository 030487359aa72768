"""`langnghe call`: a telephone in the terminal, and scripts played from files."""

import io
from argparse import Namespace
from pathlib import Path

import pytest

from intake.commands.call import call
from intake.commands.call_script import read_script
from intake.commands.chat_story import StoryError


def _options(*names: str, quiet: bool = False) -> Namespace:
    return Namespace(story=list(names), quiet=quiet, on_duty=1)


def _typed(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))


def test_a_call_can_be_made_by_hand(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _typed(monkeypatch, "help", "truc1 takes after 3 s", "1", "done", "hangup", "sing", "quit")

    assert call(_options()) == 0

    printed = capsys.readouterr().out
    assert "Bấm 1" in printed or "bấm 1" in printed
    assert "☎ reo: truc1" in printed
    assert "critical  phone" in printed
    assert "'sing' are no keys" in printed


def test_the_end_of_what_is_typed_ends_the_call(monkeypatch: pytest.MonkeyPatch) -> None:
    _typed(monkeypatch, "")

    assert call(_options()) == 0


def test_a_script_that_comes_out_is_said_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert call(_options("emergency_first_tier")) == 0

    assert "-- comes out" in capsys.readouterr().out


def test_what_does_not_come_about_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    script = tmp_path / "wrong.yml"
    steps = "[{calls: '+84900000123'}, {hears: xyz}, {over: we hung up}]"
    script.write_text(f"call: A wrong script\nsteps: {steps}\n")

    assert call(_options(str(tmp_path), quiet=True)) == 1

    printed = capsys.readouterr().out
    assert "step 2: does not say 'xyz'" in printed
    assert "step 3: over: no" in printed


@pytest.mark.parametrize(
    "steps",
    [
        "[sings]",
        "[{sings: loud}]",
        "[{press: x}]",
        "[{over: perhaps}]",
        "[{telephones: {truc1: dances}}]",
        "[{hears: {sees: a}}]",
        "[{waits: long}]",
        "[{calls: {from: a, hangs up after: 1}}]",
    ],
)
def test_a_step_that_is_none_is_an_error(tmp_path: Path, steps: str) -> None:
    script = tmp_path / "bad.yml"
    script.write_text(f"call: A bad script\nsteps: {steps}\n")

    with pytest.raises(StoryError, match=r"bad\.yml, step 1"):
        read_script(script)
