"""Safe times: what people answer to "is it safe to write here, and when?", read narrowly."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialogue.safe_times import SafeTimes, read_safe_times

HERE = ZoneInfo("Asia/Ho_Chi_Minh")
_PIECES = [
    "tối", "toi", "sau", "trước", "9h", "7", "tới", "sáng", "30", "24h", "pm", "-", "đừng", "chiều",
    ",", "từ", "đến", "khuya", "h", "g30", "12h", "ban ngày", "được",
]  # fmt: skip
UNKNOWN, NEVER, ANY, DAY = "", "never", "00:00-24:00", "07:00-21:00"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        # hours with their part of the day
        ("tối sau 9h", "21:00-23:00"),
        ("toi sau 9h", "21:00-23:00"),
        ("sau 8 giờ tối", "20:00-23:00"),
        ("sau 8 gio toi", "20:00-23:00"),
        ("sau 20h", "20:00-23:00"),
        ("từ 7h tới 10h sáng", "07:00-10:00"),
        ("tu 7h toi 10h sang", "07:00-10:00"),
        ("7-9h tối", "19:00-21:00"),
        ("19:00-21:30", "19:00-21:30"),
        ("19h đến 21h30", "19:00-21:30"),
        ("tu 19h den 21h", "19:00-21:00"),
        ("6g toi 8g toi", "18:00-20:00"),
        ("8h sáng đến 5h chiều", "08:00-17:00"),
        ("9 giờ tối", "21:00-22:00"),
        ("9 gio ruoi toi", "21:30-22:30"),
        ("nhắn lúc 9h tối được", "21:00-22:00"),
        ("tối 8h tới 9h", "20:00-21:00"),
        ("sáng 7h-9h, tối 8h-9h", "07:00-09:00,20:00-21:00"),
        ("buổi trưa từ 11h30 tới 12h30", "11:30-12:30"),
        ("trước 10h sáng", "07:00-10:00"),
        ("truoc 5h chieu", "13:00-17:00"),
        ("after 9pm", "21:00-23:00"),
        ("7am-10am", "07:00-10:00"),
        ("from 7 to 10pm", "19:00-22:00"),
        # parts of the day
        ("buổi sáng", "07:00-11:00"),
        ("buoi sang", "07:00-11:00"),
        ("buổi sáng hoặc trưa", "07:00-13:00"),
        ("buổi sáng với buổi chiều", "07:00-11:00,13:00-17:00"),
        ("chỉ ban ngày", "07:00-17:00"),
        ("chi ban ngay thoi", "07:00-17:00"),
        ("đêm khuya", "21:00-23:00"),
        ("có nhưng chỉ buổi tối", "19:00-21:00"),
        ("tôi không sao, nhắn tôi buổi sáng", "07:00-11:00"),
        ("nhắn buổi tối được nhưng sáng thì đừng", "19:00-21:00"),
        ("evenings", "19:00-21:00"),
        # yes, and at any time
        ("khi nào cũng được", ANY),
        ("luc nao cung dc", ANY),
        ("yes any time", ANY),
        ("write:yes", DAY),
        ("ok nhắn đi", DAY),
        ("dạ được", DAY),
        ("duoc", DAY),
        ("không sao đâu", DAY),
        # no
        ("write:no", NEVER),
        ("đừng nhắn", NEVER),
        ("dung nhan", NEVER),
        ("thôi đừng", NEVER),
        ("không an toàn", NEVER),
        ("khong", NEVER),
        ("ba hay coi điện thoại", NEVER),
        ("don't write", NEVER),
        # nothing that a machine can keep
        ("lúc ba đi làm", UNKNOWN),
        ("luc ba di lam", UNKNOWN),
        ("khi nào má không có ở nhà", UNKNOWN),
        ("lúc nào cũng có ba ở nhà", UNKNOWN),
        ("tối sau 9h lúc má ngủ", UNKNOWN),
        ("sáng mai", UNKNOWN),
        ("sang mai", UNKNOWN),
        ("tối nay", UNKNOWN),
        ("chủ nhật", UNKNOWN),
        ("giờ ra chơi", UNKNOWN),
        ("gio ra choi", UNKNOWN),
        ("không biết nữa", UNKNOWN),
        ("từ 7h tới 10h", UNKNOWN),
        ("sau 9h", UNKNOWN),
        ("22h đến 2h", UNKNOWN),
        ("ba sang nhà nội", UNKNOWN),
        ("đừng nhắn buổi tối", UNKNOWN),
        ("when dad is at work", UNKNOWN),
        ("gọi 0900000123", UNKNOWN),
        ("99h tối", UNKNOWN),
        ("skip:write", UNKNOWN),
        ("", UNKNOWN),
    ],
)
def test_an_answer_is_read_with_or_without_its_marks(answer: str, code: str) -> None:
    assert read_safe_times(answer).code == code


@given(st.text(max_size=80))
def test_no_answer_breaks_it_and_every_reading_survives_storage(answer: str) -> None:
    read = read_safe_times(answer)

    assert SafeTimes.of(read.code) == read


@given(
    st.lists(
        st.sampled_from(_PIECES),
        max_size=9,
    )
)
def test_every_mixture_of_times_gives_spans_within_the_day(words: list[str]) -> None:
    spans = read_safe_times(" ".join(words)).spans

    assert all(0 <= begin < end <= 24 * 60 for begin, end in spans)
    assert list(spans) == sorted(spans)


@pytest.mark.parametrize("code", ["nonsense", "9-10", "never,", "21:00-20:00", "25:00-26:00"])
def test_a_code_that_cannot_be_read_is_no_time(code: str) -> None:
    assert SafeTimes.of(code) == SafeTimes()


@pytest.mark.parametrize(
    ("code", "now", "begin", "end"),
    [
        ("21:00-23:00", "20:15", "21:00", "23:00"),
        ("21:00-23:00", "22:59", "22:59", "23:00"),
        ("07:00-11:00,21:00-23:00", "12:00", "21:00", "23:00"),
        ("00:00-24:00", "03:00", "03:00", "24:00"),
    ],
)
def test_the_next_safe_time_is_this_one_or_the_next(
    code: str, now: str, begin: str, end: str
) -> None:
    span = SafeTimes.of(code).next_span(_at(now))

    assert span == (_at(begin), _at(end))


def test_after_the_last_safe_time_of_the_day_comes_tomorrow() -> None:
    span = SafeTimes.of("07:00-11:00").next_span(_at("11:00"))

    assert span == (_at("07:00") + timedelta(days=1), _at("11:00") + timedelta(days=1))


@pytest.mark.parametrize("code", [NEVER, UNKNOWN])
def test_never_and_unknown_have_no_next_time(code: str) -> None:
    assert SafeTimes.of(code).next_span(_at("12:00")) is None


def _at(clock: str) -> datetime:
    hour, minute = map(int, clock.split(":"))
    midnight = datetime(2026, 11, 24, tzinfo=HERE)
    return (midnight + timedelta(hours=hour, minutes=minute)).astimezone(UTC)
