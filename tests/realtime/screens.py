"""What somebody sees on one page, over as many connections as it takes."""

from __future__ import annotations

import time
from contextlib import suppress

from websockets.exceptions import ConnectionClosed, InvalidHandshake

from tests.journeys.caller import Caller
from tests.realtime.people import Member, Page


class Screen:
    """One open page: it goes away and comes back as the browser's script does, saying how far it has come."""

    def __init__(self, member: Member, url: str, since: int) -> None:
        self._caller = Caller(url, member.name)
        self._caller.cookies = member.cookies
        self.began = self.since = since
        self.pages: list[Page] = []
        self._page: Page | None = None
        self.come_back()

    @property
    def is_here(self) -> bool:
        """Whether it has a connection, as far as it knows."""
        return self._page is not None

    def come_back(self) -> bool:
        """Connect, if it has no connection; False when there is nobody to connect to."""
        if self._page is None:
            with suppress(OSError, InvalidHandshake):
                self._page = Page(self._caller, self.since)
                self.pages.append(self._page)
        return self._page is not None

    def go_away(self, *, politely: bool) -> None:
        """Lose the connection, and with it what has not been read."""
        page, self._page = self._page, None
        if page is not None:
            with suppress(OSError):  # the other end may be gone already
                (page.close if politely else page.vanish)()

    def hear(self, seconds: float = 0.0) -> None:
        """Read what has come, waiting at most so long for the first of it."""
        page = self._page
        try:
            while page and page.hear(seconds):
                self.since, seconds = page.since, 0.0
        except ConnectionClosed:
            self._page = None

    def catch_up(self, version: int, seconds: float = 10.0) -> None:
        """Stay until everything up to a version has come, coming back as often as it takes."""
        until = time.monotonic() + seconds
        while self.since < version:
            assert time.monotonic() < until, f"version {version} did not come, only {self.since}"
            self.come_back() or time.sleep(0.1)
            self.hear(0.2)

    @property
    def cards(self) -> dict[str, tuple[str, int]]:
        """The newest that it was told of every creation: state and version."""
        return {id: row for page in self.pages for id, row in page.cards.items()}

    @property
    def gone(self) -> set[str]:
        """Creations that it was told are deleted."""
        return {id for page in self.pages for id in page.gone}

    @property
    def toasts(self) -> list[str]:
        """Every toast, in order."""
        return [toast for page in self.pages for toast in page.toasts]

    def saw_each_thing_once_and_in_order(self) -> None:
        """No version comes again that has been passed: neither a frame's nor a card's, and no toast twice."""
        versions = [version for page in self.pages for version in page.versions]
        assert versions == sorted(set(versions)), versions
        told: dict[str, int] = {}
        for page in self.pages:
            for id, version in page.told:
                assert version > told.get(id, -1), f"{id} at {version} after {told[id]}"
                told[id] = version
        assert len(self.toasts) == len(set(self.toasts)), self.toasts
