"""Leases: for how long a worker holds a creation without a sign of life.

A lease is a random token in the row and a moment until which it counts, by the database's clock. Every write of a
worker names its token, so a worker that froze and woke after its lease writes nothing.
"""

from __future__ import annotations

import logging
import secrets
import threading
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import groupby
from operator import itemgetter
from typing import Any

from flask import current_app
from sqlalchemy import or_, update
from sqlalchemy.exc import SQLAlchemyError

from app.creations.clock import from_now
from app.creations.models import Creation
from app.creations.transitions import LostLease, Place, move
from app.extensions import db, transaction
from app.settings import store

log = logging.getLogger(__name__)


def new_token() -> str:
    """A fresh lease token."""
    return secrets.token_hex(16)


def free(row: Any = Creation) -> Any:
    """The condition that nobody holds the row."""
    return or_(row.lease_until.is_(None), row.lease_until < from_now())


def claim(creation_id: uuid.UUID, old: Place, new: Place, **columns: Any) -> str | None:
    """Move a free creation and take its lease, in a transaction of its own; return the token, None when it is not ours.

    `next_run_at` is set to the lease's end, so that the sweeper looks at the row when its worker is dead.
    """
    token = new_token()
    seconds = store.current().lease_seconds
    with transaction():
        owner = move(
            creation_id,
            old,
            new,
            where=(free(),),
            visible=old != new,
            lease_token=token,
            lease_until=from_now(seconds),
            next_run_at=from_now(seconds),
            **columns,
        )
    return token if owner is not None else None


def renew(creation_id: uuid.UUID, token: str) -> bool:
    """Hold a creation for another span; False when it is no longer ours."""
    seconds = store.current().lease_seconds
    with transaction() as session:
        return bool(_set(session, [creation_id], token, lease_until=from_now(seconds), next_run_at=from_now(seconds)))


def renew_all(rows: Iterable[Any]) -> None:
    """Hold claimed rows (`id`, `lease_token`) for another span, in one transaction; what is not ours any more stays."""
    seconds = store.current().lease_seconds
    _set_all(rows, lease_until=from_now(seconds), next_run_at=from_now(seconds))


def release_all(rows: Iterable[Any]) -> None:
    """Let go of claimed rows (`id`, `lease_token`) with which nothing was done: another worker goes on at once."""
    _set_all(rows, lease_token=None, lease_until=None, next_run_at=from_now())


def release(creation_id: uuid.UUID, token: str) -> None:
    """Let go of one creation whose step was cut off and can be begun again; nothing when it is not ours any more."""
    with transaction() as session:
        _set(session, [creation_id], token, lease_token=None, lease_until=None, next_run_at=from_now())


def _set_all(rows: Iterable[Any], **columns: Any) -> None:
    held = sorted((row.lease_token, str(row.id), row.id) for row in rows)
    with transaction() as session:
        for token, group in groupby(held, key=itemgetter(0)):
            _set(session, [row[2] for row in group], token, **columns)


def _set(session: Any, ids: list[uuid.UUID], token: str, **columns: Any) -> int:
    done = session.execute(
        update(Creation)
        .where(Creation.id.in_(ids), Creation.lease_token == token, Creation.step.is_not(None))
        .values(**columns)
        .execution_options(synchronize_session=False)
    )
    return int(done.rowcount)


@contextmanager
def kept(creation_id: uuid.UUID, token: str) -> Iterator[threading.Event]:
    """Renew a lease from a side thread while a long call runs. Yields an event that is set when the lease is lost.

    Three renewals fit into one lease, so one that fails because the database is busy does no harm.
    """
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    done, lost = threading.Event(), threading.Event()
    pause = store.current().lease_seconds / 3

    def run() -> None:
        while not done.wait(pause):
            with app.app_context():
                try:
                    if not renew(creation_id, token):
                        lost.set()
                        return
                except SQLAlchemyError as error:
                    log.warning("lease of %s not renewed, trying again: %s", creation_id, type(error).__name__)
                finally:
                    db.session.remove()

    thread = threading.Thread(target=run, name="lease", daemon=True)
    thread.start()
    try:
        yield lost
    finally:
        done.set()
        thread.join()


def must_hold(owner: uuid.UUID | None) -> uuid.UUID:
    """The owner that a move gave back. Raises LostLease when it moved nothing."""
    if owner is None:
        raise LostLease
    return owner
