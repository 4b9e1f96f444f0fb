"""One look-up of one operation: the provider is asked, and its answer put in our words. Nothing is written here."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.catalogue import choosing
from app.creations.models import Creation
from app.extensions import now
from app.generation import pace, results
from app.generation.refusals import refusal_of
from app.providers.base import Pending, Provider
from app.providers.errors import Ambiguous, Expired, ProviderError, RateLimited, Retryable

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
"""What a look-up has to know of a claimed row."""
MISSING_TRIES = 3
"""Look-ups that must say 404 before an operation counts as lost (JOB-09)."""
MISSING_PAUSE = 20.0


@dataclass(frozen=True)
class StillWaiting:
    """Not done, or not to be had from the provider now (T5)."""

    row: Any
    pause: float | None = None
    """Seconds until the next look-up; None leaves it to the pace of such creations."""
    progress: float | None = None
    missing: bool = False
    """The provider does not know the operation (any more, or yet)."""
    rest: float | None = None
    """The provider refused, and wants to be left alone for so long; 0 where it did not say. None: it did not refuse."""
    answered_at: float = field(default_factory=time.monotonic, compare=False)
    """From then on the pause counts, on the monotonic clock."""


@dataclass(frozen=True)
class Done:
    """The provider is done, and where the result lies is known (T6)."""

    row: Any
    reference: Mapping[str, Any]


@dataclass(frozen=True)
class Over:
    """Nothing will come of it (T8)."""

    row: Any
    code: str
    message: str
    refusal: Mapping[str, str] | None = None
    """What its owner may know of why the provider declined."""


Finding = StillWaiting | Done | Over


def look_up(row: Any) -> Finding:
    """Ask the provider after a claimed operation. `row` has `COLUMNS`. Bytes that came along are on disk afterwards."""
    provider = choosing.registry().provider(row.provider)
    if row.deadline_at is not None and row.deadline_at < now():
        provider.cancel(row.operation)
        return Over(row, "timed_out", "the deadline passed")
    if provider.in_house:
        # There is nobody to ask: the sweeper rings for who waits in line, and a worker that died left a lease.
        return StillWaiting(row, pace.IN_HOUSE_PATIENCE)
    return _ask(row, provider)


def _ask(row: Any, provider: Provider) -> Finding:
    try:
        outcome = provider.poll(row.operation)
    except RateLimited as error:
        rest = error.retry_after or 0.0
        return StillWaiting(row, rest + _a_few_seconds(), rest=rest)
    except (Retryable, Ambiguous):
        return StillWaiting(row, _a_few_seconds())
    except Expired as error:
        if row.missing_count + 1 >= MISSING_TRIES:
            return Over(row, "lost", str(error))
        return StillWaiting(row, MISSING_PAUSE, missing=True)
    except ProviderError as error:
        # Only its owner cancels a creation; a provider that did so by itself has failed.
        code = "provider_error" if error.code == "cancelled" else error.code
        return Over(row, code, str(error), refusal_of(error))
    if isinstance(outcome, Pending):
        return StillWaiting(row, outcome.next_after, outcome.progress)
    return Done(row, results.keep(row.id, outcome.result))


def _a_few_seconds() -> float:
    return random.uniform(1.0, 5.0)  # noqa: S311
