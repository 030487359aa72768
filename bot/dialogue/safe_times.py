"""When it is safe to knock (giờ an toàn để nhắn): the answer to "safe to write, and when".

Read narrowly, because the phone may lie beside who harms: what depends on people ("lúc ba đi làm"),
on the day ("sáng mai") or on a timetable ("giờ ra chơi") is no time that a machine can keep, and
what cannot be read is none either. Then nobody knocks; the words wait until the reporter writes.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.content.words import fold
from bot.dialogue.clock_words import Span, spans_in

LOCAL_ZONE: Final = ZoneInfo("Asia/Ho_Chi_Minh")
NEVER: Final = "never"
_DAY = 24 * 60
_DAYTIME: Final[Span] = (7 * 60, 21 * 60)
"""What "yes, it is safe" without any time is taken for: not in the night, when a sound wakes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SafeTimes:
    """Minutes of the local day between which a knock may come."""

    spans: tuple[Span, ...] = ()
    """Begin and end, in order, apart from each other; empty: no knock at all."""
    is_never: bool = False
    """It was said that it is not safe; False with no spans: nobody knows."""

    @property
    def code(self) -> str:
        """Return it in one word for the state: empty, `never`, or `07:00-11:00,21:00-23:00`."""
        if self.is_never:
            return NEVER
        return ",".join(f"{_clock(begin)}-{_clock(end)}" for begin, end in self.spans)

    @classmethod
    def of(cls, code: str) -> "SafeTimes":
        """Read what `code` wrote; anything else means that nobody knows."""
        if code == NEVER:
            return cls(is_never=True)
        found = [_SPAN.fullmatch(part) for part in code.split(",")]
        if not all(found):
            return cls()
        minutes = [tuple(map(int, each.groups())) for each in found if each]
        return cls(spans=_joined((60 * a + b, 60 * c + d) for a, b, c, d in minutes))

    def next_span(self, now: datetime) -> tuple[datetime, datetime] | None:
        """Return the safe time that is now or comes next, in UTC; None: there is none."""
        local = now.astimezone(LOCAL_ZONE)
        for day in (local.date(), local.date() + timedelta(days=1)):
            midnight = datetime.combine(day, time(), tzinfo=LOCAL_ZONE)
            for begin, end in self.spans:
                until = midnight + timedelta(minutes=end)
                if now < until:
                    since = max(now, midnight + timedelta(minutes=begin))
                    return since.astimezone(now.tzinfo), until.astimezone(now.tzinfo)
        return None


def read_safe_times(answer: str) -> SafeTimes:
    """Read an answer in words, or the payload of a button. Never raises."""
    if answer == "write:yes":
        return SafeTimes(spans=(_DAYTIME,))
    if answer == "write:no":
        return SafeTimes(is_never=True)
    said = f" {_plain(answer)} "
    rest = said
    for phrase in _AT_ANY_TIME:
        rest = rest.replace(f" {phrase} ", " ")
    if _holds(rest, _DEPENDS):
        return SafeTimes()
    if rest != said and not _refuses(rest):
        return SafeTimes(spans=((0, _DAY),))
    return _by_clauses(_clauses(answer))


def _by_clauses(clauses: list[str]) -> SafeTimes:
    """Add what is said to be safe, take away what is said not to be."""
    safe: list[Span] = []
    unsafe: list[Span] = []
    is_refused = False
    for clause in clauses:
        spans = spans_in(clause)
        if spans is None:
            return SafeTimes()  # an hour that may be morning or evening
        if not _refuses(clause):
            safe += spans
        elif spans:
            unsafe += spans
        else:
            is_refused = True
    if is_refused:
        return SafeTimes() if safe else SafeTimes(is_never=True)
    if unsafe and not safe:
        return SafeTimes()  # "not in the evening" does not say when
    if not safe and any(_agrees(clause) for clause in clauses):
        return SafeTimes(spans=(_DAYTIME,))
    return SafeTimes(spans=_without(_joined(safe), unsafe))


def _plain(text: str) -> str:
    """Fold, but keep `tối` (evening), `tôi` (I) and `tới` (until) apart where they have marks."""
    marked = unicodedata.normalize("NFC", text.casefold())
    for word, other in (*_ALIKE, *(_ONLY_MARKED if _MARK.search(marked) else ())):
        marked = re.sub(rf"\b{word}\b", other, marked)
    return fold(_CLOCK.sub(r"\1h\2 ", _DASH.sub(" den ", marked)))


def _clauses(text: str) -> list[str]:
    return [plain for part in _BREAK.split(text) if (plain := _plain(part))]


def _refuses(clause: str) -> bool:
    said = f" {clause.strip()} "
    for harmless in _NO_OBJECTION:
        said = said.replace(f" {harmless} ", " ")
    is_enough = said.startswith(" thoi ")  # at the end it means "only"
    return is_enough or _holds(said, (*_NOT_SAFE, *_RISK))


def _agrees(clause: str) -> bool:
    words = clause.split()
    return len(words) <= _LONGEST_YES and _holds(f" {clause} ", (*_YES, *_NO_OBJECTION))


