"""The figures, on answers that are written down here."""

import json
import random
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest
from scipy.stats import beta
from sklearn.metrics import f1_score

from nlu.assessment import Assessment, Facts
from nlu.evaluation.answers import Answer, ask_all
from nlu.evaluation.bounds import Share, clopper_pearson
from nlu.evaluation.calibration import calibration
from nlu.evaluation.cases import Case, read_cases
from nlu.evaluation.figures import macro_f1, of_intents, summary, urgency_confusion
from nlu.evaluation.load import load_of_days
from nlu.evaluation.measurement import measured
from nlu.evaluation.noise import KINDS, noised
from nlu.evaluation.page import page
from nlu.evaluation.pairs import noise_pairs
from nlu.evaluation.slices import slices
from nlu.evaluation.told_facts import told_facts
from nlu.evaluation.worst import Fault, worst
from nlu.examples import Example
from nlu.labels import AuthorRole, Intent, Language, Urgency


def _answer(
    true: tuple[Intent, Urgency],
    said: tuple[Intent, Urgency],
    *,
    ask: bool = False,
    confidence: float = 0.9,
    text: str = "con bị đánh",
    **about: str,
) -> Answer:
    case = Case(Example(text=text, intent=true[0], urgency=true[1], **about))
    found = Assessment(
        intent=said[0],
        urgency=said[1],
        confidence=confidence,
        ask=ask,
        lang=Language.VIETNAMESE,
        facts=Facts(author_role=AuthorRole.CHILD),
    )
    return Answer(case, found)


_BEATEN = (Intent.PHYSICAL_VIOLENCE, Urgency.CRITICAL)
_TEASED = (Intent.BULLYING, Urgency.NORMAL)
_HELLO = (Intent.SMALLTALK, Urgency.LOW)
_CRY = (Intent.TALK_TO_HUMAN, Urgency.CRITICAL)


@pytest.mark.parametrize(
    ("hits", "total"), [(0, 10), (10, 10), (1, 7), (40, 41), (430, 460), (3, 1500), (2500, 5000)]
)
def test_bounds_are_those_of_the_beta_distribution(hits: int, total: int) -> None:
    low, high = clopper_pearson(hits, total)

    assert low == pytest.approx(beta.ppf(0.025, hits, total - hits + 1) if hits else 0, abs=1e-8)
    assert high == pytest.approx(
        beta.ppf(0.975, hits + 1, total - hits) if hits < total else 1, abs=1e-8
    )


def test_nothing_counted_is_nothing_known() -> None:
    assert Share(0, 0).rate is None
    assert Share(0, 0).bounds == (0.0, 1.0)


def test_a_danger_is_found_asked_about_or_missed() -> None:
    answers = [
        _answer(_BEATEN, _BEATEN),
        _answer(_BEATEN, _TEASED, ask=True),
        _answer(_BEATEN, _HELLO),
        _answer(_CRY, _CRY, ask=True),
    ]

    found = summary(answers)

    assert found["critical_messages"] == 4
    assert found["critical_recall"] == 0.5
    assert found["critical_or_asks"] == 0.75
    assert found["non_reports"] == 0
    assert found["non_reports_critical"] is None


def test_a_cry_for_help_is_no_false_alarm_among_non_reports() -> None:
    answers = [
        _answer(_CRY, _CRY),
        _answer(_HELLO, _HELLO),
        _answer(_HELLO, _BEATEN),
        _answer(_HELLO, _HELLO, ask=True),
        _answer(_TEASED, _BEATEN),
    ]

    found = summary(answers)

    assert found["non_reports"] == 3
    assert found["non_reports_critical"] == pytest.approx(1 / 3, abs=1e-4)
    assert found["non_reports_asked"] == pytest.approx(1 / 3, abs=1e-4)
    assert found["false_critical"] == 2
    assert found["false_critical_per_1000"] == 500


def test_khmer_is_out_of_every_figure() -> None:
    answers = [_answer(_BEATEN, _HELLO, lang="km"), _answer(_BEATEN, _BEATEN)]

    found = summary(answers)

    assert found["messages"] == 1
    assert found["khmer_left_out"] == 1
    assert found["critical_recall"] == 1


