"""Everyday words without a tone (từ thường dùng): where a writer uses marks, these mean themselves.

`con` in a message with marks is a child and no `cồn` that lost its marks; `tôi` is no `tối`.
"""

from functools import lru_cache

from nlu.syllables import may_be, strip_marks

_COMMON_SPELLED = (
    "con em cho ra la xe anh hay khi nay sau tay mua ai sao cay ca ba ma an be bo may tim "
    "nam thu qua cam dao hai lo ga nha cha hon chi co le mo to tan trong trung xa xin hoa "
    "hang gia thang theo thi tin sang sinh mai lan khoa danh dinh so do xong ho chu gan gay "
    "cao bao bay ban kho mong ngang dong dung huy lau lui luu mua ngon pha tai tham thay them "
    "thom vui xem tha thanh ti tra tôi cô không lên trên nên thôi đâu đây đêm hôm quên luôn "
    "đưa ơi chưa mưa đi đang đo đê sông bên ông trông ăn năm căn cân nhân thân tiên tiêu yêu "
    "điên hiên liên kêu đêu nêu mênh công cây đây tương thương thưa sưa xưa cơ mơ lơ đơn hơn "
    "sơn ươm đươc tư sư chim chơi sạc kia bông đau dau tuong de"
)
_COMMON_WORDS = _COMMON_SPELLED.split()
_COMMON: dict[str, tuple[str, ...]] = {}
for _word in _COMMON_WORDS:
    _COMMON[strip_marks(_word)] = (*_COMMON.get(strip_marks(_word), ()), _word)


def rivals_of(word: str) -> tuple[str, ...]:
    """Return everyday words that look like this one without its marks."""
    return _COMMON.get(strip_marks(word), ())


@lru_cache(maxsize=65536)
def means(said: str, wanted: str, *, is_marked: bool) -> bool:
    """Whether a word of a message is this word, given whether its writer uses marks."""
    if said == wanted:
        return True
    if is_marked and said in rivals_of(wanted):
        return False
    return may_be(said, wanted)
