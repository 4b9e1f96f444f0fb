"""`kinora backup`: a whole copy of a house while people work in it.

The database first, from one moment, and then the files that it names: files may hold more than the database knows,
never less. The manifest comes last; a folder without one is a backup that was broken off.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Select, func, select, table, text
from sqlalchemy.exc import SQLAlchemyError

from app.backups import media, postgres, sqlite
from app.backups.manifest import DATABASES, FORMAT, LIST, NAME, BackupError, Manifest, part_of, write
from app.backups.media import Copied, Tell
from app.config import ROOT, Config
from app.extensions import db, now
from app.storage.base import StorageError
from app.storage.opening import open_storage

_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ")


def make(home: Path, config: Config, tell: Tell) -> tuple[Path, Manifest]:
    """Add a backup to the folder `home`, and give its path. Raises BackupError."""
    if home.exists() and not home.is_dir():
        raise BackupError(f"{home} is a file: name a folder for backups.")
    began = now()
    target = home / began.strftime("%Y-%m-%dT%H-%M-%SZ")
    try:
        with alone(home):
            _clear(home, tell)
            target.mkdir(mode=0o700)
            manifest = _fill(target, home, config, began, tell)
            write(target, manifest)
    except FileExistsError:
        raise BackupError(f"{target} is there already: try again in a second.") from None
    except StorageError as error:
        raise BackupError(f"The files cannot be listed: {error}") from error
    except OSError as error:
        raise BackupError(f"The backup cannot be written to {home}: {error.strerror or error}.") from error
    return target, manifest


def _fill(target: Path, home: Path, config: Config, began: datetime, tell: Tell) -> Manifest:
    kind = "sqlite" if config.database_url.startswith("sqlite") else "postgresql"
    database = sqlite if kind == "sqlite" else postgres
    copy = target / DATABASES[kind]
    with database.snapshot(config.database_url, copy) as connection:
        tell(f"database copied, {copy.stat().st_size / 1e6:,.1f} MB")
        rows, revision = _rows(connection)
        copied = media.copy(
            open_storage(config),
            home,
            target,
            then=lambda query: _ask(connection, query),
            live=live,
            tell=tell,
        )
        server = database.server(connection)
    tell(_summary(copied))
    return Manifest(
        format=FORMAT,
        kinora=version("kinora"),
        made_at=began.isoformat(),
        database=kind,
        server=server,
        revision=revision,
        rows=rows,
        database_part=part_of(copy),
        list_part=part_of(target / LIST),
        files=copied.files,
        bytes=copied.bytes,
        gone=copied.gone,
        missing=copied.missing,
    )


def _rows(connection: Connection) -> tuple[dict[str, int], str]:
    """The rows of every table, and where the tables stand in the chain of migrations."""
    with suppress(SQLAlchemyError):
        revision = str(connection.scalar(text("SELECT version_num FROM alembic_version")))
        if ScriptDirectory(str(ROOT / "migrations")).get_heads() == [revision]:
            return counted(connection, list(db.metadata.tables)), revision
    raise BackupError("The database has not the tables of this version: run `kinora db upgrade` first.")


def counted(connection: Connection, tables: Sequence[str]) -> dict[str, int]:
    """The rows of each of these tables."""
    return {name: int(connection.scalar(select(func.count()).select_from(table(name))) or 0) for name in sorted(tables)}


def _ask(connection: Connection, query: Select[*tuple[Any, ...]]) -> Sequence[Any]:
    return connection.execute(query).all()


def live(query: Select[*tuple[Any, ...]]) -> Sequence[Any]:
    rows: Sequence[Any] = db.session.execute(query).all()
    db.session.commit()
    return rows


def _summary(copied: Copied) -> str:
    words = f"{copied.files:,} files, {copied.bytes / 1e6:,.1f} MB; {copied.linked:,} were in the last backup already"
    if copied.gone:
        words += f"; {len(copied.gone)} were deleted by their owners meanwhile"
    return words


@contextmanager
def alone(home: Path) -> Iterator[None]:
    """One backup at a time in a folder."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(home / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise BackupError(f"Another backup is being written to {home}.") from None
    finally:
        os.close(handle)


def _clear(home: Path, tell: Tell) -> None:
    """Remove backups that were broken off: without a manifest they are none, and fill the disk."""
    for path in home.iterdir():
        if _STAMP.fullmatch(path.name) and path.is_dir() and not (path / NAME).exists():
            shutil.rmtree(path)
            tell(f"{path.name} was broken off and is removed")
