"""Words as texts: the counts of GSM 03.38 and UCS-2, no accents, no number cut in two."""

import re

from hypothesis import given
from hypothesis import strategies as st

from bot.channels.contract import Button, OutboundMessage
from bot.channels.sms_text import MOST_SEGMENTS, count_segments, plain, split_text, texts_of

VIETNAMESE = "aăâeêioôơuưyđ áàảãạ ếềểễệ ộợụứừ ĐẮT Ư 0123456789 .!?,\n…–“”🔔📍"
NUMBERS = ("111", "113", "115", "18008077")


def test_the_counts_are_those_of_the_standard() -> None:
    assert [count_segments("a" * size) for size in (0, 160, 161, 306, 307)] == [1, 1, 2, 2, 3]
    assert [count_segments("ế" * size) for size in (70, 71, 134, 135)] == [1, 2, 2, 3]


def test_a_letter_of_the_extension_takes_two_places_and_is_never_parted() -> None:
    assert count_segments("€" * 80) == 1
    assert count_segments("€" * 81) == 2
    assert count_segments("a" * 152 + "€" + "a" * 152) == 3  # the pair moves on as a whole


def test_a_letter_outside_the_basic_plane_takes_two_units() -> None:
    assert count_segments("🔔" * 35) == 1
    assert count_segments("🔔" * 36) == 2
    assert count_segments("🔔" * 67) == 3  # 33 of them in a part of 67


def test_vietnamese_is_written_without_accents() -> None:
    assert plain("Đừng nhảy xuống nước – gọi 114 ngay… “Nhanh”!") == (
        'Dung nhay xuong nuoc - goi 114 ngay... "Nhanh"!'
    )
    assert plain("🔔 Em đang ở đâu? 📍") == "Em dang o dau?"


def test_khmer_stays_as_it_is() -> None:
    assert plain("សួស្តី 111") == "សួស្តី 111"


@given(st.text(VIETNAMESE))
def test_a_vietnamese_text_always_fits_the_alphabet_of_gsm(text: str) -> None:
    assert count_segments(plain(text)) == count_segments("a" * len(plain(text)))


@given(st.text(), st.integers(1, 4))
def test_every_part_fits_and_nothing_but_space_is_lost(text: str, most: int) -> None:
    parts = split_text(text, most)

    assert all(count_segments(part) <= most for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


@given(st.lists(st.sampled_from((*NUMBERS, "1800 8077", "Goi", "ngay.", "a" * 70)), max_size=60))
def test_no_number_is_cut_in_two(words: list[str]) -> None:
    text = " x ".join(words)
    found = [number for part in split_text(text, 1) for number in re.findall(r"\d[\d ]*\d", part)]

    assert found == re.findall(r"\d[\d ]*\d", text)


def test_a_number_is_not_cut_where_there_is_no_space_either() -> None:
    assert split_text("a" * 157 + "18008077", 1) == ["a" * 157, "18008077"]


def test_a_text_is_cut_after_a_sentence() -> None:
    first, second = "Mot cau dai. " * 10, "Cau cuoi cung rat dai va khong dut doan o day."
    parts = split_text(first + second, 1)

    assert parts == [first.strip(), second]


def test_choices_are_numbered_and_a_lone_one_is_not() -> None:
    buttons = (Button(label="Có", payload="danger:yes"), Button(label="Không", payload="danger:no"))
    question = OutboundMessage(text="Có ai đang gặp nguy hiểm không?", buttons=buttons)
    lone = OutboundMessage(
        text="Em mấy tuổi?", buttons=(Button(label="Bỏ qua", payload="skip:who"),)
    )
    english = OutboundMessage(text="Is it safe?", buttons=buttons)

    assert texts_of(question) == [
        "Co ai dang gap nguy hiem khong?\nTra loi 1: Co\nTra loi 2: Khong"
    ]
    assert texts_of(lone) == ["Em may tuoi?\nTra loi: Bo qua"]
    assert texts_of(english)[0].startswith("Is it safe?\nReply 1:")


def test_long_rescue_words_are_texts_of_a_few_segments() -> None:
    texts = texts_of(OutboundMessage(text="Gọi 114 ngay! Đừng nhảy xuống nước. " * 40))

    assert all(count_segments(text) <= MOST_SEGMENTS for text in texts)
    assert all(text.endswith((".", "!")) for text in texts)
