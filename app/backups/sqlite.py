"""The database of a laptop: one file, copied and put back."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import NullPool

from app.backups.manifest import BackupError
from app.storage import disk

_BESIDE = ("-wal", "-shm", "-journal")


def path_of(url: str) -> Path:
    """The file behind an address such as `sqlite:////data/kinora.db`."""
    return Path(url.removeprefix("sqlite:///"))


@contextmanager
def snapshot(url: str, target: Path) -> Iterator[Connection]:
    """Copy the database as it is at this moment, and let the copy be asked.

    Writers go on meanwhile: the copy is made by SQLite's own online backup, in one step, from one moment.
    """
    source = path_of(url)
    if not source.is_file():
        raise BackupError(f"There is no database at {source} yet: nothing to copy.")
    try:
        with closing(sqlite3.connect(source, timeout=30)) as live, closing(sqlite3.connect(target)) as copy:
            live.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
            (said,) = copy.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as error:
        raise BackupError(f"The database {source} cannot be copied: {error}.") from error
    if said != "ok":
        raise BackupError(f"The database {source} is damaged: {said}.")
    engine = create_engine(f"sqlite:///{target}", poolclass=NullPool)
    with engine.connect() as connection:
        yield connection


def server(_connection: Connection) -> str:
    """Which SQLite copied it."""
    return sqlite3.sqlite_version


@contextmanager
def replaced(url: str, copy: Path, _stamp: str) -> Iterator[None]:
    """Put a copy in the database's place at the end of the block; before it, nothing has happened.

    Whatever was there stays beside it under another name. Raises BackupError when somebody has it open.
    """
    target = path_of(url)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.restoring")
    try:
        shutil.copyfile(copy, part)
        disk.sync(part)
        if target.exists():
            _close(target)
        yield
        if target.exists():
            target.replace(target.with_name(f"{target.name}.before-{_stamp}"))
        part.replace(target)
        disk.sync(target.parent)
    except OSError as error:
        raise BackupError(f"The database cannot be written: {error}.") from error
    finally:
        part.unlink(missing_ok=True)


def _close(target: Path) -> None:
    """Have everything of a database in its one file; that works only when nobody else has it open."""
    try:
        with closing(sqlite3.connect(target, timeout=2)) as connection:
            (mode,) = connection.execute("PRAGMA journal_mode = DELETE").fetchone()
    except sqlite3.Error as error:
        raise BackupError(f"The database {target} is in use, or damaged: {error}.") from error
    if mode != "delete" or any(target.with_name(target.name + ending).exists() for ending in _BESIDE):
        raise BackupError(f"The database {target} is in use: end what has it open.")
