"""The hub: one thread that holds every open socket of this process and never waits for one of them.

Any thread may call `add`, `send` and `close`; the work is done in the hub's own, in the order of the calls. Frames for
very many pages go out in turns, so that a push for one person does not wait for a like that everybody is shown.
"""

from __future__ import annotations

import logging
import selectors
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from app.realtime import frames
from app.realtime.connection import Connection

TURN = 200
"""Sockets that one frame goes to before others have their turn."""
_READ, _WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE
_PING = frames.ping()
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Pace:
    """How often sockets are looked after, in seconds. Each has its place in a round: not all are pinged at once."""

    ping: float = 25.0
    silence: float = 60.0
    """A page of which nothing was heard for so long is gone; its browser answers every ping."""
    places: int = 250


class Hub:
    """Sockets on one epoll (whatever the machine has instead of it elsewhere)."""

    def __init__(self, pace: Pace = Pace()) -> None:
        self._pace = pace
        self._selector = selectors.DefaultSelector()
        self._bell, self._hammer = socket.socketpair()
        self._bell.setblocking(False)
        self._hammer.setblocking(False)
        self._selector.register(self._bell, _READ, None)
        self._rung = False
        self._orders: deque[tuple[Callable[..., None], tuple[Any, ...]]] = deque()
        self._crowds: deque[tuple[Iterator[Connection], bytes]] = deque()
        """Frames for very many, the oldest first, each with those that have yet to get it."""
        self._places: list[set[Connection]] = [set() for _ in range(pace.places)]
        self._closing: dict[Connection, None] = {}
        self._count = self._place = self._added = 0
        self._next_tick = time.monotonic()

    def add(self, connection: Connection) -> None:
        """Hold a socket from now on."""
        self._order(self._add, connection)

    def send(self, connections: Sequence[Connection], frame: bytes) -> None:
        """Send one frame, already encoded, to all of these."""
        self._order(self._send, connections, frame)

    def close(self, connections: Sequence[Connection], code: int) -> None:
        """Close these, after what was already sent."""
        self._order(self._close, connections, code)

    def start(self) -> None:
        """Run in a thread of its own until the process ends."""
        threading.Thread(target=self.run, name="push-hub", daemon=True).start()

    def run(self, *, until_empty: bool = False) -> None:
        """Hold the sockets; with `until_empty` in the caller's thread, until the last one is gone."""
        while not until_empty or self._count or self._orders:
            for key, events in self._selector.select(self._patience()):
                if key.data is None:
                    self._hear_bell()
                else:
                    self._serve(key.data, events)
            self._obey()
            self._tick()
        self._selector.close()
        self._bell.close()
        self._hammer.close()

    def _order(self, work: Callable[..., None], *args: Any) -> None:
        self._orders.append((work, args))
        if not self._rung:
            self._rung = True
            try:
                self._hammer.send(b"!")
            except OSError:
                log.debug("the hub is already awake, or at its end")

    def _hear_bell(self) -> None:
        try:
            self._bell.recv(64)
        except BlockingIOError:
            log.debug("somebody else heard it")
        # Before the orders are read: whoever comes later rings again.
        self._rung = False

    def _patience(self) -> float | None:
        if self._orders or self._crowds:
            return 0
        return max(0.0, self._next_tick - time.monotonic()) if self._count else None

    def _serve(self, connection: Connection, events: int) -> None:
        try:
            if events & _READ:
                connection.read()
            if events & _WRITE and not connection.over:
                connection.flush()
        except Exception:
            # A mistake of ours with one page must not end the thread that holds all others.
            log.exception("a page's socket failed")
            connection.over = True
        self._settle(connection)

    def _obey(self) -> None:
        """Each order that is there now, then a turn of what goes to very many."""
        for _ in range(len(self._orders)):
            work, args = self._orders.popleft()
            self._try(work, *args)
        if self._crowds:
            self._try(self._take_turn)

    def _try(self, work: Callable[..., None], *args: Any) -> None:
        try:
            work(*args)
        except Exception:
            log.exception("an order to the hub failed")

    def _add(self, connection: Connection) -> None:
        # In the second half of the round that begins now, one place after the other, so that a crowd is spread.
        self._added = (self._added + 1) % (self._pace.places // 2)
        connection.slot = (self._place - 1 - self._added) % self._pace.places
        connection.watched = _READ
        self._selector.register(connection.fd, _READ, connection)
        self._places[connection.slot].add(connection)
        if not self._count:
            self._next_tick = time.monotonic()
        self._count += 1
        self._settle(connection)

    def _send(self, connections: Sequence[Connection], frame: bytes) -> None:
        if len(connections) > TURN:
            self._crowds.append((iter(connections), frame))
        else:
            self._give(connections, frame)

    def _take_turn(self) -> None:
        """The oldest frame goes on; the next one waits until it is through, so that every page gets both in order."""
        connections, frame = self._crowds.popleft()
        some = list(islice(connections, TURN))
        if len(some) == TURN:
            self._crowds.appendleft((connections, frame))
        self._give(some, frame)

    def _give(self, connections: Iterable[Connection], frame: bytes) -> None:
        for connection in connections:
            connection.send(frame)
            self._settle(connection)

    def _close(self, connections: Sequence[Connection], code: int) -> None:
        for connection in connections:
            connection.close(code)
            self._settle(connection)

    def _settle(self, connection: Connection) -> None:
        """After anything that was done with a connection: watch it for the right things, or let it go."""
        if not connection.watched:  # it is gone already
            return
        if connection.over:
            self._release(connection)
            return
        wanted = _READ | _WRITE if connection.is_behind else _READ
        if wanted != connection.watched:
            connection.watched = wanted
            self._selector.modify(connection.fd, wanted, connection)
        if connection.until is not None:
            self._closing[connection] = None

    def _release(self, connection: Connection) -> None:
        self._count -= 1
        connection.watched = 0
        self._places[connection.slot].discard(connection)
        self._closing.pop(connection, None)
        # Before it is closed: its number may be somebody else's a moment later.
        self._selector.unregister(connection.fd)
        connection.release()

    def _tick(self) -> None:
        now = time.monotonic()
        while self._closing and (first := next(iter(self._closing))).until is not None and first.until <= now:
            self._release(first)
        if now - self._next_tick > self._pace.ping:  # the machine stood still
            self._next_tick = now
        while self._next_tick <= now and self._count:
            self._visit(now)
            self._next_tick += self._pace.ping / self._pace.places

    def _visit(self, now: float) -> None:
        """Ping the next place in the round, and look after those on the way there."""
        self._place = (self._place + 1) % self._pace.places
        for connection in list(self._places[self._place]):
            connection.send(_PING)
            self._settle(connection)
        for place in range(self._place, self._place + self._pace.places, self._pace.places // 5):
            for connection in list(self._places[place % self._pace.places]):
                if now - connection.heard_at > self._pace.silence:
                    self._release(connection)
