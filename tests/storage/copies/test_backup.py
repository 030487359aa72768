"""Copies: encrypted, proved, restored on either engine; a changed byte is noticed."""

import asyncio
import stat
from pathlib import Path
from typing import Any

import pytest

from storage import events, tickets
from storage.copies import backup
from storage.copies.backup import Copies
from storage.copies.backup_file import BackupError, decrypt_file, encrypt_file
from storage.store import Store, open_store
from tests.engines import Urls, migrated_cluster
from tests.tickets_made import DROWNING, add_user, open_ticket, write

_PASSPHRASE = "mot cau that dai va kho doan"


async def _back_up(urls: Urls, folder: Path, now: Any) -> Copies:
    return await backup.back_up(
        database_url=urls.database_url,
        keys_url=urls.keys_url,
        master_key_file=urls.master_key_file,
        folder=folder,
        passphrase=_PASSPHRASE,
        now=now,
    )


@pytest.fixture
async def filled(urls: Urls, clock) -> str:
    """Some rows of every kind; returns the number of a ticket."""
    async with urls.open() as store:
        user = await add_user(store, clock(), is_on_duty=True)
        ticket = await open_ticket(store, clock(), DROWNING, account="r")
        await tickets.claim_ticket(store, ticket.id, user_id=user.id, now=clock())
        await tickets.add_note(
            store, ticket.id, text="ghi chu rat kin", user_id=user.id, now=clock()
        )
        await write(store, clock(), account="r")
        gone = await open_ticket(store, clock())
        await store.vault.forget(gone.id)
    return ticket.number


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_place(request: pytest.FixtureRequest, tmp_path: Path) -> Urls:
    """An empty place on either engine, whatever the copy was made of."""
    folder = tmp_path / "restored"
    database_url = (
        f"sqlite:///{folder / 'rows.db'}"
        if request.param == "sqlite"
        else migrated_cluster().create()
    )
    return Urls(database_url, f"sqlite:///{folder / 'keys' / 'keys.db'}", folder / "keys" / "m.key")


async def _restore(copies: Copies, place: Urls, erased: frozenset[str] = frozenset()) -> None:
    await backup.restore(
        copies,
        _PASSPHRASE,
        database_url=place.database_url,
        keys_url=place.keys_url,
        master_key_file=place.master_key_file,
        erased=erased,
    )


async def test_a_copy_made_while_the_service_runs_proves_whole(
    urls: Urls, filled: str, clock, tmp_path: Path
) -> None:
    async with urls.open() as store:
        async with asyncio.TaskGroup() as together:
            for _ in range(20):
                together.create_task(write(store, clock()))
            copying = together.create_task(_back_up(urls, tmp_path / "copies", clock()))
        copies = copying.result()

    checked = await backup.check(copies, _PASSPHRASE)

    assert checked.is_chain_whole
    assert checked.counts["tickets"] == 2
    assert checked.counts["users"] == 1
    assert checked.owners_without_key == 1
    assert checked.last_event_id == checked.counts["events"]
    assert backup.newest(tmp_path / "copies") == copies


async def test_the_files_say_nothing_and_only_their_owner_can_read_them(
    urls: Urls, filled: str, clock, tmp_path: Path
) -> None:
    copies = await _back_up(urls, tmp_path / "copies", clock())

    for file in (copies.rows, copies.keys):
        blob = await asyncio.to_thread(file.read_bytes)
        assert b"SQLite" not in blob
        assert filled.encode() not in blob
        assert stat.S_IMODE((await asyncio.to_thread(file.stat)).st_mode) == 0o600
    left = await asyncio.to_thread(lambda: {path.name for path in copies.rows.parent.iterdir()})
    assert left == {copies.rows.name, copies.keys.name}


async def test_a_restored_service_reads_what_was_sealed_and_goes_on(
    urls: Urls, filled: str, clock, tmp_path: Path, empty_place: Urls
) -> None:
    copies = await _back_up(urls, tmp_path / "copies", clock())

    await _restore(copies, empty_place)

    async with empty_place.open() as store:
        detail = await tickets.read_ticket(store, filled, reader_id="x", now=clock())
        assert detail is not None
        assert detail.ticket.facts == DROWNING.facts
        assert "ghi chu rat kin" in [event.note for event in detail.events]
        assert (await events.verify(store)).is_whole
        assert (await open_ticket(store, clock(), account="r")).number == "PT-2026-000003"


