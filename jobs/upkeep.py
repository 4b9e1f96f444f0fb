"""What runs on a clock: forgetting what is past its time every hour, and the night's work."""

from __future__ import annotations

import logging

from redis import RedisError

from app import queue
from app.accounts import service as accounts
from app.creations import references
from app.generation import keys, ringing
from app.upkeep import nightly
from jobs.application import in_app

EVERY_SECONDS = 3600.0
log = logging.getLogger(__name__)


@in_app
def tidy() -> None:
    """Drop uploads nobody used, sessions that open nothing any more, and what nobody sends again."""
    uploads, sessions = references.drop_unused(), accounts.forget_expired()
    requests, calls = keys.forget_old(), ringing.forget_old()
    if uploads or sessions or requests or calls:
        words = "upkeep: %d unused uploads, %d old sessions, %d old requests and %d old calls dropped"
        log.info(words, uploads, sessions, requests, calls)


@in_app
def ring_at_night() -> None:
    """Have a media worker do the night's work when it is due: the watch loop must not wait for it."""
    if not nightly.is_due():
        return
    try:
        queue.enqueue_alone(queue.NIGHT)
    except RedisError as error:
        log.warning("the night's work is not queued yet: %s", type(error).__name__)


@in_app
def night() -> None:
    """Audit the books and sweep the store, once a night over all workers."""
    nightly.run()
