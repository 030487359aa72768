"""Words that open the name of a place that is no commune (từ chỉ loại): ấp, kinh, chợ, trường …

Without marks most of them are something else first (`cho`, `cau`, `truong`, `duong`): those count
only before a name from our lists, or after words of position that leave no doubt.
"""

import re

from nlu.assessment import LandmarkKind as Kind
from nlu.place_lookup import listed
from nlu.syllables import strip_marks

_KINDS_SPELLED = {
    Kind.HAMLET: "ấp|khóm|khu phố|phum|sóc|xóm|tổ|thôn",
    Kind.ROAD: "đường|lộ|quốc lộ|tỉnh lộ|hương lộ|đại lộ",
    Kind.CANAL: "kinh|kênh|kinh xáng|kênh xáng|rạch|xẻo|mương|cống|đập|vàm|ngọn",
    Kind.RIVER: "sông|sông cái",
    Kind.LAKE: "hồ|búng|đìa|ao|đầm",
    Kind.BRIDGE: "cầu|cầu khỉ|cầu treo|cầu sắt|chân cầu|dốc cầu",
    Kind.FERRY: "phà|bến phà|đò|bến đò|bến tàu|bến cảng|cảng",
    Kind.MARKET: "chợ|chợ nổi|siêu thị|bách hóa xanh",
    Kind.SCHOOL: "trường|trường học|trường tiểu học|trường thcs|trường thpt|trường mẫu giáo|"
    "trường mầm non|trường trung học|trường cấp 1|trường cấp 2|trường cấp 3|trường th|"
    "tiểu học|thcs|thpt|trường nội trú|trường dân tộc nội trú|nhà trẻ",
    Kind.HEALTH: "bệnh viện|bv|trạm y tế|trạm xá|nhà thương|phòng khám",
    Kind.WORSHIP: "chùa|miếu|đình|nhà thờ|thánh đường|thánh thất|lăng|am|đền",
    Kind.MOUNTAIN: "núi|đồi",
    Kind.ISLAND: "hòn|đảo|quần đảo|cù lao|cồn",
    Kind.OFFICE: "ubnd|ủy ban|ủy ban xã|công an|đồn|đồn biên phòng|nhà văn hóa|trụ sở",
    Kind.BORDER_GATE: "cửa khẩu",
    Kind.CROSSROADS: "ngã ba|ngã tư|ngã năm|vòng xoay|bùng binh",
    Kind.OTHER: "khu dân cư|kdc|cụm dân cư|cụm tuyến dân cư|chung cư|khu trọ|nhà trọ|lò gạch|"
    "lò đường|nhà máy|cây xăng|bến xe|sân vận động|nghĩa trang|khu công nghiệp|bãi",
}
KINDS: dict[str, Kind] = {
    spelling: kind for kind, listed in _KINDS_SPELLED.items() for spelling in listed.split("|")
}
LONGEST_KIND = max(len(spelling.split()) for spelling in KINDS)

_BARE_TOO_SPELLED = (
    "ấp|khóm|khu phố|phum|kinh|kênh|kinh xáng|kênh xáng|bến phà|bến đò|bến tàu|siêu thị|"
    "trường tiểu học|trường thcs|trường thpt|trường mẫu giáo|trường mầm non|trường học|"
    "trường cấp 1|"
    "trường cấp 2|trường cấp 3|tiểu học|thcs|thpt|bệnh viện|bv|trạm y tế|trạm xá|phòng khám|"
    "nhà thờ|ubnd|ủy ban|công an|đồn biên phòng|nhà văn hóa|cửa khẩu|ngã ba|ngã tư|vòng xoay|"
    "khu dân cư|kdc|cụm dân cư|chung cư|nhà trọ|khu trọ|lò gạch|cây xăng|bến xe|nghĩa trang|"
    "cù lao|quần đảo|quốc lộ|tỉnh lộ"
)
BARE_KINDS: dict[str, str] = {
    strip_marks(spelling): spelling for spelling in _BARE_TOO_SPELLED.split("|")
}
"""Those that nothing else looks like when their marks are missing."""

