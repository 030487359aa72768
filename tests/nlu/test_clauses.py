"""Several matters in one message: all are named, the gravest leads."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.clauses import clauses_of
from nlu.engine import load_engine
from nlu.labels import Intent, Urgency

_ENGINE = load_engine()


@pytest.mark.parametrize(
    ("text", "gravest"),
    [
        (
            "dượng đánh em, bắt em nghỉ học đi bán vé số, tối còn sờ mó em nữa",
            Intent.SEXUAL_ABUSE,
        ),
        ("bị bạn chọc hoài, về nhà ba đánh con bằng dây điện", Intent.PHYSICAL_VIOLENCE),
    ],
)
def test_the_gravest_of_several_matters_leads(text: str, gravest: Intent) -> None:
    found = _ENGINE.understand(text)

    assert gravest in {found.intent, *found.also}
    assert found.urgency in {Urgency.CRITICAL, Urgency.HIGH}


def test_the_other_matters_are_named_too() -> None:
    found = _ENGINE.understand("dượng đánh em, bắt em nghỉ học đi bán vé số, tối còn sờ mó em nữa")

    assert Intent.CHILD_LABOUR in {found.intent, *found.also}
    assert found.intent not in found.also


def test_a_clause_of_a_film_makes_no_report() -> None:
    found = _ENGINE.understand("tối qua coi phim, trong phim ông dượng đánh con nhỏ, hay quá trời")

    assert not found.intent.is_report


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=300))
def test_any_text_has_few_clauses_of_its_own_words(text: str) -> None:
    clauses = clauses_of(text)

    assert len(clauses) <= 8
    assert len(clauses) != 1
    assert all(clause in text for clause in clauses)
