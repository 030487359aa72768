"""What an operator may not send alone: found however it is typed; what helps a child stays free."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.safeguarding import OFFICIAL_NUMBERS, Find, Risk, risks_in, waits
from intake.word_patterns import bare

HELD = [
    (Risk.MEETING, "gặp em ở cổng nha"),
    (Risk.MEETING, "Con tới nhà chú đi"),
    (Risk.MEETING, "chờ ở cổng trường"),
    (Risk.MEETING, "Cô qua nhà con liền"),
    (Risk.MEETING, "chú chở con về"),
    (Risk.MEETING, "hẹn gặp con lúc 5 giờ"),
    (Risk.MEETING, "đi chơi với chú nha"),
    (Risk.MEETING, "gặp riêng cô nha"),
    (Risk.MEETING, "cô đợi con ở ngã ba"),
    (Risk.ACCOUNT, "zalo của cô nè"),
    (Risk.ACCOUNT, "add zalo cô nha"),
    (Risk.ACCOUNT, "kết bạn với anh"),
    (Risk.ACCOUNT, "nhắn riêng cho cô"),
    (Risk.ACCOUNT, "qua Telegram nói chuyện"),
    (Risk.ACCOUNT, "tìm @lan_vui"),
    (Risk.LINK, "vào bit.ly/abc"),
    (Risk.LINK, "https://khac.example/trang"),
    (Risk.LINK, "trang lan chấm com"),
    (Risk.EMAIL, "lan@example.com"),
    (Risk.EMAIL, "lan a còng gmail"),
    (Risk.PHONE, "số cô là 0900000123"),
    (Risk.PHONE, "0900ooo123"),
    (Risk.PHONE, "0900\u200b000\u200b123"),
    (Risk.PHONE, "０９００００0123"),
    (Risk.PHONE, "không chín không không không không một hai ba"),
    (Risk.PHONE, "gọi 115 0900000123"),
]
FREE = [
    "Con gọi 111 hoặc 18008077 nha. Có người đang đánh thì gọi 113.",
    "1800 8077",
    "111 113 114 115",
    "Ba có tới nhà con không?",
    "Công an đang tới nhà con.",
    "Chú công an đang tới nhà con, con mở cửa nha.",
    "Cô đợi con nhắn, con cứ từ từ.",
    "Cô chờ con ở đây nha.",
    "Con chạy qua nhà cô hàng xóm đi.",
    "Con gặp chú đó ở đâu?",
    "Con đã gặp mặt nó chưa?",
    "Con đừng đi chơi với người lạ.",
    "Con chặn nó trên Facebook đi.",
    "Hẹn gặp lại con.",
    "Phiếu PT-2026-000123 ngày 25/11/2026, 10:30.",
    "Phạt tới 5.000.000 đồng.",
    "Năm nay con học lớp mấy, ba tuổi hay bốn tuổi?",
]
_SEPARATORS = st.lists(st.sampled_from(["", " ", ".", "-", " - "]), min_size=9, max_size=9)


def _risks(text: str) -> set[Risk]:
    return {find.risk for find in risks_in(text)}


@pytest.mark.parametrize(("risk", "text"), HELD)
def test_words_that_lead_away_are_found(risk: Risk, text: str) -> None:
    assert risk in _risks(text)
    assert risk in _risks(text.upper())


@pytest.mark.parametrize(("risk", "text"), HELD)
def test_they_are_found_without_marks_too(risk: Risk, text: str) -> None:
    assert risk in _risks(bare(text))


@pytest.mark.parametrize("text", FREE)
def test_words_that_help_are_free(text: str) -> None:
    assert risks_in(text) == ()


def test_a_find_shows_the_words_as_they_were_written() -> None:
    (find,) = risks_in("Số của cô:  0900 000 123 nha")

    assert find == Find(risk=Risk.PHONE, words="0900 000 123")


def test_links_of_the_centre_are_free_and_only_those() -> None:
    hosts = {"langnghe.example.vn"}

    assert risks_in("Con mở https://langnghe.example.vn/chat nha", free_links=hosts) == ()
    assert _risks("https://langnghe.example.vn.evil.com/chat") == {Risk.LINK}
    assert risks_in("https://evil.com/langnghe.example.vn", free_links=hosts) != ()


@pytest.mark.parametrize(
    ("text", "operator", "supervisor"),
    [("0900000123", True, False), ("gặp em ở chợ", True, True), ("Cô nghe con đây", False, False)],
)
def test_a_supervisor_waits_for_another_one_only_before_a_meeting(
    text: str, operator: bool, supervisor: bool
) -> None:
    assert waits(risks_in(text), author_leads=False) is operator
    assert waits(risks_in(text), author_leads=True) is supervisor


@given(st.from_regex(r"0[35789]\d{8}", fullmatch=True), _SEPARATORS)
def test_a_mobile_number_is_found_however_it_is_set_apart(number: str, gaps: list[str]) -> None:
    written = "".join(digit + gap for digit, gap in zip(number, [*gaps, ""], strict=True))

    assert Risk.PHONE in _risks(f"số cô là {written} nha")


@given(st.lists(st.sampled_from(sorted(OFFICIAL_NUMBERS)), min_size=1, max_size=6))
def test_official_numbers_in_a_row_are_free(numbers: list[str]) -> None:
    for between in (" ", ", ", " hoặc ", " – "):
        assert Risk.PHONE not in _risks("Con gọi " + between.join(numbers) + " nha")


@given(st.text(max_size=300))
def test_any_text_can_be_looked_at(text: str) -> None:
    for find in risks_in(text):
        assert find.words
        assert re.sub(r"\s", "", find.words)
