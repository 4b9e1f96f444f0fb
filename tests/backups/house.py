"""Running the operator's commands on a house, and looking at all that is in one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, select
from sqlalchemy.pool import NullPool

from app.backups import restoring
from app.backups.manifest import NAME
from app.config import Config
from app.extensions import db
from app.storage.opening import open_storage
from tests.database.both import environ_of

LEFT_OUT = {"sessions"}
"""What a restore leaves out on purpose."""


def kinora(config: Config, *command: str | Path) -> subprocess.CompletedProcess[str]:
    """Run one command in a house."""
    return subprocess.run(
        [sys.executable, "-m", "app.cli", *map(str, command)],
        env={"PATH": os.environ["PATH"], **environ_of(config)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def silent(words: str) -> None:
    """Nobody to tell."""


def restore(folder: Path, config: Config, *, overwrite: bool = False) -> None:
    """Restore as far as a BackupError can come."""
    with restoring.restored(folder, config, overwrite=overwrite, tell=silent):
        pass


def said(folder: Path, **changes: object) -> None:
    """Write the manifest anew with changes."""
    (folder / NAME).write_text(json.dumps(json.loads((folder / NAME).read_text()) | changes))


def a_file(folder: Path) -> Path:
    """One of the images in a backup."""
    return next(iter(folder.glob("media/images/*")))


def database(folder: Path) -> Path:
    """The database in a backup."""
    return next(iter(folder.glob("database.*")))


def rows(config: Config) -> dict[str, set[Any]]:
    """Every row of every table."""
    engine = create_engine(config.database_url, poolclass=NullPool)
    with engine.connect() as connection:
        return {
            table.name: {str(row) for row in connection.execute(select(table))}
            for table in db.metadata.sorted_tables
            if table.name not in LEFT_OUT
        }


def files(config: Config, folder: Path) -> dict[str, bytes]:
    """Every file of the house's store."""
    store = open_storage(config)
    found = {}
    for stored in store.keys(""):
        assert store.fetch(stored.key, folder / "one")
        found[stored.key] = (folder / "one").read_bytes()
    return found
