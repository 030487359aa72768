"""How a member of staff would arrange to meet a reporter (hẹn gặp), as rows of words."""

from typing import Final

from intake.word_patterns import compiled

_SELF = "cô|chú|anh|chị|mình|tôi|tui|bác|thầy|dì|cậu|tớ"
_YOU = "em|con|cháu|bạn|bé|mình|anh|chị|cô|chú|nhóc|cưng"
_WHERE = (
    "ở|tại|ngoài|trước|sau|bên|gần|trong|dưới|trên|chỗ|lúc|vào|chiều|tối|sáng|trưa|mai|hôm nay|ngay"
)
_GO = "tới|đến|qua|ghé|về|sang|lên|xuống|vô|vào|lại|ra"
_WILL = "sẽ|đang|sắp|mới|định|có thể|muốn|phải|chạy"
_SPOT = (
    "cổng|cổng trường|trường|quán|công viên|bến|bến xe|bến phà|ngã ba|ngã tư|chợ|đầu hẻm|đầu đường|"
    "cầu|chân cầu|siêu thị|khách sạn|nhà nghỉ|cà phê|góc|bờ sông|bờ kè|trạm xăng|cây xăng"
)
_ASKS = "đâu|ai|nào|chưa|không|hông|hả"
_OTHERS = (
    "hàng xóm|ruột|giáo|út|hai|ba|tư|năm|sáu|bảy|tám|chín|mười|sĩ|chủ nhiệm|đó|đây|ấy|kia|họ|nội|"
    "ngoại|công an|bộ đội|bảo vệ|của|con|em|cháu|bạn"
)

MEETINGS: Final = compiled(
    f"[gặp] [{_YOU}] [{_WHERE}] ![{_ASKS}]",
    f"[gặp] [riêng] [{_SELF}|{_YOU}|nha|nhé|nghe|đi|{_WHERE}]",
    f"[gặp mặt|gặp trực tiếp|gặp ngoài] [{_SELF}|nha|nhé|nghe|đi|{_WHERE}] ![{_ASKS}]",
    f"[ra|tới|đến|qua|đi] [gặp|tìm|kiếm] [{_SELF}] ![{_OTHERS}|{_ASKS}]",
    f"[mình|ta|chúng ta|tụi mình|cô cháu|chú cháu|anh em] [gặp nhau] ![{_ASKS}]",
    "[gặp nhau] [ở|tại|lúc|nha|nhé|đi|chiều|tối|sáng|mai] ![đâu|chưa]",
    f"[hẹn] [{_YOU}|nhau|chỗ|giờ] ![khám|tư vấn|hò]",
    f"[hẹn gặp] [{_YOU}|nhau|riêng] ![sau|lại]",
    f"[hẹn gặp|hẹn] [{_WHERE}]",
    f"[{_GO}] [nhà|phòng|phòng trọ|chỗ|văn phòng|xe] [của]? [{_SELF}] ![{_OTHERS}]",
    f"[{_SELF}] [{_WILL}]? [{_GO}] [nhà|trường|chỗ|cổng|gặp|đón|rước|tìm|thăm|chở] "
    f"![hàng xóm|nội|ngoại|{_ASKS}]",
    f"[{_SELF}] [{_WILL}]? [đón|rước|chở] [{_YOU}] ![{_ASKS}]",
    f"[chờ|đợi|đứng chờ|đứng đợi] [{_YOU}]? [ở|tại|trước|ngoài|gần|bên|sau]? [{_SPOT}]",
    f"[chờ|đợi|đón|rước] [{_YOU}] [{_WHERE}] ![đây|{_ASKS}]",
    f"[chờ|đợi] [{_SELF}] [ở|tại|trước|ngoài|tới|đến|qua|đón] ![{_ASKS}]",
    f"[đi chơi|đi cà phê|đi ăn|đi uống|đi dạo|đi xem phim|đi với|đi cùng] [với|cùng]? [{_SELF}] "
    f"![{_OTHERS}|{_ASKS}]",
    f"[{_SELF}] [{_WILL}]? [dẫn|dắt|rủ|đưa] [{_YOU}] [đi chơi|đi ăn|đi cà phê|về nhà|ra ngoài]",
    "[meet me|meet you|come to my|see you at|wait for me|pick you up|come and see me|my place]",
)
"""Whoever reads over this: a row too wide costs a second look, a row too narrow costs a child."""
