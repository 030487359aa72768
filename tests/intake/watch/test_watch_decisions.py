"""What the watch decides: when something is wrong, and what is said of it. Plain calls."""

import itertools
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.watch import memory as memories
from intake.watch.judging import Answer, Problem, View, hear, judge, read_answer
from intake.watch.memory import Memory
from intake.watch.notice import Notice, as_document, as_text
from intake.watch.settings import Limits, Times
from intake.watch.telling import Told, Verdict, Word, next_word, note_told, pass_verdict

TIMES, LIMITS = Times(), Limits()
WELL = Answer(beat="b1")
START = View(answered_at=0.0, beaten_at=0.0)
seconds = st.floats(min_value=0, max_value=1e6)


def problems(view: View, now: float) -> tuple[Problem, ...]:
    return judge(view, LIMITS, TIMES, now=now)


def test_a_minute_without_an_answer_is_an_alarm_and_less_is_not() -> None:
    view = hear(hear(START, WELL, now=5.0), Problem.NO_ANSWER, now=15.0)

    assert problems(view, 64.9) == ()
    assert problems(view, 65.0) == (Problem.NO_ANSWER,)


def test_a_service_that_answers_while_nobody_works_is_an_alarm() -> None:
    view = START
    for now in range(0, 70, 10):
        view = hear(view, WELL, now=float(now))

    assert problems(view, 59.0) == ()
    assert problems(view, 60.0) == (Problem.NO_BEAT,)
    assert problems(hear(view, Answer(beat="b2"), now=61.0), 62.0) == ()


def test_a_service_that_never_beat_is_an_alarm_too() -> None:
    view = START
    for now in range(0, 70, 10):
        view = hear(view, Answer(beat=""), now=float(now))

    assert problems(view, 60.0) == (Problem.NO_BEAT,)


@pytest.mark.parametrize("failure", [Problem.REFUSED, Problem.NO_DATABASE])
def test_the_alarm_says_why_there_was_no_answer(failure: Problem) -> None:
    assert problems(hear(START, failure, now=50.0), 60.0) == (failure,)


@pytest.mark.parametrize("name", ["message", "critical", "send", "timer"])
def test_what_waits_too_long_is_an_alarm_at_once(name: str) -> None:
    limit = getattr(LIMITS, name)

    in_time = hear(START, Answer(beat="b", waits={name: limit}), now=1.0)
    late = hear(START, Answer(beat="b", waits={name: limit + 0.1}), now=1.0)

    assert problems(in_time, 2.0) == ()
    assert problems(late, 2.0) == (Problem(name),)


def test_what_waited_when_the_service_answered_last_still_waits() -> None:
    late = hear(START, Answer(beat="b", waits={"critical": 301.0}), now=1.0)

    assert problems(hear(late, Problem.NO_ANSWER, now=70.0), 70.0) == (
        Problem.NO_ANSWER,
        Problem.CRITICAL,
    )


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["status", "beat", "waits", "spooled", "x"]), inner)
        ),
        max_leaves=8,
    )
)
def test_whatever_answers_in_its_place_is_no_answer_and_no_error(document: object) -> None:
    answer = read_answer(document)

    assert answer is None or document["status"] == "ok"  # type: ignore[index]  # then it is ours


def test_an_answer_is_read_and_nonsense_in_it_left_out() -> None:
    answer = read_answer(
        {"status": "ok", "beat": "b", "waits": {"message": 3, "send": float("inf"), "timer": "x"},
         "spooled": 2, "later": "more"}
    )  # fmt: skip

    assert answer == Answer(beat="b", waits={"message": 3.0}, spooled=2)


def said(steps: Iterable[tuple[float, tuple[Problem, ...]]]) -> list[tuple[float, Word]]:
    """Let time pass, and return what one way says when."""
    verdict, told, words = Verdict(since=0.0), Told(), []
    for now, found in steps:
        verdict = pass_verdict(verdict, found, now=now)
        if word := next_word(told, verdict, TIMES, now=now):
            told = note_told(told, word, TIMES, now=now)
            words.append((now, word))
    return words


DEAD = (Problem.NO_ANSWER,)


def test_an_alarm_repeats_every_two_minutes_and_ends_with_one_word() -> None:
    dead = [(float(now), DEAD) for now in range(300)]
    well = [(float(now), ()) for now in range(300, 600)]

    assert said([*dead, *well]) == [
        (0.0, Word.ALARM),
        (120.0, Word.ALARM),
        (240.0, Word.ALARM),
        (330.0, Word.WELL_AGAIN),
    ]


