"""Publish, over Redis: doorbells only.

A message names whom it concerns, never what it looks like: the process that holds the socket reads the row and draws
it for its own viewer. A doorbell that is lost is found by the hub's look at the versions every few seconds, so a
Redis that is down delays a push and never loses it.
"""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Iterable
from typing import Any

from redis import RedisError

from app import queue

CHANNEL = "kinora:push"
log = logging.getLogger(__name__)


def publish(user_id: uuid.UUID) -> None:
    """Something that this person should see has changed."""
    _ring({"user": str(user_id)})


def publish_likes(creation_id: uuid.UUID) -> None:
    """The like count of a published creation has changed."""
    _ring({"likes": str(creation_id)})


def end_sessions(user_id: uuid.UUID, session_ids: Iterable[str]) -> None:
    """These sessions are over: their sockets close with 4401, at once and on every web process."""
    _ring({"user": str(user_id), "ended": list(session_ids)})


def _ring(message: dict[str, Any]) -> None:
    try:
        queue.connection().publish(CHANNEL, json.dumps(message))
    except RedisError as error:
        log.warning("push not published, it will be found by version: %s", type(error).__name__)