THROUGH = frozenset({Kind.CANAL, Kind.RIVER, Kind.ROAD, Kind.BRIDGE, Kind.FERRY, Kind.HAMLET})
"""Called after a commune it need not lie in: kinh Vĩnh Tế passes fourteen of them."""
WITHIN = frozenset({Kind.MARKET, Kind.SCHOOL, Kind.HEALTH, Kind.OFFICE, Kind.WORSHIP})
"""Called after a commune it mostly lies in: offered, never taken for granted."""
GUESSED_KINDS = {
    "cho": "chợ",
    "truong": "trường",
    "chua": "chùa",
    "pha": "phà",
    "mieu": "miếu",
    "cau": "cầu",
}
"""Without marks these are places after words of position only (`doi dien cho`)."""
SURE_POSITIONS = listed(
    "doi dien|ke ben|phia sau|phia truoc|sau lung|sat ben|ben hong|ben kia|ben canh|qua khoi|gan"
)
NAMELESS = frozenset(
    {
        Kind.MARKET, Kind.SCHOOL, Kind.HEALTH, Kind.WORSHIP, Kind.BRIDGE, Kind.FERRY, Kind.OFFICE,
        Kind.CROSSROADS, Kind.BORDER_GATE, Kind.OTHER,
    }
)  # fmt: skip
"""Worth keeping without a name: `sau trường`, `đối diện chợ`."""

POSITIONS = (
    "đối diện với", "đối diện", "phía sau", "phía trước", "sau lưng", "bên hông", "bên kia",
    "bên cạnh", "kế bên", "sát bên", "sát vách", "qua khỏi", "chưa tới", "gần tới", "ngang qua",
    "dưới chân", "dưới dốc", "trên dốc", "đầu", "cuối", "gần", "sát", "giáp", "kế", "cạnh", "ngay",
    "sau", "trước", "giữa", "ngang", "cặp", "dọc", "ven", "cách", "hông", "dưới", "trên",
)  # fmt: skip
BARE_POSITIONS = frozenset(
    strip_marks(one) for one in POSITIONS if " " in one or one in {"gần", "sau", "cách", "kế"}
)
BESIDE = listed("gần cách giáp sát kế khỏi tới gan cach giap khoi toi")
"""A word of position with one of these says: near there, not there."""
VAGUE_POSITIONS = frozenset(["dưới", "trên", "đầu", "cuối", "giữa", "ngay", "dọc"])
"""Kept beside a name, too little to make a place of a word without one (`dưới cầu` is kept)."""

_HEADS_OF_WATER = listed("ông bà cái xáng thầy cụ vĩnh tân phú long mỹ thạnh thoại nguyễn trần lê")
_HEADS_OF_HAMLETS = listed(
    "vĩnh tân phú bình long mỹ thạnh an hòa hưng thới đông tây trung thành thuận phước hiệp nam "
    "bắc kinh cái giồng vinh tan phu binh my thanh hoa hung thoi dong tay phuoc hiep nam bac"
)
_HEADS_OF_PEOPLE = listed(
    "nguyễn trần lê phạm huỳnh hoàng phan võ vũ đặng bùi đỗ ngô dương lý trương thoại tôn hùng"
)
HEADS = {
    Kind.HAMLET: _HEADS_OF_HAMLETS,
    Kind.CANAL: _HEADS_OF_WATER,
    Kind.BRIDGE: listed("ông bà cái xáng thầy nguyễn trần lê"),
    Kind.MARKET: listed("ông bà cái"),
    Kind.WORSHIP: listed("ông bà"),
    Kind.SCHOOL: _HEADS_OF_PEOPLE,
    Kind.ROAD: _HEADS_OF_PEOPLE,
}
"""First words of names, where a writer uses no capitals."""
NO_CAPITALS = listed("trời chúa phật mong")
"""`Cầu Trời` is no bridge."""
NO_NAMES = listed(
    "thị văn trời chúa mong xin hàng của nhà là và thì có bị đi đang với cho ở trên dưới này "
    "kia "
    "đó em con anh chị cô chú tui tôi mình nó ba má mẹ ông bà hay mà để đến tới lên xuống vô ra "
    "không chưa rồi nha ạ dạ nè hết thấy bên gần sau trước thiệt"
)
"""Never a part of a name, though a sentence may begin with it."""

