"""Files in a folder: the store of a laptop, with the same promises as a bucket (MED-05)."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from app.storage import disk
from app.storage.base import Space, StorageError, Stored
from app.storage.keys import checked, is_key, new_key

_PART = ".part-"
"""How the name of an unfinished file begins: no key does, so one is never listed, served or taken for another."""
_CHUNK = 1 << 20
MEASURED_SECONDS = 3.0
"""How old a measure of the disk may be."""


class FolderStorage:
    """A store in `root`. When `put` and `copy` return, the file outlives a power cut; before, it is not there."""

    def __init__(self, root: Path, *, reserve: int = 1 << 30) -> None:
        """`root` is made when the first file is written; `reserve` is what shall stay free on its disk, in bytes."""
        self._root = root
        self._reserve = reserve
        self._measured = (float("-inf"), Space(0, 0.0))

    def hasty(self) -> FolderStorage:
        """Itself: a disk is waited for in the kernel."""
        return self

    def put(self, key: str, source: Path, media_type: str, *, public: bool = False) -> Stored:
        """Store a file. Type and `public` are the caller's record to keep: a folder has no place for them."""
        with _spoken(), source.open("rb") as data:
            size = os.fstat(data.fileno()).st_size
            target = self._root / checked(key)
            _make(target.parent)
            with _part(target) as part:
                shutil.copyfileobj(data, part, _CHUNK)
        stored = self.head(key)
        if stored is None or stored.size != size:
            raise StorageError("A file came out of the data folder with another size than it went in.")
        return stored

    def head(self, key: str) -> Stored | None:
        """What lies under a key."""
        with _spoken():
            try:
                found = (self._root / checked(key)).stat()
            except (FileNotFoundError, NotADirectoryError):
                return None
        return Stored(key, found.st_size, datetime.fromtimestamp(found.st_mtime, UTC))

    def fetch(self, key: str, target: Path) -> bool:
        """Copy a stored file to a local path; the target appears whole or not at all."""
        with _spoken():
            try:
                data = (self._root / checked(key)).open("rb")
            except (FileNotFoundError, NotADirectoryError):
                return False
            with data, _part(target, sync=False) as part:
                shutil.copyfileobj(data, part, _CHUNK)
        return True

    def copy(self, key: str, to: str, *, public: bool = False) -> bool:
        """Copy under a second key within the store."""
        if self.head(key) is None:
            return False
        self.put(to, self._root / checked(key), "", public=public)
        return True

    def delete(self, key: str) -> None:
        """Remove a file for good: the removal, too, outlives a power cut."""
        path = self._root / checked(key)
        with _spoken(), suppress(FileNotFoundError, NotADirectoryError):
            path.unlink()
            disk.sync(path.parent)

    def keys(self, prefix: str = "") -> Iterator[Stored]:
        """Every stored file whose key begins with `prefix`; unfinished and foreign files are passed over."""
        for folder in _entries(self._root):
            if not folder.is_dir() or not f"{folder.name}/".startswith(prefix[: len(folder.name) + 1]):
                continue
            for entry in _entries(Path(folder.path)):
                key = f"{folder.name}/{entry.name}"
                if key.startswith(prefix) and is_key(key) and (stored := self.head(key)):
                    yield stored

    def path(self, key: str) -> Path | None:
        """The file itself, which the web process streams; it need not exist."""
        return self._root / checked(key)

    def address(self, key: str, *, seconds: int, download_name: str | None = None, public: bool = False) -> str | None:
        """None: a folder's files are opened through the web process."""
        return None

    def check(self) -> None:
        """Write, read and delete a tiny file."""
        probe = self._root / new_key("reference", "check")
        with _spoken():
            _make(probe.parent)
            try:
                with _part(probe) as part:
                    part.write(b"kinora")
                if probe.read_bytes() != b"kinora":
                    raise StorageError("The data folder gave back something else than was written.")
            finally:
                probe.unlink(missing_ok=True)

    def space(self) -> Space:
        """What is left on the folder's disk, for admission control."""
        at, space = self._measured
        if time.monotonic() - at < MEASURED_SECONDS:
            return space
        with _spoken():
            _make(self._root)
            usage = shutil.disk_usage(self._root)
        space = Space(usage.free, usage.free / usage.total if usage.total else 0.0, self._reserve)
        self._measured = (time.monotonic(), space)
        return space

    def tidy(self, older_than: timedelta = timedelta(hours=1)) -> int:
        """Delete unfinished files that a killed process left behind; gives how many."""
        limit = time.time() - older_than.total_seconds()
        removed = 0
        with _spoken():
            for folder in _entries(self._root):
                for entry in _entries(Path(folder.path)) if folder.is_dir() else ():
                    if entry.name.startswith(_PART) and entry.stat(follow_symlinks=False).st_mtime < limit:
                        Path(entry.path).unlink(missing_ok=True)
                        removed += 1
        return removed


def _entries(folder: Path) -> Iterator[os.DirEntry[str]]:
    with _spoken(), suppress(FileNotFoundError), os.scandir(folder) as found:
        yield from found


@contextmanager
def _part(target: Path, *, sync: bool = True) -> Iterator[BinaryIO]:
    """An open file beside `target`, which takes its name when everything is written."""
    part = target.with_name(f"{_PART}{secrets.token_hex(8)}")
    try:
        with part.open("xb") as file:
            yield file
            if sync:
                file.flush()
                os.fsync(file.fileno())
        part.replace(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    if sync:
        disk.sync(target.parent)


def _make(folder: Path) -> None:
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        disk.sync(folder.parent)


@contextmanager
def _spoken() -> Iterator[None]:
    """Turn what the system says into words for an operator."""
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise StorageError("KINORA_DATA: the disk of the data folder is full.") from error
        if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
            raise StorageError("KINORA_DATA: the data folder may not be written or read by this user.") from error
        raise StorageError(
            f"KINORA_DATA: the data folder failed ({error.strerror or type(error).__name__})."
        ) from error
