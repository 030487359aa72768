"""Telephone numbers in every form that people type; only invented ones."""

import pytest

from nlu.fact_kinds import PhoneOwner
from nlu.labels import Intent
from tests.nlu.told import facts_of

CHILD = 0.1


@pytest.mark.parametrize(
    "text",
    [
        "0900000123",
        "0900 000 123",
        "0900.000.123",
        "0900-000-123",
        "0900 00 01 23",
        "09 0000 0123",
        "+84900000123",
        "+84 900 000 123",
        "84900000123",
        "0084 900 000 123",
        "(+84) 900000123",
        "o9oo.ooo.123",
        "O900000123",
        "0900ooo123",
        "sdt 0900000123 nha",
        "gọi con số 0900000123.",
        "không chín không không không không không một hai ba",
        "khong chin khong khong khong khong khong mot hai ba",
        "hông chín không không không không không một hai ba",
        "số con là 0900 000 một hai ba",
        "0900, 000, 123",
        "ấp 5, 0900000123",
        "０９０００００１２３",
        "0900\u200b000123",
    ],
)
def test_a_number_is_read_in_every_form(text: str) -> None:
    assert [phone.value for phone in facts_of(text).phones] == ["0900000123"]


@pytest.mark.parametrize(
    "text",
    [
        "gọi 111",
        "gọi 18008077",
        "tổng đài 1900 0000",
        "con 11 tuổi, nhà số 12",
        "chuyển 2000000 đồng vô tài khoản",
        "tài khoản 0900000123456789",
        "ngày 12 tháng 9 năm 2019",
        "không có ai",
        "không ba không má",
        "12345",
        "",
    ],
)
def test_what_is_no_number_of_a_telephone_is_none(text: str) -> None:
    assert facts_of(text).phones == ()


@pytest.mark.parametrize(
    ("text", "owner"),
    [
        ("gọi con số 0900000123", PhoneOwner.REPORTER),
        ("sđt con 0900000123", PhoneOwner.REPORTER),
        ("số của tôi là 0900000123", PhoneOwner.REPORTER),
        ("liên hệ 0900000123", PhoneOwner.REPORTER),
        ("gọi lại cho em 0900000123 nha cô", PhoneOwner.REPORTER),
        ("0900000123 là số của con", PhoneOwner.REPORTER),
        ("ba đánh con, số ba con 0900000123", PhoneOwner.OFFENDER),
        ("sđt ổng là 0900000123", PhoneOwner.OFFENDER),
        ("nó gọi con từ số 0900000123", PhoneOwner.OFFENDER),
        ("số mẹ con 0900000123", PhoneOwner.OTHER),
        ("gọi ngoại con 0900000123", PhoneOwner.OTHER),
        ("0900000123", PhoneOwner.UNKNOWN),
        ("trên tờ giấy ghi 0900000123", PhoneOwner.UNKNOWN),
    ],
)
def test_whose_number_it_is(text: str, owner: PhoneOwner) -> None:
    (phone,) = facts_of(text, adult=CHILD).phones

    assert phone.owner is owner


def test_two_numbers_are_two_and_the_same_twice_is_one() -> None:
    found = facts_of("con 0900000123, ngoại 0900000456, nhắc lại 0900 000 123").phones

    assert [phone.value for phone in found] == ["0900000123", "0900000456"]


def test_a_number_keeps_the_words_and_hides_from_repr() -> None:
    (phone,) = facts_of("gọi 0900.000.123 nha", Intent.TALK_TO_HUMAN).phones

    assert phone.words == "0900.000.123"
    assert "0900" not in repr(facts_of("gọi 0900.000.123"))


def test_a_number_in_a_form_of_old_is_not_certain() -> None:
    (phone,) = facts_of("01600000123").phones

    assert not phone.is_certain
