"""Breaking a database in the ways in which databases break; each is mended when the block ends."""

from __future__ import annotations

import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg

from tests.faults.place import Place
from tests.journeys import processes

BREAKS = {
    "sqlite": ("locked for writing", "locked for everything"),
    "postgresql": ("locked", "down", "standing still"),
}


@contextmanager
def broken_database(place: Place, how: str) -> Iterator[None]:
    """The place's database, `how` it is broken."""
    if place.postgres is None:
        with _sqlite_locked(place, "IMMEDIATE" if how == "locked for writing" else "EXCLUSIVE"):
            yield
        return
    with {"locked": _locked, "down": _down, "standing still": _still}[how](place):
        yield


@contextmanager
def _sqlite_locked(place: Place, kind: str) -> Iterator[None]:
    """Another process, as to SQLite every connection of ours is, is in the middle of a write."""
    with closing(sqlite3.connect(place.data / "kinora.db", isolation_level=None, timeout=10)) as other:
        other.execute(f"BEGIN {kind}")
        yield
        other.execute("ROLLBACK")


@contextmanager
def _locked(place: Place) -> Iterator[None]:
    """Somebody changes the tables' shape, and takes long over it."""
    with psycopg.connect(place.environ["DATABASE_URL"].replace("+psycopg", "")) as other:
        other.execute("LOCK TABLE creations, users, sessions IN ACCESS EXCLUSIVE MODE")
        yield
        other.rollback()


@contextmanager
def _down(place: Place) -> Iterator[None]:
    """As when `pg_ctl stop -m immediate` was said."""
    assert place.postgres is not None
    place.postgres.kill()
    try:
        yield
    finally:
        place.postgres.start()


@contextmanager
def _still(place: Place) -> Iterator[None]:
    """The machine does not answer any more, and no connection ends."""
    assert place.postgres is not None
    pids = [place.postgres.pid, *processes.below(place.postgres.pid)]
    for pid in pids:
        processes.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            processes.kill(pid, signal.SIGCONT)
