"""Reviewed words written back into the YAML files (xuất về tệp), everything around them untouched.

Only the text of one reader of one card is replaced, so comments, order and review notes stay.
"""

import json
import re
from pathlib import Path

from bot.content.cards import ContentError, Register, read_yaml
from nlu.labels import Language


def rewrite(folder: Path, card: str, lang: Language, register: Register, words: str) -> Path:
    """Put `words` in place of the text; returns the file. Raises `ContentError` when it cannot.

    A card that is written once for several numbers must be taken apart by hand.
    """
    for path in sorted((folder / lang.value).glob("*.yml")):
        raw = next((one for one in read_yaml(path)["cards"] if one["id"] == card), None)
        if raw is None:
            continue
        beside = raw.get("beside", "")
        text = words.removesuffix(f"\n{beside}") if beside else words
        if "for_numbers" in raw or register.value not in raw["texts"] or (beside and text == words):
            break
        source = path.read_text(encoding="utf-8")
        changed = _replaced(source, card, register.value, text)
        path.write_text(changed, encoding="utf-8")
        now = next(one for one in read_yaml(path)["cards"] if one["id"] == card)
        if now["texts"][register.value].strip() != text.strip():
            path.write_text(source, encoding="utf-8")
            break
        return path
    raise ContentError(f"{card} ({lang.value}, {register.value}) must be changed by hand")


def _replaced(source: str, card: str, register: str, text: str) -> str:
    lines = source.splitlines(keepends=True)
    begin = next(
        at for at, line in enumerate(lines) if re.match(rf"  - (\{{)?id: {re.escape(card)}\b", line)
    )
    if lines[begin].startswith("  - {"):
        lines[begin] = _in_flow(lines[begin], register, text)
        return "".join(lines)
    at = next(
        number
        for number in range(begin + 1, len(lines))
        if lines[number].startswith(f"      {register}:")
    )
    end = at + 1
    while end < len(lines) and (lines[end].startswith("        ") or not lines[end].strip()):
        end += 1
    while not lines[end - 1].strip():
        end -= 1
    return "".join([*lines[:at], *_block(register, text), *lines[end:]])


def _block(register: str, text: str) -> list[str]:
    if "\n" not in text:
        return [f"      {register}: {json.dumps(text, ensure_ascii=False)}\n"]
    body = [f"        {line}".rstrip() + "\n" for line in text.splitlines()]
    return [f"      {register}: |-\n", *body]


def _in_flow(line: str, register: str, text: str) -> str:
    quoted = json.dumps(text, ensure_ascii=False)
    pattern = re.compile(rf'(texts: \{{.*?\b{register}: )"(?:[^"\\]|\\.)*"')
    return pattern.sub(lambda found: found[1] + quoted, line, count=1)
