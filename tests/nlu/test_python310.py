"""The Rasa components run on Python 3.10 without our dependencies and import two of our modules."""

import shutil
import subprocess
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]


def _python310() -> str | None:
    found = shutil.which("python3.10")
    if (
        found
        and subprocess.run([found, "-c", ""], check=False, capture_output=True).returncode == 0
    ):
        return found
    installed = sorted(Path.home().glob(".pyenv/versions/3.10.*/bin/python"))
    return str(installed[-1]) if installed else None


def test_labels_and_text_load_on_python_310_with_the_standard_library_only() -> None:
    python = _python310()
    if python is None:
        pytest.skip("no python3.10 here: what Rasa imports was NOT tried on Python 3.10")
    program = (
        f"import sys; sys.path.insert(0, {str(_ROOT)!r})\n"
        "import nlu.labels, nlu.text\n"
        "assert sys.version_info[:2] == (3, 10), sys.version\n"
        "assert nlu.text.read('cuws em vowis').full == 'cứ em với'\n"
        "print(nlu.labels.Intent.BULLYING.value)\n"
    )

    done = subprocess.run(
        [python, "-I", "-S", "-B", "-c", program], check=False, capture_output=True, text=True
    )

    assert done.stderr == ""
    assert done.stdout == "bullying\n"
