"""Everything that is measured on one file, as one JSON object."""

from collections.abc import Sequence
from typing import Any

from nlu.evaluation.answers import Answer, ask_all
from nlu.evaluation.calibration import calibration
from nlu.evaluation.cases import Case
from nlu.evaluation.engines import Understand
from nlu.evaluation.figures import (
    counted,
    mistaken_intents,
    of_intents,
    summary,
    urgency_confusion,
)
from nlu.evaluation.load import load_of_days
from nlu.evaluation.noise import noised
from nlu.evaluation.pairs import noise_pairs
from nlu.evaluation.slices import slices
from nlu.evaluation.told_facts import told_facts
from nlu.evaluation.worst import worst


def measured(
    understand: Understand,
    cases: Sequence[Case],
    *,
    noise_kinds: Sequence[str] = (),
    most_errors: int = 10,
) -> dict[str, Any]:
    """Ask the engine about all cases and count; `noise_kinds` are asked about in pairs."""
    answers = ask_all(understand, cases)
    mine = counted(answers)
    found = {**summary(answers), **_details(mine)}
    found["noise"] = noise_pairs(understand, mine, noise_kinds, noised)
    found["worst"] = [one.as_json() for one in worst(mine, most_errors)]
    return found


def _details(answers: Sequence[Answer]) -> dict[str, Any]:
    labelled = [one for one in answers if one.case.is_labelled]
    return {
        "intents": of_intents(labelled),
        "mistaken_intents": mistaken_intents(labelled),
        "urgency_confusion": urgency_confusion(labelled),
        "calibration": calibration(labelled).as_json(),
        "slices": slices(labelled),
        "alarms_a_day": load_of_days(answers),
        "facts": told_facts(answers),
    }
