"""The push channel of a process: the hub, the register of pages, and the threads that tell them what is new."""

from __future__ import annotations

import functools
import logging
import resource
import socket
import threading
import time

from app.realtime import pages as register
from app.realtime.connection import Connection
from app.realtime.drawing import Drawing
from app.realtime.hooks import Hooks, Viewer
from app.realtime.hub import Hub
from app.realtime.listener import Listener
from app.realtime.pages import LOGGED_OUT, MOST_OF_A_PERSON, RESTART, Page, Pages
from app.realtime.rounds import Rounds

MOST_PAGES = 20_000
KEPT_DESCRIPTORS = 5000
"""For connections of plain HTTP, files and the database."""
LEAVING_A_SECOND = 2000
"""How many pages a second are told to come back when this process restarts, so that they come apart."""
GIVE_WAY_SECONDS = 0.05
"""How long a page lets pushes go first."""
LEAVING_SECONDS = 5.0
log = logging.getLogger(__name__)


def _room() -> int:
    """How many pages this process may hold: each takes a descriptor, and without one left nobody would be served."""
    descriptors = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return max(MOST_OF_A_PERSON, min(MOST_PAGES, descriptors - min(descriptors // 2, KEPT_DESCRIPTORS)))


class Channel:
    """One a process. Its threads start with the first page, and so after the web server has forked."""

    def __init__(self, redis_url: str, hooks: Hooks) -> None:
        self.hooks = hooks
        self.hands_over = False
        """Whether sockets live on the hub: the web server has shown that it lets go of them. Else each keeps the thread
        of its request, which runs a small hub for it alone."""
        self.room = _room()
        self._pages = Pages(self.room)
        self._hub: Hub | None = None
        self._drawing = Drawing(self._pages, hooks)
        self._rounds = Rounds(self._pages, self._drawing, hooks)
        self._listener = Listener(redis_url, self._pages, self._drawing, self._rounds)
        self._lock = threading.Lock()

    def attach(self, sock: socket.socket, viewer: Viewer | None, since: int) -> None:
        """Serve a socket after its handshake. Returns at once, or, without the handover, when the socket is over.

        It is registered first and looked at then, so nothing that happens in between is missed.
        """
        shared = self._start()
        hub = shared if self.hands_over else Hub()
        connection = Connection(sock)
        if viewer is None:
            connection.close(LOGGED_OUT)
            hub.add(connection)
        else:
            self._open(Page(viewer, since, connection, hub))
        if not self.hands_over:
            hub.run(until_empty=True)

    def see_off(self, connection: Connection) -> None:
        """Have the hub wait until the other side hangs up a connection of plain HTTP that is over."""
        connection.see_off()
        self._start().add(connection)

    def give_way(self) -> None:
        """Let pushes that are due go out before a page is made; for a moment at most, so that pages come all the same.

        Python runs one thread at a time. Where every thread that serves pages is busy, a push would have its turn after
        all of them.
        """
        self._drawing.wait_until_idle(GIVE_WAY_SECONDS)

    def leave(self) -> None:
        """Tell every page to come back, because this process restarts. Returns at once."""
        threading.Thread(target=self._leave, name="push-leave", daemon=True).start()

    def left(self, seconds: float) -> bool:
        """Wait until every page has gone; False when some have not in time."""
        until = time.monotonic() + seconds
        while self._pages.all() and time.monotonic() < until:
            time.sleep(0.05)
        return not self._pages.all()

    def _open(self, page: Page) -> None:
        page.connection.on_gone = functools.partial(self._pages.forget, page)
        refusal = self._pages.open(page)
        if refusal is not None:
            page.connection.close(refusal)
        page.hub.add(page.connection)
        self._drawing.ring(page.viewer.user_id)

    def _leave(self) -> None:
        pages = self._pages.leave()
        pause = min(1 / LEAVING_A_SECOND, LEAVING_SECONDS / max(1, len(pages)))
        for start in range(0, len(pages), 100):
            register.close(pages[start : start + 100], RESTART)
            time.sleep(100 * pause)

    def _start(self) -> Hub:
        with self._lock:
            if self._hub is None:
                self._hub = Hub()
                self._hub.start()
                self._rounds.start()
                self._listener.start()
            return self._hub
