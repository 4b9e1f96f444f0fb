"""One look-up of one operation, and what follows from the answer (T5, T6, T8)."""

from __future__ import annotations

import logging
import random
from typing import Any

from app import queue
from app.creations.clock import from_now
from app.creations.models import Creation
from app.creations.transitions import FETCHING, WAITING, LostLease, move
from app.extensions import now, transaction
from app.generation import catalogue, durations, hints, leases, pace, results, settling
from app.providers.base import Ambiguous, Expired, Finished, Pending, Provider, ProviderError, RateLimited, Retryable
from app.realtime import bus

MISSING_TRIES = 3
"""Look-ups that must say 404 before an operation counts as lost (JOB-09)."""
COLUMNS = (
    Creation.id,
    Creation.kind,
    Creation.provider,
    Creation.model,
    Creation.duration,
    Creation.resolution,
    Creation.operation,
    Creation.lease_token,
    Creation.lookups,
    Creation.missing_count,
    Creation.progress,
    Creation.submitted_at,
    Creation.deadline_at,
)
log = logging.getLogger(__name__)


def look_up(row: Any) -> None:
    """Ask the provider after a claimed operation and write what it says. `row` has `COLUMNS`."""
    provider = catalogue.registry().provider(row.provider)
    try:
        if row.deadline_at is not None and row.deadline_at < now():
            provider.cancel(row.operation)
            settling.fail(row.id, WAITING, "timed_out", "the deadline passed", lease=row.lease_token)
        elif provider.in_house:
            _look_in_house(row)
        else:
            _ask(row, provider)
    except LostLease:
        log.warning("creation %s was taken over while it was being looked up", row.id)


def _ask(row: Any, provider: Provider) -> None:
    try:
        outcome = provider.poll(row.operation)
    except (RateLimited, Retryable, Ambiguous) as error:
        pause = getattr(error, "retry_after", None)
        _still_waiting(row, max(pause or 0.0, random.uniform(1.0, 5.0)))  # noqa: S311
    except Expired as error:
        _missing(row, error)
    except ProviderError as error:
        # Only its owner cancels a creation; a provider that did so by itself has failed.
        code = "provider_error" if error.code == "cancelled" else error.code
        settling.fail(row.id, WAITING, code, str(error), lease=row.lease_token)
    else:
        if isinstance(outcome, Pending):
            _still_waiting(row, outcome.next_after or _pace(row), progress=outcome.progress)
        else:
            _done(row, outcome)


def _look_in_house(row: Any) -> None:
    """There is nobody to ask: the sweeper rings for who waits in line, and a worker that died left a lease."""
    _still_waiting(row, pace.IN_HOUSE_PATIENCE)


def _pace(row: Any) -> float:
    running = (now() - row.submitted_at).total_seconds() if row.submitted_at else 0.0
    known = durations.recent(row.provider, row.model, row.duration, row.resolution)
    return pace.pause(row.kind, row.lookups, running, known)


def _still_waiting(row: Any, pause: float, *, progress: float | None = None, **columns: Any) -> None:
    """T5. The page hears of it only when the progress moved by a hundredth."""
    # However long a provider asks us to stay away: at the deadline somebody looks, and asks it to stop.
    if row.deadline_at is not None:
        pause = min(pause, max(0.5, (row.deadline_at - now()).total_seconds()))
    moved = progress is not None and abs(progress - (row.progress or 0.0)) >= 0.01
    if moved:
        columns["progress"] = progress
    with transaction():
        owner = leases.must_hold(
            move(
                row.id,
                WAITING,
                WAITING,
                lease=row.lease_token,
                visible=moved,
                lookups=row.lookups + 1,
                lease_token=None,
                lease_until=None,
                next_run_at=from_now(pause),
                **columns,
            )
        )
    if moved:
        bus.publish(owner)


def _missing(row: Any, error: Expired) -> None:
    if row.missing_count + 1 >= MISSING_TRIES:
        settling.fail(row.id, WAITING, "lost", str(error), lease=row.lease_token)
    else:
        _still_waiting(row, 20.0, missing_count=row.missing_count + 1)


def _done(row: Any, outcome: Finished) -> None:
    """T6: where the result lies is in the row before anything is fetched."""
    reference = results.keep(row.id, outcome.result)
    with transaction():
        owner = leases.must_hold(
            move(
                row.id,
                WAITING,
                FETCHING,
                lease=row.lease_token,
                result=reference,
                fetching_at=now(),
                progress=None,
                lookups=row.lookups + 1,
                lease_token=None,
                lease_until=None,
                next_run_at=from_now(),
            )
        )
    hints.ring(queue.FETCH, row.id)
    bus.publish(owner)
