"""Both engines for tests: a migrated SQLite file, and a PostgreSQL cluster started once a session.

Fixtures are imported by the conftest of each folder that needs them.
"""

import atexit
import functools
import itertools
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from storage.schema import migrate
from storage.store import Store, open_store

MISSING = (
    "LEFT OUT: no PostgreSQL server programs here (pg_config --bindir). "
    "Install postgresql-15 to run this on the engine that scales."
)
BOTH_ENGINES = (
    pytest.param("sqlite"),
    pytest.param("postgresql", marks=pytest.mark.postgresql),
)
_numbers = itertools.count()


@dataclass(frozen=True)
class Urls:
    """Where a test's rows and keys are."""

    database_url: str
    keys_url: str
    master_key_file: Path

    def open(self):  # type: ignore[no-untyped-def]  # the return type is open_store's own
        """Open a store on them, as one more process would."""
        return open_store(
            database_url=self.database_url,
            keys_url=self.keys_url,
            master_key_file=self.master_key_file,
        )


@dataclass(frozen=True)
class Cluster:
    """A PostgreSQL server of the tests' own."""

    port: int

    def url(self, database: str) -> str:
        return f"postgresql://langnghe@127.0.0.1:{self.port}/{database}"

    def create(self, template: str = "template0") -> str:
        """Create a database and return its URL."""
        name = f"test_{next(_numbers)}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return self.url(name)

    def drop(self, url: str) -> None:
        """Drop a database, whoever is still connected."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{url.rsplit("/", 1)[1]}" WITH (FORCE)')


@functools.cache
def cluster() -> Cluster | None:
    """Start a server on a free port; None where the programs are missing. Stops at exit."""
    programs = _programs()
    if programs is None:
        return None
    folder = Path(tempfile.mkdtemp(prefix="langnghe-pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    _run(programs / "initdb", "-D", folder / "data", "-U", "langnghe", "-A", "trust", "-E", "UTF8",
         "--no-locale", "--no-instructions")  # fmt: skip
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c max_connections=200"
    _run(
        programs / "pg_ctl",
        "-D",
        folder / "data",
        "-w",
        "-l",
        folder / "log",
        "-o",
        options,
        "start",
    )
    atexit.register(_stop, programs, folder)
    return Cluster(port)


@functools.cache
def migrated_cluster() -> Cluster:
    """Return the server with a migrated database `prepared` to copy from; skips loudly."""
    server = cluster()
    if server is None:
        pytest.skip(MISSING)
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        connection.execute('CREATE DATABASE "prepared" TEMPLATE template0')
    migrate(server.url("prepared"))
    return server


@functools.cache
def migrated_file() -> bytes:
    """Return a migrated SQLite database to copy from."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.db"
        migrate(f"sqlite:///{path}")
        return path.read_bytes()


@pytest.fixture
async def urls(engine: str, tmp_path: Path) -> AsyncIterator[Urls]:
    """A migrated database of the test's own on the engine that the test names."""
    keys_url = f"sqlite:///{tmp_path / 'keys' / 'keys.db'}"
    master_key_file = tmp_path / "keys" / "master.key"
    if engine == "sqlite":
        path = tmp_path / "rows.db"
        path.write_bytes(migrated_file())
        path.chmod(0o600)
        yield Urls(f"sqlite:///{path}", keys_url, master_key_file)
        return
    server = migrated_cluster()
    database_url = server.create("prepared")
    yield Urls(database_url, keys_url, master_key_file)
    server.drop(database_url)


@pytest.fixture(params=BOTH_ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """Both engines, one after the other."""
    name: str = request.param
    return name


@pytest.fixture
async def store(urls: Urls) -> AsyncIterator[Store]:
    """An open store on a migrated database."""
    async with urls.open() as opened:
        yield opened


def _programs() -> Path | None:
    found = shutil.which("pg_config")
    if found is None:
        return None
    folder = Path(subprocess.check_output([found, "--bindir"], text=True).strip())
    return folder if (folder / "initdb").exists() and (folder / "pg_ctl").exists() else None


def _run(*command: object) -> None:
    """Run a server program; it refuses to run as root."""
    as_postgres = {"user": "postgres", "group": "postgres", "extra_groups": []}
    subprocess.run(
        [str(part) for part in command],
        check=True,
        cwd="/",
        stdout=subprocess.DEVNULL,
        **(as_postgres if os.geteuid() == 0 else {}),
    )


def _stop(programs: Path, folder: Path) -> None:
    _run(programs / "pg_ctl", "-D", folder / "data", "-m", "immediate", "-w", "stop")
    shutil.rmtree(folder, ignore_errors=True)
