"""How long we wait for PostgreSQL.

A server that stands still, or a network that swallows everything, keeps connections open: neither the server's own
time-outs nor the kernel's end such a wait, so ours must. And once one has waited in vain, the others are told at once
for a moment, or every thread of the web would stand in the same queue.
"""

from __future__ import annotations

import time
from typing import Any, TypeVar

import psycopg
from flask import g, has_app_context, has_request_context
from psycopg.abc import PQGen
from sqlalchemy import Engine, event
from sqlalchemy.exc import InvalidatePoolError

R = TypeVar("R")

LOCK_SECONDS = 3.0
STATEMENT_SECONDS = 15.0
REQUEST_STATEMENT_SECONDS = 3.5
"""After which a server that is well ends a request's statement itself; its connection stays good."""
REQUEST_WAIT_SECONDS = 4.0
WAIT_SECONDS = 20.0
"""After which we take a server for one that stands still, and close the connection."""
CONNECT_SECONDS = 2
PAUSE_SECONDS = 2.0
"""For how long after that nobody tries to connect."""
FRESH_SECONDS = 1.0
"""For how long a connection that was just used counts as alive: asking it is three messages, a page only four."""


class StandsStill(psycopg.OperationalError):
    """The server keeps the connection open and says nothing."""


class Gate:
    """Closed for a moment after the server did not answer. One an engine; safe to share between threads."""

    def __init__(self) -> None:
        self._opens_at = 0.0

    def close(self) -> None:
        """Let nobody connect for a moment."""
        self._opens_at = time.monotonic() + PAUSE_SECONDS

    def pass_through(self) -> None:
        """Go on, unless the server did not answer a moment ago. Raises StandsStill."""
        if time.monotonic() < self._opens_at:
            raise StandsStill("the server did not answer a moment ago")


class Connection(psycopg.Connection[Any]):
    """A connection that gives up: a request's after 4 s, a worker's after 20 s."""

    gate = Gate()

    def wait(self, gen: PQGen[R], *args: Any, **kwargs: Any) -> R:
        """Wait for an answer, but not for ever. Raises StandsStill, and then the connection is closed."""
        until = time.monotonic() + (REQUEST_WAIT_SECONDS if _somebody_waits() else WAIT_SECONDS)
        try:
            return super().wait(_until(gen, until), *args, **kwargs)
        except StandsStill:
            self.gate.close()
            # Nobody knows what it was about to say, so nobody may use it again.
            self.pgconn.finish()
            raise


def engine_options() -> dict[str, Any]:
    """The pool's limits, for Flask-SQLAlchemy."""
    return {
        "pool_size": 20,
        "max_overflow": 40,
        "pool_timeout": 3,
        "connect_args": {"connect_timeout": CONNECT_SECONDS},
    }


def prepare_engine(engine: Engine) -> None:
    """Give an engine connections that give up, and ask those that have rested whether they are still alive."""
    gate = Gate()
    kind: type[Connection] = type("Connection", (Connection,), {"gate": gate})

    @event.listens_for(engine, "do_connect")
    def _connect(_dialect: Any, _record: Any, arguments: Any, options: Any) -> Any:
        gate.pass_through()
        try:
            return kind.connect(*arguments, **options, options=_server_options())
        except psycopg.errors.ConnectionTimeout:
            gate.close()
            raise

    @event.listens_for(engine, "checkin")
    def _rest(_connection: Any, record: Any) -> None:
        record.info["rests_since"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def _wake(connection: Any, record: Any, _proxy: Any) -> None:
        now = time.monotonic()
        # What has just been opened rests since now.
        if now - record.info.get("rests_since", now) < FRESH_SECONDS:
            return
        try:
            engine.dialect.do_ping(connection)
        except psycopg.Error as error:
            # The pool throws away all that are older than this moment, and connects anew.
            raise InvalidatePoolError from error


def _server_options() -> str:
    statement = REQUEST_STATEMENT_SECONDS if _somebody_waits() else STATEMENT_SECONDS
    return f"-c lock_timeout={LOCK_SECONDS:.0f}s -c statement_timeout={statement * 1000:.0f} -c timezone=UTC"


def _somebody_waits() -> bool:
    # The second is set by `extensions.be_quick`.
    return has_request_context() or (has_app_context() and "kinora_be_quick" in g)


def _until(gen: PQGen[R], until: float) -> PQGen[R]:
    """The same exchange, ended when it is too late: psycopg looks up every tenth of a second."""
    try:
        wanted = next(gen)
        while True:
            ready = yield wanted
            if not ready and time.monotonic() > until:
                raise StandsStill("the server keeps the connection open and says nothing")
            wanted = gen.send(ready)
    except StopIteration as end:
        result: R = end.value
        return result
