"""Ringing for work. A ring that fails is no loss: the sweeper finds the row."""

from __future__ import annotations

import logging
import uuid

from redis import RedisError

from app import queue

log = logging.getLogger(__name__)


def ring(job: queue.Job, creation_id: uuid.UUID) -> None:
    """Enqueue a job for a creation whose row already says what is to be done."""
    try:
        queue.enqueue(job, creation_id)
    except RedisError as error:
        log.warning("%s of %s not queued, the sweeper will: %s", job.name, creation_id, type(error).__name__)
