"""The database, log-in and websocket extensions, made unbound; `create_app` binds them.

Also the column types that all tables share: ids are UUIDv7 (RFC 9562), so they sort by the time they were made and
cannot be guessed; times are aware and in UTC on both databases.
"""

from __future__ import annotations

import itertools
import logging
import random
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar

from flask import current_app, g, has_request_context
from flask_login import LoginManager
from flask_sock import Sock
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, Dialect, Engine, MetaData
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import DeclarativeBase, mapped_column, registry
from sqlalchemy.types import TypeDecorator

from app import sqlite
from app.config import Config
from app.storage.base import Storage

if sys.version_info >= (3, 14):
    from uuid import uuid7
else:
    from uuid_utils.compat import uuid7

__all__ = ["Base", "Moment", "UtcDateTime", "Uuid7", "db", "insist", "login", "now", "sock", "transaction", "uuid7"]

T = TypeVar("T")
log = logging.getLogger(__name__)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC time. SQLite keeps no zone, so it is taken off on the way in and put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("times are aware and in UTC")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def now() -> datetime:
    """The present moment, aware and in UTC."""
    return datetime.now(UTC)


Uuid7 = Annotated[uuid.UUID, mapped_column(primary_key=True, default=uuid7)]
Moment = Annotated[datetime, mapped_column(UtcDateTime(), default=now)]


class Base(DeclarativeBase):
    """What every table stands on: names for all constraints, so that migrations can speak of them."""

    registry = registry(
        type_annotation_map={datetime: UtcDateTime()},
        metadata=MetaData(
            naming_convention={
                "ix": "ix_%(table_name)s_%(column_0_N_name)s",
                "uq": "uq_%(table_name)s_%(column_0_N_name)s",
                "ck": "ck_%(table_name)s_%(constraint_name)s",
                "fk": "fk_%(table_name)s_%(column_0_N_name)s",
                "pk": "pk_%(table_name)s",
            }
        ),
    )


db: Any = SQLAlchemy(model_class=Base, disable_autonaming=True, session_options={"expire_on_commit": False})
login = LoginManager()
sock = Sock()


OUTAGES = (OperationalError, InterfaceError, PoolTimeoutError)
"""What says that the database is locked, away or fully used: SQLAlchemy's three names for it."""
INSIST_SECONDS = 30.0


@contextmanager
def transaction(*, patience: float | None = None) -> Iterator[Any]:
    """One write transaction around a use case: committed at the end, rolled back on any error.

    On SQLite it begins IMMEDIATE: a transaction that reads first and writes later fails at once with "database is
    locked", whatever the busy timeout. A read transaction that is open on the session ends first. Waits `patience`
    seconds for others to let go, where less than usual is enough. Yields the session.
    """
    session = db.session()
    if session.in_transaction():
        session.commit()
    try:
        connection = session.connection(execution_options={"kinora_immediate": True, "kinora_patience": patience})
        if patience is not None and connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = {patience * 1000:.0f}")
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise


def insist(ask: Callable[[], T]) -> T:
    """Ask the database again for as long as it is locked or away, half a minute at most.

    For workers, who hold something that would be lost; a request says 503 instead. A write among it is a whole
    transaction whose WHERE tells what was done already: nobody knows whether a commit without an answer has happened.
    """
    ends = time.monotonic() + INSIST_SECONDS
    for number in itertools.count():
        try:
            return ask()
        except OUTAGES as error:
            # Full jitter, so that those who were held up together do not come back together.
            pause = random.uniform(0.0, min(2.0, 0.05 * 2**number))  # noqa: S311
            if time.monotonic() + pause > ends:
                raise
            log.warning("the database is away, again in %.2f s: %s", pause, type(error).__name__)
            db.session.rollback()
            time.sleep(pause)
    raise AssertionError


def prepare_engine(engine: Engine) -> None:
    """Give SQLite its pragmas and turns for writing; give PostgreSQL connections that do not wait for ever."""
    if engine.dialect.name == "postgresql":
        from app import postgres

        postgres.prepare_engine(engine)
    else:
        sqlite.prepare_engine(engine)


def be_quick() -> None:
    """Wait for the database no longer than a request would, in this context, which is none."""
    g.kinora_be_quick = True


def config() -> Config:
    """The configuration that this app was made with."""
    found: Config = current_app.extensions["kinora_config"]
    return found


def storage() -> Storage:
    """Where this app keeps its files; in a request the hasty side of it."""
    found: Storage = current_app.extensions["kinora_storage"]
    return found.hasty() if has_request_context() else found
