"""Which language a message is in: by script, then by everyday words."""

import pytest

from nlu.labels import Language
from nlu.languages import language
from nlu.text import read


@pytest.mark.parametrize(
    "text", ["ช่วยด้วย", "ຊ່ວຍແດ່", "помогите", "救命", "مرحبا", "고양이 살려", "たすけて"]
)
def test_letters_that_are_neither_latin_nor_khmer_are_another_language(text: str) -> None:
    assert language(read(text)) is Language.OTHER


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cứu con với", Language.VIETNAMESE),
        ("ba dang danh em", Language.VIETNAMESE),
        ("help me please", Language.ENGLISH),
        ("help me với, ba dang danh em", Language.VIETNAMESE),
        ("ជួយផង", Language.KHMER),
        ("con coi phim 鬼 rồi sợ quá", Language.VIETNAMESE),
        ("😀", Language.VIETNAMESE),
        ("1234", Language.VIETNAMESE),
        ("", Language.VIETNAMESE),
    ],
)
def test_the_language_is_told_by_letters_then_by_everyday_words(
    text: str, expected: Language
) -> None:
    assert language(read(text)) is expected
