"""Patterns over Vietnamese words as people type them: each word with its marks, or without any.

`[tới|đến] [nhà]? [cô|chú]` is a row of slots; `?` makes one optional. A word matches as it stands
or bare of all its marks, so `có tới nhà` is not read as `cô tới nhà`, and `co toi nha` is.
"""

import re
import unicodedata

_SLOT = re.compile(r"\[([^\]]+)\](\??)")
_GAP = r"[^\w\n]{1,4}"


def compiled(*patterns: str) -> tuple[re.Pattern[str], ...]:
    """Compile rows of slots; what stands behind `!` after the last slot must not follow it."""
    return tuple(_compiled(pattern) for pattern in patterns)


def bare(word: str) -> str:
    """Return a word without its marks: `đến` as `den`."""
    letters = unicodedata.normalize("NFD", word.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _compiled(pattern: str) -> re.Pattern[str]:
    wanted, _, refused = pattern.partition("!")
    slots = _SLOT.findall(wanted)
    last = max(index for index, (_, optional) in enumerate(slots) if not optional)
    parts = []
    for index, (words, optional) in enumerate(slots):
        slot = _either(words)
        if optional:
            parts.append(f"(?:{slot}{_GAP})?" if index < last else f"(?:{_GAP}{slot})?")
        else:
            parts.append(slot if index == last else slot + _GAP)
    behind = f"(?!{_GAP}{_either(refused.strip(' []'))})" if refused else ""
    return re.compile(rf"\b{''.join(parts)}\b{behind}", re.IGNORECASE)


def _either(words: str) -> str:
    forms: list[str] = []
    for word in words.split("|"):
        for form in (word, bare(word)):
            spaced = _GAP.join(re.escape(part) for part in form.split())
            if spaced not in forms:
                forms.append(spaced)
    return f"(?:{'|'.join(sorted(forms, key=len, reverse=True))})"
