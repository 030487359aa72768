"""A rewritten sentence leaves the house only when nothing in it points to a real person."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.places import load_places
from nlu.rewriting import TraceKind, traces

PLACES = load_places()
ORIGINAL = (
    "Dạ con tên Trần Bảo Ngân, học lớp 5a trường Bình Minh ở xã Văn Giáo. "
    "Mấy anh lớp trên cứ chặn đường giật tiền ăn sáng của con với bé Tí, bạn tèo thấy hết"
)


def _found(new: str, *originals: str) -> set[tuple[TraceKind, str]]:
    return {(one.kind, one.words) for one in traces(new, originals or (ORIGINAL,), PLACES)}


@pytest.mark.parametrize(
    ("new", "kind", "words"),
    [
        ("gọi mẹ em số 0900000123 nha", TraceKind.NUMBER, "0900000123"),
        ("gọi mẹ em số 0900 000.123 nha", TraceKind.NUMBER, "0900 000.123"),
        ("sinh ngày 12/05/2015 đó cô", TraceKind.NUMBER, "12/05/2015"),
        ("xe biển số 67B1 123.45 chở đi", TraceKind.NUMBER, "67B1 123.45"),
        (
            "số không chín không không không không không",
            TraceKind.NUMBER,
            "không chín không không không không không",
        ),
        ("viết cho em qua lan@example.com", TraceKind.ADDRESS, "lan@example.com"),
        ("hình ở fb.com/em.lan đó", TraceKind.ADDRESS, "fb.com/em.lan"),
        ("bạn Ngân của em bị chặn", TraceKind.NAME, "Ngân"),
        ("bạn ngan bị chặn hoài", TraceKind.NAME, "ngan"),
        ("em thấy Tèo khóc", TraceKind.NAME, "Tèo"),
        ("thằng tèo khóc hoài", TraceKind.NAME, "tèo"),
        ("con ở xã Văn Giáo nè", TraceKind.PLACE, "Văn Giáo"),
        ("con ở van giao, bị giật tiền", TraceKind.PLACE, "van giao"),
        ("con học lớp 5A bị giật tiền", TraceKind.PLACE, "lớp 5A"),
        ("bị giật tiền trước cổng trường bình minh", TraceKind.PLACE, "trường bình"),
        (
            "mấy anh lớp trên cứ chặn đường giật tiền hoài",
            TraceKind.NEAR,
            "mấy anh lớp trên cứ chặn đường giật tiền",
        ),
    ],
)
def test_what_points_to_somebody_is_named(new: str, kind: TraceKind, words: str) -> None:
    assert any(found is kind and words in said for found, said in _found(new))


@pytest.mark.parametrize(
    "new",
    [
        "ngày nào em cũng bị tụi lớn tuổi lột hết tiền mẹ cho",
        "bị bạn cùng lớp trấn lột, em nói thầy mà thầy không tin",
        "Con ở Long Xuyên, bị đàn anh xin đểu hoài",
        "gọi 111 với 18008077 có ai nghe không cô",
        "bé Mít bị anh hai chặn ở cầu thang",
        "cứu con",
    ],
)
def test_a_sentence_of_ones_own_may_leave(new: str) -> None:
    assert _found(new) == set()


def test_words_of_other_messages_of_the_talk_are_known_too() -> None:
    assert _found("bạn Thảo khóc hoài", "dạ", "em với bạn Thảo học chung") == {
        (TraceKind.NAME, "Thảo")
    }


def test_a_message_all_in_capitals_names_nobody_by_them() -> None:
    assert _found("ba uống rượu rồi đánh em", "CỨU CON VỚI BA NHẬU VÔ QUÁNH CON") == set()


def test_the_same_short_cry_is_no_trace_and_the_same_sentence_is_one() -> None:
    assert _found("cứu em với", "cứu em với") == set()
    assert _found("em bị nhốt trong nhà", "Em bi nhot trong nha!") == {
        (TraceKind.NEAR, "em bị nhốt trong nhà")
    }


def test_a_trace_does_not_show_its_words_in_a_log() -> None:
    (trace,) = traces("bạn Thảo khóc", ["em với bạn Thảo"], PLACES)

    assert "Thảo" not in repr(trace)


@given(st.text(max_size=200), st.text(max_size=200))
def test_no_text_raises(new: str, old: str) -> None:
    traces(new, (old,), PLACES)
