"""The telephone numbers as the page shows them: one tap each, in three languages."""

from dataclasses import dataclass
from typing import Final

from bot.content.shelf import Shelf
from nlu.labels import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """One number to tap."""

    key: str
    digits: str
    shown: str
    name: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NumbersCard:
    """All numbers in one language."""

    lang: str
    title: str
    remark: str
    """Who has not yet read this text over; empty for none."""
    numbers: tuple[Number, ...]


_NAMES: Final = {
    Language.VIETNAMESE: {
        "child": ("Bảo vệ trẻ em", "miễn phí, cả ngày đêm"),
        "police": ("Công an", ""),
        "fire": ("Cứu nạn", ""),
        "ambulance": ("Cấp cứu", ""),
        "centre": ("Trung tâm Công tác xã hội An Giang", "miễn phí"),
    },
    Language.ENGLISH: {
        "child": ("Child protection", "free, day and night"),
        "police": ("Police", ""),
        "fire": ("Rescue", ""),
        "ambulance": ("Ambulance", ""),
        "centre": ("An Giang Social Work Centre", "free"),
    },
    Language.KHMER: {
        "child": ("ការពារកុមារ", "ឥតគិតថ្លៃ ២៤ ម៉ោង"),
        "police": ("នគរបាល", ""),
        "fire": ("សង្គ្រោះ", ""),
        "ambulance": ("រថយន្តសង្គ្រោះ", ""),
        "centre": ("មជ្ឈមណ្ឌលសង្គមកិច្ច អាងយ៉ាង", "ឥតគិតថ្លៃ"),
    },
}
_TITLES: Final = {
    Language.VIETNAMESE: ("Đang nguy hiểm? Bấm để gọi", ""),
    Language.ENGLISH: ("In danger? Tap to call", ""),
    Language.KHMER: (
        "មានគ្រោះថ្នាក់? ចុចដើម្បីហៅ",
        "Bản tiếng Khmer chưa được người bản ngữ đọc duyệt.",
    ),
}


def numbers_cards(shelf: Shelf) -> tuple[NumbersCard, ...]:
    """Return one card a language; the numbers come from the configured content."""
    return tuple(
        NumbersCard(
            lang=lang.value,
            title=_TITLES[lang][0],
            remark=_TITLES[lang][1],
            numbers=tuple(
                Number(
                    key=key,
                    digits=shelf.numbers[key],
                    shown=_spaced(shelf.numbers[key]),
                    name=name,
                    note=note,
                )
                for key, (name, note) in names.items()
            ),
        )
        for lang, names in _NAMES.items()
    )


def _spaced(digits: str) -> str:
    """Write a long number in groups, as people say it."""
    if len(digits) <= 4:
        return digits
    return f"{digits[:4]} {digits[4:]}"
