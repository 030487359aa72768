"""Plain facts in a message (dữ kiện): who writes, who does harm, how old the child is."""

import re

from nlu.ages import child_age
from nlu.assessment import Facts
from nlu.labels import AuthorRole, Intent, Language
from nlu.model import Opinion
from nlu.text import Reading

_ABUSE = frozenset(
    {
        Intent.SEXUAL_ABUSE,
        Intent.PHYSICAL_VIOLENCE,
        Intent.EMOTIONAL_ABUSE,
        Intent.NEGLECT_ABANDONMENT,
        Intent.CHILD_LABOUR,
        Intent.CHILD_MARRIAGE,
        Intent.TRAFFICKING_ABDUCTION,
    }
)
_CARERS = (
    "ba|bố|cha|tía|má|mẹ|me|dượng|duong|dì ghẻ|di ghe|mẹ kế|me ke|má kế|ma ke|nội|ngoại|ba mẹ|ba má"
    "|ông nội|ong noi|bà nội|ba noi|ông ngoại|ong ngoai|bà ngoại|ba ngoai|cha mẹ|chú|chu|cậu|cau|dì"
    "|bác|ba dượng|cha dượng|father|dad|mother|mom|stepfather|stepmother|uncle|grandfather"
)
_NAMED = "con|em|nó|tui|tôi|ruột|ghẻ|bé|cháu|út|tư|năm|sáu|hai|dượng|kế|nội|ngoại"
_HARMS = (
    "đánh|danh|đập|dap|bắt|bat|ép|ep|sờ|bỏ|bo|nhốt|nhot|chửi|chui|đuổi|duoi|làm bậy|lam bay|dọa|doa"
    "|hăm|ham|gả|ga|bán|tát|tat|trói|troi|cầm|cam|đè|rờ|mò|hiếp|hiep|giết|giet|bạo|hành|giở trò|bóp"
    "|dí|xâm hại|xam hai|hit|hits|beat|beats|hurt|hurts|touch|touches"
)
_CARER = re.compile(
    rf"(?<![^ ])(?:{_CARERS})(?: (?:{_NAMED}))?(?: [^ .!?,]+){{0,3}}? (?:{_HARMS})(?![^ ])"
)
_OWN = "con|cháu|chau|bé|be|con gái|con gai|con trai|cháu nội|cháu ngoại|chau noi|chau ngoai"
_GROWN_UP = re.compile(
    rf"(?<![^ ])(?:{_OWN}|vợ|chồng|học sinh|hoc sinh|học trò|hoc tro) (?:nhà |nha )?"
    r"(?:tôi|toi)(?![^ ])"
    r"|(?<![^ ])(?:tôi|toi) là|vợ chồng tôi|my (?:son|daughter|niece|nephew|student|grandson|child)"
)
_KHMER_LATIN_SPELLED = (
    "chuoy chuy phorng khnhom knhom nhom teuk tuk lung koun kon srey pros khmeng slap mean ot "
    "men bong oun mae puk pou ming veay chap phlov phteah sala kampung kompung yerng soum som "
    "aphey"
)
_KHMER_LATIN = frozenset(_KHMER_LATIN_SPELLED.split())


def language(reading: Reading) -> Language:
    """Tell the language by script, then by everyday words (ngôn ngữ)."""
    if reading.is_khmer:
        return Language.KHMER
    if reading.is_english:
        return Language.ENGLISH
    if not reading.is_marked:
        words = [word.full for word in reading.words]
        if sum(1 for word in words if word in _KHMER_LATIN) * 2 > len(words) > 1:
            return Language.KHMER
        if _is_short_english(words):
            return Language.ENGLISH
    return Language.VIETNAMESE


def _is_short_english(words: list[str]) -> bool:
    known = {
        "help",
        "please",
        "hello",
        "thanks",
        "thank",
        "stop",
        "yes",
        "ok",
        "sorry",
        "emergency",
    }
    spoken = [word for word in words if word.isalpha()]
    return bool(spoken) and len(spoken) <= 3 and spoken[0] in known - {"ok", "stop"}


def facts(reading: Reading, opinion: Opinion, intent: Intent) -> Facts:
    """Read what the text says about the people in it; None where it says nothing."""
    return Facts(
        author_role=_author(reading, opinion),
        offender_is_carer=_offender_is_carer(reading, intent),
        child_age=child_age(reading),
    )


def _author(reading: Reading, opinion: Opinion) -> AuthorRole | None:
    if _GROWN_UP.search(reading.full) or _GROWN_UP.search(reading.bare):
        return AuthorRole.ADULT
    role = max(opinion.roles, key=lambda one: opinion.roles[one])
    return role if opinion.roles[role] >= 0.6 else None


def _offender_is_carer(reading: Reading, intent: Intent) -> bool | None:
    if intent not in _ABUSE:
        return None
    return True if _CARER.search(reading.full) else None
