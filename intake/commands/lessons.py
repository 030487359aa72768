"""`langnghe nlu lessons export`: rewritten sentences leave the store, originals never do."""

import argparse
import asyncio
import os
import sys
from pathlib import Path
from typing import TextIO

from intake.clock import utc_now
from intake.commands.shell import ACTOR, account, opened_store
from intake.errors import IntakeError
from nlu.examples import Example
from nlu.extra import DESK, page_of
from storage.learning import lessons
from storage.learning.lessons import Written


class NothingExported(IntakeError):
    """There is no lesson that may leave."""


def export(options: argparse.Namespace) -> int:
    """Write every finished lesson to a new file, and say what stays behind and why."""
    path = Path(options.to)
    exported, flagged = asyncio.run(_export(path))
    sys.stdout.write(f"{path}: {exported} lessons\n")
    if flagged:
        sys.stdout.write(f"{flagged} more wait for a second look (console, Bài học)\n")
    sys.stdout.write(f"Next: langnghe nlu train --with {path}\n")
    return 0


async def _export(path: Path) -> tuple[int, int]:
    """Open the file, note the export, then write: what is not in the events does not leave."""
    async with opened_store() as store:
        written = await lessons.written(store)
        ready = [one for one in written if not one.correction.needs_second_look]
        if not ready:
            raise NothingExported(
                f"{len(written)} lessons wait for a second look, none may leave yet"
                if written
                else "no lesson is written yet (console, Bài học)"
            )
        with _new_file(path) as file:
            await lessons.note_exported(
                store,
                [one.correction.id for one in ready],
                actor_id=ACTOR,
                detail={"account": account()},
                now=utc_now(),
            )
            file.write(page_of(_example(one) for one in ready))
    return len(ready), len(written) - len(ready)


def _new_file(path: Path) -> TextIO:
    """Open a file that is not there yet, for its owner alone."""
    try:
        number = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        raise NothingExported(f"{path} exists already: name a new file") from None
    except OSError as error:
        raise NothingExported(f"{path}: {error.strerror}") from None
    return os.fdopen(number, "w", encoding="utf-8")


def _example(one: Written) -> Example:
    lesson = one.lesson
    return Example(
        text=lesson.text,
        intent=lesson.intent,
        urgency=lesson.urgency,
        lang=lesson.lang,
        style=lesson.style,
        author_role=lesson.author_role,
        author=DESK,
    )
