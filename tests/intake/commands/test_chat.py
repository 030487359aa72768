"""`langnghe chat`: a story is read strictly, told truthfully, and the terminal talks."""

import functools
import io
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bot.content.cards import FOLDER, Register
from bot.content.check import read_rules
from bot.content.shelf import read_content
from bot.content.writing import rewrite
from intake.assembly import Parts, read_parts
from intake.commands.chat import talk, verdict
from intake.commands.chat_play import play_story
from intake.commands.chat_story import Story, StoryError, read_seconds, read_story
from intake.settings import read_settings
from nlu.labels import Language


@functools.cache
def parts() -> Parts:
    return read_parts(read_settings({}))


def story(folder: Path, *steps: str, head: str = "") -> Story:
    file = folder / "one.yml"
    lines = "\n".join(f"  - {step}" for step in steps)
    file.write_text(f"story: One\n{head}steps:\n{lines}\n", encoding="utf-8")
    return read_story(file)


async def failures_of(told: Story) -> list[str]:
    return await play_story(told, parts(), lambda who, words: None)


@pytest.mark.parametrize(
    "step",
    [
        "shouts: cứu",
        "silence: soon",
        "channel: pigeon",
        "operator: sings",
        "operator: writes",
        "operator: {claims: me}",
        "bot: {polite: true}",
        "bot: loud",
        "ticket: {color: red}",
        "ticket: many",
        "alarm: {kind: loud}",
        "alarm: maybe",
        "{reporter: a, press: b}",
        "just words",
    ],
)
def test_what_is_no_step_is_refused_and_named(tmp_path: Path, step: str) -> None:
    with pytest.raises(StoryError, match=r"one\.yml, step 2"):
        story(tmp_path, "reporter: xin chào", step)


def test_what_is_no_story_is_refused(tmp_path: Path) -> None:
    (tmp_path / "one.yml").write_text("story: [", encoding="utf-8")

    with pytest.raises(StoryError, match=r"one\.yml"):
        read_story(tmp_path / "one.yml")
    with pytest.raises(StoryError, match="needs story and steps"):
        story(tmp_path, "reporter: xin chào", head="color: red\n")


def test_time_is_read_with_its_unit() -> None:
    assert [read_seconds(words) for words in ("30 s", "2 min", "1 h", "2 days", "1.5 min")] == [
        30, 120, 3600, 172800, 90,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("expected", "failure"),
    [
        ("bot: silent", "not silent"),
        ("bot: {urgent: 114}", "does not name 114"),
        ("bot: {urgent: false}", "is urgent"),
        ("bot: {says: [xin chào buổi sáng]}", "does not say"),
        ("bot: {never: [113]}", "says '113'"),
        ("bot: {cards: [thanks]}", "no card thanks"),
        ("bot: {asks: ask_age}", "not ask_age"),
        ("bot: {asks: false}", "asks ask_"),
        ("bot: {bubbles: 1}", "bubbles"),
        ("bot: {offers: [Bánh mì]}", "no button"),
        ("bot: {script: km}", "written in km"),
        ("ticket: none", "there is a ticket"),
        ("ticket: {kind: bullying}", "the kind is"),
        ("ticket: {at_most: high}", "more than high"),
        ("ticket: {also: [child_marriage]}", "not among the matters"),
        ("ticket: {how_many: 2}", "1 tickets"),
        ("ticket: {state: closed}", "the state is new"),
        ("ticket: {commune: Xã Núi Cấm}", "the commune is none"),
        ("alarm: none", "the alarm rings"),
        ("press: Bánh mì", "no button 'Bánh mì'"),
    ],
)
async def test_what_does_not_come_about_is_told(
    tmp_path: Path, expected: str, failure: str
) -> None:
    told = story(tmp_path, "reporter: ba đang đánh em cứu em với", expected)

    (found,) = await failures_of(told)

    assert found.startswith("step 2: ")
    assert failure in found


@pytest.mark.parametrize(
    ("expected", "failure"),
    [
        ("bot: {urgent: true}", "no rescue"),
        ("bot: {asks: true}", "asks nothing"),
        ("ticket: {urgency: low}", "there is no ticket"),
        ("alarm: rings", "no alarm rings"),
        ("operator: claims", "no ticket for an operator"),
        ("answers: {until: ask_age}", "asks nothing, not ask_age"),
    ],
)
async def test_what_a_greeting_does_not_bring_is_told(
    tmp_path: Path, expected: str, failure: str
) -> None:
    (found,) = await failures_of(story(tmp_path, "reporter: hi", expected))

    assert failure in found


async def test_too_many_bubbles_of_a_whole_story_are_told(tmp_path: Path) -> None:
    told = story(tmp_path, "reporter: hi", head="whole: {bubbles: 1}\n")

    assert "bubbles in the whole story, at most 1" in (await failures_of(told))[0]


def test_a_pending_story_that_comes_out_is_no_success(tmp_path: Path) -> None:
    pending = story(tmp_path, "reporter: hi", head="pending: not yet\n")
    plain = story(tmp_path, "reporter: hi")

    assert verdict(pending, ["step 1: not yet"])
    assert not verdict(pending, [])
    assert verdict(plain, [])
    assert not verdict(plain, ["step 1: no"])


async def test_the_terminal_talks_presses_waits_and_shows_the_ticket(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = ("ba đang đánh em cứu em với", "2", "/wait 1 min", "/operator writes Chào em", "",
             "/nonsense x", "/help", "/quit")  # fmt: skip
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n".join(typed) + "\n"))

    await talk(parts(), is_shown=True, operators=1)

    shown = capsys.readouterr().out
    assert "[1] An toàn" in shown
    assert "[Chưa an toàn]" in shown
    assert "physical_violence  critical" in shown
    assert "ALARM" in shown
    assert "(cán bộ) Chào em" in shown
    assert "nothing is called nonsense" in shown


def with_words_planted(folder: Path, card: str, register: str, words: str) -> Parts:
    """The real parts with a copy of the content in which one card says something else."""
    copy = folder / "content"
    shutil.copytree(FOLDER, copy, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    rewrite(copy, card, Language.VIETNAMESE, Register(register), words)
    return replace(parts(), content=read_content(copy))


async def test_a_story_fails_when_an_answer_says_what_must_never_be_said(tmp_path: Path) -> None:
    planted = with_words_planted(tmp_path, "hello", "any", "Kể đi, mình giữ bí mật cho bạn nha.")
    told = story(tmp_path, "reporter: alo")

    failures = await play_story(told, planted, lambda who, words: None)

    assert failures == [f"step 1: hello breaks a rule: {read_rules()[0].reason}"]


async def test_a_story_fails_when_words_that_come_by_themselves_break_a_rule(
    tmp_path: Path,
) -> None:
    planted = with_words_planted(tmp_path, "operator_took_over", "any", "Cán bộ tới rồi, mình hứa.")
    told = story(tmp_path, "reporter: gặp cán bộ", "operator: takes over")

    failures = await play_story(told, planted, lambda who, words: None)

    assert len(failures) == 1
    assert "operator_took_over breaks a rule" in failures[0]
