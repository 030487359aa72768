"""Words that mean one thing: whole messages only, with or without diacritics."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.words import fold, is_slip, read_words

WORDS = read_words()


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("SOS", "sos"),
        ("sos!!!", "sos"),
        ("Cứu", "sos"),
        ("cuu con voi", "sos"),
        ("CỨU VỚI", "sos"),
        ("111", "sos"),
        ("help", "sos"),
        ("ជួយ", "sos"),
        ("NGƯỜI", "human"),
        ("nguoi", "human"),
        ("nguoii", "human"),
        ("ngưòi", "human"),
        ("gặp cán bộ", "human"),
        ("THOÁT", "exit"),
        ("thoat", "exit"),
        ("thóat.", "exit"),
        ("thaot", "exit"),
        ("thoát ra", "exit"),
        ("exit", "exit"),
    ],
)
def test_a_command_is_known_with_and_without_diacritics(text: str, command: str) -> None:
    assert WORDS.command(text) == command


@pytest.mark.parametrize(
    "text",
    [
        "",
        "...",
        "thoai",
        "thoải",
        "sót",
        "so",
        "cứu hoả",
        "người ta đánh con",
        "con muốn thoát khỏi nhà này",
        "có người",
        "nguoc",
        "sas",
        "hel",
        "exist",
    ],
)
def test_other_words_are_no_command(text: str) -> None:
    assert WORDS.command(text) == ""


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("Có", "yes"),
        ("co", "yes"),
        ("dạ có", "yes"),
        ("ừ", "yes"),
        ("không", "no"),
        ("hông", "no"),
        ("k", "no"),
        ("chưa ạ", "no"),
        ("no", "no"),
        ("yes", "yes"),
        ("bỏ qua", "skip"),
        ("hong biet", "skip"),
        ("có lẽ", ""),
        ("không thở", ""),
    ],
)
def test_plain_answers_are_known(text: str, answer: str) -> None:
    assert WORDS.answer(text) == answer


@pytest.mark.parametrize(
    ("card", "text", "expected"),
    [
        ("rescue_pulled_out", "vớt lên rồi mà không thở", True),
        ("rescue_pulled_out", "mới vớt được em lên", True),
        ("rescue_pulled_out", "chưa vớt lên được", False),
        ("rescue_pulled_out", "không vớt được", False),
        ("rescue_flood", "cả nhà leo lên nóc nhà", True),
        ("rescue_burn", "bé bị phỏng nước sôi", True),
    ],
)
def test_a_situation_is_read_unless_denied(card: str, text: str, expected: bool) -> None:
    assert WORDS.is_situation(card, text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("khong muon ai biet", True),
        ("Đừng nói với ba mẹ em nha", True),
        ("ổng biểu đừng nói cho ai biết", False),
        ("he told me don't tell anyone", False),
        ("em không biết nói với ai", False),
    ],
)
def test_a_wish_that_nobody_knows_is_told_from_an_order(text: str, expected: bool) -> None:
    assert WORDS.wants_nobody_to_know(text) is expected


@pytest.mark.parametrize("text", ["Ai nhắn với con tôi vậy", "ai dang nhan voi con toi do"])
def test_somebody_else_with_the_phone_is_noticed(text: str) -> None:
    assert WORDS.asks_who_writes(text)


def test_folding_forgets_marks_capitals_and_punctuation() -> None:
    assert fold("  Đang Ở   “Núi Cấm”!! ") == "dang o nui cam"


@given(st.text(max_size=60))
def test_reading_any_text_never_fails(text: str) -> None:
    WORDS.command(text)
    WORDS.answer(text)
    WORDS.topic(text)
    WORDS.says_thanks(text)
    WORDS.asks_who_writes(text)
    WORDS.is_situation("rescue_pulled_out", text)
    WORDS.wants_nobody_to_know(text)
    assert fold(fold(text)) == fold(text)


@given(st.text("abcdefgh", max_size=4), st.text("abcdefgh", max_size=4))
def test_short_words_forgive_nothing(said: str, word: str) -> None:
    assert not is_slip(said, word)


@pytest.mark.parametrize(
    "text",
    [
        "ủa ai nhắn tin với con tui vậy",
        "Who is texting my daughter?",
        "alo ai nói chuyện với con gái tôi đó",
        "tôi là mẹ nó đây",
        "máy này của con tôi mà",
    ],
)
def test_other_ways_to_ask_who_writes_are_noticed(text: str) -> None:
    assert WORDS.asks_who_writes(text)


@pytest.mark.parametrize(
    "text",
    [
        "Ai đó nhắn tin dọa con tôi",
        "có người nhắn tin đòi hình con tôi",
        "ai đánh con tôi vậy trời",
        "ai nhắn tin cho con tôi đòi gửi hình nhạy cảm rồi đòi tiền nữa",
        "mẹ con đánh con",
    ],
)
def test_a_report_about_somebody_who_writes_is_not_taken_for_it(text: str) -> None:
    assert not WORDS.asks_who_writes(text)


@pytest.mark.parametrize("text", ["cuuuuuu", "soooos", "CÍU", "cíu e vs", "giúp với"])
def test_stretched_and_slangy_cries_for_help_are_sos(text: str) -> None:
    assert WORDS.command(text) == "sos"


@pytest.mark.parametrize(
    ("card", "text"),
    [
        ("own_urge", "tôi nghĩ bậy về con riêng của vợ, tôi sợ lắm"),
        ("own_urge", "toi hay tuong tuong chuyen bay voi chau"),
        ("own_urge", "tôi có suy nghĩ lệch lạc về trẻ em"),
        ("own_urge", "tôi bị thu hút bởi trẻ em, có thuốc nào không"),
        ("own_urge", "tui bị kích thích khi gần con nít"),
        ("own_urge", "tôi sợ không kiềm được với bé"),
        ("own_urge", "tôi sợ mình đụng vô con bé hàng xóm"),
        ("own_urge", "tôi hay coi hình bậy của trẻ em, muốn bỏ mà bỏ không được"),
        ("own_urge", "tôi không muốn hại trẻ em nhưng đầu óc cứ vậy"),
        ("own_urge", "I have sexual thoughts about children"),
        ("own_anger", "tôi mất kiểm soát với con hoài"),
        ("own_anger", "tui không kiềm chế được với con"),
        ("own_anger", "hôm nay tôi nổi điên với con"),
        ("own_anger", "tôi lỡ tát con một cái"),
        ("own_anger", "đánh con xong tôi hối hận muốn chết"),
        ("own_anger", "toi so minh lam gi con"),
        ("own_anger", "tui chỉ muốn đánh nó cho rồi"),
        ("own_anger", "chăm con tôi muốn phát điên"),
        ("own_anger", "tôi bế con mà muốn quăng"),
        ("own_anger", "I lost it with my child last night"),
        ("complaint", "cô cán bộ la em"),
        ("complaint", "can bo khong tin em"),
        ("complaint", "cán bộ không nghe em nói gì hết"),
        ("complaint", "em không thích cán bộ đó"),
        ("complaint", "con không muốn nói với cán bộ đó nữa"),
        ("complaint", "xin đổi cán bộ khác giùm em"),
        ("complaint", "cán bộ cúp máy giữa chừng"),
        ("complaint", "tôi phản ánh thái độ người trực tối qua"),
        ("complaint", "cán bộ xã đó vô trách nhiệm, cán bộ đòi tiền tôi"),
        ("complaint", "gọi tổng đài hoài không ai bắt máy"),
        ("complaint", "the staff was rude to me"),
    ],
)
def test_people_say_in_many_ways_what_calls_for_words_of_their_own(card: str, text: str) -> None:
    assert WORDS.is_situation(card, text)


@pytest.mark.parametrize(
    "text",
    [
        "chồng tôi mất kiểm soát với con, đánh nó hoài",
        "vợ tôi nổi điên với con",
        "con tôi kiệt sức vì sốt",
        "ba đánh em xong rồi ba hối hận",
        "ổng nhìn con bé bằng ánh mắt bậy",
        "dượng hay coi hình bậy trước mặt em",
        "ông hàng xóm bị thu hút bởi trẻ em",
        "tôi không lỡ tay đánh con",
        "em muốn méc cán bộ chuyện ba đánh em",
        "cán bộ xã tới nhà em rồi, em cảm ơn",
        "em không thích học",
        "em không muốn nói nữa",
        "tôi muốn hỏi cán bộ về lớp bơi",
        "cô giáo la em trước lớp",
        "không khiếu nại gì đâu, tôi hỏi thôi",
        "my husband lost control",
    ],
)
def test_who_speaks_of_others_or_only_asks_is_not_taken_for_one_of_them(text: str) -> None:
    assert not [
        card for card in ("own_urge", "own_anger", "complaint") if WORDS.is_situation(card, text)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "má tôi lỡ tay đánh em",
        "ma toi lo tay danh em",
        "ma toi lo tay danh con",
        "má lỡ tay đánh con",
        "má tôi kiệt sức rồi",
        "ma tui kiet suc roi",
        "hom qua ma toi lo tay danh em",
        "con hu. ma toi lo tay danh no",
        "ba ma toi kiet suc",
        "ma toi dang bi danh",
        "ma toi la con",
    ],
)
def test_what_a_mother_does_is_not_said_of_oneself(text: str) -> None:
    assert not WORDS.is_situation("own_anger", text)


@pytest.mark.parametrize(
    "text",
    [
        "nó quậy quá mà tôi lỡ tay đánh nó",
        "con quay qua ma toi lo tay danh con",
        "con toi khoc hoai, ma toi kiet suc roi",
        "tôi lỡ tay đánh con",
        "em lỡ tay đánh con, em ân hận lắm",
    ],
)
def test_the_same_word_without_its_mark_is_but_where_no_mother_can_stand(text: str) -> None:
    assert WORDS.is_situation("own_anger", text)
