"""Triage raises what was understood, names its rule, and never lowers anything."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.triage import triage
from nlu.assessment import Assessment, Facts, FloorHit, Reason
from nlu.labels import AuthorRole, Danger, Intent, Language, Urgency


def assessment(**changes: object) -> Assessment:
    values: dict[str, object] = {
        "intent": Intent.SMALLTALK,
        "urgency": Urgency.LOW,
        "confidence": 0.9,
        "ask": False,
        "lang": Language.VIETNAMESE,
    }
    return Assessment(**{**values, **changes})  # type: ignore[arg-type]  # a table of changes


@pytest.mark.parametrize(
    ("changes", "urgency", "rule"),
    [
        ({"intent": Intent.BULLYING}, Urgency.NORMAL, "report_needs_a_person"),
        ({"ask": True}, Urgency.NORMAL, "danger_in_doubt"),
        ({"also": (Intent.CHILD_LABOUR,)}, Urgency.NORMAL, "further_report"),
        ({"intent": Intent.DROWNING_EMERGENCY}, Urgency.CRITICAL, "drowning_now"),
        (
            {
                "intent": Intent.PHYSICAL_VIOLENCE,
                "urgency": Urgency.NORMAL,
                "facts": Facts(author_role=AuthorRole.CHILD, offender_is_carer=True),
            },
            Urgency.HIGH,
            "carer_harms",
        ),
    ],
)
def test_a_rule_raises_the_urgency_and_says_its_name(
    changes: dict[str, object], urgency: Urgency, rule: str
) -> None:
    sized = triage(assessment(**changes), None)

    assert sized.urgency is urgency
    assert Reason("rule", rule) in sized.reasons


def test_small_talk_needs_nobody() -> None:
    assert triage(assessment(), None).urgency is Urgency.LOW


def test_a_message_without_words_needs_nobody() -> None:
    assert triage(None, None).urgency is Urgency.LOW


def test_the_floor_stands_when_the_model_sees_nothing() -> None:
    hit = FloorHit(
        intent=Intent.DROWNING_EMERGENCY,
        urgency=Urgency.CRITICAL,
        danger=Danger.DROWNING,
        reasons=(Reason("floor", "fell_into_water", "rot xuong kinh"),),
    )

    sized = triage(assessment(), hit)

    assert sized.urgency is Urgency.CRITICAL
    assert sized.danger is Danger.DROWNING
    assert hit.reasons[0] in sized.reasons


@given(
    st.sampled_from(list(Intent)),
    st.sampled_from(list(Urgency)),
    st.booleans(),
    st.none() | st.sampled_from(list(Urgency)),
)
def test_triage_never_lowers(
    intent: Intent, urgency: Urgency, ask: bool, floor_urgency: Urgency | None
) -> None:
    said = assessment(intent=intent, urgency=urgency, ask=ask)
    hit = floor_urgency and FloorHit(
        intent=Intent.TALK_TO_HUMAN, urgency=floor_urgency, danger=None, reasons=()
    )

    sized = triage(said, hit)

    assert sized.urgency.rank <= urgency.rank
    assert hit is None or sized.urgency.rank <= hit.urgency.rank
