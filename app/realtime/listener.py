"""This process's one subscription to the bus."""

from __future__ import annotations

import json
import logging
import threading
import time
from typing import Any
from uuid import UUID

from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

from app.realtime import pages as register
from app.realtime.bus import CHANNEL
from app.realtime.drawing import Drawing
from app.realtime.pages import LOGGED_OUT, Pages
from app.realtime.rounds import Rounds

FIRST_PAUSE = 0.2
LONGEST_PAUSE = 5.0
log = logging.getLogger(__name__)


class Listener:
    """Takes doorbells in, in a thread of its own, and hands them on."""

    def __init__(self, redis_url: str, pages: Pages, drawing: Drawing, rounds: Rounds) -> None:
        self._redis_url = redis_url
        self._pages = pages
        self._drawing = drawing
        self._rounds = rounds

    def start(self) -> None:
        """Listen until the process ends."""
        threading.Thread(target=self._listen, name="push-listener", daemon=True).start()

    def _listen(self) -> None:
        """A Redis that restarts is subscribed to again, and then everybody is looked after once for what was missed."""
        pause = FIRST_PAUSE
        while True:
            try:
                with self._connect() as redis, redis.pubsub() as subscription:
                    subscription.subscribe(CHANNEL)
                    pause = FIRST_PAUSE
                    self._hear(subscription)
            except Exception as error:
                known = isinstance(error, RedisError | OSError)
                log.warning("push channel lost (%r), again in %.1f s", error, pause, exc_info=not known)
                time.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)

    def _connect(self) -> Redis:
        """Checked now and then, to notice a Redis whose machine has vanished without a word."""
        return Redis.from_url(
            self._redis_url, socket_connect_timeout=2, health_check_interval=20, retry=Retry(NoBackoff(), 0)
        )

    def _hear(self, subscription: Any) -> None:
        while True:
            message = subscription.get_message(timeout=10)
            if message is None:
                continue
            if message["type"] == "subscribe":
                # From here on nothing is missed, so this is the moment to look for what was.
                self._rounds.hurry()
            else:
                self._take(message["data"])

    def _take(self, data: bytes) -> None:
        try:
            message = json.loads(data)
            whom = UUID(message["likes" if "likes" in message else "user"])
            ended = set(message.get("ended", ()))
        except (ValueError, KeyError, TypeError, AttributeError):
            # Of another version, or not ours: it must not end the listener.
            log.warning("a message on the push channel was not understood")
            return
        if "likes" in message:
            self._rounds.like(whom)
        elif ended:
            gone = [page for page in self._pages.of(whom) if page.viewer.session_id in ended]
            register.close(gone, LOGGED_OUT)
        elif self._pages.of(whom):
            self._drawing.ring(whom)
