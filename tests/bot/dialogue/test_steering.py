"""SOS, NGƯỜI, THOÁT, pictures, operators, other phones: the talk stays in safe hands."""

import pytest

from bot.channels.contract import (
    Attachment,
    ButtonPress,
    Location,
    Presence,
    SharedContact,
    Unknown,
)
from bot.dialogue.advance import unread_turn
from bot.dialogue.state import DialogueState, Question
from nlu.labels import AuthorRole, Danger, Intent, Language, Urgency
from tests.bot.dialogue.conftest import (
    BEATEN,
    BEING_BEATEN,
    DROWNING,
    SEXTORTION,
    Reporter,
    assess,
    cards,
    the_shelf,
    words,
)

PHOTO = Attachment(kind="photo", file_id="1")
NUMBERS = ("113", "115", "114", "111", "18008077")


@pytest.mark.parametrize("text", ["SOS", "sos", "cứu", "cuu", "help", "111", "cứu con với"])
def test_sos_gives_rescue_words_and_all_numbers_and_calls_people(
    reporter: Reporter, text: str
) -> None:
    turn = reporter.writes(text)

    assert turn.replies[0].is_urgent
    assert all(number in words(turn) for number in NUMBERS)
    assert turn.facts is not None
    assert turn.facts.urgency is Urgency.CRITICAL
    assert turn.wants_human


def test_sos_works_again_and_again(reporter: Reporter) -> None:
    reporter.writes("sos")

    assert all(number in words(reporter.writes("sos")) for number in NUMBERS)


def test_nguoi_calls_a_person_and_says_what_can_be_had_now(reporter: Reporter) -> None:
    turn = reporter.writes("nguoi")

    assert turn.wants_human
    assert "human" in cards(turn)
    assert "111" in words(turn)
    assert turn.facts is not None
    assert turn.facts.intent is Intent.TALK_TO_HUMAN


def test_thoat_leaves_a_harmless_text_and_lowers_nothing(reporter: Reporter) -> None:
    reporter.writes("ba dang danh con", BEING_BEATEN)
    before = reporter.state

    turn = reporter.writes("thoat")

    assert len(turn.replies) == 1
    assert turn.replies[0].card == "quick_exit"
    assert not any(word in words(turn) for word in ("đánh", "trẻ em", "nguy hiểm", *NUMBERS))
    assert turn.facts is None
    assert turn.state.urgency is before.urgency
    assert turn.state.intent is before.intent
    assert turn.state.hidden


def test_after_thoat_nothing_is_pushed_until_the_reporter_writes_again(reporter: Reporter) -> None:
    reporter.writes("ba dang danh con", BEING_BEATEN)
    reporter.writes("THOÁT")

    assert reporter.hears_later("nobody_answered").replies == ()
    assert reporter.hears_later("nobody_on_duty").replies == ()
    reporter.writes("con nè")
    assert reporter.hears_later("nobody_answered").replies != ()


def test_the_truth_while_nobody_answers_names_the_number_that_fits(reporter: Reporter) -> None:
    reporter.writes("co be rot xuong kinh", DROWNING)

    turn = reporter.hears_later("nobody_answered")

    assert cards(turn) == ["nobody_answered_ambulance"]
    assert "Chưa có cán bộ" in words(turn)
    assert reporter.state.asking is Question.SAFE


def test_an_unknown_timer_says_nothing(reporter: Reporter) -> None:
    assert reporter.hears_later("no_such_kind").replies == ()


def test_the_machine_is_silent_while_a_person_writes(reporter: Reporter) -> None:
    reporter.writes("con bi ba danh", BEATEN)
    reporter.hears_later("operator_took_over")

    turn = reporter.writes("con ở nhà", assess(Intent.OUT_OF_SCOPE))

    assert turn.replies == ()
    assert turn.facts is not None


