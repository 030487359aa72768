"""Spellings with one reading only (teencode, tiếng miền Nam viết theo giọng): `hk` is `không`.

Runs on Python 3.10. Spellings with two readings (`m`, `t`, `n`, `bt`, `dk`, `ch`, `hum`) are left
alone on purpose: who did what to whom must never hang on a table.
"""

import re
from functools import lru_cache

from nlu.syllables import canonical, is_syllable

_STRETCH = re.compile(r"(\w)\1{2,}")
_LEET = str.maketrans("013457@$", "oieastas")

_GROUPS = """
không: k ko hk hok hog hông hổng hem hg hko kg khg khum hôg khôg khogn honk
được: dc đc đuợc
với: vs zới dới vớii
rồi: r òi gòi rùi ròi rồii roy oy gồi dồi
em: e iem
vậy: z zậy zậyy vại
mình: mk mik mìh mừn mih
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
cứu: cíu kíu kứu cứuu cưu
quá: wá qá wa
đi: ik đii đuy
bây giờ: bh bgio bjo
hôm qua: hqua
về: zề dìa zìa
vô: zô dzô
đánh: oánh quánh uýnh oýnh
chết: chớt chếc
phải: fải
giết: jết zết giếc
giúp: júp jup zúp
biết: bik bít píc bk
chồng: ck
vợ: vk
người yêu: ny
nhắn tin: nt ib
điện thoại: đt dt
học: hc
hiểu: hỉu
nhiều: nhìu nh
chuyện: chiện chiệnn
mấy: mí
mẹ: moẹ
sợ: xợ shợ
buồn: bùnn bunn
thôi: thui
sao: s
luôn: lun ln
vừa: dừa zừa
thằng: thg
trong: trog
chơi: chs
mất: mấtt
tôi: tui
nhưng: nhg nhx
cha mẹ: cmẹ
tự tử: ttử tựtử
"""

ONE_READING: dict[str, str] = {
    spelling: word.strip()
    for line in _GROUPS.strip().splitlines()
    for word, _, spellings in [line.partition(":")]
    for spelling in spellings.split()
}

SPOKEN_EMOJI = {"🆘": "sos", "🔪": "dao", "🩸": "máu"}
"""Pictures that are words."""


@lru_cache(maxsize=16384)
def spelled(said: str) -> str:
    """Lower one word, squeeze stretched letters, read digits that stand for letters."""
    word = said.lower()
    squeezed = _STRETCH.sub(r"\1", word) if not word.isdigit() else word
    if len(squeezed) > 2 and not is_syllable(squeezed):
        squeezed = next((one for one in _slips(squeezed) if is_syllable(one)), squeezed)
    if not squeezed.isalpha() and not squeezed.isdigit() and squeezed[0].isalpha():
        plain = squeezed.translate(_LEET)
        if plain in {"sos", "help"} or (
            len(squeezed) > 2 and squeezed[-1].isalpha() and is_syllable(plain)
        ):
            squeezed = plain
    return canonical(squeezed)


def _slips(word: str) -> list[str]:
    """Return what a slip of the finger may have meant (`khôgn`, `sôg`, `hoàii`)."""
    slips = []
    if word[-1] == word[-2]:
        slips.append(word.rstrip(word[-1]) + word[-1])
    if word.endswith("gn"):
        slips.append(word[:-2] + "ng")
    if "j" in word[1:]:
        slips.append(word[0] + word[1:].replace("j", "i"))
    if word[-1] == "g" and word[-2] not in "nug":
        slips.append(word[:-1] + "ng")
    return slips
