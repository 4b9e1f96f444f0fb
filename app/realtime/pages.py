"""The register of this process's open pages: whose they are, and how far each has come."""

from __future__ import annotations

import random
import threading
import time
from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from app.realtime import frames
from app.realtime.connection import Connection
from app.realtime.hooks import Viewer
from app.realtime.hub import Hub

MOST_OF_A_PERSON = 20
SESSION_SECONDS = 60.0
RESTART = 1012
TRY_LATER = 1013
LOGGED_OUT = 4401
TOO_MANY = 4429


class Page:
    """One open page."""

    __slots__ = ("connection", "hub", "look_at", "since", "viewer")

    def __init__(self, viewer: Viewer, since: int, connection: Connection, hub: Hub) -> None:
        self.viewer = viewer
        self.since = since
        """The version up to which it has been told everything."""
        self.connection = connection
        self.hub = hub
        """Which thread holds its socket."""
        self.look_at = 0.0
        """When its session is asked after again; at once for a page that came while the session may have ended."""


class Pages:
    """Safe to use from any thread."""

    def __init__(self, most: int) -> None:
        """`most` is how many this process may hold at all."""
        self._most = most
        self._lock = threading.Lock()
        self._by_person: dict[Any, set[Page]] = defaultdict(set)
        self._count = 0
        self._leaving = False

    def open(self, page: Page) -> int | None:
        """Take a page in; else the code to close it with."""
        with self._lock:
            if self._leaving:
                return RESTART
            if self._count >= self._most:
                return TRY_LATER
            if len(self._by_person.get(page.viewer.user_id, ())) >= MOST_OF_A_PERSON:
                return TOO_MANY
            self._by_person[page.viewer.user_id].add(page)
            self._count += 1
        return None

    def forget(self, page: Page) -> None:
        """Let a page go, if it was ever taken in."""
        user_id = page.viewer.user_id
        with self._lock:
            if page in self._by_person.get(user_id, ()):
                self._by_person[user_id].discard(page)
                self._count -= 1
                if not self._by_person[user_id]:
                    del self._by_person[user_id]

    def leave(self) -> list[Page]:
        """Take no more in; the pages that are still open."""
        with self._lock:
            self._leaving = True
        return self.all()

    def all(self) -> list[Page]:
        """Every open page."""
        with self._lock:
            return [page for pages in self._by_person.values() for page in pages]

    def of(self, user_id: Any) -> list[Page]:
        """A person's open pages."""
        with self._lock:
            return list(self._by_person.get(user_id, ()))

    def due(self) -> list[Page]:
        """Pages whose session has to be asked after now; each comes again within a minute, not all at once."""
        now = time.monotonic()
        found = [page for page in self.all() if page.look_at <= now]
        for page in found:
            page.look_at = now + SESSION_SECONDS * random.uniform(0.5, 0.9)  # noqa: S311 - it only spreads work
        return found


def show(pages: Collection[Page], content: str) -> None:
    """Send a message to all of these, encoded once."""
    frame = frames.text(content) if pages else b""
    for hub, connections in _by_hub(pages):
        hub.send(connections, frame)


def close(pages: Collection[Page], code: int) -> None:
    """Close the sockets of all of these."""
    for hub, connections in _by_hub(pages):
        hub.close(connections, code)


def _by_hub(pages: Iterable[Page]) -> Iterable[tuple[Hub, list[Connection]]]:
    found: dict[Hub, list[Connection]] = defaultdict(list)
    for page in pages:
        found[page.hub].append(page.connection)
    return found.items()