def test_a_new_danger_breaks_the_silence_with_rescue_words_alone(reporter: Reporter) -> None:
    reporter.writes("con bi ba danh", BEATEN)
    reporter.hears_later("operator_took_over")

    turn = reporter.writes("ổng cầm dao", BEING_BEATEN)

    assert cards(turn) == ["rescue_attack"]


def test_sos_and_thoat_work_while_a_person_writes(reporter: Reporter) -> None:
    reporter.state = DialogueState(introduced=True, held_by_operator=True)

    assert all(number in words(reporter.writes("sos")) for number in NUMBERS)
    assert cards(reporter.writes("thoát")) == ["quick_exit"]


def test_handing_back_is_said_once(reporter: Reporter) -> None:
    reporter.state = DialogueState(introduced=True, held_by_operator=True)

    assert cards(reporter.hears_later("operator_handed_back")) == ["operator_handed_back"]
    assert reporter.writes("alo").replies != ()


def test_a_photo_in_an_online_abuse_talk_is_kindly_refused_and_recorded(
    reporter: Reporter,
) -> None:
    reporter.writes("nó đòi tung hình em", SEXTORTION)

    turn = reporter.does(PHOTO)

    assert cards(turn) == ["no_pictures"]
    assert turn.facts is not None
    assert reporter.state.asking is Question.SAFE


def test_a_photo_out_of_the_blue_is_looked_at_by_people(reporter: Reporter) -> None:
    turn = reporter.does(PHOTO)

    assert cards(turn) == ["introduction", "got_photo", "ask_danger"]
    assert turn.wants_human
    assert turn.facts is not None


def test_a_voice_message_out_of_the_blue_opens_a_ticket(reporter: Reporter) -> None:
    turn = reporter.does(Attachment(kind="voice", file_id="1"))

    assert "got_voice" in cards(turn)
    assert turn.wants_human


def test_a_caption_is_read_like_any_words(reporter: Reporter) -> None:
    photo = Attachment(kind="photo", file_id="1", caption="ba con đánh con")

    turn = reporter.does(photo, BEATEN)

    assert cards(turn) == ["introduction", "report_physical_violence", "ask_safe"]


def test_a_point_out_of_the_blue_may_be_a_cry_for_help(reporter: Reporter) -> None:
    turn = reporter.does(Location(latitude=10.5, longitude=105.0))

    assert cards(turn)[-1] == "ask_danger"
    assert turn.facts is not None


def test_a_shared_number_reaches_the_ticket(reporter: Reporter) -> None:
    turn = reporter.does(SharedContact(phone="0900000123"))

    assert turn.facts is not None
    assert turn.facts.answers["phone"] == "0900000123"
    assert "0900000123" not in words(turn)


def test_a_sticker_is_kindly_answered_and_opens_nothing(reporter: Reporter) -> None:
    turn = reporter.does(Unknown(kind="sticker"))

    assert "unknown_kind" in cards(turn)
    assert turn.facts is None


@pytest.mark.parametrize("payload", ["", "old:thing", "place:../..", "x" * 200, "#nope"])
def test_an_unknown_button_is_kindly_answered(reporter: Reporter, payload: str) -> None:
    turn = reporter.does(ButtonPress(payload=payload))

    assert "unknown_button" in cards(turn)


def test_a_payload_typed_back_by_a_channel_without_buttons_counts(reporter: Reporter) -> None:
    reporter.writes("con bi ba danh", BEATEN)

    reporter.writes("#safe:yes")

    assert reporter.state.answers["safe"] == "safe:yes"


def test_our_own_label_is_not_mistaken_for_news(reporter: Reporter) -> None:
    reporter.writes("con bi ba danh", BEATEN)
    press = ButtonPress(payload="safe:yes", label="An toàn")

    turn = reporter.does(press, assess(Intent.SEXUAL_ABUSE, Urgency.CRITICAL))

    assert cards(turn)[0] == "good_safe"


def test_opening_the_channel_introduces_the_machine_once(reporter: Reporter) -> None:
    first = reporter.does(Presence(kind="started"))

    assert cards(first)[0] == "introduction"
    assert "introduction" not in cards(reporter.does(Presence(kind="started")))


