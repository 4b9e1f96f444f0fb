"""The watch loop: looks up what providers are making, thousands at a time, from rows alone.

Waiting is never a job per video. Each round claims the due rows with one statement, looks them up in a few threads,
writes what they said, and rings for the next step. A crash costs one lease, nothing else.
"""

from __future__ import annotations

import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from flask import Flask
from redis import RedisError
from sqlalchemy import select, update
from sqlalchemy.exc import SQLAlchemyError

from app.creations.clock import from_now
from app.creations.models import Creation
from app.creations.states import Step
from app.extensions import transaction
from app.generation import leases, looking, positions, sweeping
from app.settings import store

TICK_SECONDS = 0.5
SWEEP_SECONDS = 15.0
THREADS = 32
log = logging.getLogger(__name__)


@dataclass
class WatchLoop:
    """One watch loop, run by the `watch` worker for `seconds` at a time or until `stop` is set."""

    app: Flask
    stop: threading.Event
    threads: int = THREADS

    def run(self, seconds: float) -> None:
        """Look up and sweep until the time is over. A database or Redis that is down delays it, no more."""
        ends = time.monotonic() + seconds
        next_sweep = next_tell = 0.0
        with ThreadPoolExecutor(self.threads, thread_name_prefix="look-up") as pool:
            while time.monotonic() < ends and not self.stop.is_set():
                try:
                    with self.app.app_context():
                        if time.monotonic() >= next_sweep:
                            next_sweep = time.monotonic() + SWEEP_SECONDS
                            sweeping.sweep()
                        sweeping.ring_for_due()
                        if time.monotonic() >= next_tell:
                            next_tell = time.monotonic() + positions.EVERY_SECONDS
                            positions.tell()
                        list(pool.map(self._look_up, claim_due(2 * self.threads)))
                except (SQLAlchemyError, RedisError) as error:
                    log.warning("watch loop waits for a dependency: %s", type(error).__name__)
                    self.stop.wait(1.0)
                self.stop.wait(TICK_SECONDS)

    def _look_up(self, row: Any) -> None:
        with self.app.app_context():
            try:
                looking.look_up(row)
            except SQLAlchemyError as error:
                log.warning("look-up of %s not written, again after its lease: %s", row.id, type(error).__name__)
            except Exception:
                # One creation must not stop the loop for all others; its lease runs out and it is looked up again.
                log.exception("look-up of %s failed", row.id)


def claim_due(limit: int) -> list[Any]:
    """Take the lease of the operations whose look-up is due, oldest first, in one statement."""
    token = leases.new_token()
    seconds = store.current().lease_seconds
    due = (
        select(Creation.id)
        .where(Creation.step == Step.WAITING, Creation.next_run_at <= from_now(), leases.free())
        .order_by(Creation.next_run_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    with transaction() as session:
        rows = session.execute(
            update(Creation)
            .where(Creation.id.in_(due))
            .values(lease_token=token, lease_until=from_now(seconds), next_run_at=from_now(seconds))
            .returning(*looking.COLUMNS)
            .execution_options(synchronize_session=False)
        ).all()
    return list(rows)
