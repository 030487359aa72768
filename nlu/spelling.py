"""Spellings with one reading only (teencode, tiếng miền Nam viết theo giọng): `hk` is `không`.

Runs on Python 3.10. Spellings with two readings (`m`, `t`, `n`, `bt`, `dk`, `ch`, `hum`) are left
alone on purpose: who did what to whom must never hang on a table.
"""

import re
from functools import lru_cache

from nlu.keystrokes import undo_vni
from nlu.lexicon import lexicon
from nlu.syllables import canonical, is_syllable, strip_marks

LONGEST = 160
"""No word, and no words without spaces between them, are longer."""

_STRETCH = re.compile(r"([^\W\d_])\1{2,}")
_BEFORE_U = frozenset("ưứừửữự")
"""The one vowel that its own bare letter may follow (`cứu`) …"""
_WITH_UU = frozenset({"", "b", "c", "k", "l", "m", "s"})
"""… and after what it mostly does: `cứuuu` is `cứu`, `tửuuu` is `tử`."""
_TELEX_DOUBLES = frozenset("aeod")
_LEET = str.maketrans("013457@$", "oieastas")

_GROUPS = """
không: k ko kh hk hok hoq hog hông hổng hỗng hõng hem hg hko kg khg khum hôg khôg khogn honk
được: dc đc đx đuợc
với: vs zới dới vớii
rồi: r òi gòi rùi ròi rồii roy oy gồi dồi
em: e iem
vậy: z zậy dzậy zậyy zay vại
mình: mk mik mìh mừn mih mh
bạn: bn pạn
gì: j jì zì dzì
cũng: cx cg cug cugn
nói: ns nóii
nữa: nx
làm: lm
người: ng ngừi ngừoi nguời ngưòi ngưoi
muốn: mún
giờ: h jờ dờ
trước: trc trướcc
đang: đag dag đanq
cứu: cíu ciu cúu kíu kứu cứuu cưu
quá: wá qá wa
đi: ik đii đuy
bây giờ: bh bgio bjo
hôm qua: hqua
về: zề dìa zìa
vô: zô dzô dô zo dzo
đánh: oánh quánh quýnh guýnh uýnh oýnh uynh bem
chết: chớt chếc chếch
phải: fải pải
mới: ms
viết: vik
chìm: triềm
xuồng: suồng
người ta: ngta ngt
sos sos: sossos
giết: jết zết giếc
giúp: júp jup zúp
biết: bik bít píc bic bk
chồng: ck
vợ: vk
người yêu: ny
nhắn tin: nt ib
điện thoại: đt dt
học: hc
hiểu: hỉu
nhiều: nhìu nh nhiu
chuyện: chiện chiệnn
mấy: mí
mẹ: moẹ
sợ: xợ shợ
buồn: bùnn bunn
thôi: thui
sao: s xao
luôn: lun ln
vừa: zừa
thằng: thg
trong: trog
chơi: chs
mất: mấtt mấc
tôi: tui
nhưng: nhg nhx
cha mẹ: cmẹ
đăng ký: đki dki đkí
tự tử: ttử tựtử ttu
hôm nay: hnay h.nay
anh: ah
yêu: iu
khóc: khok khox khót
xuống: xún xun xuốn
suốt: xuốt
sống: xống
sớm: xớm
sờ: xờ
vườn: dườn
ruộng: guộng
trời: chời trùi
trước: trướt chướt
nước: nướt
ngược: ngượt
vớt: dớt dớc vớc
rớt: gớt
đuối: đúi
nhốt: nhốc
thiệt: thiệc
giật: giậc
dắt: dắc
ngất: ngấc
nghẹt: nghẹc
trượt: trược
siết: siếc
thoát: thoác
thương: thươn
giáo viên: gv
học sinh: hs
trả lời: trl
"""

ONE_READING: dict[str, str] = {
    canonical(spelling): word.strip()
    for line in _GROUPS.strip().splitlines()
    for word, _, spellings in [line.partition(":")]
    for spelling in spellings.split()
}
_COUNTED = "một hai ba bốn năm sáu bảy tám chín mười lăm mươi mốt"
ONE_READING |= {
    f"{number}t": f"{number} tuổi" for number in _COUNTED.split() if not is_syllable(f"{number}t")
}
"""What a telephone hears of `4t`."""

SPOKEN_EMOJI = {
    "🆘": "sos", "🔪": "dao", "🗡": "dao", "🩸": "máu", "🏫": "trường", "🏠": "nhà", "🏡": "nhà",
    "📱": "điện thoại", "💊": "thuốc", "🌊": "nước", "🚓": "công an", "👮": "công an",
    "🚑": "cấp cứu", "👧": "bé gái", "👦": "bé trai", "👶": "em bé", "🤰": "có thai", "🍺": "bia",
    "💰": "tiền", "💵": "tiền", "🏊": "bơi", "🛶": "ghe", "🐍": "rắn", "🐕": "chó",
}  # fmt: skip
"""Pictures that stand for one word; those of feelings (😭, 💀) stand for too many."""


def held_briefly(said: str) -> str:
    """Squeeze and cut what is too long to be a word, so that nobody has to remember it."""
    return said if len(said) <= LONGEST else _STRETCH.sub(r"\1", said)[:LONGEST]


@lru_cache(maxsize=16384)
def spelled(said: str) -> str:
    """Lower one word, squeeze stretched letters, read digits that stand for letters."""
    word = said.lower()
    if word.isdigit() or word in ONE_READING:
        return word
    squeezed = _STRETCH.sub(r"\1", _let_go(word))
    if len(squeezed) > 2 and not is_syllable(squeezed):
        squeezed = next((one for one in _slips(squeezed) if lexicon().knows(one)), squeezed)
    if not squeezed.isalpha() and squeezed[0].isalpha():
        squeezed = _with_letters(squeezed)
    return canonical(squeezed)


def _let_go(word: str) -> str:
    """Drop a vowel that is held after its mark was typed (`nóoo`); a long `cuuuu` is a cry."""
    held = word[-1]
    kept = word.rstrip(held)
    times = len(word) - len(kept)
    if held == "u" and kept == "c" and times > 2:
        return "cuu"
    if not kept or kept[-1].isascii() or strip_marks(kept[-1]) != held:
        return word
    if kept[-1] not in _BEFORE_U:
        return kept
    return kept if times > 1 and kept[:-1] not in _WITH_UU else kept + held


def _with_letters(word: str) -> str:
    """Read digits for the letters they look like (`ch3t`), where they are no VNI keys."""
    plain = word.translate(_LEET)
    if plain in {"sos", "help"}:
        return plain
    if len(word) < 3 or not word[-1].isalpha() or not is_syllable(plain):
        return word
    return plain if undo_vni(word) == word else word


def _slips(word: str) -> list[str]:
    """Return what a slip of the finger may have meant (`khôgn`, `sôg`, `hoàii`)."""
    slips = []
    if word[-1] == word[-2]:
        slips.append(word.rstrip(word[-1]) + word[-1])
    slips.extend(
        word[:at] + word[at + 1 :]
        for at in range(1, len(word))
        if word[at] == word[at - 1] and word[at] not in _TELEX_DOUBLES
    )
    if word.endswith("gn"):
        slips.append(word[:-2] + "ng")
    if "j" in word[1:-1]:
        slips.append(word[0] + word[1:].replace("j", "i"))
    if word[-1] == "g" and word[-2] not in "nug":
        slips.append(word[:-1] + "ng")
    return slips
