"""Spellings with one reading only (teencode, tiếng miền Nam viết theo giọng): `hk` is `không`.

Runs on Python 3.10. Spellings with two readings (`m`, `t`, `n`, `bt`, `dk`, `ch`, `hum`) are left
alone on purpose: who did what to whom must never hang on a table.
"""

import re
from functools import lru_cache

from nlu.keystrokes import undo_vni
from nlu.syllables import canonical, is_syllable, strip_marks

LONGEST = 64
"""No word, and no words without spaces between them, are longer."""

_STRETCH = re.compile(r"(\w)\1{2,}")
_BEFORE_U = frozenset("ưứừửữự")
"""The one vowel that its own bare letter may follow (`cứu`)."""
_TELEX_DOUBLES = frozenset("aeod")
_LEET = str.maketrans("013457@$", "oieastas")

_GROUPS = """
không: k ko kh hk hok hoq hog hông hổng hem hg hko kg khg khum hôg khôg khogn honk
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
giờ: h jờ
trước: trc trướcc
đang: đag dag đanq
cứu: cíu cúu kíu kứu cứuu cưu
quá: wá qá wa
đi: ik đii đuy
bây giờ: bh bgio bjo
hôm qua: hqua
về: zề dìa zìa
vô: zô dzô
đánh: oánh quánh quýnh uýnh oýnh bem
chết: chớt chếc chếch
phải: fải
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
tự tử: ttử tựtử ttu
hôm nay: hnay
anh: ah
yêu: iu
khóc: khok khox khót
xuống: xún xuốn
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
    spelling: word.strip()
    for line in _GROUPS.strip().splitlines()
    for word, _, spellings in [line.partition(":")]
    for spelling in spellings.split()
}

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
    squeezed = _let_go(_STRETCH.sub(r"\1", word)) if not word.isdigit() else word
    if len(squeezed) > 2 and not is_syllable(squeezed):
        squeezed = next((one for one in _slips(squeezed) if is_syllable(one)), squeezed)
    if not squeezed.isalpha() and not squeezed.isdigit() and squeezed[0].isalpha():
        squeezed = _with_letters(squeezed)
    return canonical(squeezed)


def _let_go(word: str) -> str:
    """Drop a vowel that is held after its mark was typed (`nóo`)."""
    while len(word) > 2 and word[-2] not in _BEFORE_U and strip_marks(word[-2]) == word[-1]:
        if word[-2].isascii():
            break
        word = word[:-1]
    return word


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
    if "j" in word[1:]:
        slips.append(word[0] + word[1:].replace("j", "i"))
    if word[-1] == "g" and word[-2] not in "nug":
        slips.append(word[:-1] + "ng")
    return slips
