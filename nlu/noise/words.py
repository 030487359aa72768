"""Other spellings of words: teencode, the South as it sounds, what a telephone hears (đọc chép).

Reviewed tables. A spelling which could be read as another person (`m`, `t`, `n`, `c`, `b`) is in
none of them: who did what to whom must survive every copy.
"""

import re
from random import Random

from nlu.noise.shapes import plain_signs
from nlu.syllables import canonical, is_syllable, place_tone, split_tone

_WORD = re.compile(r"[^\W\d_]+")

_TEENCODE_SPELLED = """
không: k ko hk kh hok hong hem k0 khum kg
được: dc đc đx duoc
với: vs zới
rồi: r òi rùi gòi roy
em: e iem
vậy: z zậy v
mình: mk mik mh
bạn: bn pạn
gì: j ji zì
cũng: cx cg cug
nói: ns
người: ng ngừi
muốn: mún
giờ: h
trước: trc
quá: wá qá
đi: ik đii
biết: bik bít bt
nữa: nx
làm: lm
tôi: tui
buồn: bùn
hiểu: hỉu
chồng: ck
vợ: vk
học: hc
luôn: lun
cứu: cíu kíu
mấy: mí
sao: s xao
nhiều: nhìu nh
nhưng: nhg nhx
mẹ: moẹ
sợ: xợ
yêu: iu
khóc: khok khox
đánh: oánh quánh uýnh bem
chết: chớt chít
giết: jết
giúp: júp giup
phải: fải
chuyện: chiện
chơi: chs chơi
trong: trog
đang: đag dag
thằng: thg
thích: thik
lắm: lém
về: zề
vô: zô
viết: vik
trường: trg
anh: a
chị: chj
xin: xjn
biết gì: bik j
bây giờ: bh bgio
hôm nay: hnay h.nay
hôm qua: hqua
người yêu: ny
nhắn tin: nt ib
điện thoại: đt dt
giáo viên: gv
học sinh: hs
công an: ca
trả lời: rep tl
tự tử: ttu
"""


class _Spellings:
    """Words, each with its other spellings."""

    def __init__(self, spelled: str) -> None:
        lines = (line.partition(":") for line in spelled.strip().splitlines())
        self._others = {word.strip(): others.split() for word, _, others in lines}
        longest_first = sorted(self._others, key=len, reverse=True)
        self._anywhere = re.compile(rf"(?<!\w)({'|'.join(longest_first)})(?!\w)", re.IGNORECASE)

    def respell(self, text: str, random: Random, *, share: float) -> str:
        """Write some of the known words another way."""

        def other(match: re.Match[str]) -> str:
            if random.random() > share:
                return match.group()
            return random.choice(self._others[match.group().lower()])

        return self._anywhere.sub(other, text)


_TEENCODE = _Spellings(_TEENCODE_SPELLED)
_SOUTHERN = _Spellings(
    """
không: hông hổng hong hỏng
về: dìa dề
vô: dô dzô
vậy: dậy dzậy zậy
rồi: gồi gòi òi
ra: ga
với: dới zới
đánh: quánh uýnh oánh
vợ: dợ
ruộng: guộng
chuyện: chiện
trời ơi: chời ơi trùi ui
mai mốt: mơi mốt
nhiều: nhìu
mấy: mí
biết: biếc
chết: chếch chớt
hết: hếch
bắt: bắc
vớt: dớt dớc
thiệt: thiệc
giết: giếc
ngày: ngài
tôi: tui
mất: mấc
một: mộc
sợ: xợ
trói: chói
trốn: chốn
trẻ: chẻ
đuối: đúi
xuống: xún
"""
)
_INITIALS = (("v", "d"), ("r", "g"), ("tr", "ch"), ("s", "x"), ("gi", "d"))
_FINALS = (
    ("an", "ang"),
    ("ăn", "ăng"),
    ("ân", "âng"),
    ("iên", "iêng"),
    ("uôn", "uông"),
    ("ươn", "ương"),
    ("ên", "ênh"),
    ("at", "ac"),
    ("ăt", "ăc"),
    ("ât", "âc"),
    ("iêt", "iêc"),
    ("uôt", "uôc"),
    ("ươt", "ươc"),
    ("êt", "êch"),
)
_TONES = {"\u0309": "\u0303", "\u0303": "\u0309"}
_PERSONS_SPELLED = (
    "con em anh chị cô chú bác ông bà ba má mẹ cha bố nó ổng bả ảnh chỉ cổ dượng cậu mợ dì thím "
    "tao mày tôi tui mình bạn cháu bé nhỏ thằng tụi bọn họ ai"
)
_PERSONS = frozenset(_PERSONS_SPELLED.split())

_HEARD = _Spellings(
    """
đuối nước: đúi nước đuối nướt
dượng: giượng vượng
sông: xông
trói: chói
sờ: xờ
rớt: rót gớt
vớt: vớ
kinh: kênh
mương: mươn
xuồng: suồng
chìm: triềm
hiếp: hiếp
uống: uốn
nhảy: nhải
trượt: chượt
lạc: lạt
mất: mấc
bắt: bắc
máu: mấu
cứu: cíu
"""
)
_FILLERS = ("ờ", "à", "dạ", "ừm", "thì", "là")
_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")


def teencode(text: str, random: Random) -> str:
    """Write known words the way teenagers type them."""
    return _TEENCODE.respell(text, random, share=0.7)


def dialect(text: str, random: Random) -> str:
    """Spell words as the South says them; persons keep their names."""
    said = _SOUTHERN.respell(text, random, share=0.6)
    return _WORD.sub(lambda match: _sounded(match.group(), random), said)


def _sounded(word: str, random: Random) -> str:
    lower = canonical(word.lower())
    if lower in _PERSONS or not is_syllable(lower) or random.random() > 0.25:
        return word
    toneless, tone = split_tone(lower)
    choices = []
    if tone in _TONES:
        choices.append(place_tone(toneless, _TONES[tone]))
    for one, other in _FINALS:
        for end, new in ((one, other), (other, one)):
            if toneless.endswith(end) and toneless[: -len(end)][-1:] not in set("aeiouăâêôơưy"):
                choices.append(place_tone(toneless[: -len(end)] + new, tone))
    for start, new in _INITIALS:
        rest = toneless[len(start) :]
        if toneless.startswith(start) and rest[:1] in set("aeiouăâêôơưy"):
            choices.append(place_tone(new + rest, tone))
    if not choices:
        return word
    chosen = random.choice(choices)
    return chosen.capitalize() if word[0].isupper() else chosen


def dictated(text: str, random: Random) -> str:
    """Write what a telephone hears: no signs, no capitals, numbers as words, a word misheard."""
    heard = re.sub(r"(?<![\w.,])\d{1,2}(?![\w.,]*\d)", lambda m: _as_words(m.group()), text)
    heard = _HEARD.respell(plain_signs(heard, random).lower(), random, share=0.3)
    if random.random() < 0.3:
        heard = f"{random.choice(_FILLERS)} {heard}"
    return heard


def _as_words(digits: str) -> str:
    number = int(digits)
    tens, ones = divmod(number, 10)
    if not tens:
        return _DIGITS[ones]
    last = {0: "", 5: "lăm", 1: "mốt" if tens > 1 else "một"}.get(ones, _DIGITS[ones])
    return f"{'mười' if tens == 1 else f'{_DIGITS[tens]} mươi'} {last}".strip()
