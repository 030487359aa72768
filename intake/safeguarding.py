"""What an operator may not send to a reporter alone (bảo vệ trước chính cán bộ). Pure.

Finds private ways to meet or to go on elsewhere: telephone numbers, links, e-mail, accounts, and
meetings, in Vietnamese with and without marks. Misses are possible (a number told in a riddle), so
supervisors read a sample as well. A false find costs a look of a second person, no more.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from intake.meetings import MEETINGS
from intake.word_patterns import compiled

OFFICIAL_NUMBERS = frozenset({"111", "112", "113", "114", "115", "18008077"})
"""The numbers that every card shows (bot/content/numbers.yml)."""
_SHORTEST_NUMBER = 7
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_RUN = re.compile(r"\+?[oO]?\d(?:[\s.\-–—_()/·•,]{0,3}[\doO])+")
_TICKET = re.compile(r"\bPT-\d{4}-\d{6}\b", re.IGNORECASE)
_MONEY = re.compile(
    r"\b[1-9]\d{0,2}(?:[.,]\d{3}){1,3}\s*(?:đồng|đ|dong|vnd|vnđ|k)\b", re.IGNORECASE
)
_DATE = re.compile(r"\b\d{1,2}[/.\-]\d{1,2}[/.\-](?:19|20)\d{2}\b")
_TIME = re.compile(r"\b\d{1,2}[:hg]\d{2}\b(?:\s*[-–]\s*\d{1,2}[:hg]\d{2}\b)?")
_DIGIT_WORD = (
    "không|khong|ko|linh|lẻ|le|một|mot|mốt|hai|ba|bốn|bon|tư|tu|năm|nam|lăm|lam|nhăm|sáu|sau|bảy|bay|"
    "bẩy|tám|tam|chín|chin|mươi|muoi"
)
_SPELLED = re.compile(
    rf"\b(?:(?:{_DIGIT_WORD}|\d)[\s,.\-]+){{6,}}(?:{_DIGIT_WORD}|\d)\b", re.IGNORECASE
)
_EMAIL = re.compile(
    r"[\w.+-]+\s?(?:@|\(at\)|\[at\])\s?[\w-]+\.\w{2,}"
    r"|\b\w+\s+(?:a còng|a cong)\s+\w+|\b[a-z]mail\b",
    re.IGNORECASE,
)
_ENDINGS = (
    "com|net|org|info|biz|vn|io|me|gl|ly|co|app|page|link|xyz|top|club|online|site|shop|live|tv|cc|"
    "gg|be|us|dev|edu|gov"
)
_LINK = re.compile(
    rf"https?://\S+|\bwww\.\S+|\b[a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)*\.(?:{_ENDINGS})\b(?:/\S*)?"
    r"|\b[a-z0-9-]+\s+(?:chấm|cham|dot)\s+(?:com|vn|net|me)\b",
    re.IGNORECASE,
)
_PLACE = (
    "zalo|facebook|fb|face|messenger|mess|tiktok|tóp tóp|instagram|insta|ig|telegram|tele|viber|"
    "skype|discord|snapchat|whatsapp|wechat|line"
)
_OWN = "cô|chú|anh|chị|mình|tôi|tui|bác|thầy|dì|cậu|riêng|tớ"
_JOIN = (
    "kết bạn|add|nick|acc|inbox|ib|nt|nhắn|nhắn tin|gọi|call|chuyển|chuyển sang|chuyển qua|qua|sang"
)
_ACCOUNT = compiled(
    f"[{_PLACE}] [của]? [{_OWN}]",
    f"[{_PLACE}] [là|tên|tên là|nick|id]",
    f"[{_JOIN}] [với|qua|cho|lên]? [{_OWN}]? [qua|trên|bằng|sang]? [{_PLACE}]",
    f"[kết bạn] [với]? [{_OWN}]",
    f"[nhắn|inbox|ib|nt|nhắn tin] [riêng] [cho|với]? [{_OWN}]?",
)
_HANDLE = re.compile(r"(?<![\w@.])@[a-z0-9_][a-z0-9_.]{2,}", re.IGNORECASE)


class Risk(StrEnum):
    """Why words wait for a supervisor."""

    PHONE = "phone"
    LINK = "link"
    EMAIL = "email"
    ACCOUNT = "account"
    MEETING = "meeting"


@dataclass(frozen=True, slots=True, kw_only=True)
class Find:
    """One thing in a text that a second person must see."""

    risk: Risk
    words: str = field(repr=False)
    """As they were written."""


def risks_in(text: str, *, free_links: Collection[str] = ()) -> tuple[Find, ...]:
    """Return what must be seen, in the order of `Risk`; never raises. `free_links` are hosts."""
    plain = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    found: dict[tuple[Risk, str], Find] = {}
    for risk, words in _found(plain, frozenset(host.lower() for host in free_links if host)):
        said = " ".join(words.split())
        found.setdefault((risk, said), Find(risk=risk, words=said))
    return tuple(sorted(found.values(), key=lambda find: list(Risk).index(find.risk)))


def numbers_in(text: str) -> tuple[str, ...]:
    """Return the telephone numbers of persons in a text, as they are written in it."""
    found = {run for run in _runs(text) if run in text}
    return tuple(sorted(found, key=len, reverse=True))


def waits(finds: tuple[Find, ...], *, author_leads: bool) -> bool:
    """Whether the words wait: a supervisor's own ones only for a meeting, before another one."""
    if author_leads:
        return any(find.risk is Risk.MEETING for find in finds)
    return bool(finds)


def _found(text: str, free_links: frozenset[str]) -> Iterator[tuple[Risk, str]]:
    without_mail = text
    for match in _EMAIL.finditer(text):
        yield Risk.EMAIL, match[0]
        without_mail = without_mail.replace(match[0], " ")
    for match in _LINK.finditer(without_mail):
        if not _is_free(match[0], free_links):
            yield Risk.LINK, match[0]
    without_links = _LINK.sub(" ", without_mail)
    yield from ((Risk.PHONE, words) for words in _numbers(without_links))
    for pattern in (_HANDLE, *_ACCOUNT):
        yield from ((Risk.ACCOUNT, match[0]) for match in pattern.finditer(without_links))
    for pattern in MEETINGS:
        yield from ((Risk.MEETING, match[0]) for match in pattern.finditer(text))


def _numbers(text: str) -> Iterator[str]:
    """Yield runs of digits too long for an official number, however they are set apart."""
    yield from _runs(text)
    for match in _SPELLED.finditer(text):
        yield match[0]


def _runs(text: str) -> Iterator[str]:
    for harmless in (_TICKET, _MONEY, _DATE, _TIME):
        text = harmless.sub(" ; ", text)
    for match in _RUN.finditer(text):
        if len(_left_over(match[0])) >= _SHORTEST_NUMBER:
            yield match[0]


def _left_over(run: str) -> str:
    """Return the digits of a run without the official numbers that stand in it."""
    parts = re.findall(r"[\doO]+", run)
    left, at = "", 0
    while at < len(parts):
        joined = next(
            (n for n in (4, 3, 2, 1) if "".join(parts[at : at + n]) in OFFICIAL_NUMBERS), 0
        )
        if not joined:
            left += parts[at]
        at += joined or 1
    return left


def _is_free(link: str, hosts: frozenset[str]) -> bool:
    bare = re.sub(r"^https?://", "", link.lower())
    return re.split(r"[/?#]", bare, maxsplit=1)[0].rstrip(".,;:!)") in hosts