def test_what_comes_and_goes_rings_no_oftener_and_is_not_called_well() -> None:
    steps = [(float(now), DEAD if now // 10 % 2 else ()) for now in range(400)]

    words = said(steps)

    assert Word.WELL_AGAIN not in {word for _, word in words}
    assert all(b - a >= TIMES.repeat for (a, _), (b, _) in itertools.pairwise(words))


def test_a_way_that_heard_no_alarm_hears_nothing_of_its_end() -> None:
    assert next_word(Told(), Verdict(since=0.0), TIMES, now=1e6) is None


@given(st.lists(st.tuples(st.floats(min_value=0.1, max_value=200), st.booleans()), max_size=60))
def test_good_news_always_follows_an_alarm(gaps: list[tuple[float, bool]]) -> None:
    now, steps = 0.0, []
    for gap, is_dead in gaps:
        now += gap
        steps.append((now, DEAD if is_dead else ()))

    words = [word for _, word in said(steps)]

    assert all(
        before is Word.ALARM
        for before, word in zip([None, *words], words, strict=False)
        if word is Word.WELL_AGAIN
    )
    if any(is_dead for _, is_dead in gaps):
        assert words[0] is Word.ALARM


@given(st.lists(st.sampled_from(list(Problem)), min_size=1, unique=True), seconds)
def test_every_alarm_fits_into_one_sms(found: list[Problem], at: float) -> None:
    notice = Notice(word=Word.ALARM, problems=tuple(found), at=at, link="https://x.example/")

    text = as_text(notice)

    assert text.isascii()
    assert len(text) <= 160
    assert "18008077" in text


def test_an_alarm_says_the_time_of_viet_nam() -> None:
    at = 1_795_420_800.0  # 08:00 UTC on 23 November 2026

    text = as_text(Notice(word=Word.ALARM, problems=DEAD, at=at, link=""))

    assert text.startswith("LANG NGHE BAO DONG tu 15:00 23/11: he thong khong tra loi.")


def test_the_webhook_hears_an_alarm_without_a_ticket_and_whom_to_ring() -> None:
    notice = Notice(
        word=Word.ALARM, problems=DEAD, at=0.0, link="https://x.example/console/",
        telephones=("+84900000101",),
    )  # fmt: skip

    document = as_document(notice)

    assert document["number"] == document["commune"] == ""
    assert document["urgency"] == "critical"
    assert document["watch"] == "alarm"
    assert document["problems"] == ["no_answer"]
    assert document["since"] == "1970-01-01T00:00:00Z"
    assert document["telephones"] == [{"name": "", "phone": "+84900000101", "on_call": True}]
    assert "+84900000101" not in repr(notice)


def test_good_news_rings_no_telephone() -> None:
    notice = Notice(
        word=Word.WELL_AGAIN, problems=(), at=0.0, link="", telephones=("+84900000101",)
    )

    document = as_document(notice)

    assert document["urgency"] == "low"
    assert "telephones" not in document


def test_a_restart_forgets_nothing() -> None:
    memory = Memory(
        answered_at=940.0,
        verdict=Verdict(problems=DEAD, since=960.0),
        told={"modem": Told(is_alarmed=True, next_at=1_030.0)},
    )

    kept = memories.as_document(memory, now=1_000.0, wall=5_000.0)
    again = memories.read_document(kept, TIMES, now=7.0, wall=5_010.0)

    assert again == Memory(
        answered_at=-63.0,
        verdict=Verdict(problems=DEAD, since=-43.0),
        told={"modem": Told(is_alarmed=True, next_at=27.0)},
    )
    assert memories.answered_at(again, TIMES, now=7.0) == -63.0


@given(st.floats(min_value=-1e9, max_value=1e9))
def test_a_clock_that_was_set_wrong_silences_no_alarm(jump: float) -> None:
    memory = Memory(
        answered_at=990.0,
        verdict=Verdict(problems=DEAD, since=990.0),
        told={"modem": Told(is_alarmed=True, next_at=1_100.0)},
    )
    kept = memories.as_document(memory, now=1_000.0, wall=2e9)

    again = memories.read_document(kept, TIMES, now=0.0, wall=2e9 + jump)

    assert again.told["modem"].next_at <= TIMES.repeat
    assert again.told["modem"].is_alarmed
    assert again.answered_at <= 0.0


def test_a_watch_that_begins_gives_the_service_two_questions_time() -> None:
    memory = Memory(answered_at=-5_000.0, verdict=Verdict(since=-5_000.0))

    assert memories.answered_at(memory, TIMES, now=0.0) == -40.0


@pytest.mark.parametrize("text", ["", "null", "[]", "{}", '{"answered_at": "x"}', "\x00", '{"told'])
def test_a_spoilt_memory_is_none(tmp_path, text: str) -> None:
    (tmp_path / "state.json").write_text(text)

    loaded = memories.load(tmp_path / "state.json", TIMES, now=3.0, wall=9.0)

    assert loaded == memories.fresh(3.0)
