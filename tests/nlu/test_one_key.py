"""A key that stands twice is an error, wherever people write YAML by hand."""

from pathlib import Path

import pytest

from bot.content.cards import ContentError, read_yaml
from nlu.one_key import read_page

_TWICE = "a:\n  b: 1\n  c: 2\n  b: 3\n"


def test_a_key_that_stands_twice_is_named_with_its_line(tmp_path: Path) -> None:
    page = tmp_path / "page.yml"
    page.write_text(_TWICE, encoding="utf-8")
    with pytest.raises(ValueError, match=r"line 4: `b` stands twice"):
        read_page(page)


def test_a_content_file_is_refused_for_it(tmp_path: Path) -> None:
    page = tmp_path / "cards.yml"
    page.write_text(_TWICE, encoding="utf-8")
    with pytest.raises(ContentError, match="stands twice"):
        read_yaml(page)


def test_the_same_key_in_two_mappings_is_none_of_our_business(tmp_path: Path) -> None:
    page = tmp_path / "page.yml"
    page.write_text("a: {b: 1}\nc: {b: 2}\n", encoding="utf-8")
    assert read_page(page) == {"a": {"b": 1}, "c": {"b": 2}}
