"""What holds for any sequence of messages."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.contract import (
    Attachment,
    ButtonPress,
    Content,
    Location,
    OutboundMessage,
    Presence,
    SharedContact,
    Text,
    Unknown,
)
from bot.content.cards import ASKING, LIMITS, URGENT, CardKind
from bot.dialogue.advance import advance, timer_turn, unread_turn
from bot.dialogue.state import DialogueState, Question
from bot.dialogue.turn import Said, Turn
from nlu.assessment import Assessment, Facts, Place
from nlu.labels import AuthorRole, Danger, Intent, Language, Urgency
from tests.bot.dialogue.conftest import the_shelf

SHELF = the_shelf()
PAYLOADS = (
    "danger:yes", "danger:no", "safe:yes", "safe:no", "water:yes", "water:no", "company:no",
    "breath:yes", "breath:no", "breath:unknown", "adult:yes", "adult:no",
    "company:yes", "called:yes", "called:no", "who:child", "who:adult", "place:30505",
    "skip:safe", "skip:where", "skip:who", "skip:role", "skip:what", "write:no", "more:yes",
    "more:no", "stop:asking", "cmd:erase", "cmd:sos", "cmd:human", "cmd:exit", "junk",
)  # fmt: skip
SAYINGS = (
    "sos", "người", "thoát", "có", "không", "bỏ qua", "An toàn", "Chưa an toàn", "9 tuổi", "...",
    "vớt lên rồi", "nó không thở", "còn thở",
    "救命", "ai nhắn với con tôi", "con ở An Cư", "haha", "cảm ơn",
    "thôi", "tiếp", "xoá tin của tôi", "tôi lỡ tay đánh con",
)  # fmt: skip

places = st.builds(
    Place,
    code=st.sampled_from(["30505", "30544", "30547"]),
    name=st.sampled_from(["Xã An Cư", "Xã Tri Tôn", "Xã Ba Chúc"]),
    confidence=st.sampled_from([0.1, 0.4, 0.6, 0.9]),
    said=st.just("x"),
)
assessments = st.builds(
    Assessment,
    intent=st.sampled_from(Intent),
    urgency=st.sampled_from(Urgency),
    confidence=st.sampled_from([0.2, 0.7, 0.95]),
    ask=st.booleans(),
    lang=st.sampled_from(Language),
    also=st.lists(st.sampled_from(Intent), max_size=2).map(tuple),
    danger=st.none() | st.sampled_from(Danger),
    places=st.lists(places, max_size=3).map(tuple),
    facts=st.builds(
        Facts,
        author_role=st.none() | st.sampled_from(AuthorRole),
        child_age=st.none() | st.integers(0, 17),
    ),
)
texts = (st.sampled_from(SAYINGS) | st.text(max_size=40)).map(lambda text: Text(text=text))
wordless: st.SearchStrategy[Content] = st.one_of(
    st.sampled_from(PAYLOADS).map(lambda payload: ButtonPress(payload=payload)),
    st.sampled_from(["photo", "voice", "video", "file"]).map(
        lambda kind: Attachment(kind=kind, file_id="1")
    ),
    st.just(Location(latitude=10.5, longitude=105.1)),
    st.just(SharedContact(phone="0900000001")),
    st.just(Unknown(kind="sticker")),
    st.sampled_from(["started", "blocked", "unblocked"]).map(lambda kind: Presence(kind=kind)),
)
messages = st.tuples(texts, assessments) | st.tuples(wordless, st.none())
talks = st.lists(messages, max_size=6)


STEPS_OF_A_RESCUE = {
    "water:yes", "breath:yes", "breath:no", "breath:unknown", "adult:yes", "adult:no",
}  # fmt: skip
"""What may be offered without its question: a step that was skipped stays at hand."""


def turns_of(talk: list[tuple[Content, Assessment | None]]) -> list[tuple[DialogueState, Turn]]:
    """Walk a talk; each turn with the state before it."""
    state, walked = DialogueState(), []
    for content, assessment in talk:
        urgency = assessment.urgency if assessment else Urgency.LOW
        turn = advance(state, Said(content=content), assessment, urgency, SHELF)
        walked.append((state, turn))
        state = DialogueState.from_json(turn.state.to_json())
    return walked


def is_question(reply: OutboundMessage) -> bool:
    return SHELF.kind(reply.card) in ASKING


@given(talks)
@settings(max_examples=60, deadline=None)
def test_no_turn_asks_more_than_one_question_or_says_more_than_three_things(
    talk: list[tuple[Content, Assessment | None]],
) -> None:
    for _, turn in turns_of(talk):
        asked = [reply for reply in turn.replies if is_question(reply)]
        assert len(asked) <= 1
        assert len(turn.replies) <= 3
        said = [reply for reply in turn.replies if reply not in asked]
        assert all(not reply.buttons for reply in said if reply is not turn.replies[-1])
        offered = {button.payload for reply in said for button in reply.buttons}
        assert offered <= STEPS_OF_A_RESCUE
        assert not asked or turn.replies[-1] is asked[0]


@given(talks)
@settings(max_examples=60, deadline=None)
def test_every_first_bubble_is_short_and_no_bubble_is_long(
    talk: list[tuple[Content, Assessment | None]],
) -> None:
    for _, turn in turns_of(talk):
        for index, reply in enumerate(turn.replies):
            assert 0 < len(reply.text) <= (160 if index == 0 else 500)
            assert len(reply.text) <= LIMITS[SHELF.kind(reply.card)]
            assert all(len(button.payload.encode()) <= 64 for button in reply.buttons)


@given(talks)
@settings(max_examples=60, deadline=None)
def test_urgency_is_never_lowered(talk: list[tuple[Content, Assessment | None]]) -> None:
    for before, turn in turns_of(talk):
        was = before.urgency or Urgency.LOW
        assert (turn.state.urgency or Urgency.LOW).rank <= was.rank
        if turn.facts:
            assert turn.facts.urgency.rank <= was.rank


@given(talks, assessments, st.text(min_size=3, max_size=30))
@settings(max_examples=60, deadline=None)
def test_a_critical_message_yields_rescue_words_first_and_facts(
    talk: list[tuple[Content, Assessment | None]], assessment: Assessment, text: str
) -> None:
    critical = replace(assessment, urgency=Urgency.CRITICAL)
    turn = turns_of(
        [*talk, (Text(text=f"mau mau cứu gấp {text} nguy lắm rồi trời ơi lẹ lên giùm"), critical)]
    )[-1][1]

    assert turn.replies[0].is_urgent
    assert SHELF.kind(turn.replies[0].card) in URGENT
    assert turn.facts is not None
    assert turn.facts.urgency is Urgency.CRITICAL


@given(talks, st.booleans())
@settings(max_examples=60, deadline=None)
def test_sos_always_yields_the_numbers(
    talk: list[tuple[Content, Assessment | None]], is_held: bool
) -> None:
    before = turns_of(talk)[-1][1].state if talk else DialogueState()
    state = replace(before, held_by_operator=is_held)

    turn = advance(state, Said(content=Text(text="SOS")), None, Urgency.LOW, SHELF)

    said = " ".join(reply.text for reply in turn.replies)
    assert all(number in said for number in ("113", "115", "114", "111", "18008077"))
    assert turn.facts is not None
    assert turn.facts.urgency is Urgency.CRITICAL


@given(talks)
@settings(max_examples=60, deadline=None)
def test_thoat_silences_and_touches_no_ticket(
    talk: list[tuple[Content, Assessment | None]],
) -> None:
    state = turns_of(talk)[-1][1].state if talk else DialogueState()

    turn = advance(state, Said(content=Text(text="thoát")), None, Urgency.LOW, SHELF)

    assert [reply.card for reply in turn.replies] == ["quick_exit"]
    assert turn.facts is None
    assert turn.state.urgency is state.urgency
    assert turn.state.intent is state.intent
    assert timer_turn(turn.state, "nobody_answered", SHELF).replies == ()


@given(talks)
@settings(max_examples=60, deadline=None)
def test_no_interview_question_comes_twice_unless_something_graver_cut_it_short(
    talk: list[tuple[Content, Assessment | None]],
) -> None:
    asked: list[Question] = []
    for before, turn in turns_of(talk):
        was = before.urgency or Urgency.LOW
        is_graver = (turn.state.urgency or Urgency.LOW).rank < was.rank
        is_new_danger = any(reply.is_urgent for reply in turn.replies)
        if before.asking in asked and (is_new_danger or is_graver):
            asked.remove(before.asking)
        if not any(is_question(reply) for reply in turn.replies):
            continue
        question = turn.state.asking
        assert question is not None
        if question not in (Question.DANGER, Question.WALK):
            assert question not in asked
        asked.append(question)


@given(talks)
@settings(max_examples=60, deadline=None)
def test_danger_is_never_asked_about_twice_in_a_row(
    talk: list[tuple[Content, Assessment | None]],
) -> None:
    for before, turn in turns_of(talk):
        if before.asking is Question.DANGER:
            assert "ask_danger" not in [reply.card for reply in turn.replies]


@given(talks)
@settings(max_examples=60, deadline=None)
def test_a_report_or_doubt_always_reaches_the_ticket(
    talk: list[tuple[Content, Assessment | None]],
) -> None:
    for (before, turn), (content, assessment) in zip(turns_of(talk), talk, strict=True):
        if assessment is None or not isinstance(content, Text):
            continue
        steered = content.text in SAYINGS or SHELF.words.command(content.text)
        if not steered and not before.offered and (assessment.intent.is_report or assessment.ask):
            assert turn.facts is not None


@given(talks)
@settings(max_examples=60, deadline=None)
def test_while_a_person_writes_the_machine_says_only_rescue_words(
    talk: list[tuple[Content, Assessment | None]],
) -> None:
    state = DialogueState(introduced=True, held_by_operator=True)
    for content, assessment in talk:
        urgency = assessment.urgency if assessment else Urgency.LOW
        turn = advance(state, Said(content=content), assessment, urgency, SHELF)
        allowed = {*URGENT, CardKind.NEUTRAL}
        said = [reply for reply in turn.replies if reply.card != "numbers"]
        assert all(SHELF.kind(reply.card) in allowed for reply in said)
        state = turn.state


@given(talks, st.text(max_size=20))
@settings(max_examples=60, deadline=None)
def test_timers_and_unreadable_messages_never_fail(
    talk: list[tuple[Content, Assessment | None]], kind: str
) -> None:
    for before, _ in turns_of(talk):
        timer_turn(before, kind, SHELF)
        for known in ("nobody_answered", "still_waiting", "nobody_on_duty", "operator_took_over"):
            assert all(len(reply.text) <= 160 for reply in timer_turn(before, known, SHELF).replies)
        assert unread_turn(before, SHELF).facts is not None
