"""The project's own files: locks, vendored assets, images, links, the settings table."""

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements.txt", "requirements-dev.txt")
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
PACKAGES = ("bot", "intake", "nlu", "storage")
OWN_FOLDERS = (*PACKAGES, "tests", "docker", "docs")
VENDORED_SUFFIXES = {".woff2", ".woff", ".ttf"}
BUILD = {"setuptools"}  # locked for the editable install
SKIPPED = {"node_modules", "__pycache__"}
PHONE = re.compile(r"(?<![\w.])0[35789]\d{8}(?!\w)")


def own_files(*suffixes: str) -> Iterator[Path]:
    yield from (path for path in ROOT.glob("*") if path.suffix in suffixes)
    for folder in OWN_FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in suffixes and not SKIPPED & set(path.parts):
                yield path


def pins(lock: str) -> dict[str, list[Version]]:
    """Return the locked versions by name; one name may have several, by marker."""
    found: dict[str, list[Version]] = {}
    for name, version in re.findall(
        r"^([a-z0-9._-]+)==([^\s;]+)", (ROOT / lock).read_text("utf-8"), re.M
    ):
        found.setdefault(name, []).append(Version(version))
    return found


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_host(lock: str) -> None:
    assert "://" not in (ROOT / lock).read_text("utf-8")


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_has_a_hash(lock: str) -> None:
    text = (ROOT / lock).read_text("utf-8")

    entries = re.findall(r"^[a-z0-9._-]+==.*?(?=^[a-z0-9._-]+==|\Z)", text, re.M | re.S)

    assert entries
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize(
    ("lock", "wanted"),
    [
        ("requirements.txt", PROJECT["dependencies"]),
        (
            "requirements-dev.txt",
            PROJECT["dependencies"] + PROJECT["optional-dependencies"]["dev"],
        ),
    ],
)
def test_a_lock_is_in_step_with_the_project(lock: str, wanted: list[str]) -> None:
    locked = pins(lock)
    text = (ROOT / lock).read_text("utf-8")
    direct = {
        name
        for name, via in re.findall(r"^([a-z0-9._-]+)==[^#]*?((?:^ +#.*\n)+)", text + "\n", re.M)
        if "langnghe (pyproject.toml)" in via
    }

    requirements = {normal(Requirement(line).name): Requirement(line) for line in wanted}
    missing = [
        name
        for name, requirement in requirements.items()
        if not any(version in requirement.specifier for version in locked.get(name, []))
    ]

    assert missing == [], "run make lock"
    assert direct - requirements.keys() - BUILD == set(), "run make lock"


def test_both_locks_agree() -> None:
    run, dev = pins(LOCKS[0]), pins(LOCKS[1])

    assert {name: dev.get(name) for name in run} == run


def test_the_npm_lock_names_no_host() -> None:
    lock = ROOT / "tests" / "package-lock.json"
    if not lock.exists():
        return

    packages: dict[str, Any] = json.loads(lock.read_text("utf-8"))["packages"]

    assert [name for name, entry in packages.items() if "://" in entry.get("resolved", "")] == []


def test_other_peoples_files_are_what_they_were() -> None:
    """`make vendored` writes the list anew, when one was changed on purpose."""
    lines = (ROOT / ".ci" / "vendored.sha256").read_text("utf-8").splitlines()
    listed = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}

    found = {
        path.relative_to(ROOT).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and (path.parent.name == "vendor" or path.suffix in VENDORED_SUFFIXES)
    }

    assert found == listed


def test_every_setting_is_in_the_readme() -> None:
    settings = (ROOT / "intake" / "settings.py").read_text("utf-8")
    names = set(re.findall(r"[\"'](LANGNGHE_[A-Z_]+|TELEGRAM_BOT_TOKEN)[\"']", settings))

    readme = (ROOT / "README.md").read_text("utf-8")

    assert names
    assert sorted(name for name in names if f"`{name}`" not in readme) == []


def test_the_container_is_locked_down() -> None:
    compose = yaml.safe_load((ROOT / "docker" / "compose.yml").read_text("utf-8"))
    dockerfile = (ROOT / "docker" / "Dockerfile").read_text("utf-8")

    for name, service in compose["services"].items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert "no-new-privileges:true" in service["security_opt"], name
        assert service.get("privileged", False) is False, name
    assert re.search(r"^USER (?!root|0)", dockerfile, re.M)
    assert "HEALTHCHECK" in dockerfile
    assert "--require-hashes" in dockerfile


def test_only_the_proxy_is_reachable_from_outside() -> None:
    compose = yaml.safe_load((ROOT / "docker" / "compose.yml").read_text("utf-8"))

    published = {name for name, service in compose["services"].items() if service.get("ports")}

    assert published == {"caddy"}


def test_the_installed_package_has_every_file(tmp_path: Path) -> None:
    source = tmp_path / "source"
    for package in PACKAGES:
        ignored = shutil.ignore_patterns("__pycache__", "*.pyc")
        shutil.copytree(ROOT / package, source / package, ignore=ignored)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source / name)
    wanted = {
        path.relative_to(source).as_posix()
        for package in PACKAGES
        for path in (source / package).rglob("*")
        if path.is_file() and not path.name.startswith(".")
    }

    options = ("--no-deps", "--no-build-isolation", "--no-index", "--quiet")
    command = [sys.executable, "-m", "pip", "wheel", *options, "-w", str(tmp_path), str(source)]
    subprocess.run(command, check=True, cwd=tmp_path)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        packed = set(archive.namelist())

    assert wanted - packed == set()


def test_links_between_documents_lead_somewhere() -> None:
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in own_files(".md")
        for target in re.findall(r"\]\(([^)#\s]+)", page.read_text("utf-8"))
        if "://" not in target and not target.startswith("mailto:")
        if not (page.parent / target).exists()
    ]

    assert broken == []


def test_telephone_numbers_of_persons_are_invented() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {number}"
        for path in own_files(".py", ".md", ".yml", ".yaml", ".json", ".jsonl", ".html", ".js")
        for number in PHONE.findall(path.read_text("utf-8"))
        if not number.startswith("0900000")
    ]

    assert found == []
