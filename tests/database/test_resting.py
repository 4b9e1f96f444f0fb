"""PostgreSQL connections that rest in the pool while the server ends them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress

import pytest
from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.exc import OperationalError

from app import postgres
from tests.servers.postgres import RunningPostgres


@pytest.fixture(autouse=True)
def _context() -> None:
    """No application is needed here, so nothing runs twice."""


@pytest.fixture
def engine(postgres_server: RunningPostgres) -> Iterator[Engine]:
    """A database of its own, with connections as the application has them."""
    url = postgres_server.fresh_database()
    made = create_engine(url, **postgres.engine_options())
    postgres.prepare_engine(made)
    yield made
    made.dispose()
    postgres_server.drop_database(url)


def test_who_is_given_a_connection_that_died_while_it_rested_notices_nothing(engine: Engine) -> None:
    ended = _use_and_end(engine)
    time.sleep(postgres.FRESH_SECONDS)  # resting is what this is about
    assert _use(engine) != ended


def test_after_one_that_died_just_now_at_most_one_is_told_and_all_are_opened_anew(engine: Engine) -> None:
    with engine.connect() as one, engine.connect() as other:
        old = {_number(one), _number(other)}
    ended = _use_and_end(engine)
    assert ended in old
    for _ in old:
        with suppress(OperationalError):
            _use(engine)
    with engine.connect() as one, engine.connect() as other:
        assert not {_number(one), _number(other)} & old


def _use_and_end(engine: Engine) -> int:
    """Use the pool's next connection, let the server end it as if it had been restarted; return its number."""
    number = _use(engine)
    with create_engine(engine.url).connect() as other:
        other.exec_driver_sql("SELECT pg_terminate_backend(%s)", (number,))
        while other.exec_driver_sql("SELECT 1 FROM pg_stat_activity WHERE pid = %s", (number,)).scalar():
            time.sleep(0.01)
    return number


def _use(engine: Engine) -> int:
    with engine.connect() as connection:
        return _number(connection)


def _number(connection: Connection) -> int:
    return int(connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one())
