"""What the load bench says: invented talks of four messages, as people type here.

Standard, without diacritics, teencode, Southern words, two in English and Khmer; drowning, abuse,
hazards, questions, thanks, pranks. Somebody says a few of them in a visit (bench.py).
"""

from collections.abc import Iterator
from itertools import count

TALKS: tuple[tuple[str, ...], ...] = (
    (
        "cuu voi co be te xuong kinh roi",
        "duoi cau sat gan cho",
        "chua thay no noi len",
        "có người chạy ra phụ rồi",
    ),
    (
        "Trời ơi thằng nhỏ hụt chân dưới rạch, nó chìm mất tiêu rồi!",
        "ở xã An Cư, khúc gần chùa",
        "tui không biết lội",
        "kéo nó lên được rồi, nó ho sặc sụa",
    ),
    (
        "vừa vớt em con lên mà nó không thở nữa",
        "con đang làm theo",
        "nó ho rồi cô ơi",
        "xe cứu thương tới rồi, con cảm ơn",
    ),
    (
        "ba con uống rượu zô là quánh con",
        "bh ba ngủ r",
        "con ở phú hòa",
        "con k muốn ba bít con nhắn",
    ),
    (
        "Dượng lấy dây điện quất em tối qua, tay em bầm hết.",
        "Dạ má em đi làm xa.",
        "Em học lớp 7",
        "Đừng gọi về nhà em nghe cô",
    ),
    (
        "ổng hay vô phòng con lúc má đi bán, con sợ lắm",
        "ổng là chồng sau của má",
        "con dang o truong",
        "con không muốn về nhà chiều nay",
    ),
    (
        "co nguoi tren mang bat e gui hinh k thi no dang len nhom lop",
        "nó ns chìu nay k gửi là đăng",
        "e gui 1 tam r",
        "e chua noi voi ai het",
    ),
    (
        "Con gái tôi 9 tuổi kể bị người quen của gia đình đụng chạm.",
        "Chuyện mới hôm qua.",
        "Tôi ở Long Xuyên.",
        "Tôi phải đưa cháu đi đâu để khám?",
    ),
    (
        "em hk muốn sống nữa",
        "e đang ở 1 mình",
        "e có để sẵn thuốc",
        "chị nói chuyện với e đi",
    ),
    (
        "mấy bạn lớp trên chặn đường lấy tiền ăn sáng của con",
        "ngày nào cũng vậy",
        "tụi nó kêu mách cô là đánh",
        "con học ở Chợ Vàm",
    ),
    (
        "Sau nhà văn hóa ấp có cái hầm đất sâu ngập nước không rào, chiều nào con nít cũng ra tắm.",
        "Xã Thoại Sơn",
        "cách trường tiểu học chừng trăm thước",
        "ok cảm ơn nhé",
    ),
    (
        "nap cong truoc truong mam non bi mat may bua nay",
        "o duong chinh gan tram y te",
        "chua ai toi sua",
        "cam on",
    ),
    (
        "thấy đứa nhỏ chừng 6 tuổi bán vé số một mình ngoài bến xe lúc 10 giờ đêm",
        "bến xe châu đốc",
        "có ông kia ngồi canh nó",
        "bé mặc áo vàng",
    ),
    (
        "nhà kế bên bỏ hai đứa nhỏ ở nhà mấy ngày rồi, đứa nhỏ nhất chưa biết đi",
        "tui có cho ăn cơm",
        "cha mẹ nó đi làm thành phố",
        "xã Vĩnh Gia",
    ),
    (
        "Bé nhà tôi 4 tuổi đi lạc từ sáng, nhà sát mé sông",
        "mặc quần xanh áo trắng",
        "đã tìm trong xóm rồi",
        "tìm thấy bé rồi, bé ngủ trong bụi chuối, cảm ơn",
    ),
    (
        "bé 2 tuổi uống nhầm chai nước rửa chén",
        "bé còn tỉnh, đang khóc",
        "mới khoảng 5 phút",
        "gần nhà có trạm xá",
    ),
    (
        "có bà kia rủ con bé hàng xóm qua bên kia biên giới làm, hứa lương cao",
        "nó 15 tuổi",
        "mai là đi",
        "ở Khánh Bình",
    ),
    (
        "gia đình bắt em nghỉ học lấy chồng",
        "e 16t",
        "thang sau la dam cuoi",
        "e muốn đi học",
    ),
    (
        "cho hỏi ở đâu có lớp dạy bơi miễn phí cho trẻ em?",
        "con tôi 8 tuổi",
        "ở Rạch Giá",
        "Cảm ơn trung tâm.",
    ),
    (
        "làm sao để xin trợ cấp cho bé mồ côi vậy ạ",
        "bé ở với bà ngoại",
        "cần giấy tờ gì",
        "dạ em cảm ơn",
    ),
    (
        "xin chào",
        "bạn là người hay máy?",
        "mình chỉ thử thôi",
        "bye",
    ),
    (
        "alo alo có ai hong",
        "hihi",
        "hôm nay ăn gì",
        "đố biết tui là ai",
    ),
    (
        "cho tôi gặp cán bộ trực",
        "tôi báo tin bữa trước mà chưa thấy ai gọi",
        "không cần máy trả lời",
        "tôi chờ",
    ),
    (
        "My neighbour's little boy is alone near the canal every afternoon.",
        "He is about five.",
        "Near Tinh Bien market",
        "thank you",
    ),
    (
        "ជួយផង ក្មេងលង់ទឹក",
        "o tri ton",
        "chua vot duoc",
        "dang keu nguoi",
    ),
    (
        "nóng muốn chết luôn á",
        "game này bắn hoài hổng chết boss",
        "đùa thôi",
        "ok",
    ),
)


def talks() -> Iterator[tuple[str, ...]]:
    """Yield the talks round and round, always in the same order."""
    for number in count():
        yield TALKS[number % len(TALKS)]
