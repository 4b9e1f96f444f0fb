"""What a store holds, listed once and looked up many times.

A bucket lists a thousand files in the time in which it answers for one, so asking for each would take hours.
"""

from __future__ import annotations

import sqlite3
from datetime import datetime

from app.storage.base import Storage, Stored


class Inventory:
    """All files of a store at one moment. In memory while they are few, then on disk: any number of them."""

    def __init__(self, storage: Storage) -> None:
        """List the store. Raises StorageError."""
        # A database without a name is SQLite's own temporary one: it spills to a file that goes with it.
        self._db = sqlite3.connect("")
        self._db.execute("CREATE TABLE files (key TEXT PRIMARY KEY, size INTEGER, modified TEXT) WITHOUT ROWID")
        files = ((stored.key, stored.size, stored.modified_at.isoformat()) for stored in storage.keys(""))
        self._db.executemany("INSERT OR REPLACE INTO files VALUES (?, ?, ?)", files)

    def find(self, key: str) -> Stored | None:
        """What was under a key; None when nothing was there."""
        found = self._db.execute("SELECT size, modified FROM files WHERE key = ?", (key,)).fetchone()
        return Stored(key, found[0], datetime.fromisoformat(found[1])) if found else None

    def close(self) -> None:
        """Forget it."""
        self._db.close()
