"""Short answers are not guessed into reports; what is meant gravely is understood so."""

import pytest

from nlu.engine import load_engine
from nlu.examples import DEV, load_examples
from nlu.floor import load_floor
from nlu.labels import Danger, Intent, Urgency

_ENGINE = load_engine()
_FLOOR = load_floor()
_GRAVE = {Urgency.CRITICAL, Urgency.HIGH}


@pytest.mark.parametrize(
    "text",
    [
        "o xa nui cam",
        "o Vinh Te",
        "em o long xuyen",
        "da em dang an toan",
        "be trai 6 tuoi",
        "con 9 tuoi",
        "chưa",
        "không",
        "có",
        "dạ rồi",
        "thôi",
        "tôi là ba nó",
        "hi",
        "alo",
        "ban la ai vay",
        "con muon hoi",
    ],
)
def test_an_answer_to_a_question_is_no_report(text: str) -> None:
    found = _ENGINE.understand(text)

    assert not found.intent.is_report
    assert (found.urgency, found.danger, found.ask) == (Urgency.LOW, None, False)


@pytest.mark.parametrize("text", ["một mình", "có người", "mẹ con", "hai lần"])
def test_an_answer_that_means_nothing_by_itself_is_at_most_asked_about(text: str) -> None:
    found = _ENGINE.understand(text)

    assert found.urgency not in _GRAVE
    assert found.danger is None


@pytest.mark.parametrize("text", ["con so lam", "em so lam k dam noi ai", "I am scared"])
def test_fear_alone_is_asked_about_and_nothing_is_read_into_it(text: str) -> None:
    found = _ENGINE.understand(text)

    assert (found.intent, found.urgency) == (Intent.EMOTIONAL_ABUSE, Urgency.NORMAL)
    assert found.ask


@pytest.mark.parametrize("text", ["ba con ve roi", "ổng về tới rồi", "nó tới rồi", "he is back"])
def test_somebody_who_comes_home_is_asked_about(text: str) -> None:
    found = _ENGINE.understand(text)

    assert found.ask
    assert found.urgency not in _GRAVE


@pytest.mark.parametrize("text", ["ban con nam im roi", "chua vot len duoc"])
def test_somebody_who_lies_still_is_grave_and_no_attack(text: str) -> None:
    found = _ENGINE.understand(text)

    assert found.urgency is Urgency.CRITICAL
    assert found.danger is not Danger.ATTACK


@pytest.mark.parametrize("text", ["con bị té", "con đói", "đang chảy máu", "con bị nhốt"])
def test_a_few_words_of_harm_are_no_small_talk(text: str) -> None:
    assert _ENGINE.understand(text).intent.is_report


@pytest.mark.parametrize(
    "text",
    [
        "em đang cầm chai thuốc trừ sâu",
        "em chuẩn bị thuốc trừ sâu rồi",
        "con uống thuốc rầy",
        "em chuẩn bị dây rồi",
        "con dang dung tren san thuong",
        "em đang đứng trên cầu",
    ],
)
def test_means_in_the_writers_hand_are_suicide_and_no_attack(text: str) -> None:
    found = _ENGINE.understand(text)

    assert (found.intent, found.urgency) == (Intent.SUICIDE_SELF_HARM, Urgency.CRITICAL)
    assert found.danger is Danger.SUICIDE


@pytest.mark.parametrize("text", ["ba phun thuốc trừ sâu", "mua thuốc trừ sâu xịt lúa"])
def test_farm_work_is_low(text: str) -> None:
    assert _ENGINE.understand(text).urgency is Urgency.LOW


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("Hello, my neighbor is hitting his son every night", Intent.PHYSICAL_VIOLENCE),
        ("my dad hits me", Intent.PHYSICAL_VIOLENCE),
        ("a child is missing", Intent.MISSING_CHILD),
        ("I want to die", Intent.SUICIDE_SELF_HARM),
        ("someone is touching my daughter", Intent.SEXUAL_ABUSE),
    ],
)
def test_english_reports_are_at_least_high(text: str, intent: Intent) -> None:
    found = _ENGINE.understand(text)

    assert found.intent is intent
    assert found.urgency in _GRAVE


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("ช่วยด้วย", Intent.TALK_TO_HUMAN),
        ("救命", Intent.TALK_TO_HUMAN),
        ("Помогите", Intent.TALK_TO_HUMAN),
        ("คนจมน้ำ", Intent.DROWNING_EMERGENCY),
        ("有人落水了", Intent.DROWNING_EMERGENCY),
    ],
)
def test_cries_in_foreign_scripts_are_critical(text: str, intent: Intent) -> None:
    found = _ENGINE.understand(text)

    assert (found.intent, found.urgency) == (intent, Urgency.CRITICAL)


def test_a_guess_is_never_a_grave_short_report_and_never_names_a_danger() -> None:
    wrong = []
    for one in load_examples(DEV):
        found = _ENGINE.understand(one.text)
        if _FLOOR.look(one.text) is not None or not found.intent.is_report:
            continue
        few = len(one.text.split()) <= 5
        if found.confidence < 0.5 and (found.danger or (few and found.urgency in _GRAVE)):
            wrong.append(one.text)

    assert wrong == []


def test_a_guess_at_a_grave_report_always_asks_or_is_critical() -> None:
    for one in load_examples(DEV):
        found = _ENGINE.understand(one.text)
        if _FLOOR.look(one.text) is None and found.confidence < 0.5 and found.intent.is_report:
            assert found.ask or found.urgency not in {Urgency.HIGH}


def test_answers_of_people_not_heard_in_training_are_no_grave_reports() -> None:
    answers = [
        one
        for one in load_examples(DEV)
        if one.author == "d3" and one.intent is Intent.SMALLTALK and one.lang == "vi"
    ]

    grave = [one.text for one in answers if _ENGINE.understand(one.text).urgency in _GRAVE]

    assert len(answers) >= 45
    assert grave == []
