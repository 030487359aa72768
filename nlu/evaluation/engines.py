"""What can be measured: anything that turns a text into an assessment."""

from collections.abc import Callable

from nlu.assessment import Assessment
from nlu.engine import load_engine

Understand = Callable[[str], Assessment]


class EngineUnavailable(ValueError):
    """There is no such engine here."""


def open_engine(name: str) -> Understand:
    """Return the engine of this name: `embedded`, or `rasa`, `rasa:URL`, `both`.

    Raises `EngineUnavailable`; so far it does for all but the embedded one.
    """
    kind, _, address = name.partition(":")
    if kind == "embedded" and not address:
        return load_engine().understand
    if kind in {"rasa", "both"}:
        raise EngineUnavailable(f"the engine `{kind}` is not built yet; `embedded` is the only one")
    raise EngineUnavailable(f"no engine `{name}`: embedded, rasa:URL or both")