def _holds(said: str, phrases: Iterable[str]) -> bool:
    return any(f" {phrase} " in said for phrase in phrases)


def _joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Put spans in order and join those that touch."""
    joined: list[Span] = []
    for begin, end in sorted(span for span in spans if 0 <= span[0] < span[1] <= _DAY):
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((begin, end))
    return tuple(joined)


def _without(spans: tuple[Span, ...], taken: list[Span]) -> tuple[Span, ...]:
    left = list(spans)
    for start, stop in taken:
        pieces = [piece for b, e in left for piece in ((b, min(e, start)), (max(b, stop), e))]
        left = [(begin, end) for begin, end in pieces if begin < end]
    return tuple(left)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


_SPAN = re.compile(r"(\d\d):(\d\d)-(\d\d):(\d\d)")
_ALIKE = (("tối", " buoitoi "), ("tôi", " tui "), ("tới", " den "), ("đến", " den "))
_ONLY_MARKED = ((r"(?<!buổi )sang", "qua"), (r"(?<!buổi )toi", "tui"))
"""Who sets marks means by `sang` (go over) and `toi` no part of the day."""
_MARK = re.compile(r"[à-ỹ]")
_CLOCK = re.compile(r"(?<![\d:])(\d{1,2}):(\d{2})(?![\d:])")
_DASH = re.compile(r"(?<=[\dhgm]) ?[-–~→] ?(?=\d)")
_BREAK = re.compile(r"[,;.!?\n]+(?!\d)|\bnhưng\b|\bnhung\b|\bmà\b|\bcòn\b|\bbut\b", re.IGNORECASE)
_LONGEST_YES = 8
_AT_ANY_TIME = (
    "khi nao cung duoc", "luc nao cung duoc", "gio nao cung duoc", "khi nao cung dc",
    "luc nao cung dc", "gio nao cung dc", "khi nao cung ok", "luc nao cung ok", "gio nao cung ok",
    "luc nao cung an toan", "khi nao cung an toan", "luc nao cung tien", "khi nao cung tien",
    "bat cu luc nao", "bat cu khi nao", "bat ky luc nao", "bat ki luc nao", "luc nao cx dc",
    "khi nao cx dc", "luc nao cx duoc", "khi nao cx duoc", "24 24", "24 7", "24h 24h", "any time",
    "anytime", "always",
)  # fmt: skip
_DEPENDS = (
    # people and places
    "di lam", "di vang", "di khoi", "o nha", "khong co nha", "ko co nha", "ra ngoai", "vang nha",
    "ngu", "mot minh", "di hoc", "o truong", "den truong", "toi truong", "tan hoc", "hoc xong",
    "ra choi", "gio hoc", "at work", "at home", "at school", "asleep", "alone", "is out", "away",
    "sang nha", "qua nha", "ve nha", "hoc ve", "di choi", "di cho", "di nhau",
    # this day or that
    "mai", "mot", "ngay kia", "hom nay", "bua nay", "toi nay", "buoitoi nay", "sang nay",
    "chieu nay", "trua nay", "dem nay", "hom", "bua", "tuan", "cuoi tuan", "thu hai", "thu ba",
    "thu tu", "thu nam", "thu sau", "thu bay", "chu nhat", "t2", "t3", "t4", "t5", "t6", "t7",
    "cn", "thang", "tomorrow", "today", "tonight", "weekend", "weekends", "weekday", "weekdays",
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "next",
    # not now, not sure
    "lat", "lat nua", "chut", "chut nua", "hoi", "neu", "tuy", "chac", "hinh nhu", "co khi",
    "khong biet", "ko biet", "k biet", "hong biet", "hok biet", "chua biet", "khong chac", "when",
    "if", "maybe", "later", "don t know", "dont know", "not sure", "doi khi", "thinh thoang",
    "it khi", "khi", "sometimes", "tuy bua", "cho den khi", "moi khi",
)  # fmt: skip
_NOT_SAFE = (
    "dung", "khong", "ko", "k", "kg", "khg", "hong", "hok", "hem", "hum", "chua", "cam", "khoi",
    "chang", "no", "not", "never", "don t", "dont", "unsafe", "tranh", "tru", "except",
)  # fmt: skip
_RISK = (
    "nguy hiem", "so lam", "bi coi", "coi dien thoai", "coi may", "xem dien thoai", "xem may",
    "kiem tra", "doc trom", "giu may", "giu dien thoai", "cam may", "may cua me", "may cua ba",
    "may cua ma", "dien thoai cua me", "dien thoai cua ma", "dien thoai cua ba", "lo", "phat hien",
    "dangerous", "checks", "reads", "risky",
)  # fmt: skip
_NO_OBJECTION = (
    "khong sao", "ko sao", "k sao", "hong sao", "hok sao", "khong sao dau", "ko sao dau",
    "khong co gi", "no problem", "not a problem",
)  # fmt: skip
_YES = (
    "ok", "oke", "okay", "oki", "okie", "duoc", "dc", "an toan", "tien", "yes", "safe", "co", "da",
    "u", "uh", "cu nhan", "nhan di", "nhan duoc", "vang", "fine", "sure",
)  # fmt: skip
