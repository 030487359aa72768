"""What was told of the people in it is kept with its words, and not asked for again."""

from dataclasses import replace

import pytest

from bot.dialogue.hearing import said_age
from bot.dialogue.learning import MOST_TOLD
from bot.dialogue.state import DialogueState
from nlu.assessment import Facts
from nlu.fact_kinds import Age, Relation, Told
from nlu.labels import AuthorRole, Intent, Urgency
from tests.bot.dialogue.conftest import AN_CU, BEATEN, Reporter, assess, cards

_FATHER = Told(Relation.FATHER, "ba con")
_CLASS = Told(Age(10, 11), "lớp 5", is_certain=False)


def _beaten(**facts: object) -> object:
    return replace(BEATEN, facts=replace(Facts(author_role=AuthorRole.CHILD), **facts))


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("14 tuoi", 14),
        ("em 9 tuổi", 9),
        ("dạ con năm nay 12 tuổi ạ", 12),
        ("bé gái 7 tuổi", 7),
        ("e 16t", 16),
        ("I am 9", 9),
        ("ba đánh con 14 tuổi", None),
        ("dượng hiếp em 9 tuổi", None),
        ("em 9 tuổi chết", None),
    ],
)
def test_an_age_is_said_by_nothing_but_an_age(text: str, age: int | None) -> None:
    assert said_age(text) == age


def test_facts_of_all_messages_reach_the_ticket(reporter: Reporter) -> None:
    reporter.writes("ba con đánh con", _beaten(offender_relations=(_FATHER,)))
    turn = reporter.writes("con học lớp 5", _beaten(child_ages=(_CLASS,)))

    assert turn.facts is not None
    told = [(row["fact"], row["value"], row["words"]) for row in turn.facts.told]
    assert told == [
        ("offender_relation", "father", "ba con"),
        ("child_age", "10-11", "lớp 5"),
    ]


def test_the_same_said_again_is_kept_once(reporter: Reporter) -> None:
    reporter.writes("ba con đánh con", _beaten(offender_relations=(_FATHER,)))
    turn = reporter.writes("ba đánh con nữa", _beaten(offender_relations=(_FATHER,)))

    assert turn.facts is not None
    assert len(turn.facts.told) == 1


def test_an_age_told_by_a_class_is_not_asked_for(reporter: Reporter) -> None:
    reporter.writes("con học lớp 5, ba đánh con", _beaten(child_ages=(_CLASS,)))
    reporter.presses("safe:yes")
    turn = reporter.writes("xã An Cư", assess(Intent.OUT_OF_SCOPE, places=(AN_CU,)))

    assert "ask_age" not in cards(turn)


def test_a_carer_once_named_stays_named_until_a_person_decides(reporter: Reporter) -> None:
    reporter.writes("ba con đánh con", _beaten(offender_is_carer=True))
    reporter.writes("hàng xóm cũng đánh", _beaten(offender_is_carer=False))

    assert reporter.state.offender_is_carer is True


def test_an_endless_talk_keeps_a_bounded_list(reporter: Reporter) -> None:
    for first in range(0, 90, 10):
        ages = tuple(Told(Age(one, one + 1), "lời kể") for one in range(first, first + 10))
        reporter.writes("kể nữa", _beaten(child_ages=ages))

    assert len(reporter.state.told) == MOST_TOLD


def test_what_was_told_survives_the_store(reporter: Reporter) -> None:
    reporter.writes("ba con đánh con", _beaten(offender_relations=(_FATHER,)))

    again = DialogueState.from_json(reporter.state.to_json())

    assert again.told == reporter.state.told


def test_a_state_of_an_older_version_was_told_nothing() -> None:
    assert DialogueState.from_json({"urgency": Urgency.HIGH.value}).told == ()


@pytest.mark.parametrize("text", ["alo", "xin chào", "gặp cán bộ", "có ai không"])
def test_a_few_words_that_report_nothing_do_not_tell_who_writes(
    reporter: Reporter, text: str
) -> None:
    reporter.writes(text, assess(role=AuthorRole.ADULT))

    assert reporter.state.register is None
