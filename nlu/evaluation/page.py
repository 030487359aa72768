"""One measurement as text for a terminal."""

from collections.abc import Iterator, Mapping
from typing import Any

_FLAT = (
    "messages",
    "khmer_left_out",
    "intent_accuracy",
    "macro_f1",
    "urgency_accuracy",
    "ece",
    "critical_messages",
    "critical_recall",
    "critical_or_asks",
    "non_reports",
    "non_reports_critical",
    "non_reports_asked",
    "false_critical",
    "false_critical_per_1000",
    "language_accuracy",
    "author_role_said",
    "author_role_accuracy",
    "median_ms",
    "p99_ms",
)
_FEW = 1_000


def page(name: str, found: Mapping[str, Any]) -> str:
    """Return the figures of one file, most important first."""
    lines = [name, *(f"  {line}" for line in _lines(found))]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _lines(found: Mapping[str, Any]) -> Iterator[str]:
    for key in _FLAT:
        bounds = found.get(f"{key}_bounds")
        span = f"  (95 %: {bounds[0]:.3f}-{bounds[1]:.3f})" if bounds else ""
        yield f"{key:<26}{'-' if found[key] is None else found[key]}{span}"
    yield from _alarms(found["alarms_a_day"])
    if found["intents"]:  # bare texts have no true labels to compare with
        yield from _of_labels(found)
    yield from _noise(found["noise"])
    yield from _facts(found["facts"])
    yield from _worst(found["worst"])


def _of_labels(found: Mapping[str, Any]) -> Iterator[str]:
    yield from _urgencies(found["urgency_confusion"])
    yield from _intents(found["intents"])
    yield from _mistaken(found["mistaken_intents"])
    yield from _reliability(found["calibration"])
    for key, groups in found["slices"].items():
        if key != "intent":
            yield from _slice(key, groups)


def _alarms(load: Mapping[str, Any] | None) -> Iterator[str]:
    yield ""
    if load is None:
        yield "alarms a day: needs critical messages, other reports and non-reports"
        return
    mix = load["assumed"]
    yield (
        f"a day, if {mix['critical']:.1%} of chats are critical, {mix['other_reports']:.1%} other "
        f"reports, {mix['non_reports']:.1%} none (assumed from 111's calls)"
    )
    for chats, day in load["days"].items():
        yield "  ".join([f"{chats:>6} chats:", *(f"{key} {value}" for key, value in day.items())])


def _urgencies(confusion: Mapping[str, Mapping[str, int]]) -> Iterator[str]:
    yield ""
    yield f"{'true urgency, called':<24}" + "".join(f"{said:>10}" for said in confusion)
    for true, row in confusion.items():
        yield f"{true:<24}" + "".join(f"{count:>10}" for count in row.values())


def _intents(intents: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    yield ""
    yield f"{'intent':<24}{'messages':>10}{'precision':>10}{'recall':>10}{'F1':>10}"
    for name, about in intents.items():
        cells = "".join(f"{_cell(about[key]):>10}" for key in ("precision", "recall", "f1"))
        yield f"{name:<24}{about['messages']:>10}{cells}"


def _mistaken(pairs: list[tuple[str, str, int]]) -> Iterator[str]:
    if pairs:
        yield ""
        yield "commonest mistakes of kind"
    for true, said, count in pairs:
        yield f"{count:>6}  {true} called {said}"


def _reliability(calibration: Mapping[str, Any]) -> Iterator[str]:
    if calibration["ece"] is None:
        return
    yield ""
    yield f"{'confidence':<12}{'messages':>10}{'stated':>10}{'right':>10}"
    for one in calibration["bins"]:
        span = f"{one['low']:.1f}-{one['high']:.1f}"
        yield f"{span:<12}{one['messages']:>10}{one['confidence']:>10.3f}{one['right']:>10.3f}"


def _slice(key: str, groups: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    yield ""
    yield (
        f"{key:<18}{'messages':>9}{'intent':>9}{'urgency':>9}{'critical':>9}{'recall':>9}"
        f"{'or asks':>9}{'false':>9}{'idle ask':>9}"
    )
    for name, one in groups.items():
        yield (
            f"{name:<18}{one['messages']:>9}{_cell(one['intent_accuracy']):>9}"
            f"{_cell(one['urgency_accuracy']):>9}{one['critical_messages']:>9}"
            f"{_cell(one['critical_recall']):>9}{_cell(one['critical_or_asks']):>9}"
            f"{one['false_critical']:>9}{_cell(one['non_reports_asked']):>9}"
        )


def _noise(kinds: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    if not kinds:
        return
    yield ""
    yield (
        f"{'noise':<18}{'pairs':>7}{'intent clean':>14}{'noised':>8}{'points':>8}"
        f"{'critical clean':>16}{'noised':>8}{'points':>8}"
    )
    for kind, one in kinds.items():
        intent, critical = one["intent_accuracy"], one["critical_recall"]
        yield (
            f"{kind:<18}{one['pairs']:>7}{_cell(intent['clean']):>14}{_cell(intent['noised']):>8}"
            f"{_points(intent):>8}{_cell(critical['clean']):>16}{_cell(critical['noised']):>8}"
            f"{_points(critical):>8}"
        )


def _facts(facts: Mapping[str, Mapping[str, int]]) -> Iterator[str]:
    yield ""
    yield f"{'fact':<24}{'said':>9}{'labelled':>9}{'right':>9}{'not seen':>9}{'wrong':>9}"
    for name, one in facts.items():
        yield f"{name:<24}" + "".join(f"{count:>9}" for count in one.values())


def _worst(errors: list[Mapping[str, Any]]) -> Iterator[str]:
    if errors:
        yield ""
        yield "worst errors"
    for one in errors:
        text = " ".join(str(one["text"]).split())
        yield f"{one['fault']}: {text[:_FEW]}"
        yield f"    true {one['true']}; said {one['said']} ({one['confidence']:.2f})"


def _cell(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _points(pair: Mapping[str, Any]) -> str:
    lost = pair["drop_points"]
    return "-" if lost is None else f"{0 - lost:+.1f}"
