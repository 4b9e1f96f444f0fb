"""Ringing for work, and when to look next. A ring that fails is no loss: the sweeper finds the row."""

from __future__ import annotations

import logging
import uuid

from redis import RedisError

from app import queue
from app.providers.base import Provider

log = logging.getLogger(__name__)

IN_HOUSE_PATIENCE = 10.0
"""Seconds after which an in-house job that nobody took is rung for again."""


def ring(job: queue.Job, creation_id: uuid.UUID) -> None:
    """Enqueue a job for a creation whose row already says what is to be done."""
    try:
        queue.enqueue(job, creation_id)
    except RedisError as error:
        log.warning("%s of %s not queued, the sweeper will: %s", job.name, creation_id, type(error).__name__)


def first_look(provider: Provider, next_after: float) -> float:
    """Seconds until the first look-up of an accepted operation."""
    return IN_HOUSE_PATIENCE if provider.in_house else next_after


def pause(kind: str, lookups: int, seconds_running: float) -> float:
    """Seconds until the next look-up: 1 s doubling to 5 s, to 10 s for a video after its first minute (JOB-06)."""
    longest = 10.0 if kind == "video" and seconds_running > 60 else 5.0
    return float(min(longest, 2.0 ** min(lookups, 4)))
