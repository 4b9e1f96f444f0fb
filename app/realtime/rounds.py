"""What is done by the clock: looking for doorbells that were lost and sessions that have ended, and showing likes."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TypeVar
from uuid import UUID

from app.realtime import pages as register
from app.realtime.drawing import Drawing
from app.realtime.hooks import Hooks
from app.realtime.pages import LOGGED_OUT, Pages

CHECK_SECONDS = 5.0
LIKES_SECONDS = 1.0
AT_ONCE = 500
"""How many people or sessions one query asks after."""
T = TypeVar("T")
log = logging.getLogger(__name__)


class Rounds:
    """One thread that goes round for all pages of this process."""

    def __init__(self, pages: Pages, drawing: Drawing, hooks: Hooks) -> None:
        self._pages = pages
        self._drawing = drawing
        self._hooks = hooks
        self._liked: deque[UUID] = deque()
        self._wake = threading.Event()
        self._next_check = 0.0

    def start(self) -> None:
        """Go on until the process ends."""
        threading.Thread(target=self._go, name="push-rounds", daemon=True).start()

    def like(self, creation_id: UUID) -> None:
        """Show everybody this creation's likes, within a second."""
        self._liked.append(creation_id)
        self._wake.set()

    def hurry(self) -> None:
        """Doorbells may have been missed: look for them now."""
        self._next_check = 0.0
        self._wake.set()

    def _go(self) -> None:
        next_likes = 0.0
        while True:
            now = time.monotonic()
            if self._liked and now >= next_likes:
                next_likes = now + LIKES_SECONDS
                _carefully(self._show_likes)
            if now >= self._next_check:
                self._next_check = now + CHECK_SECONDS
                _carefully(self._find_lost_doorbells)
                _carefully(self._end_dead_sessions)
            until = min(self._next_check, next_likes) if self._liked else self._next_check
            self._wake.wait(max(0.0, until - time.monotonic()))
            self._wake.clear()

    def _show_likes(self) -> None:
        liked = {self._liked.popleft() for _ in range(len(self._liked))}
        message = self._hooks.likes(liked)
        if message:
            register.show(self._pages.all(), message)

    def _find_lost_doorbells(self) -> None:
        """Compare everybody's version with what their pages have been told."""
        told: dict[UUID, int] = {}
        for page in self._pages.all():
            told[page.viewer.user_id] = min(page.since, told.get(page.viewer.user_id, page.since))
        for some in _parts(told):
            for user_id, version in self._hooks.versions(some).items():
                if version > told[user_id]:
                    self._drawing.ring(user_id)

    def _end_dead_sessions(self) -> None:
        by_session: dict[str, list[register.Page]] = {}
        for page in self._pages.due():
            by_session.setdefault(page.viewer.session_id, []).append(page)
        for some in _parts(by_session):
            for session_id in set(some).difference(self._hooks.living(some)):
                register.close(by_session[session_id], LOGGED_OUT)


def _carefully(work: Callable[[], None]) -> None:
    try:
        work()
    except Exception:
        # A database that is down for a moment: the next round looks again, for everybody.
        log.warning("%s failed, again in the next round", work.__name__.strip("_").replace("_", " "), exc_info=True)


def _parts(whole: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(whole)
    while part := list(islice(rest, AT_ONCE)):
        yield part