@pytest.mark.parametrize("kind", ["blocked", "unblocked"])
def test_blocking_is_answered_with_silence(reporter: Reporter, kind: str) -> None:
    assert reporter.does(Presence(kind=kind)).replies == ()


def test_somebody_else_with_the_phone_learns_nothing(reporter: Reporter) -> None:
    reporter.writes("con bi ba danh", BEATEN)

    turn = reporter.writes("ai nhắn với con tôi vậy", assess(Intent.OUT_OF_SCOPE, Urgency.NORMAL))

    assert cards(turn) == ["phone_changed_hands"]
    assert "trẻ" not in words(turn)
    assert turn.facts is not None
    assert turn.facts.phone_changed_hands
    assert cards(reporter.writes("trả lời đi")) == ["phone_changed_hands"]
    assert reporter.hears_later("nobody_answered").replies == ()


def test_a_child_who_is_back_is_heard_again(reporter: Reporter) -> None:
    reporter.writes("con bi ba danh", BEATEN)
    reporter.writes("ai nhắn với con tôi vậy", assess(Intent.OUT_OF_SCOPE, Urgency.NORMAL))

    turn = reporter.writes(
        "con nè, má lấy máy. dượng rờ con",
        assess(Intent.SEXUAL_ABUSE, Urgency.HIGH, role=AuthorRole.CHILD),
    )

    assert cards(turn)[0] == "report_sexual_abuse"


@pytest.mark.parametrize("text", ["đồ ngu", "vcl", "m là ai"])
def test_an_insult_is_answered_kindly_with_the_door_open(reporter: Reporter, text: str) -> None:
    turn = reporter.writes(text, assess(Intent.OUT_OF_SCOPE))

    assert "out_of_scope" in cards(turn)
    assert "mình luôn ở đây" in words(turn)
    assert turn.facts is None


def test_a_prank_and_then_a_disclosure_is_a_disclosure(reporter: Reporter) -> None:
    reporter.writes("haha", assess(Intent.OUT_OF_SCOPE))

    turn = reporter.writes(
        "thiệt ra anh hai rờ em", assess(Intent.SEXUAL_ABUSE, Urgency.HIGH, role=AuthorRole.CHILD)
    )

    assert cards(turn)[0] == "report_sexual_abuse"
    assert turn.facts is not None


@pytest.mark.parametrize("text", ["...", "😭😭", "?"])
def test_somebody_without_words_is_not_sent_away(reporter: Reporter, text: str) -> None:
    assert "listening" in cards(reporter.writes(text, assess(Intent.OUT_OF_SCOPE)))


@pytest.mark.parametrize("text", ["救命啊有人打我", "помогите мне", "ช่วยด้วย"])
def test_a_language_nobody_taught_the_machine_goes_to_people(reporter: Reporter, text: str) -> None:
    turn = reporter.writes(text, assess(Intent.OUT_OF_SCOPE))

    assert "other_language" in cards(turn)
    assert turn.wants_human
    assert turn.facts is not None


def test_english_is_answered_in_english(reporter: Reporter) -> None:
    turn = reporter.writes(
        "a boy fell into the canal",
        assess(
            Intent.DROWNING_EMERGENCY,
            Urgency.CRITICAL,
            danger=Danger.DROWNING,
            lang=Language.ENGLISH,
        ),
    )

    assert "DO NOT jump" in turn.replies[0].text
    assert turn.replies[-1].buttons[0].label == "Out of the water"


def test_khmer_is_answered_in_khmer_with_vietnamese_beside_it(reporter: Reporter) -> None:
    turn = reporter.writes(
        "កូនខ្ញុំធ្លាក់ទឹក",
        assess(
            Intent.DROWNING_EMERGENCY,
            Urgency.CRITICAL,
            danger=Danger.DROWNING,
            lang=Language.KHMER,
        ),
    )

    assert "ហៅ 115" in turn.replies[0].text
    assert "gọi 115" in turn.replies[0].text
    assert len(turn.replies[0].text) <= 160


