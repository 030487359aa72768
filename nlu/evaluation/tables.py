"""The tables of `docs/nlu-report.md`, so that no figure in it is typed by hand (bảng số liệu)."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

_BLOCK = re.compile(
    r"(?P<begin><!-- figures:(?P<name>[a-z_]+) -->\n)(?P<body>.*?)(?P<end><!-- /figures -->)",
    re.DOTALL,
)
_SUMMARY = (
    ("intent, of 23", "intent_accuracy"),
    ("macro-F1", "macro_f1"),
    ("urgency, of 4", "urgency_accuracy"),
    ("critical messages", "critical_messages"),
    ("critical found critical", "critical_recall"),
    ("critical found critical, or asked about", "critical_or_asks"),
    ("non-reports", "non_reports"),
    ("non-reports called critical", "non_reports_critical"),
    ("non-reports asked", "non_reports_asked"),
    ("not critical, called critical, per 1,000", "false_critical_per_1000"),
    ("confidence off by (ECE)", "ece"),
    ("language", "language_accuracy"),
    ("child or adult: said", "author_role_said"),
    ("child or adult: right where said", "author_role_accuracy"),
)
_PLAIN = frozenset(
    {"messages", "critical_messages", "non_reports", "false_critical_per_1000", "khmer_left_out"}
)


def blocks(page: str) -> dict[str, str]:
    """Return what stands between the markers of a page, by the name of the block."""
    return {found["name"]: found["body"] for found in _BLOCK.finditer(page)}


def filled(page: str, tables: Mapping[str, str]) -> str:
    """Return the page with these tables between its markers; other blocks stay as they are."""

    def put(found: re.Match[str]) -> str:
        body = tables.get(found["name"])
        return found.group() if body is None else found["begin"] + body + found["end"]

    return _BLOCK.sub(put, page)


def summary_table(manifest: Mapping[str, Any], model_hash: str) -> str:
    """Return the main figures, from the manifest alone: a test compares page and manifest."""
    columns = [manifest[name] for name in ("held_out", "dev", "stress")]
    counts = [
        f"{one['messages']}" + (f" (+ {x} Khmer)" if (x := one.get("khmer_left_out")) else "")
        for one in columns
    ]
    rows = [["messages", *counts]]
    rows += [[title, *(_cell(one, key) for one in columns)] for title, key in _SUMMARY]
    lines = _table(["", "test", "dev", "twins"], rows)
    lines.append("")
    lines.append(
        f"Model `{model_hash[:12]}`, trained on {manifest['messages']:,} messages "
        f"(`{manifest['data'][:12]}`), seed {manifest['seed']}. In brackets: exact 95 % bounds."
    )
    return "\n".join(lines) + "\n"


def detail_tables(found: Mapping[str, Any]) -> dict[str, str]:
    """Return the tables of one measurement, by the name of their block."""
    tables = {
        "intents": _intents(found["intents"]),
        "urgency": _urgency(found["urgency_confusion"]),
        "calibration": _calibration(found["calibration"]["bins"]),
        "slices": _slices(found["slices"]),
        "noise": _noise(found["noise"]),
        "speed": [
            f"Median {found['median_ms']:.1f} ms a message, "
            f"99th percentile {found['p99_ms']:.0f} ms."
        ],
    }
    if found["alarms_a_day"] is not None:
        tables["alarms"] = _alarms(found["alarms_a_day"])
    return {name: "\n".join(lines) + "\n" for name, lines in tables.items()}


def comments_table(found: Mapping[str, Any]) -> str:
    """Return what real comments of strangers come to, none of which tells of a danger."""
    row = [
        str(found["messages"]),
        str(found["false_critical"]),
        _cell(found, "non_reports_critical"),
        _cell(found, "non_reports_asked"),
    ]
    return "\n".join(_table(["comments", "called critical", "share", "asked"], [row])) + "\n"


def data_table(counts: Mapping[str, Any]) -> str:
    """Return who wrote how much of the data, from the counts of `lint`."""
    rows = [
        [
            f"`{name}`",
            f"{one['messages']:,}",
            str(len(one["authors"])),
            _percent(one["short"]),
        ]
        for name, one in counts["sets"].items()
    ]
    return "\n".join(_table(["set", "messages", "authors", "six words or less"], rows)) + "\n"


def _intents(intents: Mapping[str, Mapping[str, Any]]) -> list[str]:
    rows = [
        [
            f"`{name}`",
            str(one["messages"]),
            *(_decimal(one[key]) for key in ("precision", "recall", "f1")),
        ]
        for name, one in intents.items()
    ]
    return _table(["intent", "messages", "precision", "recall", "F1"], rows)


def _urgency(confusion: Mapping[str, Mapping[str, int]]) -> list[str]:
    rows = [[true, *(str(count) for count in row.values())] for true, row in confusion.items()]
    return _table(["true, called", *confusion], rows)


def _calibration(bins: Sequence[Mapping[str, Any]]) -> list[str]:
    rows = [
        [
            f"{one['low']:.1f}-{one['high']:.1f}",
            str(one["messages"]),
            _decimal(one["confidence"]),
            _decimal(one["right"]),
        ]
        for one in bins
    ]
    return _table(["confidence", "messages", "stated", "right"], rows)


def _slices(slices: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> list[str]:
    rows = [
        [
            f"{key}: {name}",
            str(one["messages"]),
            _percent(one["intent_accuracy"]),
            _percent(one["urgency_accuracy"]),
            str(one["critical_messages"]),
            _percent(one["critical_recall"]),
            _percent(one["critical_or_asks"]),
            str(one["false_critical"]),
        ]
        for key, groups in slices.items()
        if key != "intent"
        for name, one in groups.items()
    ]
    titles = ["", "messages", "intent", "urgency", "critical", "found", "or asked", "false"]
    return _table(titles, rows)


def _noise(kinds: Mapping[str, Mapping[str, Any]]) -> list[str]:
    rows = [
        [
            kind,
            str(one["pairs"]),
            _percent(one["intent_accuracy"]["clean"]),
            _percent(one["intent_accuracy"]["noised"]),
            str(one["critical_pairs"]),
            _percent(one["critical_recall"]["clean"]),
            _percent(one["critical_recall"]["noised"]),
            _percent(one["critical_or_asks"]["noised"]),
        ]
        for kind, one in kinds.items()
    ]
    titles = ["noise", "pairs", "intent, clean", "noised", "critical", "found, clean", "noised"]
    return _table([*titles, "or asked, noised"], rows)


def _alarms(load: Mapping[str, Any]) -> list[str]:
    names = ("alarms", "true", "false", "false_at_most", "missed", "asked")
    rows = [[chats, *(str(day[name]) for name in names)] for chats, day in load["days"].items()]
    mix = load["assumed"]
    return [
        *_table(["chats a day", *(name.replace("_", " ") for name in names)], rows),
        "",
        f"Assumed, not measured: {_percent(mix['critical'])} of chats critical, "
        f"{_percent(mix['other_reports'])} other reports, {_percent(mix['non_reports'])} neither; "
        "one message a chat.",
    ]


def _table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = [titles, ["---"] * len(titles), *rows]
    return ["| " + " | ".join(cells) + " |" for cells in lines]


def _cell(found: Mapping[str, Any], key: str) -> str:
    value = found.get(key)
    if value is None:
        return "-"
    if key in _PLAIN:
        return str(value)
    if key in {"macro_f1", "ece"}:
        return _decimal(value)
    bounds = found.get(f"{key}_bounds")
    span = f" ({100 * bounds[0]:.1f}-{100 * bounds[1]:.1f})" if bounds else ""
    return _percent(value) + span


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{100 * value:.1f} %"


def _decimal(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
