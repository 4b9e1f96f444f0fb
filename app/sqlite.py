"""How we write to SQLite: one at a time, in the order of asking.

SQLite lets one write at a time and does not queue those who wait: each asks again after ever longer pauses, so whoever
has waited long is asked over by whoever has just come. Among the threads of a process the turn is therefore ours to
give, first come first served; between processes the file's lock decides, for which one thread a process then asks.
"""

from __future__ import annotations

import os
import random
import sqlite3
import threading
import time
import weakref
from collections import deque
from typing import Any

from flask import has_request_context
from sqlalchemy import Connection as PoolConnection
from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError

REQUEST_PATIENCE = 3.5
WORKER_PATIENCE = 10.0
"""Seconds that a write waits for others. A request that may not write must be told so within five, the page that says
it included; a worker has more time."""
ASK_AGAIN_SECONDS = 0.002
"""How soon the file's lock is asked for again: about as long as a write takes."""
_PRAGMAS = (
    "journal_mode = WAL",
    f"busy_timeout = {REQUEST_PATIENCE * 1000:.0f}",
    "foreign_keys = ON",
    # Without it INSERT OR REPLACE takes rows away past the ledger's triggers.
    "recursive_triggers = ON",
    # FULL, because the ledger is money: NORMAL may lose the last commits when the power goes.
    "synchronous = FULL",
    "cache_size = -32000",
    "mmap_size = 268435456",
)


_every: weakref.WeakSet[Turns] = weakref.WeakSet()


class Turns:
    """A lock for one thread at a time, in the order of asking. What forks takes an open one along."""

    def __init__(self) -> None:
        self.open()
        _every.add(self)

    def open(self) -> None:
        """Forget who has the turn and who waits for it."""
        # May be entered again by the same thread: a connection that is thrown away gives its turn back in the middle.
        self._guard = threading.RLock()
        self._taker: object = None
        self._waiting: deque[tuple[object, threading.Event]] = deque()

    def take(self, taker: object, seconds: float) -> bool:
        """Wait for the turn, so many seconds at most; False when it did not come."""
        mine = (taker, threading.Event())
        try:
            with self._guard:
                self._waiting.append(mine)
                self._call_next()
            return mine[1].wait(seconds) or not self._leave(mine)
        except BaseException:
            # A job's time is up, or the process ends: nobody must wait for who has gone.
            if not self._leave(mine):
                self.give(taker)
            raise

    def give(self, taker: object) -> None:
        """Hand the turn to whoever has waited longest. Does nothing for those who do not have it."""
        with self._guard:
            if self._taker is taker:
                self._taker = None
                self._call_next()

    def _leave(self, mine: tuple[object, threading.Event]) -> bool:
        """Wait no longer; False when the turn came in the last moment."""
        with self._guard:
            if mine not in self._waiting:
                return False
            self._waiting.remove(mine)
            return True

    def _call_next(self) -> None:
        if self._taker is None and self._waiting:
            self._taker, called = self._waiting.popleft()
            called.set()


def _open_all() -> None:
    for turns in _every:
        turns.open()


# Whoever had the turn is not in the child.
os.register_at_fork(after_in_child=_open_all)


class Connection(sqlite3.Connection):
    """A connection that has the turn from the begin of a write to its end, however it ends."""

    turns = Turns()
    """Those of its engine, as soon as it belongs to one."""

    def begin_write(self, patience: float) -> None:
        """Begin a write. Raises sqlite3.OperationalError when others have not let go within `patience` seconds."""
        ends = time.monotonic() + patience
        if not self.turns.take(self, patience):
            raise sqlite3.OperationalError("database is locked")
        try:
            self._begin_until(ends)
        except BaseException:
            self.turns.give(self)
            raise

    def commit(self) -> None:
        """Commit, and let the next one write."""
        try:
            super().commit()
        finally:
            if not self.in_transaction:
                self.turns.give(self)

    def rollback(self) -> None:
        """Take it back, and let the next one write."""
        try:
            super().rollback()
        finally:
            self.turns.give(self)

    def close(self) -> None:
        """Close, and let the next one write."""
        try:
            super().close()
        finally:
            self.turns.give(self)

    def _begin_until(self, ends: float) -> None:
        self.execute("PRAGMA busy_timeout = 0")
        try:
            while True:
                try:
                    self.execute("BEGIN IMMEDIATE")
                    return
                except sqlite3.OperationalError as error:
                    if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() >= ends:
                        raise
                # Uneven, so that two processes do not keep missing each other.
                time.sleep(random.uniform(0.5, 1.5) * ASK_AGAIN_SECONDS)  # noqa: S311
        finally:
            self.execute(f"PRAGMA busy_timeout = {REQUEST_PATIENCE * 1000:.0f}")


def engine_options() -> dict[str, Any]:
    """The pool's limits, for Flask-SQLAlchemy."""
    return {"pool_size": 20, "max_overflow": 100, "pool_timeout": 3}


def prepare_engine(engine: Engine) -> None:
    """Give an engine our connections with their pragmas, turns for writing, and our BEGIN."""
    turns = Turns()

    @event.listens_for(engine, "do_connect")
    def _open(_dialect: Any, _record: Any, arguments: Any, options: Any) -> Connection:
        connection = sqlite3.connect(*arguments, **options, factory=Connection)
        connection.turns = turns
        # The driver's own BEGIN comes too late and is always deferred, so it is switched off.
        connection.isolation_level = None
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        return connection

    @event.listens_for(engine, "begin")
    def _begin(connection: PoolConnection) -> None:
        options = connection.get_execution_options()
        if not options.get("kinora_immediate"):
            connection.exec_driver_sql("BEGIN")
            return
        usual = REQUEST_PATIENCE if has_request_context() else WORKER_PATIENCE
        driver: Any = connection.connection.dbapi_connection
        try:
            driver.begin_write(options.get("kinora_patience") or usual)
        except sqlite3.OperationalError as error:
            # Nobody between here and us translates it.
            raise OperationalError("BEGIN IMMEDIATE", {}, error) from error
