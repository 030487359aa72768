"""The labelled sentences of `facts.yml`, read in a report of their true kind."""

from pathlib import Path

from nlu.assessment import Assessment
from nlu.evaluation.answers import Answer
from nlu.evaluation.cases import Case, read_cases
from nlu.evaluation.told_facts import told_facts
from nlu.labels import AuthorRole, Language
from tests.nlu.told import facts_of

CASES = read_cases(Path(__file__).with_name("facts.yml"))


def _answer(case: Case) -> Answer:
    example = case.example
    by_adult = example.author_role == AuthorRole.ADULT.value
    assessment = Assessment(
        intent=example.intent,
        urgency=example.urgency,
        confidence=1.0,
        ask=False,
        lang=Language.VIETNAMESE,
        facts=facts_of(example.text, example.intent, adult=0.8 if by_adult else 0.2),
    )
    return Answer(case, assessment)


def test_nearly_all_labelled_facts_are_read() -> None:
    figures = told_facts([_answer(case) for case in CASES]).values()

    labelled = sum(one["labelled"] for one in figures)
    right = sum(one["right"] for one in figures)
    assert labelled >= 200
    assert right >= 0.97 * labelled


def test_no_carer_is_ever_called_none() -> None:
    for case in CASES:
        if case.facts.get("offender_is_carer", False) is not False:
            found = facts_of(case.example.text, case.example.intent)
            assert found.offender_is_carer is not False, case.example.text
