"""`langnghe nlu train --with | versions | use | roll-back`: the model's versions on this server."""

import argparse
import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

from intake.clock import utc_now
from intake.commands.shell import ACTOR, account, opened_store
from intake.errors import IntakeError
from intake.settings import read_settings
from nlu import model_store
from nlu.examples import file_hash
from nlu.extra import ExamplesRefused
from nlu.judgement import Verdict
from nlu.model import MODEL_FILE
from nlu.model_store import SHADOW_FILE, SHIPPED, ModelRefused
from nlu.new_version import Data, train_version
from storage import events

_RESTART = "Restart the service: a running one keeps the model that it started with."
_REASON_LETTERS = 10


class ModelProblem(IntakeError):
    """The model cannot be trained, compared or used."""


def train(options: argparse.Namespace, data: Data | None = None) -> int:
    """Train a version beside the shipped model; `data` stands in for the shipped examples."""
    folder = Path(options.to) if options.to else models_folder()
    try:
        place = train_version(
            [Path(name) for name in options.extra], folder, now=utc_now(), data=data
        )
    except ExamplesRefused as refused:
        raise ModelProblem(f"nothing was trained:\n{refused}") from None
    except ModelRefused as refused:
        raise ModelProblem(str(refused)) from None
    manifest = model_store.check(place)
    sys.stdout.write(
        f"{place}\n"
        f"{manifest['messages']} messages, {manifest['learnt_from_with']} of them from "
        f"{len(options.extra)} files of yours. The model in use is the old one.\n"
        f"Next: langnghe nlu shadow --model {place.name}\n"
    )
    return 0


def versions(_options: argparse.Namespace) -> int:
    """List the versions, which of them is in use, and what was chosen before."""
    folder = models_folder()
    loaded = model_store.load_chosen(folder)
    for name in (SHIPPED, *(path.name for path in model_store.versions(folder))):
        shown = model_store.shipped_version() if name == SHIPPED else name
        mark = "*" if shown == loaded.version else " "
        sys.stdout.write(f"{mark} {shown:<24}{_state_of(folder, name)}\n")
    if loaded.problem:
        sys.stdout.write(f"! the chosen model is not used: {loaded.problem}\n")
        return 1
    for one in model_store.choices(folder):
        although = f", although: {one.although}" if one.although else ""
        sys.stdout.write(f"  {one.at}  {one.version} was put in use{although}\n")
    return 0


def use(options: argparse.Namespace) -> int:
    """Put a version in use from the next start on."""
    folder = models_folder()
    name = _named(folder, options.version)
    although = (options.although or "").strip()
    if although and len(although) < _REASON_LETTERS:
        raise ModelProblem(f"--although needs a reason of at least {_REASON_LETTERS} letters")
    verdict = "shipped"
    if name != SHIPPED:
        try:
            model_store.load_version(folder / name)
        except ModelRefused as refused:
            raise ModelProblem(str(refused)) from None
        verdict, objection = _objection(folder, name)
        if objection and not although:
            raise ModelProblem(f'{objection}; `--although "reason"` uses it all the same')
    before = _in_use(folder)
    detail = {"version": name, "from": before, "verdict": verdict, "although": bool(although)}
    asyncio.run(_tell(detail, although))
    model_store.choose(folder, name, now=utc_now(), although=although)
    sys.stdout.write(f"{name} is in use from the next start on (until now {before}).\n{_RESTART}\n")
    return 0


def roll_back(_options: argparse.Namespace) -> int:
    """Return to what was in use before."""
    folder = models_folder()
    try:
        chosen = model_store.choices(folder)
        if not chosen:
            raise ModelProblem("the shipped model is in use and nothing was before it")
        name = chosen[-2].version if len(chosen) > 1 else SHIPPED
        if name != SHIPPED:
            model_store.load_version(folder / name)
    except ModelRefused as refused:
        raise ModelProblem(
            f"{refused}. `langnghe nlu use {SHIPPED}` returns to the shipped model"
        ) from None
    detail = {"version": name, "from": chosen[-1].version, "rolled_back": True}
    asyncio.run(_tell(detail, ""))
    model_store.roll_back(folder)
    sys.stdout.write(
        f"{name} is in use again from the next start on (until now {chosen[-1].version}).\n"
        f"{_RESTART}\n"
    )
    return 0


def models_folder() -> Path:
    """Return where this server keeps its versions."""
    return read_settings(os.environ).data.models_folder


def shadow_of(place: Path) -> dict[str, Any]:
    """Return what the last comparison of a version said; empty when there was none."""
    try:
        found = json.loads((place / SHADOW_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _objection(folder: Path, name: str) -> tuple[str, str]:
    """Return the verdict of the comparison, and why it does not allow this version."""
    shadow = shadow_of(folder / name)
    verdict = str(shadow.get("verdict", "none"))
    advice = f"run `langnghe nlu shadow --model {name}`"
    if not shadow:
        return "none", f"{name} was not compared with the model in use: {advice}"
    if shadow.get("candidate") != file_hash(folder / name / MODEL_FILE.name):
        return "none", f"{name} is not the model that was compared: {advice}"
    if shadow.get("against") != model_store.load_chosen(folder).version:
        return "none", f"{name} was compared with another model than the one in use: {advice}"
    if verdict == Verdict.WORSE:
        return verdict, f"{name} is worse: {'; '.join(shadow.get('faults', ()))}"
    return verdict, ""


def _state_of(folder: Path, name: str) -> str:
    if name == SHIPPED:
        return "came with the program"
    try:
        manifest = model_store.check(folder / name)
    except ModelRefused as refused:
        return f"cannot be used: {refused}"
    verdict = shadow_of(folder / name).get("verdict", "not compared yet")
    return f"{manifest['learnt_from_with']} own messages; {verdict}"


def _named(folder: Path, said: str) -> str:
    """Take a name, or the path of a folder of ours."""
    if said == model_store.shipped_version():
        return SHIPPED
    path = Path(said)
    if path.name != said and path.resolve().parent != folder.resolve():
        raise ModelProblem(f"{said} is not in {folder}: copy the folder there first")
    return path.name


def _in_use(folder: Path) -> str:
    try:
        return model_store.in_use(folder)
    except ModelRefused:
        return "unreadable"


async def _tell(detail: dict[str, Any], note: str) -> None:
    """The event first: a switch that is not in the chain does not happen."""
    async with opened_store() as store:
        await events.tell(
            store,
            kind="model_chosen",
            now=utc_now(),
            actor_id=ACTOR,
            detail={**detail, "account": account()},
            note=note,
        )
