"""A real PostgreSQL: `postgres_server.fresh_database()`."""

import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from app.supervising.redis_server import free_port
from tests.servers.process import ServerProcess, as_account

# For tests, losing a database at a power cut is no loss.
CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
_OWNER = "kinora"
# Folders of names that nobody can guess are made in them.
_DISK, _MEMORY = Path("/tmp"), Path("/dev/shm")  # noqa: S108


class PostgresMissing(Exception):
    """There is no PostgreSQL to start."""


class RunningPostgres:
    """A PostgreSQL that makes databases, and can be killed and started again at the same address."""

    def __init__(self, folder: Path, *, durable: bool = False) -> None:
        binaries = find_binaries()
        self._port = free_port()
        self._numbers = itertools.count(1)
        self._account = _unprivileged()
        if self._account:
            os.chown(folder, self._account.pw_uid, self._account.pw_gid)
        data = folder / "data"
        _initdb(binaries / "initdb", data, self._account)
        settings = {
            "port": str(self._port),
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": str(folder),
            "max_connections": "200",
            "shared_buffers": "64MB",
            **({} if durable else CARELESS),
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        argv = [str(binaries / "postgres"), "-D", str(data), *options]
        self._process = ServerProcess(argv, folder / "postgres.log", self._account)

    def url(self, database: str = "postgres", driver: str = "postgresql+psycopg") -> str:
        """The address of a database, for SQLAlchemy; with `driver="postgresql"` for everybody else."""
        return f"{driver}://{_OWNER}@127.0.0.1:{self._port}/{database}"

    def fresh_database(self, template: str | None = None) -> str:
        """Make a database and return its address.

        With `template`, the address or name of a database that nobody is connected to, it starts as a copy of that.
        """
        name = f"kinora_{os.getpid()}_{next(self._numbers)}"
        origin = template.rpartition("/")[2] if template else "template0"
        self._tell(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(origin)))
        return self.url(name)

    def drop_database(self, url: str) -> None:
        """Take a database away, and throw out whoever is connected to it."""
        name = sql.Identifier(url.rpartition("/")[2])
        self._tell(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))

    def start(self) -> None:
        """Start it; after `kill`, it recovers."""
        self._process.start(self._answers)

    def stop(self) -> None:
        """End it in order, whoever is connected."""
        self._process.stop(signal.SIGINT)

    def kill(self) -> None:
        """End it as a crash would."""
        self._process.stop(signal.SIGQUIT)

    @property
    def pid(self) -> int:
        """The server's own process; each connection has another below it."""
        return self._process.pid

    def _answers(self) -> bool:
        with suppress(psycopg.OperationalError):
            psycopg.connect(self.url(driver="postgresql"), connect_timeout=2).close()
            return True
        return False

    def _tell(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.url(driver="postgresql"), autocommit=True) as connection:
            connection.execute(statement)


def find_binaries() -> Path:
    """The folder of initdb and postgres: on PATH, else the newest that Debian has, else pg_config's.

    Raises PostgresMissing.
    """
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else []
    versions = Path("/usr/lib/postgresql").glob("*/bin")
    folders += sorted(versions, key=lambda path: int(path.parent.name) if path.parent.name.isdecimal() else 0)[::-1]
    with suppress(OSError, subprocess.CalledProcessError):
        folders.append(Path(subprocess.check_output(["pg_config", "--bindir"], text=True).strip()))
    for folder in folders:
        if all(os.access(folder / name, os.X_OK) for name in ("initdb", "postgres")):
            return folder
    raise PostgresMissing


@contextmanager
def running_postgres(*, durable: bool = False) -> Iterator[RunningPostgres]:
    """A PostgreSQL of your own; `durable` for tests that cut its power. Raises PostgresMissing."""
    # Where everybody may pass: as root the server runs as somebody else.
    folder = Path(tempfile.mkdtemp(prefix="kinora-postgres-", dir=_DISK if durable else _quick_folder()))
    try:
        server = RunningPostgres(folder, durable=durable)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _quick_folder() -> Path:
    """Memory, where there is enough: a new database is three hundred files, and most tests have one of their own."""
    enough = _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > 2 << 30
    return _MEMORY if enough else _DISK


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[RunningPostgres]:
    """One PostgreSQL for the whole session; each test module makes its databases."""
    try:
        with running_postgres() as server:
            yield server
    except PostgresMissing:
        pytest.fail("The tests need postgresql: install it (on Debian: apt-get install postgresql)", pytrace=False)


def _initdb(program: Path, data: Path, account: pwd.struct_passwd | None) -> None:
    command = [program, "-D", data, "-U", _OWNER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=data.parent, **as_account(account))


def _unprivileged() -> pwd.struct_passwd | None:
    """Whom to be instead of root, as whom PostgreSQL refuses to run."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name)
    raise PostgresMissing
