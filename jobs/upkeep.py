"""What runs on a clock: forgetting what is past its time."""

from __future__ import annotations

import logging

from app.accounts import service as accounts
from app.creations import references
from jobs.application import in_app

EVERY_SECONDS = 3600.0
log = logging.getLogger(__name__)


@in_app
def tidy() -> None:
    """Drop uploads nobody used and sessions that open nothing any more."""
    uploads, sessions = references.drop_unused(), accounts.forget_expired()
    if uploads or sessions:
        log.info("upkeep: %d unused uploads and %d old sessions dropped", uploads, sessions)
