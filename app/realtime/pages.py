"""The open pages of this process, and the one thread that listens for all of them.

The thread holds one Redis subscription. A doorbell wakes the pages it concerns; each page then reads the rows and
sends for itself. Every few seconds the thread also compares the versions of everybody connected with what their pages
were last woken for (one query), so a doorbell that Redis lost only comes late.
"""

from __future__ import annotations

import json
import logging
import threading
import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from redis import Redis, RedisError

from app.realtime.bus import CHANNEL

CHECK_SECONDS = 5.0
LIKES_SECONDS = 1.0
MAX_FRAMES = 100
"""Public frames a page may be behind before it is dropped."""
RESTART = 1012
LOGGED_OUT = 4401
TOO_MANY = 4429
TOO_SLOW = 1013
log = logging.getLogger(__name__)


@dataclass(eq=False)
class Page:
    """One open page: whose it is, what it has seen, and what waits for it."""

    user_id: uuid.UUID
    session_id: str
    since: int
    wake: threading.Event = field(default_factory=threading.Event)
    """Set when the page's own thread has something to look at."""
    changed: bool = True
    """Whether rows of its owner may be newer than what it shows."""
    frames: list[str] = field(default_factory=list)
    """Public frames, encoded once for all pages."""
    close_code: int | None = None

    def ring(self) -> None:
        """Have the page's own thread look for what is new."""
        self.changed = True
        self.wake.set()

    def close(self, code: int) -> None:
        """Have the page's own thread close its socket."""
        self.close_code = code
        self.wake.set()

    def show(self, frame: str) -> None:
        """Send a public frame; a page that does not keep up is dropped."""
        if len(self.frames) >= MAX_FRAMES:
            self.close(TOO_SLOW)
            return
        self.frames.append(frame)
        self.wake.set()


class Pages:
    """All open pages of this process."""

    def __init__(
        self,
        redis_url: str,
        *,
        versions: Callable[[Iterable[uuid.UUID]], Mapping[uuid.UUID, int]],
        likes: Callable[[Iterable[uuid.UUID]], str | None],
    ) -> None:
        """`versions` reads people's versions, `likes` draws the frame of like counts: both handed in from above."""
        self._redis_url = redis_url
        self._versions = versions
        self._likes = likes
        self._lock = threading.Lock()
        self._by_user: dict[uuid.UUID, set[Page]] = defaultdict(set)
        self._thread: threading.Thread | None = None
        self._liked: set[uuid.UUID] = set()
        self._closing = False

    def open(self, page: Page, *, most: int) -> int | None:
        """Take a page in; else the code to close it with: its owner has `most` open, or this process is going down."""
        with self._lock:
            if self._closing:
                return RESTART
            if len(self._by_user.get(page.user_id, ())) >= most:
                return TOO_MANY
            self._by_user[page.user_id].add(page)
            if self._thread is None:
                self._thread = threading.Thread(target=self._listen, name="push", daemon=True)
                self._thread.start()
        return None

    def close(self, page: Page) -> None:
        """Let a page go."""
        with self._lock:
            self._by_user[page.user_id].discard(page)
            if not self._by_user[page.user_id]:
                del self._by_user[page.user_id]

    def close_all(self) -> None:
        """This process restarts: every page is told to come back (1012)."""
        self._closing = True
        for page in self._all():
            page.close(RESTART)

    def _all(self) -> list[Page]:
        with self._lock:
            return [page for pages in self._by_user.values() for page in pages]

    def _of(self, user_id: uuid.UUID) -> list[Page]:
        with self._lock:
            return list(self._by_user.get(user_id, ()))

    def _listen(self) -> None:
        """Never ends: a Redis that restarts is subscribed to again, and everybody looks once for what was missed."""
        pause = 0.2
        while True:
            try:
                with Redis.from_url(self._redis_url, socket_connect_timeout=2) as redis, redis.pubsub() as subscription:
                    subscription.subscribe(CHANNEL)
                    for page in self._all():
                        page.ring()
                    pause = 0.2
                    self._hear(subscription)
            except (RedisError, OSError) as error:
                log.warning("push channel lost (%s), again in %.1f s", type(error).__name__, pause)
                self._rounds(pause)
                pause = min(pause * 2, 5.0)

    def _hear(self, subscription: Any) -> None:
        next_check = next_likes = 0.0
        while True:
            message = subscription.get_message(ignore_subscribe_messages=True, timeout=LIKES_SECONDS)
            if message is not None:
                self._take(message["data"])
            if self._liked and time.monotonic() >= next_likes:
                next_likes = time.monotonic() + LIKES_SECONDS
                self._show_likes()
            if time.monotonic() >= next_check:
                next_check = time.monotonic() + CHECK_SECONDS
                self._check_versions()

    def _rounds(self, seconds: float) -> None:
        """Without Redis the versions alone tell what changed."""
        time.sleep(seconds)
        self._check_versions()

    def _take(self, data: bytes) -> None:
        try:
            message = json.loads(data)
            whom = uuid.UUID(message["likes" if "likes" in message else "user"])
            ended = set(message.get("ended", ()))
        except (ValueError, KeyError, TypeError, AttributeError):
            # Of another version, or not ours: it must not end the listener.
            log.warning("a message on the push channel was not understood")
            return
        if "likes" in message:
            self._liked.add(whom)
            return
        for page in self._of(whom):
            if page.session_id in ended:
                page.close(LOGGED_OUT)
            elif not ended:
                page.ring()

    def _show_likes(self) -> None:
        liked, self._liked = self._liked, set()
        try:
            frame = self._likes(liked)
        except Exception:
            # The counts come again with the next like; the listener must go on for everybody.
            log.exception("like counts could not be drawn")
            return
        for page in self._all() if frame else ():
            page.show(frame or "")

    def _check_versions(self) -> None:
        pages = self._all()
        if not pages:
            return
        try:
            versions = self._versions({page.user_id for page in pages})
        except Exception:
            # A database that is down for a moment: the next round looks again.
            log.warning("versions of connected people could not be read", exc_info=True)
            return
        for page in pages:
            if versions.get(page.user_id, 0) > page.since:
                page.ring()
