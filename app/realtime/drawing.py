"""The few threads that draw what changed for a person; reading rows and templates takes milliseconds that no hub has.

A person is drawn for by one thread at a time, so that each page is told in order. Doorbells that ring meanwhile are
one more look afterwards, however many they were.
"""

from __future__ import annotations

import logging
import threading
from collections import defaultdict
from queue import SimpleQueue
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError

from app.realtime import pages as register
from app.realtime.hooks import Hooks, Viewer
from app.realtime.pages import Page, Pages

THREADS = 3
FAILED = 1011
log = logging.getLogger(__name__)


class Drawing:
    """Draws for whoever `ring` names, in threads that start with the first of them."""

    def __init__(self, pages: Pages, hooks: Hooks) -> None:
        self._pages = pages
        self._hooks = hooks
        self._queue: SimpleQueue[UUID] = SimpleQueue()
        self._lock = threading.Lock()
        self._at_work: dict[UUID, bool] = {}
        """Who waits or is drawn for, and whether somebody rang while a thread was already reading."""
        self._reading: set[UUID] = set()
        self._idle = threading.Event()
        self._idle.set()
        self._threads = 0

    def ring(self, user_id: UUID) -> None:
        """Something of this person's may be newer than what a page of theirs shows."""
        with self._lock:
            if user_id in self._at_work:
                self._at_work[user_id] = user_id in self._reading
                return
            self._at_work[user_id] = False
            self._idle.clear()
            if self._threads < THREADS:
                self._threads += 1
                threading.Thread(target=self._work, name=f"push-draw-{self._threads}", daemon=True).start()
        self._queue.put(user_id)

    def wait_until_idle(self, seconds: float) -> None:
        """Let what is to be drawn be drawn first."""
        self._idle.wait(seconds)

    def _work(self) -> None:
        while True:
            user_id = self._queue.get()
            with self._lock:
                self._reading.add(user_id)
            try:
                self._draw(user_id)
            finally:
                self._done(user_id)

    def _done(self, user_id: UUID) -> None:
        with self._lock:
            self._reading.discard(user_id)
            if not self._at_work[user_id]:
                del self._at_work[user_id]
                if not self._at_work:
                    self._idle.set()
                return
            self._at_work[user_id] = False
        self._queue.put(user_id)

    def _draw(self, user_id: UUID) -> None:
        """Pages of one session that have come equally far are shown the same. Forms in it hold the session's token."""
        alike: dict[tuple[Viewer, int], list[Page]] = defaultdict(list)
        for page in self._pages.of(user_id):
            alike[page.viewer, page.since].append(page)
        for (viewer, since), pages in alike.items():
            self._show(viewer, since, pages)

    def _show(self, viewer: Viewer, since: int, pages: list[Page]) -> None:
        try:
            push = self._hooks.changes(viewer, since)
            if push is None:
                return
            for page in pages:
                page.since = push.version
            if push.content:
                register.show(pages, push.message())
        except SQLAlchemyError as error:
            # The next look at the versions finds them again.
            log.warning("changes could not be read, again in a moment: %s", type(error).__name__)
        except Exception:
            log.exception("changes could not be drawn")
            register.close(pages, FAILED)