def test_macro_f1_is_that_of_scikit_learn() -> None:
    draw = random.Random(5)  # noqa: S311 - a repeatable draw
    some = list(Intent)[:6]
    answers = [
        _answer((draw.choice(some), Urgency.HIGH), (draw.choice(some), Urgency.HIGH))
        for _ in range(200)
    ]
    true = [one.case.example.intent.value for one in answers]
    said = [one.found.intent.value for one in answers]

    assert macro_f1(answers) == pytest.approx(f1_score(true, said, average="macro"))


def test_precision_recall_and_urgencies_are_counted_by_kind() -> None:
    answers = [
        _answer(_BEATEN, _BEATEN),
        _answer(_TEASED, _BEATEN),
        _answer(_TEASED, _TEASED),
    ]

    intents = of_intents(answers)

    assert intents["physical_violence"]["precision"] == 0.5
    assert intents["bullying"]["recall"] == 0.5
    assert urgency_confusion(answers)["normal"] == {
        "critical": 1,
        "high": 0,
        "normal": 1,
        "low": 0,
    }


def test_calibration_is_the_gap_between_stated_and_right() -> None:
    answers = [_answer(_TEASED, _TEASED, confidence=0.8)] * 3
    answers += [_answer(_TEASED, _HELLO, confidence=0.8), _answer(_HELLO, _HELLO, confidence=1.0)]

    found = calibration(answers)

    assert [(one.low, one.messages, one.right) for one in found.bins] == [
        (0.8, 4, 0.75),
        (0.9, 1, 1),
    ]
    assert found.ece == pytest.approx(0.8 * 0.05)


def test_a_day_rings_as_often_as_its_mix_says() -> None:
    answers = [_answer(_BEATEN, _BEATEN), _answer(_BEATEN, _HELLO)]
    answers += [_answer(_TEASED, _TEASED)] * 3 + [_answer(_TEASED, _BEATEN)]
    answers += [_answer(_HELLO, _HELLO)] * 99 + [_answer(_HELLO, _BEATEN)]

    load = load_of_days(answers)

    assert load is not None
    day = load["days"]["5000"]
    assert day["true"] == pytest.approx(5000 * 0.004 / 2, abs=0.1)
    assert day["false"] == pytest.approx(5000 * (0.063 / 4 + 0.933 / 100), abs=0.1)
    assert day["false_at_most"] > day["false"]


def test_a_day_is_not_guessed_from_one_sort_of_messages() -> None:
    assert load_of_days([_answer(_HELLO, _HELLO)]) is None


def test_slices_part_short_from_long_and_voice_from_voice() -> None:
    answers = [
        _answer(_BEATEN, _BEATEN, author="a"),
        _answer(_BEATEN, _HELLO, author="b", text="một hai ba bốn năm sáu bảy"),
    ]

    found = slices(answers)

    assert found["author"]["a"]["critical_recall"] == 1
    assert found["author"]["b"]["critical_recall"] == 0
    assert found["length"]["<= 6 words"]["messages"] == 1
    assert found["length"]["longer"]["messages"] == 1


def test_the_worst_error_is_a_danger_that_nobody_hears_of() -> None:
    answers = [
        _answer(_TEASED, _HELLO, text="wrong kind"),
        _answer(_HELLO, _BEATEN, text="false alarm"),
        _answer(_BEATEN, _TEASED, ask=True, text="only asked"),
        _answer(_BEATEN, _TEASED, text="missed, unsure", confidence=0.2),
        _answer(_BEATEN, _TEASED, text="missed, sure"),
        _answer(_HELLO, _HELLO, text="right"),
    ]

    found = worst(answers, 9)

    assert [one.text for one in found] == [
        "missed, sure",
        "missed, unsure",
        "only asked",
        "false alarm",
        "wrong kind",
    ]
    assert [one.fault for one in worst(answers, 1)] == [Fault.MISSED]