_UNITS = (
    r"(?! ?(?:ngày|ngay|tuổi|tuoi|giờ|gio|tháng|thang|năm|nam|người|nguoi|lần|lan|đứa|dua|mét|met|"
    r"tiếng|tieng|phút|phut|ngàn|ngan|nghìn|triệu|trieu|k|t|tr|h|m|tấm|con|cái|cai|buổi|bữa|bua)\b)"
)
_DIGIT_WORDS = "một|hai|ba|bốn|tư|năm|lăm|sáu|bảy|tám|chín"
_TEENS = rf"(?:hai )?mười(?: (?:{_DIGIT_WORDS}))?"
_NO_PEOPLE = r"(?! (?:bên|anh|chị|em|ông|bà|mẹ|cha|vợ|chồng|chiếc|nhà|hộ|đầu))"
_NUMBERED = (
    (Kind.HAMLET, "ấp|khóm|tổ", rf"(?:số )?(?:{_TEENS}|{_DIGIT_WORDS}){_NO_PEOPLE}"),
    (Kind.CANAL, "kinh|kênh", rf"(?:số )?{_TEENS}{_NO_PEOPLE}"),
    (Kind.HAMLET, "ấp|ap|khóm|khom|khu phố|khu pho|kp|thôn", r"(?:số |so )?\d{1,3}[a-d]?"),
    (Kind.HAMLET, "tổ|to(?= )", r"(?:dân phố |dan pho )?(?:số |so )?\d{1,3}[a-d]?"),
    (Kind.ADDRESS, "số nhà|so nha|sn", r"\d{1,4}[a-z]?(?: \d{1,4}[a-z]?)?"),
    (Kind.ADDRESS, "hẻm|hem", r"(?:số |so )?\d{1,4}[a-z]?(?: \d{1,3})?"),
    (Kind.ROAD, "quốc lộ|quoc lo|ql", r"n?\d{1,3}[a-c]?"),
    (
        Kind.ROAD,
        "tỉnh lộ|tinh lo|tl|hương lộ|huong lo|hl|đường tỉnh|duong tinh|điện thoại|dt|đt|lộ|lo(?= )",
        r"9\d\d[a-c]?(?! ?\d)",
    ),
    (Kind.ROAD, "đường|duong", r"(?:số |so )?(?:[a-z]{1,2}\d{1,3}|\d{1,3}[a-z]?)"),
    (Kind.KILOMETRE, "km|cây số|cay so|cột số|trụ km", r"\d{1,3}(?: \d{3})?"),
    (Kind.CANAL, "kinh|kênh|kenh", r"(?:số |so |xáng )?(?:[a-z]{1,3})?\d{1,3}[a-z]?"),
    (Kind.CANAL, "rạch|mương|cống|đập", r"(?:số )?\d{1,3}"),
    (Kind.BRIDGE, "cầu|cau", r"(?:số|so) \d{1,3}"),
)
NUMBERED = tuple(
    (kind, re.compile(rf"(?<![^ ])(?:{opening}) ?(?P<name>{number})(?![^ ]){_UNITS}"))
    for kind, opening, number in _NUMBERED
)
HAS_NUMBER = re.compile(rf"\d|(?:ấp|khóm|tổ|kinh|kênh) (?:số )?(?:hai )?(?:mười|{_DIGIT_WORDS})")
