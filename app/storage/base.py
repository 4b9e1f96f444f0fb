"""What a store of files can do. Keys are ours, unguessable, and found in the database; user text never joins one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol


class StorageError(Exception):
    """The store did not do it: down, full, slow or refused. Doing it again later may help."""


@dataclass(frozen=True)
class Stored:
    """A stored file: its key, size in bytes and when it was written."""

    key: str
    size: int
    modified_at: datetime


@dataclass(frozen=True)
class Space:
    """What is left on a disk: bytes, and their share of the whole from 0 to 1.

    It is low below `reserve` bytes or below a twentieth of the disk; a reserve of 0 means that nobody minds.
    """

    free: int
    share: float
    reserve: int = 1 << 30

    @property
    def is_low(self) -> bool:
        """Whether nothing new should be taken in."""
        return self.reserve > 0 and (self.free < self.reserve or self.share < 0.05)


class Storage(Protocol):
    """A bucket or a folder. Every method may raise StorageError; a missing key is None or a no-op, never an error."""

    def hasty(self) -> Storage:
        """The same store for a request, which must be answered within seconds."""
        ...

    def put(self, key: str, source: Path, media_type: str, *, public: bool = False) -> Stored:
        """Store a file under a key, replacing what is there, and read its size back. Bounded memory.

        `public` marks what may be cached and served by `MEDIA_PUBLIC_URL`.
        """
        ...

    def head(self, key: str) -> Stored | None:
        """What lies under a key."""
        ...

    def fetch(self, key: str, target: Path) -> bool:
        """Copy a stored file to a local path; False when there is none."""
        ...

    def copy(self, key: str, to: str, *, public: bool = False) -> bool:
        """Copy under a second key within the store; False when there is none."""
        ...

    def delete(self, key: str) -> None:
        """Remove a file. Nothing happens when there is none."""
        ...

    def keys(self, prefix: str = "") -> Iterator[Stored]:
        """Every stored file whose key begins with `prefix`, for the nightly sweep."""
        ...

    def path(self, key: str) -> Path | None:
        """The local file, when this store is a folder: the web process then streams it. None from a bucket."""
        ...

    def address(self, key: str, *, seconds: int, download_name: str | None = None, public: bool = False) -> str | None:
        """An address that opens the file without us: signed for at most `seconds`, or the public one.

        None from a folder. `download_name` asks the bucket for `Content-Disposition: attachment` with that name.
        """
        ...

    def tidy(self, older_than: timedelta) -> int:
        """Delete what killed processes left unfinished, when it is that old; gives how many."""
        ...

    def space(self) -> Space | None:
        """What is left on the disk of a folder, a few seconds old at most. None from a bucket, which does not say."""
        ...

    def check(self) -> None:
        """Write, read and delete a tiny file: raises StorageError when credentials or disk are wrong (MED-06)."""
        ...
