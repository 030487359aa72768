"""When a new model is better, when it is no better, and when it is not switched on."""

from dataclasses import replace

import pytest

from nlu.judgement import Comparison, Verdict, as_json, compare
from nlu.labels import Intent, Urgency
from nlu.shadow import Changes, Labelled, Own, Read, Reader, Score, changes, score

SCORE = Score(
    messages=1000,
    right=800,
    intents=850,
    urgencies=880,
    criticals=100,
    found=90,
    found_or_asked=98,
    not_critical=900,
    false_criticals=5,
    vain_questions=20,
)
SAME = Comparison(
    data=(SCORE, SCORE),
    lessons=(Score(messages=9, right=2), Score(messages=9, right=2)),
    lost_never_miss=0,
    never_miss=200,
    lost_lessons=0,
    own=Changes(messages=300, alarms=(20, 20), questions=(30, 30)),
)


def _with(**change: int) -> Comparison:
    return replace(SAME, data=(SCORE, replace(SCORE, **change)))


def test_a_model_that_gains_nothing_is_no_better() -> None:
    assert SAME.verdict is Verdict.NO_BETTER


@pytest.mark.parametrize(
    "better",
    [
        _with(right=801),
        replace(SAME, lessons=(Score(messages=9, right=2), Score(messages=9, right=7))),
    ],
)
def test_a_model_that_gets_more_right_and_breaks_no_rule_is_better(better: Comparison) -> None:
    assert better.verdict is Verdict.BETTER


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (replace(SAME, lost_never_miss=1), "must always ring"),
        (replace(SAME, lost_lessons=1), "critical lessons"),
        (_with(found=89), "finds 89 of 100 critical messages, not 90"),
        (_with(found_or_asked=97), "finds or asks about 97"),
        (_with(false_criticals=7), "7 false criticals on labelled messages, now 5"),
        (_with(vain_questions=26), "26 questions to who needs nobody, now 20"),
        (_with(intents=839), "intent right in 839"),
        (_with(urgencies=869), "urgency right in 869"),
        (replace(SAME, own=replace(SAME.own, alarms=(20, 23))), "23 own talks would ring, now 20"),
        (replace(SAME, own=replace(SAME.own, questions=(30, 37))), "37 own messages"),
        (
            replace(SAME, own=replace(SAME.own, lost=("PT-1",), lost_unlowered=("PT-1",))),
            "1 own tickets that people left critical",
        ),
    ],
)
def test_each_rule_alone_keeps_a_model_from_being_switched_on(
    found: Comparison, words: str
) -> None:
    gained = replace(found, lessons=(Score(messages=9, right=2), Score(messages=9, right=9)))

    assert gained.verdict is Verdict.WORSE
    assert len(gained.faults) == 1
    assert words in gained.faults[0]


@pytest.mark.parametrize(
    "found",
    [
        _with(false_criticals=6, vain_questions=25, intents=840, urgencies=870),
        replace(SAME, own=replace(SAME.own, alarms=(20, 22), questions=(30, 36))),
        replace(SAME, own=replace(SAME.own, lost=("PT-1",))),
    ],
)
def test_a_little_more_is_borne(found: Comparison) -> None:
    assert found.faults == ()


def _reader(**urgencies: Urgency) -> Reader:
    return lambda text: Read(
        Intent.BULLYING, urgencies.get(text, Urgency.LOW), asks=text.startswith("?")
    )


def test_a_talk_rings_when_one_of_its_messages_does() -> None:
    own = [
        Own("first", "talk-1", "PT-1", is_left_critical=True),
        Own("second", "talk-1", "PT-1", is_left_critical=True),
        Own("third", "talk-2", "PT-2", is_left_critical=False),
        Own("fourth", "talk-3", "", is_left_critical=False),
    ]
    now = _reader(first=Urgency.CRITICAL, third=Urgency.CRITICAL)
    new = _reader(second=Urgency.CRITICAL, fourth=Urgency.CRITICAL)

    found = changes(now, new, own)

    assert found.alarms == (2, 2)
    assert (found.lost, found.lost_unlowered, found.gained) == (("PT-2",), (), ("–",))
    assert found.urgency == 4


def test_everything_is_counted_and_no_text_is_in_the_result() -> None:
    critical = Labelled("cứu", Intent.BULLYING, Urgency.CRITICAL)
    now, new = _reader(cứu=Urgency.CRITICAL), _reader()

    found = compare(
        now,
        new,
        data=[critical, Labelled("?lạ", Intent.SMALLTALK, Urgency.LOW)],
        lessons=[critical],
        never_miss=["cứu"],
        own=[Own("cứu", "t", "PT-1", is_left_critical=True)],
        triaged=(now, new),
    )

    assert (found.lost_never_miss, found.lost_lessons) == (1, 1)
    assert found.data[0] == score(now, [critical, Labelled("?lạ", Intent.SMALLTALK, Urgency.LOW)])
    assert found.data[0].vain_questions == 1
    assert len(found.faults) == 6
    assert "cứu" not in str(as_json(found))
    assert "PT-1" not in str(as_json(found))
