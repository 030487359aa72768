"""`langnghe content sign | export | history` on a service whose reviewers were at work."""

import argparse
import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.content.cards import FOLDER, Register, read_yaml
from bot.content.check import find_problems
from bot.content.edits import reworded
from bot.content.shelf import load_shelf, read_content
from bot.content.signoffs import digest, read_signoffs
from intake.cli import main
from intake.clock import utc_now
from intake.commands import content as commands
from nlu.labels import Language
from storage.accounts import users
from storage.accounts.users import NewUser
from storage.store import Store, open_store
from storage.words import content
from storage.words.content import NewEdit, NewSignoff

CARD = "thanks"
WORDS = "Không có chi. Có gì bạn cứ nhắn, hay gọi {child}."


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty service."""
    monkeypatch.setenv("LANGNGHE_DATA_DIR", str(tmp_path))
    for name in ("LANGNGHE_DATABASE_URL", "LANGNGHE_KEYS_URL", "LANGNGHE_MASTER_KEY_FILE"):
        monkeypatch.delenv(name, raising=False)
    assert main(["migrate"]) == 0
    return tmp_path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the content to export to."""
    copy = tmp_path / "content"
    shutil.copytree(FOLDER, copy, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return copy


def in_store(installed: Path, work: Callable[[Store], Any]) -> None:
    """Let reviewers do something."""

    async def go() -> None:
        async with open_store(
            database_url=f"sqlite:///{installed / 'langnghe.db'}",
            keys_url=f"sqlite:///{installed / 'keys' / 'keys.db'}",
            master_key_file=installed / "keys" / "master.key",
        ) as store:
            await work(store)

    asyncio.run(go())


async def edited(store: Store, *, card: str = CARD, words: str = WORDS) -> str:
    """Lan edits, Hoa signs; returns the hash of the words."""
    files = read_content()
    wording = files.cards[card].wordings[Language.VIETNAMESE, Register.ANY]
    sha256 = digest(reworded(files.cards[card], wording, words, files.numbers))
    lan, hoa = [
        await users.create_user(
            store,
            NewUser(login=name, display_name=name.title(), role="communicator", password_hash="-"),
            now=utc_now(),
        )
        for name in ("lan", "hoa")
    ]
    edit = NewEdit(
        card=card, lang="vi", register="any", text=words, text_before=wording.template,
        sha256=sha256,
    )  # fmt: skip
    await content.edit(store, edit, after=0, user_id=lan.id, now=utc_now())
    signoff = NewSignoff(
        card=card, lang="vi", register="any", sha256=sha256, name="Hoa", role="bác sĩ"
    )
    await content.sign(store, signoff, user_id=hoa.id, now=utc_now())
    return sha256


def test_real_edits_and_signatures_are_written_to_the_files_and_hold_there(
    installed: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    in_store(installed, edited)
    before = (folder / "vi" / "talk.yml").read_text(encoding="utf-8")
    capsys.readouterr()

    assert main(["content", "export", "--to", str(folder)]) == 0

    assert "1 texts and 1 signatures written" in capsys.readouterr().out
    (thanks,) = [x for x in read_yaml(folder / "vi" / "talk.yml")["cards"] if x["id"] == CARD]
    assert thanks["texts"]["any"] == WORDS
    (signed,) = read_signoffs(folder / "signoffs.yml")
    assert (signed.card, signed.name, signed.role) == (CARD, "Hoa", "bác sĩ")
    assert find_problems(folder) == ()
    shelf = load_shelf(mode_is_production=True, folder=folder)
    assert shelf.plain(CARD, Language.VIETNAMESE).startswith("Không có chi. Có gì bạn")
    after = (folder / "vi" / "talk.yml").read_text(encoding="utf-8")
    assert sum(a != b for a, b in zip(before.splitlines(), after.splitlines(), strict=True)) == 1


def test_a_second_export_writes_nothing(
    installed: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    in_store(installed, edited)
    main(["content", "export", "--to", str(folder)])
    capsys.readouterr()

    assert main(["content", "export", "--to", str(folder)]) == 0

    assert "0 texts and 0 signatures written" in capsys.readouterr().out


def test_a_card_of_several_numbers_is_left_to_a_hand_and_named(
    installed: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = "Mình vẫn ở đây. Chưa gọi {number} thì gọi liền nha. (Máy trả lời)"
    in_store(installed, lambda store: edited(store, card="still_here_police", words=words))
    capsys.readouterr()

    assert main(["content", "export", "--to", str(folder)]) == 1

    printed = capsys.readouterr()
    assert "still_here_police" in printed.err
    assert words in printed.err
    assert "0 texts and 1 signatures written" in printed.out


@pytest.mark.parametrize(("name", "status"), [("lan", 1), ("Lan", 1), ("Chị Tư", 0)])
def test_whoever_wrote_the_words_in_the_console_does_not_sign_them_in_the_files(
    installed: Path,
    folder: Path,
    name: str,
    status: int,
    capsys: pytest.CaptureFixture[str],
) -> None:
    in_store(installed, edited)
    main(["content", "export", "--to", str(folder)])
    (folder / "signoffs.yml").write_text("signoffs: []\n", encoding="utf-8")
    options = argparse.Namespace(
        card=CARD, lang="vi", register="any", name=name, role="bác sĩ", date="2026-11-24"
    )

    assert commands.sign(options, folder=folder) == status

    assert len(read_signoffs(folder / "signoffs.yml")) == 1 - status
    assert ("somebody else" in capsys.readouterr().err) == bool(status)


def test_other_buttons_are_left_to_a_hand_and_named(
    installed: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async def relabelled(store: Store) -> None:
        wording = read_content().cards["ask_danger"].wordings[Language.VIETNAMESE, Register.ANY]
        edit = NewEdit(
            card="ask_danger", lang="vi", register="any", text=wording.template,
            text_before=wording.template, sha256="a" * 64, labels={"danger:yes": "Có, đang nguy"},
        )  # fmt: skip
        await content.edit(store, edit, after=0, user_id="lan", now=utc_now())

    in_store(installed, relabelled)
    capsys.readouterr()

    assert main(["content", "export", "--to", str(folder)]) == 1

    printed = capsys.readouterr()
    assert "danger:yes: Có, đang nguy" in printed.err
    assert "0 texts and 0 signatures" in printed.out


async def signed_by_hoa(store: Store, lang: Language) -> None:
    wording = read_content().cards["quick_exit"].wordings[lang, Register.ANY]
    new = NewSignoff(
        card="quick_exit", lang=lang.value, register="any", sha256=digest(wording), name="Hoa",
        role="luật sư",
    )  # fmt: skip
    await content.sign(store, new, user_id="hoa", now=utc_now())


async def edited_by_lan(store: Store) -> None:
    files, words = read_content(), "Cảm ơn bạn. Chúc vui."
    card = files.cards["quick_exit"]
    wording = card.wordings[Language.VIETNAMESE, Register.ANY]
    edit = NewEdit(
        card="quick_exit", lang="vi", register="any", text=words, text_before=wording.template,
        sha256=digest(reworded(card, wording, words, files.numbers)),
    )  # fmt: skip
    await content.edit(store, edit, after=0, user_id="lan", now=utc_now())


def test_doctor_lists_a_card_again_once_it_was_edited_and_nobody_signed(
    installed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    in_store(installed, lambda store: signed_by_hoa(store, Language.VIETNAMESE))
    in_store(installed, lambda store: signed_by_hoa(store, Language.ENGLISH))
    capsys.readouterr()
    main(["doctor"])
    signed = capsys.readouterr().out

    in_store(installed, edited_by_lan)
    main(["doctor"])

    assert "quick_exit:" not in signed
    assert "quick_exit: vi/any\n" in capsys.readouterr().out
