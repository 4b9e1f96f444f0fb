"""A result between the provider and the store: where it lies, and the names it will be stored under.

What is kept in `creations.result` is fixed at T6, before the first byte is stored, so that doing it again writes the
same objects.
"""

from __future__ import annotations

import os
import shutil
import time
import uuid
from contextlib import suppress
from pathlib import Path
from typing import Any

from app.creations import keeping
from app.extensions import config
from app.providers.base import Inline, Remote

ABANDONED_AFTER = 3600.0
"""Seconds after which a work folder that nobody touched is removed."""


def folder(creation_id: uuid.UUID) -> Path:
    """The work folder of a creation, made when missing."""
    path = config().data / "work" / str(creation_id)
    path.mkdir(parents=True, exist_ok=True)
    return path


def workshop(creation_id: uuid.UUID, lease: str) -> Path:
    """Where the holder of a lease prepares a result: one that froze and woke must not write into another's files."""
    path = folder(creation_id) / lease
    path.mkdir(exist_ok=True)
    return path


def source(creation_id: uuid.UUID) -> Path:
    """Where the bytes of a result wait to be verified."""
    return folder(creation_id) / "source"


def keep(creation_id: uuid.UUID, result: Inline | Remote | None) -> dict[str, Any]:
    """The result reference for the row. Inline bytes are on disk, synced, before this returns.

    None stands for a file that was rendered in this house: its bytes are at `source` already.
    """
    names = keeping.new_names()
    if isinstance(result, Remote):
        return {"locator": dict(result.locator), "names": names}
    if isinstance(result, Inline):
        _write(source(creation_id), result.data)
    return {"file": True, "names": names}


def drop(creation_id: uuid.UUID) -> None:
    """Remove the work folder of a creation that is settled."""
    shutil.rmtree(config().data / "work" / str(creation_id), ignore_errors=True)


def drop_abandoned() -> int:
    """Remove work folders that nobody touched for an hour; return how many."""
    root = config().data / "work"
    dropped = 0
    for path in root.iterdir() if root.exists() else ():
        # A worker that is done takes its folder away at any moment.
        with suppress(FileNotFoundError):
            if time.time() - path.stat().st_mtime > ABANDONED_AFTER:
                shutil.rmtree(path, ignore_errors=True)
                dropped += 1
    return dropped


def _write(path: Path, data: bytes) -> None:
    part = path.with_suffix(".part")
    try:
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