def test_facts_are_compared_where_somebody_labelled_them() -> None:
    found = Assessment(
        intent=Intent.BULLYING,
        urgency=Urgency.HIGH,
        confidence=0.9,
        ask=False,
        lang=Language.VIETNAMESE,
        facts=Facts(child_age=7),
    )
    example = Example(text="bé 7 tuổi", intent=Intent.BULLYING, urgency=Urgency.HIGH)
    answers = [
        Answer(Case(example, {"child_age": 7}), found),
        Answer(Case(example, {"child_age": 8, "offender_is_carer": True}), found),
        Answer(Case(example), found),
    ]

    facts = told_facts(answers)

    assert facts["child_age"] == {"said": 3, "labelled": 2, "right": 1, "not_seen": 0, "wrong": 1}
    assert facts["offender_is_carer"]["not_seen"] == 1


def _deaf_without_marks(text: str) -> Assessment:
    intent, urgency = _BEATEN if "đánh" in text else _HELLO
    return Assessment(
        intent=intent, urgency=urgency, confidence=0.9, ask=False, lang=Language.VIETNAMESE
    )


def test_noise_is_compared_pair_by_pair() -> None:
    texts = ("con bị đánh", "con bi danh ma")
    cases = [Case(Example(text=text, intent=_BEATEN[0], urgency=_BEATEN[1])) for text in texts]

    found = noise_pairs(
        _deaf_without_marks, ask_all(_deaf_without_marks, cases), ["no_diacritics"], noised
    )

    assert found["no_diacritics"]["pairs"] == 1, "what was bare before makes no pair"
    assert found["no_diacritics"]["critical_recall"] == {
        "clean": 1.0,
        "noised": 0.0,
        "drop_points": 100.0,
    }


@pytest.mark.parametrize("kind", KINDS)
def test_noise_is_the_same_for_the_same_draw(kind: str) -> None:
    said = "con bị ba đánh hoài, không biết nói với ai được"

    copies = {noised(said, kind, Random(1)) for _ in range(3)}  # noqa: S311 - a repeatable draw

    assert len(copies) == 1


@pytest.mark.parametrize("write", ["folder", "yaml", "lines"])
def test_a_folder_a_file_and_lines_are_read_alike(write: str, tmp_path: Path) -> None:
    path = _WRITERS[write](tmp_path)

    (case,) = read_cases(path)

    assert case.example == Example(
        text="bé 7 tuổi bị đánh",
        intent=Intent.PHYSICAL_VIOLENCE,
        urgency=Urgency.HIGH,
        lang="vi",
        style="typo",
        author_role="child",
        author="e1",
    )
    assert case.facts == {"child_age": 7}


_ABOUT: dict[str, Any] = {
    "urgency": "high",
    "style": "typo",
    "author_role": "child",
    "author": "e1",
    "facts": {"child_age": 7},
}


def _yaml(folder: Path) -> Path:
    item = {"text": "bé 7 tuổi bị đánh", "metadata": _ABOUT}
    path = folder / "physical_violence.yml"
    block = {"intent": "physical_violence", "examples": [item]}
    path.write_text(json.dumps({"nlu": [block]}), encoding="utf-8")  # JSON is YAML
    return path


def _lines(folder: Path) -> Path:
    row = {"text": "bé 7 tuổi bị đánh", "intent": "physical_violence", **_ABOUT}
    path = folder / "some.jsonl"
    path.write_text(json.dumps(row) + "\n\n", encoding="utf-8")
    return path


_WRITERS: dict[str, Callable[[Path], Path]] = {
    "folder": lambda folder: _yaml(folder).parent,
    "yaml": _yaml,
    "lines": _lines,
}


def test_bare_texts_tell_of_false_alarms_only() -> None:
    cases = [Case(Example("a", Intent.OUT_OF_SCOPE, Urgency.LOW), is_labelled=False)] * 2

    found = measured(_deaf_without_marks, cases)

    assert found["intent_accuracy"] is None
    assert found["non_reports_critical"] == 0
    assert found["worst"] == []


def test_a_measurement_is_json_and_can_be_read_in_a_terminal() -> None:
    cases = [
        Case(Example("ba đánh con", *_BEATEN)),
        Case(Example("chào cô \ud800", *_HELLO)),
        Case(Example("bạn chọc em", *_TEASED)),
    ]

    found = measured(_deaf_without_marks, cases, noise_kinds=KINDS)

    assert json.loads(json.dumps(found))["critical_recall"] == 1
    page("some", found).encode("utf-8")