async def test_what_was_erased_after_the_copy_stays_erased(
    urls: Urls, filled: str, clock, tmp_path: Path
) -> None:
    place = Urls(
        f"sqlite:///{tmp_path / 'r' / 'rows.db'}",
        f"sqlite:///{tmp_path / 'r' / 'keys.db'}",
        tmp_path / "r" / "m.key",
    )
    copies = await _back_up(urls, tmp_path / "copies", clock())
    async with urls.open() as store:
        detail = await tickets.read_ticket(store, filled, reader_id="x", now=clock())
        assert detail is not None
        await store.vault.forget(detail.ticket.id)

    erased = await asyncio.to_thread(backup.erased_owners, urls.keys_url)
    await _restore(copies, place, erased)

    async with place.open() as store:
        detail = await tickets.read_ticket(store, filled, reader_id="x", now=clock())
        assert detail is not None
        assert detail.ticket.facts == {}


@pytest.mark.parametrize("engine", ["sqlite"])
async def test_a_place_that_holds_anything_is_left_alone(
    urls: Urls, filled: str, clock, tmp_path: Path
) -> None:
    copies = await _back_up(urls, tmp_path / "copies", clock())

    with pytest.raises(BackupError, match="master key already"):
        await _restore(copies, urls)
    with pytest.raises(BackupError, match="not empty"):
        await _restore(copies, Urls(urls.database_url, urls.keys_url, tmp_path / "other" / "m.key"))


@pytest.mark.parametrize("engine", ["sqlite"])
@pytest.mark.parametrize("which", ["rows", "keys"])
async def test_a_changed_cut_or_wrongly_opened_copy_is_refused(
    urls: Urls, filled: str, clock, tmp_path: Path, which: str
) -> None:
    copies = await _back_up(urls, tmp_path / "copies", clock())
    file: Path = getattr(copies, which)
    whole = await asyncio.to_thread(file.read_bytes)

    with pytest.raises(BackupError, match="another passphrase"):
        await backup.check(copies, "mot cau khac cung dai")
    with pytest.raises(BackupError, match="at least 12"):
        await backup.check(copies, "ngan")
    for damaged in (whole[:-1], whole[:-70_000], whole[:500] + b"x" + whole[501:], b"", whole[40:]):
        await asyncio.to_thread(file.write_bytes, damaged)
        with pytest.raises(BackupError):
            await backup.check(copies, _PASSPHRASE)


@pytest.mark.parametrize("engine", ["sqlite"])
async def test_a_copy_without_its_keys_is_named(
    urls: Urls, filled: str, clock, tmp_path: Path
) -> None:
    copies = await _back_up(urls, tmp_path / "copies", clock())
    await asyncio.to_thread(copies.keys.unlink)

    with pytest.raises(BackupError, match="both files"):
        backup.newest(tmp_path / "copies")


@pytest.mark.parametrize("engine", ["sqlite"])
async def test_keys_of_another_day_do_not_prove_these_rows(
    urls: Urls, filled: str, clock, tmp_path: Path, store: Store
) -> None:
    ours = await _back_up(urls, tmp_path / "ours", clock())
    other = Urls(
        urls.database_url, f"sqlite:///{tmp_path / 'o' / 'keys.db'}", tmp_path / "o" / "m.key"
    )
    async with open_store(
        database_url=other.database_url,
        keys_url=other.keys_url,
        master_key_file=other.master_key_file,
    ):
        pass
    theirs = await _back_up(other, tmp_path / "theirs", clock())

    checked = await backup.check(Copies(rows=ours.rows, keys=theirs.keys), _PASSPHRASE)

    assert not checked.is_chain_whole


@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 65_537, 131_072, 200_000])
def test_files_of_every_size_come_back(tmp_path: Path, size: int) -> None:
    (tmp_path / "plain").write_bytes(bytes(range(256)) * (size // 256) + b"z" * (size % 256))

    encrypt_file(tmp_path / "plain", tmp_path / "sealed", _PASSPHRASE)
    decrypt_file(tmp_path / "sealed", tmp_path / "again", _PASSPHRASE)

    assert (tmp_path / "again").read_bytes() == (tmp_path / "plain").read_bytes()
