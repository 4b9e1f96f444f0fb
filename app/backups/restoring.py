"""`kinora restore`: a house as it was when the backup was made.

Everything is checked before anything is touched. Files come first and the database last, in one step: a restore that
breaks off has changed no row.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, inspect, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from app.backups import media, postgres, sqlite
from app.backups.making import counted
from app.backups.manifest import DATABASES, LIST, BackupError, Manifest, Part, part_of, read
from app.backups.media import Tell
from app.config import ROOT, Config
from app.extensions import now
from app.storage.opening import open_storage
from app.supervising.lock import AlreadyRunning, hold

_TELLING = ("users", "creations", "ledger_entries")
"""A database with a row in one of these is not empty."""


@contextmanager
def restored(folder: Path, config: Config, *, overwrite: bool, tell: Tell) -> Iterator[Manifest]:
    """Fill the house from a backup; the block finishes the work while nobody else can start Kinora in this folder.

    Raises BackupError, and then nothing has changed but files that no row names.
    """
    manifest = read(folder)
    _check(folder, manifest, config, tell)
    config.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with hold(config.data, ""):
            _refuse_full(config, overwrite)
            _fill(folder, manifest, config, tell)
            yield manifest
    except AlreadyRunning as error:
        raise BackupError(f"Nothing is restored while Kinora runs. {error}") from error


def _check(folder: Path, manifest: Manifest, config: Config, tell: Tell) -> None:
    wanted = "sqlite" if config.database_url.startswith("sqlite") else "postgresql"
    if manifest.database != wanted:
        raise BackupError(f"This is a backup of {manifest.database}, and DATABASE_URL names a {wanted} database.")
    known = {script.revision for script in ScriptDirectory(str(ROOT / "migrations")).walk_revisions()}
    if manifest.revision not in known:
        raise BackupError(f"This backup was made by a newer Kinora (tables {manifest.revision}): install that first.")
    for name, part in ((DATABASES[wanted], manifest.database_part), (LIST, manifest.list_part)):
        if _part(folder / name) != part:
            raise BackupError(f"The backup {folder} cannot be used: {name} is missing or has another content.")
    media.check(folder, tell)


def _part(path: Path) -> Part | None:
    try:
        return part_of(path)
    except OSError:
        return None


def _refuse_full(config: Config, overwrite: bool) -> None:
    if overwrite or not _holds_rows(config.database_url):
        return
    raise BackupError("This house is not empty. With --overwrite its database is replaced by the backup's.")


def _holds_rows(url: str) -> bool:
    if url.startswith("sqlite") and not sqlite.path_of(url).exists():
        return False
    try:
        with _asked(url) as connection:
            there = set(inspect(connection).get_table_names())
            return any(
                connection.scalar(text(f"SELECT count(*) FROM {name}"))  # noqa: S608 - our own names
                for name in _TELLING
                if name in there
            )
    except SQLAlchemyError as error:
        raise BackupError(f"The database cannot be read: {str(error).splitlines()[0]}.") from error


def _fill(folder: Path, manifest: Manifest, config: Config, tell: Tell) -> None:
    database = sqlite if manifest.database == "sqlite" else postgres
    copy = folder / DATABASES[manifest.database]
    with database.replaced(config.database_url, copy, now().strftime("%Y-%m-%dT%H-%M-%SZ")):
        media.put_back(open_storage(config), folder, tell)
    with _asked(config.database_url) as connection:
        rows = counted(connection, list(manifest.rows))
    if rows != manifest.rows:
        raise BackupError(f"The database came out with other rows than it went in: {rows}, not {manifest.rows}.")
    tell(f"database restored, {sum(rows.values()):,} rows")


@contextmanager
def _asked(url: str) -> Iterator[Connection]:
    engine = create_engine(url, poolclass=NullPool) if url.startswith("sqlite") else postgres.engine(url)
    with engine.connect() as connection:
        yield connection
