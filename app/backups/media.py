"""The files of a backup: taken from the store, and only those that the backup before does not have."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TypeVar

from app.backups.manifest import LIST, MEDIA, BackupError, Line, backups, lines, part_of
from app.creations.named_files import Ask, NamedFile, named_files, named_now
from app.storage.base import Storage, StorageError, Stored
from app.storage.inventory import Inventory
from app.storage.keys import is_key

HANDS = 8
"""Threads: reading, hashing and waiting for a disk or a bucket go on beside each other."""
_CHUNK = 512
_SAID_EVERY = 5_000
T = TypeVar("T")
Tell = Callable[[str], None]


@dataclass
class Copied:
    """What became of the files that the copied database names."""

    files: int = 0
    bytes: int = 0
    linked: int = 0
    """Files that the backup before had already."""
    gone: list[list[str]] = field(default_factory=list)
    missing: int = 0


def copy(storage: Storage, home: Path, target: Path, *, then: Ask, live: Ask, tell: Tell) -> Copied:
    """Copy every file that the database of `then` names, and write the list of them.

    `live` asks the running house: a file that is not there any more was deleted or renamed by its owner meanwhile.
    """
    copied = Copied()
    for kind in ("images", "videos", "posters", "references"):
        (target / MEDIA / kind).mkdir(parents=True)
    one = _Copier(storage, target / MEDIA)
    with (
        closing(Inventory(storage)) as inventory,
        closing(_Before(home)) as before,
        (target / LIST).open("x") as out,
        ThreadPoolExecutor(HANDS) as hands,
    ):
        for chunk in batches(named_files(then)):
            stored = [inventory.find(file.key) for file in chunk]
            known = [before.find(file.key, found) for file, found in zip(chunk, stored, strict=True)]
            taken = hands.map(one.take, chunk, stored, known)
            for file, line, old in zip(chunk, taken, known, strict=True):
                found = line or one.again(file, live, copied)
                if found:
                    out.write(found.text())
                    _count(copied, found, tell, linked=old is not None)
    return copied


def check(folder: Path, tell: Tell) -> None:
    """Compare every file with its sum. Raises BackupError at the first that is missing or different."""

    def differs(line: Line) -> str | None:
        try:
            part = part_of(folder / MEDIA / line.key)
        except OSError:
            return f"{line.key} is missing from it"
        return None if (part.sha256, part.bytes) == (line.sha256, line.bytes) else f"{line.key} has another content"

    _each(folder, differs, tell, "checked")


def put_back(storage: Storage, folder: Path, tell: Tell) -> None:
    """Store every file under its key. Raises BackupError."""

    def put(line: Line) -> str | None:
        try:
            storage.put(line.key, folder / MEDIA / line.key, line.media_type, public=line.public)
        except StorageError as error:
            return str(error).rstrip(".")
        return None

    _each(folder, put, tell, "stored")


def batches(found: Iterator[T]) -> Iterator[list[T]]:
    """Lists of so many that the hands have enough to do and memory stays small."""
    while batch := list(islice(found, _CHUNK)):
        yield batch


def _each(folder: Path, work: Callable[[Line], str | None], tell: Tell, done: str) -> None:
    count = 0
    with ThreadPoolExecutor(HANDS) as hands:
        for batch in batches(_safe(lines(folder))):
            for wrong in hands.map(work, batch):
                if wrong:
                    raise BackupError(f"The backup {folder} cannot be used: {wrong}.")
                count += 1
                if count % _SAID_EVERY == 0:
                    tell(f"{count:,} files {done}")
    tell(f"{count:,} files {done}")


def _safe(found: Iterator[Line]) -> Iterator[Line]:
    """No line may lead out of the folder, whoever wrote it."""
    for line in found:
        if not is_key(line.key):
            raise BackupError(f"The backup cannot be used: {line.key!r} is no name of a file of ours.")
        yield line


def _count(copied: Copied, line: Line, tell: Tell, *, linked: bool) -> None:
    copied.files += 1
    copied.linked += linked
    copied.bytes += line.bytes
    if copied.files % _SAID_EVERY == 0:
        tell(f"{copied.files:,} files copied")


class _Copier:
    """Puts one file into the backup; several threads use it at once."""

    def __init__(self, storage: Storage, target: Path) -> None:
        self._storage = storage
        self._target = target

    def take(self, file: NamedFile, stored: Stored | None, before: tuple[Path, str] | None) -> Line | None:
        """Link or copy a file; None when the store does not have it."""
        if before and stored and _link(before[0], self._target / file.key):
            return Line(before[1], stored.size, stored.modified_at.isoformat(), file.media_type, file.public, file.key)
        return self._fetch(file, file.key, stored)

    def again(self, file: NamedFile, live: Ask, copied: Copied) -> Line | None:
        """A file that was not there: publishing gave it another name, its owner deleted it, or it is lost."""
        key = named_now(live, file)
        if key is None:
            copied.gone.append([str(file.row_id), file.column])
            return None
        line = self._fetch(file, key, None)
        if line is None:
            copied.missing += 1
        return line

    def _fetch(self, file: NamedFile, key: str, stored: Stored | None) -> Line | None:
        target = self._target / file.key
        try:
            stored = stored or self._storage.head(key)
            if stored is None or not self._storage.fetch(key, target):
                return None
        except StorageError as error:
            raise BackupError(f"The files cannot be copied: {error}") from error
        part = part_of(target)
        at = stored.modified_at.isoformat()
        return Line(part.sha256, part.bytes, at, file.media_type, file.public, file.key)


class _Before:
    """The files of the newest whole backup in the same folder."""

    def __init__(self, home: Path) -> None:
        found = backups(home)
        self._folder = found[-1] / MEDIA if found else None
        self._db = sqlite3.connect("")
        self._db.execute("CREATE TABLE files (key TEXT PRIMARY KEY, size INTEGER, at TEXT, sum TEXT) WITHOUT ROWID")
        if found:
            rows = ((line.key, line.bytes, line.stored_at, line.sha256) for line in lines(found[-1]))
            self._db.executemany("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?)", rows)

    def find(self, key: str, stored: Stored | None) -> tuple[Path, str] | None:
        """Where the same file lies there, and its sum; None when it is new or was stored anew."""
        if stored is None or self._folder is None:
            return None
        wanted = (key, stored.size, stored.modified_at.isoformat())
        found = self._db.execute("SELECT sum FROM files WHERE key = ? AND size = ? AND at = ?", wanted).fetchone()
        return (self._folder / key, found[0]) if found else None

    def close(self) -> None:
        self._db.close()


def _link(source: Path, target: Path) -> bool:
    """One file in two backups costs its bytes once; where a disk knows no links, it is copied."""
    try:
        os.link(source, target)
    except FileNotFoundError:
        return False
    except OSError:
        shutil.copyfile(source, target)
    return True
