"""The report of the checks as text for a terminal."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from nlu.labels import Urgency
from nlu.lint.findings import Finding
from nlu.lint.linting import Report

_SHOWN = 5
"""So many findings of one kind are printed; `--all` prints every one."""


def page(report: Report, *, shown: int = _SHOWN) -> str:
    """Return the tables, then warnings, then errors, so that errors stand last on the screen."""
    lines = [*_tables(report), ""]
    for title, findings in (("warnings", report.warnings), ("errors", report.errors)):
        lines.extend(_listed(title, findings, shown))
    lines.append(f"{len(report.errors)} errors, {len(report.warnings)} warnings")
    return "\n".join(lines) + "\n"


def _listed(title: str, findings: Sequence[Finding], shown: int) -> Iterator[str]:
    by_code: defaultdict[str, list[Finding]] = defaultdict(list)
    for one in findings:
        by_code[one.code].append(one)
    if by_code:
        yield title
    for code, group in by_code.items():
        yield f"  {code} ({len(group)})"
        for one in group[:shown]:
            yield f"    {'  '.join((one.says, *one.places))}"
        if len(group) > shown:
            yield f"    … and {len(group) - shown} more (--all)"


def _tables(report: Report) -> Iterator[str]:
    counts = report.counts
    yield f"{counts['messages']} messages, {counts['short']:.1%} of six words or less"
    for name, about in counts["sets"].items():
        authors = ", ".join(f"{author} {count}" for author, count in about["authors"].items())
        yield f"  {name:<6}{about['messages']:>6}  {about['short']:>6.1%} short  by {authors}"
    for name in ("styles", "languages", "roles"):
        total = max(counts["messages"], 1)
        parts = (f"{key} {count} ({count / total:.1%})" for key, count in counts[name].items())
        yield f"  {name}: {', '.join(parts)}"
    hard = f"{counts['hard_negatives']:.1%} of the training messages that need nobody"
    yield f"  marked as hard: {counts['hard']}; hard negatives: {hard}"
    yield ""
    titles = "".join(f"{urgency.value:>10}" for urgency in Urgency)
    yield f"{'intent':<24}{'all':>7}{titles}{'authors':>9}{'largest':>9}"
    for intent, about in counts["intents"].items():
        cells = "".join(f"{about[urgency.value]:>10}" for urgency in Urgency)
        yield (
            f"{intent:<24}{about['messages']:>7}{cells}{about['authors']:>9}"
            f"{about['largest_author_share']:>9.0%}"
        )
