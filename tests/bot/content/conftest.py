"""A copy of the content that a test may change."""

import shutil
from pathlib import Path

import pytest

from bot.content.cards import FOLDER


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The real content, copied."""
    copy = tmp_path / "content"
    shutil.copytree(FOLDER, copy, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return copy
