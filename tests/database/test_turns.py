"""Who writes to SQLite next, among the threads of one process: whoever has waited longest."""

from __future__ import annotations

import os
import signal
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.exc import IntegrityError, OperationalError

from app import sqlite
from tests.journeys.house import eventually


@pytest.fixture(autouse=True)
def _context() -> None:
    """No application is needed here, so nothing runs twice."""


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """A database with one table, to which names are added."""
    made = create_engine(f"sqlite:///{tmp_path / 'names.db'}", **sqlite.engine_options())
    sqlite.prepare_engine(made)
    with made.connect() as connection:
        connection.exec_driver_sql("CREATE TABLE names (name TEXT UNIQUE)")
        connection.commit()
    yield made
    made.dispose()


def test_writers_are_served_in_the_order_of_asking(engine: Engine) -> None:
    with writing(engine) as first:
        threads = [_asks(engine, f"{number:02}") for number in range(12)]
        add(first, "first")
        first.commit()
    for thread in threads:
        thread.join(10)
    assert names(engine) == ["first", *(f"{number:02}" for number in range(12))]


def test_who_waits_too_long_is_told_that_the_database_is_locked_and_holds_nobody_up(engine: Engine) -> None:
    with writing(engine) as first:
        begun = time.monotonic()
        with pytest.raises(OperationalError, match="database is locked"), writing(engine, patience=0.2) as late:
            add(late, "late")
        assert 0.2 <= time.monotonic() - begun < 1.5
        patient = _asks(engine, "patient")
        first.commit()
    patient.join(10)
    assert names(engine) == ["patient"]


def test_another_process_that_writes_is_waited_for_just_as_long(engine: Engine, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "names.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        begun = time.monotonic()
        with pytest.raises(OperationalError, match="database is locked"), writing(engine, patience=0.2):
            pass
        assert 0.2 <= time.monotonic() - begun < 1.5
        patient = _asks(engine, "patient", in_line=False)
        other.execute("COMMIT")
        patient.join(10)
    assert names(engine) == ["patient"]


def test_a_write_that_fails_lets_the_next_one_begin(engine: Engine) -> None:
    with writing(engine) as connection:
        add(connection, "one")
        with pytest.raises(IntegrityError):
            add(connection, "one")
        following = _asks(engine, "two")
        connection.rollback()
        following.join(10)
    lost = writing(engine)
    add(lost, "lost")
    following = _asks(engine, "three")
    lost.invalidate()
    following.join(10)
    lost.close()
    assert names(engine) == ["two", "three"]


def test_who_is_stopped_while_waiting_leaves_the_line(engine: Engine) -> None:
    def stop(*_: object) -> None:
        raise InterruptedError

    before = signal.signal(signal.SIGALRM, stop)
    try:
        with writing(engine) as first:
            signal.setitimer(signal.ITIMER_REAL, 0.1)
            with pytest.raises(InterruptedError), writing(engine, patience=10):
                pass
            following = _asks(engine, "following")
            first.commit()
        following.join(5)
    finally:
        signal.signal(signal.SIGALRM, before)
    assert names(engine) == ["following"]


def test_a_child_that_was_forked_meanwhile_does_not_wait_for_its_parents_turn() -> None:
    turns, mine = sqlite.Turns(), object()
    assert turns.take(mine, 0)
    child = os.fork()
    if not child:
        free = False
        with suppress(BaseException):
            free = turns.take(object(), 0)
        os._exit(0 if free else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert not turns.take(object(), 0)
    turns.give(mine)
    assert turns.take(object(), 0)


def test_reading_waits_for_no_turn(engine: Engine) -> None:
    with writing(engine) as first:
        add(first, "unseen")
        assert names(engine) == []


def writing(engine: Engine, *, patience: float = 5) -> Connection:
    """A connection whose first statement begins a write."""
    connection = engine.connect().execution_options(kinora_immediate=True, kinora_patience=patience)
    try:
        connection.begin()
    except BaseException:
        connection.close()
        raise
    return connection


def add(connection: Connection, name: str) -> None:
    """Write a name."""
    connection.exec_driver_sql("INSERT INTO names VALUES (?)", (name,))


def names(engine: Engine) -> list[str]:
    """All names, in the order in which they were written."""
    with engine.connect() as connection:
        return list(connection.exec_driver_sql("SELECT name FROM names ORDER BY rowid").scalars())


def _asks(engine: Engine, name: str, *, in_line: bool = True) -> threading.Thread:
    """A thread that writes a name; when this returns it stands in the line."""

    def work() -> None:
        with writing(engine) as connection:
            add(connection, name)
            connection.commit()

    turns = _turns(engine)
    before = len(turns._waiting)
    thread = threading.Thread(target=work)
    thread.start()
    if in_line:
        eventually(lambda: len(turns._waiting) > before, 5, what="a writer in the line")
    return thread


def _turns(engine: Engine) -> sqlite.Turns:
    with engine.connect() as connection:
        driver: Any = connection.connection.dbapi_connection
        found: sqlite.Turns = driver.turns
        return found