def test_a_short_foreign_looking_word_does_not_change_the_language(reporter: Reporter) -> None:
    reporter.writes("con bi ba danh", BEATEN)

    reporter.writes("ok", assess(lang=Language.ENGLISH))

    assert reporter.state.lang is Language.VIETNAMESE


@pytest.mark.parametrize("intent", [Intent.BROADCAST_OPTIN, Intent.BROADCAST_OPTOUT])
def test_newsletters_are_answered_with_the_truth(reporter: Reporter, intent: Intent) -> None:
    turn = reporter.writes("đăng ký nhận tin", assess(intent))

    assert intent.value in cards(turn)
    assert turn.facts is None


def test_the_state_of_a_report_is_not_invented(reporter: Reporter) -> None:
    stranger = reporter.writes("tin tôi gửi sao rồi", assess(Intent.TICKET_STATUS))
    assert "status_unknown" in cards(stranger)

    reporter.writes("con bi ba danh", BEATEN)
    turn = reporter.writes("tin con gửi sao rồi", assess(Intent.TICKET_STATUS))

    assert "status_known" in cards(turn)
    assert turn.wants_human


@pytest.mark.parametrize(
    ("text", "card"),
    [
        ("số điện thoại nào gọi được", "numbers"),
        ("phòng chống đuối nước sao", "steps_prevent_drowning"),
        ("ai phải báo khi thấy trẻ bị đánh", "about_reporting"),
        ("thủ tục xin phép xây nhà", "information"),
    ],
)
def test_a_question_gets_its_card_or_an_honest_answer(
    reporter: Reporter, text: str, card: str
) -> None:
    assert card in cards(reporter.writes(text, assess(Intent.ASK_INFORMATION)))


def test_an_unreadable_message_gets_static_words_and_a_critical_ticket() -> None:
    turn = unread_turn(DialogueState(), the_shelf())

    assert turn.replies[0].is_urgent
    assert turn.facts is not None
    assert turn.facts.urgency is Urgency.CRITICAL
    assert turn.wants_human


def test_in_production_nothing_unsigned_is_said_and_nothing_is_asked_behind_it() -> None:
    reporter = Reporter(the_shelf(mode_is_production=True))

    turn = reporter.writes("con bi ba danh", BEATEN)

    assert cards(turn) == ["bare_numbers"]
    assert reporter.state.asking is None
    assert turn.facts is not None


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("talk to a human", Language.ENGLISH),
        ("delete my messages", Language.ENGLISH),
        ("help", Language.VIETNAMESE),
        ("gặp cán bộ", Language.VIETNAMESE),
    ],
)
def test_a_word_that_only_english_writers_type_is_answered_in_english(
    reporter: Reporter, text: str, language: Language
) -> None:
    reporter.writes(text, assess())

    assert reporter.state.lang is language


_THREE_MATTERS = assess(
    Intent.PHYSICAL_VIOLENCE,
    Urgency.HIGH,
    role=AuthorRole.CHILD,
    also=(Intent.CHILD_LABOUR, Intent.SEXUAL_ABUSE),
)


def test_sexual_harm_among_several_matters_leads_when_the_words_name_it(
    reporter: Reporter,
) -> None:
    turn = reporter.writes("dượng đánh em, bắt đi bán vé số, tối còn sờ mó em", _THREE_MATTERS)

    assert turn.facts is not None
    assert turn.facts.intent is Intent.SEXUAL_ABUSE
    assert set(turn.facts.also) == {Intent.PHYSICAL_VIOLENCE, Intent.CHILD_LABOUR}


def test_a_guess_at_sexual_harm_alone_leads_nothing(reporter: Reporter) -> None:
    turn = reporter.writes("dượng đánh em, bắt đi bán vé số tới khuya", _THREE_MATTERS)

    assert turn.facts is not None
    assert turn.facts.intent is Intent.PHYSICAL_VIOLENCE
