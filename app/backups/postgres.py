"""A PostgreSQL: copied by pg_dump from one exported snapshot, and put back by pg_restore in one transaction."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from psycopg.conninfo import make_conninfo
from sqlalchemy import Connection, Engine, create_engine, make_url, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from app.backups.manifest import BackupError

ASIDE = "kinora_replaced"
"""The schema in which the tables wait that a restore replaces, until it has worked."""
_VERSION = re.compile(r"\) (\d+)")


def engine(url: str) -> Engine:
    """Connections without the limits of a request: a statement may take its time."""
    return create_engine(url, poolclass=NullPool, connect_args={"options": "-c timezone=UTC -c lock_timeout=3000"})


@contextmanager
def snapshot(url: str, target: Path) -> Iterator[Connection]:
    """Dump the database as it is at this moment, and let the same moment be asked. Writers go on meanwhile."""
    try:
        with engine(url).execution_options(isolation_level="REPEATABLE READ").connect() as connection:
            name = connection.scalar(text("SELECT pg_export_snapshot()"))
            # The server's compression levels differ by version; 1 is quick in all of them.
            _run(
                "pg_dump", url, connection, "--format=custom", "--compress=1", f"--snapshot={name}", f"--file={target}"
            )
            yield connection
    except SQLAlchemyError as error:
        raise BackupError(f"The database does not answer: {_first_line(error)}.") from error


def server(connection: Connection) -> str:
    """The server's version."""
    return str(connection.scalar(text("SHOW server_version")))


@contextmanager
def replaced(url: str, copy: Path, _stamp: str) -> Iterator[None]:
    """Fill the database from a dump at the end of the block; when that fails, what was there is there again.

    Raises BackupError when somebody else is connected.
    """
    try:
        with engine(url).connect() as connection:
            _alone(connection)
            _program("pg_restore", connection)
            yield
            _set_aside(connection)
            try:
                options = ("--single-transaction", "--exit-on-error", str(copy))
                _run("pg_restore", url, connection, *options)
            except BackupError:
                _bring_back(connection)
                raise
            _drop(connection, ASIDE)
    except SQLAlchemyError as error:
        raise BackupError(f"The database does not answer: {_first_line(error)}.") from error


def _alone(connection: Connection) -> None:
    others = connection.scalar(
        text(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        )
    )
    connection.commit()
    if others:
        raise BackupError(f"Somebody is connected to the database ({others}): end web and workers first.")


def _set_aside(connection: Connection) -> None:
    """Move all tables and functions out of the way, with all that hangs on them."""
    _drop(connection, ASIDE)
    connection.execute(text(f"CREATE SCHEMA {ASIDE}"))
    _move(connection, "public", ASIDE)
    connection.commit()


def _bring_back(connection: Connection) -> None:
    # pg_restore works in one transaction: whatever went wrong, it left nothing.
    _move(connection, ASIDE, "public")
    _drop(connection, ASIDE)


def _move(connection: Connection, old: str, new: str) -> None:
    tables = connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = :old"), {"old": old}).all()
    functions = connection.scalars(
        text(
            "SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
            " WHERE n.nspname = :old AND p.prolang <> (SELECT oid FROM pg_language WHERE lanname = 'c')"
        ),
        {"old": old},
    ).all()
    for table in tables:
        connection.exec_driver_sql(f'ALTER TABLE {old}."{table}" SET SCHEMA {new}')
    for function in functions:
        name = function if function.startswith(f"{old}.") else f"{old}.{function}"
        connection.exec_driver_sql(f"ALTER FUNCTION {name} SET SCHEMA {new}")
    connection.commit()


def _drop(connection: Connection, schema: str) -> None:
    connection.execute(text(f"DROP SCHEMA IF EXISTS {schema} CASCADE"))
    connection.commit()


def _run(name: str, url: str, connection: Connection, *options: str) -> None:
    program = _program(name, connection)
    parts = make_url(url).translate_connect_args(username="user", database="dbname")
    parts.update({name: str(value) for name, value in make_url(url).query.items()})
    password = str(parts.pop("password", "") or "")
    with tempfile.NamedTemporaryFile("w", prefix="kinora-pgpass-") as passfile:
        # In a file that only we may read: arguments and environment of a process are seen by others.
        passfile.write(f"*:*:*:*:{password.replace(chr(92), chr(92) * 2).replace(':', chr(92) + ':')}\n")
        passfile.flush()
        found = make_conninfo("", **parts, passfile=passfile.name)
        command = [program, "--no-owner", "--no-privileges", f"--dbname={found}", *options]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BackupError(
            f"{name} failed: {done.stderr.strip().splitlines()[-1] if done.stderr.strip() else 'no word'}"
        )


def _program(name: str, connection: Connection) -> str:
    """The program, at least as new as the server: an older one refuses."""
    needed = int(connection.scalar(text("SHOW server_version_num")) or 0) // 10000
    folders = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=_number, reverse=True)
    found = [path for path in (shutil.which(name), *map(str, folders)) if path]
    if not found:
        raise BackupError(f"{name} is missing: install postgresql-client {needed} or newer.")
    for path in found:
        said = _VERSION.search(subprocess.run([path, "--version"], capture_output=True, text=True, check=True).stdout)
        if said and int(said[1]) >= needed:
            return path
    raise BackupError(f"{name} is older than the server: install postgresql-client {needed} or newer.")


def _number(path: Path) -> int:
    name = path.parent.parent.name
    return int(name) if name.isdecimal() else 0


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0].rstrip(".")
