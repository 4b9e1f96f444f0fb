"""What a store holds, listed once and looked up many times.

A bucket lists a thousand files in the time in which it answers for one, so asking for each would take hours.
"""

from __future__ import annotations

import sqlite3

from app.storage.base import Storage


class Inventory:
    """The sizes of all files of a store at one moment. In memory while small, then on disk: any number of files."""

    def __init__(self, storage: Storage) -> None:
        """List the store. Raises StorageError."""
        # A database without a name is SQLite's own temporary one: it spills to a file that goes with it.
        self._db = sqlite3.connect("")
        self._db.execute("CREATE TABLE files (key TEXT PRIMARY KEY, size INTEGER) WITHOUT ROWID")
        files = ((stored.key, stored.size) for stored in storage.keys(""))
        self._db.executemany("INSERT OR REPLACE INTO files VALUES (?, ?)", files)

    def size(self, key: str) -> int | None:
        """The bytes under a key; None when nothing was there."""
        found = self._db.execute("SELECT size FROM files WHERE key = ?", (key,)).fetchone()
        return int(found[0]) if found else None

    def close(self) -> None:
        """Forget it."""
        self._db.close()
