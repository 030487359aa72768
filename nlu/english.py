"""Whether a message is English (tiếng Anh), so that no key or mark is looked for in it.

Runs on Python 3.10.
"""

from nlu.keystrokes import undo_telex
from nlu.lexicon import lexicon
from nlu.spelling import ONE_READING
from nlu.tokens import Word

_ENGLISH_SPELLED = (
    "the is are was were my me i you he she his her they them their to of and in on at for "
    "not with from has have had this that there what how can please who will just been being "
    "an it its we our us by but so because when where why am im all out up down no yes "
    "someone into after before now every day boy girl man woman school house home kid kids "
    "child children help don isn didn doesn won t would could should need want get got if or "
    "do did does said says father mother dad mom brother sister son daughter "
    "friend neighbour neighbor teacher over under near behind good morning "
    "evening hello hi thanks thank who stop online safe alone live think still them then these "
    "those nobody somebody anyone everyone about since last night today yesterday tomorrow old "
    "year years older younger boys girls men women hurt hurts hit hits kill die dead drown river "
    "water police speak talk person story message messages report number free service "
    "parents parent marry wants locked room touched "
    "standing bridge near market scared say says"
)
_ENGLISH = frozenset(_ENGLISH_SPELLED.split())


def is_english(tokens: list[Word]) -> bool:
    """Whether enough words are English, and not only such as Vietnamese has too (`no`, `do`)."""
    words = [token.full for token in tokens if token.full.isalpha() and len(token.full) > 1]
    if any(not word.isascii() for word in words):
        return False
    known = [word for word in words if word in _ENGLISH]
    foreign = [word for word in words if not _is_vietnamese(word)]
    sure = len([word for word in known if not _is_vietnamese(word)])
    if sure >= 2 and len(known) * 3 >= len(words):
        return True
    keyed = sum(word not in _ENGLISH and undo_telex(word) != word for word in words)
    if not sure or len(known) < 2 or keyed > sure:
        return False
    return len(foreign) * 2 >= len(words) or (len(words) > 2 and len(known) * 2 > len(words))


def _is_vietnamese(word: str) -> bool:
    return word in ONE_READING or word in lexicon().bare
