"""What all machines remember together, in Redis, and what counts while Redis is away."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from redis import RedisError

from app import queue

AWAY_SECONDS = 5.0
"""For how long Redis is left alone after it failed, so that not every request waits for it."""
log = logging.getLogger(__name__)
_away: dict[str, Any] = {"until": 0.0, "connection": None}


def asked(question: Callable[[], Any], *, default: Any) -> Any:
    """What Redis says, or what counts while it is away."""
    if _away["connection"] is queue.connection() and time.monotonic() < _away["until"]:
        return default
    try:
        return question()
    except RedisError as error:
        _away.update(until=time.monotonic() + AWAY_SECONDS, connection=queue.connection())
        log.warning("breakers count as closed and quotas as free, Redis is away: %s", type(error).__name__)
        return default
