"""Keys by their owner: durable, shared by processes, gone when erased."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select

from storage.database import Database, open_database
from storage.keys import keystore
from storage.keys.masterkey import MasterKeyError
from storage.keys.sealing import Key, new_key
from storage.keys.vault import KeyKind, Vault, open_vault
from tests.engines import migrated_cluster


@pytest.fixture
def keys_url(engine: str, tmp_path: Path) -> str:
    if engine == "sqlite":
        return f"sqlite:///{tmp_path / 'keys.db'}"
    return migrated_cluster().create()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "master.key"


@pytest.fixture
async def database(keys_url: str) -> AsyncIterator[Database]:
    async with open_database(keys_url) as opened:
        yield opened


@pytest.fixture
async def vault(database: Database, file: Path) -> Vault:
    return await open_vault(database, file)


async def test_a_key_stays_the_same_in_every_process_and_after_a_restart(
    vault: Vault, keys_url: str, file: Path
) -> None:
    made = await vault.create({"a" * 32: KeyKind.CONTACT, "b" * 32: KeyKind.CONVERSATION})

    async with open_database(keys_url) as elsewhere:
        other = await open_vault(elsewhere, file)
        assert await other.keys(made) == made
        assert await other.create({"a" * 32: KeyKind.CONTACT}) == {"a" * 32: made["a" * 32]}
        assert other.staff_key == vault.staff_key
    assert made["a" * 32] != made["b" * 32]


async def test_two_processes_that_create_at_once_end_with_one_key(
    vault: Vault, keys_url: str, file: Path
) -> None:
    async with open_database(keys_url) as elsewhere:
        other = await open_vault(elsewhere, file)
        made = await asyncio.gather(
            *(each.create({"c" * 32: KeyKind.TICKET}) for each in (vault, other) * 6)
        )

    assert len({key["c" * 32] for key in made}) == 1


async def test_the_store_holds_no_key_that_can_be_read_without_the_master_key(
    vault: Vault, database: Database
) -> None:
    made = await vault.create({"d" * 32: KeyKind.TICKET})

    wrapped = await database.read(lambda c: c.execute(select(keystore.keys.c.wrapped)).scalar_one())

    assert made["d" * 32] not in wrapped


async def test_an_erased_key_is_gone_and_the_ledger_knows_it(
    vault: Vault, database: Database
) -> None:
    await vault.create({"e" * 32: KeyKind.CONTACT})

    await vault.forget("e" * 32)

    assert await vault.keys(["e" * 32]) == {}
    erased = await database.read(lambda c: c.execute(select(keystore.erasures)).scalars().all())
    assert erased == ["e" * 32]


async def test_an_unknown_owner_is_absent(vault: Vault) -> None:
    assert await vault.keys(["f" * 32]) == {}


async def test_what_another_process_erased_is_forgotten_here_within_a_minute(
    database: Database,
) -> None:
    time = [0.0]
    await database.transaction(keystore.prepare)
    here = Vault(database, (master := new_key()), monotonic=lambda: time[0])
    there = Vault(database, master)
    await here.create({"a" * 32: KeyKind.CONTACT})
    await there.forget("a" * 32)

    time[0] = 59.0
    assert "a" * 32 in await here.keys(["a" * 32])
    time[0] = 61.0
    assert await here.keys(["a" * 32]) == {}


async def test_a_missing_master_key_is_not_replaced_while_keys_hang_on_it(
    vault: Vault, database: Database, file: Path
) -> None:
    await vault.create({"a" * 32: KeyKind.CONTACT})
    await asyncio.to_thread(file.unlink)

    with pytest.raises(MasterKeyError, match="missing"):
        await open_vault(database, file)
    assert not await asyncio.to_thread(file.exists)


async def test_a_master_key_of_another_store_is_refused(
    vault: Vault, database: Database, file: Path, tmp_path: Path
) -> None:
    async with open_database(f"sqlite:///{tmp_path / 'other.db'}") as other:
        await open_vault(other, tmp_path / "other.key")

    with pytest.raises(MasterKeyError, match="not the key"):
        await open_vault(database, tmp_path / "other.key")


async def test_an_account_is_found_by_a_hash_that_says_nothing_without_the_key(
    vault: Vault, database: Database, tmp_path: Path
) -> None:
    stranger = Vault(database, Key(bytes(32)))

    assert vault.lookup("web", "0900000001") == vault.lookup("web", "0900000001")
    assert vault.lookup("web", "0900000001") != vault.lookup("telegram", "0900000001")
    assert vault.lookup("web", "0900000001") != stranger.lookup("web", "0900000001")
