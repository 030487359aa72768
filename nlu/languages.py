"""Which language a message is in (ngôn ngữ): by script, then by everyday words.

Vietnamese without marks and English share letters and even words (`me`, `an`, `do`, `so`); English
is said only where no Vietnamese words stand beside it.
"""

import unicodedata

from nlu.labels import Language
from nlu.syllables import is_syllable
from nlu.terms import word_set
from nlu.text import Reading

_KHMER_LATIN = word_set(
    "chuoy chuy phorng khnhom knhom nhom teuk tuk lung koun kon srey pros khmeng slap mean ot "
    "men bong oun mae puk pou ming veay chap phlov phteah sala kampung kompung yerng soum som "
    "aphey"
)
_SHORT_ENGLISH = word_set(
    "help please hello thanks thank yes sorry emergency good night morning bye hi goodbye not sure "
    "maybe nobody someone police stop ok okay i am don"
)
_SURE_SHORT = word_set(
    "help please hello thanks thank yes sorry emergency goodbye sure maybe nobody someone police "
    "night morning"
)
_VIETNAMESE = word_set(
    "khong dang danh con em ba toi bi duoc roi cua nha nguoi chau nho biet lam sao giup cuu voi "
    "gio chi co di hoc noi mot hai nay nao ai dau qua thi la ma nhung cho xin trong ngoai truoc "
    "sau nuoc song chet so lop truong tuoi gai trai minh tui hong hoai nhau dung muon "
    "không giờ người được đánh tôi cứu giúp với bạn rồi"
)
_ENOUGH = 2_000
"""Letters from the beginning, which tell the script."""
_ALSO_ENGLISH = word_set("so me an do no the to am on in at sure con song")


def language(reading: Reading) -> Language:
    """Tell the language of a message; Vietnamese where nothing tells (tiếng Việt)."""
    if reading.is_khmer:
        return Language.KHMER
    if _is_foreign(reading.original[:_ENOUGH]):
        return Language.OTHER
    words = [word.full for word in reading.words if word.full.isalpha()]
    if reading.is_english:
        return Language.VIETNAMESE if _speaks_vietnamese(words) else Language.ENGLISH
    if not reading.is_marked and words:
        if sum(word in _KHMER_LATIN for word in words) * 2 > len(words) > 1:
            return Language.KHMER
        if _is_short_english(words):
            return Language.ENGLISH
    return Language.VIETNAMESE


def _is_foreign(text: str) -> bool:
    """Whether most letters are not Latin. As written: reading takes look-alikes for Latin ones."""
    letters = [letter for letter in unicodedata.normalize("NFKC", text) if letter.isalpha()]
    latin = sum(letter < "\u0250" or "\u1e00" <= letter <= "\u1eff" for letter in letters)
    return 2 * latin < len(letters)


def _speaks_vietnamese(words: list[str]) -> bool:
    """Whether Vietnamese words carry what is said: `help me với, ba dang danh em`."""
    plain = [word for word in words if word in _VIETNAMESE and word not in _ALSO_ENGLISH]
    foreign = sum(not is_syllable(word) for word in words)
    return len(plain) >= 2 and len(plain) > foreign


def _is_short_english(words: list[str]) -> bool:
    return (
        len(words) <= 6
        and all(word in _SHORT_ENGLISH or not is_syllable(word) for word in words)
        and any(word in _SURE_SHORT for word in words)
    )
