"""What `langnghe classify` and `langnghe nlu …` do: the only place of `nlu` that prints."""

from nlu.commands.classifying import as_json, classify
from nlu.commands.learning import train
from nlu.commands.linting import lint
from nlu.commands.measuring import evaluate, figures
from nlu.commands.reporting import report

__all__ = ["as_json", "classify", "evaluate", "figures", "lint", "report", "train"]
