"""The visible letters of a message (chữ nhìn thấy): composed, without what hides between them.

Runs on Python 3.10. Bounded: the model reads the start and the end of a long text; the danger floor
looks at all of it, window by window.
"""

import unicodedata
from functools import lru_cache

READ_FROM_EACH_END = 2_000
"""Of a longer text only this many characters at its start and at its end are read."""

WINDOW = 2 * READ_FROM_EACH_END
"""The floor reads a long text in pieces of at most this many characters …"""
_OVERLAP = 1_000
"""… which overlap, so that no sentence is cut in two in each of them."""
MOST_SCANNED = 100_000
"""Of an endless text the floor scans this much: half at its start, half at its end."""

UNSPACED = "\u0e00-\u0eff\u1780-\u17ff\u19e0-\u19ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
"""Thai, Lao, Khmer, Japanese, Chinese, Korean: what stands between two spaces is no single word."""

_AS_TYPED = frozenset(map(chr, (*range(0x0E00, 0x0F00), *range(0x1780, 0x1800))))
"""Thai, Lao and Khmer vowels, which compatibility composition would take apart."""

_LOOKALIKES = str.maketrans(
    "авеорсухіјѕԁһтмкзАВЕОРСУХІЈЅТМКНαονικρτυıɑɡðÐǎǍ",
    "abeopcyxijsdhtmkzabeopcyxijstmkhaovikptuiagđđăă",
)


_MARKED_SPELLED = (
    "àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ"
    "ÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬÈÉẺẼẸÊỀẾỂỄỆÌÍỈĨỊÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢÙÚỦŨỤƯỪỨỬỮỰỲÝỶỸỴĐ"
)
_AS_SHOWN = frozenset((*map(chr, range(32, 127)), *_MARKED_SPELLED))
"""What most messages hold only, letter by letter composed already: nothing is to be done then."""


def windows(text: str) -> tuple[str, ...]:
    """Cut a text into overlapping pieces, each small enough to be read whole; linear."""
    if len(text) <= WINDOW:
        return (text,)
    if len(text) > MOST_SCANNED:
        half = MOST_SCANNED // 2
        return (*windows(text[:half]), *windows(text[-half:]))
    parts = []
    begin = 0
    while begin + WINDOW < len(text):
        parts.append(text[begin : begin + WINDOW])
        begin = _word_start(text, begin + WINDOW - _OVERLAP)
    return (*parts, text[begin:])


def _word_start(text: str, at: int) -> int:
    """Return where a window starts, so that half a word is never taken for another one."""
    space = text.rfind(" ", at - 40, at)
    return at if space < 0 else space


def visible_letters(text: str) -> tuple[str, list[int]]:
    """Return composed, visible characters, and for each its index in the text."""
    limit = READ_FROM_EACH_END
    if len(text) <= 2 * limit:
        if _AS_SHOWN.issuperset(text):
            return text, list(range(len(text)))
        return _compose(text, 0)
    head, head_places = _compose(text[:limit], 0)
    tail, tail_places = _compose(text[-limit:], len(text) - limit)
    return f"{head}\n{tail}", [*head_places, limit, *tail_places]


def _compose(text: str, offset: int) -> tuple[str, list[int]]:
    letters: list[str] = []
    places: list[int] = []
    cluster = ""
    begun = 0
    for index, letter in enumerate(text):
        if cluster and unicodedata.combining(letter) and letter < "\u1780":
            cluster += letter
            continue
        _add(cluster, begun, letters, places)
        cluster, begun = letter, index + offset
    _add(cluster, begun, letters, places)
    return "".join(letters), places


def _add(cluster: str, begun: int, letters: list[str], places: list[int]) -> None:
    for letter in _visible(cluster):
        letters.append(letter)
        places.append(begun)


@lru_cache(maxsize=4096)
def _visible(cluster: str) -> str:
    """Return what one letter with its marks shows: nothing where it is zero-width."""
    if not cluster:
        return ""
    kind = unicodedata.category(cluster[0])
    if kind == "Cf":
        return ""
    if kind in {"Cs", "Cc", "Co", "Cn", "Zs", "Zl", "Zp"}:
        return "\n" if cluster[0] in "\n\r\u2028\u2029" else " "
    composed = unicodedata.normalize("NFC", cluster)
    if composed[0].isascii() or composed[0] in _AS_TYPED:
        return composed
    return unicodedata.normalize("NFKC", composed).translate(_LOOKALIKES)
