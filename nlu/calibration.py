"""How sure the model may sound (hiệu chỉnh): temperatures chosen on messages it never saw."""

from collections.abc import Sequence

import numpy as np

from nlu.examples import Example
from nlu.floor import Floor
from nlu.labels import AuthorRole
from nlu.model import ROLES, Floats, Model, Opinion


def temperatures(model: Model, floor: Floor, dev: Sequence[Example]) -> Floats:
    """Choose for each head the temperature under which the dev labels are least surprising.

    `model` must have been made with temperatures of 1.
    """
    opinions = [_opinion(model, floor, one) for one in dev]
    matters = np.asarray([list(x.matters.values()) for x in opinions])
    known = list(opinions[0].matters) if opinions else []
    kinds = [[index for index, (intent, _) in enumerate(known) if intent is x.intent] for x in dev]
    roles = np.asarray([list(x.roles.values()) for x in opinions])
    written_by = [[ROLES.index(AuthorRole(one.author_role))] for one in dev]
    return np.asarray([_coolest(matters, kinds), _coolest(roles, written_by)], dtype=np.float32)


def _opinion(model: Model, floor: Floor, one: Example) -> Opinion:
    reading, danger = floor.study(one.text)
    return model.think(reading, danger)


def _coolest(
    chances: np.ndarray[tuple[int, int], np.dtype[np.float64]], truth: list[list[int]]
) -> float:
    if len(truth) == 0:
        return 1.0
    scores = np.log(chances + 1e-30)
    best, best_loss = 1.0, np.inf
    for temperature in np.arange(0.3, 4.0, 0.05):
        raised = np.exp((scores - scores.max(axis=1, keepdims=True)) / temperature)
        shares = raised / raised.sum(axis=1, keepdims=True)
        right = [shares[row, columns].sum() for row, columns in enumerate(truth)]
        loss = -float(np.log(np.asarray(right) + 1e-9).mean())
        if loss < best_loss:
            best, best_loss = round(float(temperature), 2), loss
    return best
