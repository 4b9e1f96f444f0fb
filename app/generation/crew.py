"""The threads that look operations up, shared so that a provider that hangs cannot keep them all."""

from __future__ import annotations

import threading
import uuid
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable
from typing import Any


class Crew:
    """Looks claimed rows up in threads; `look_up` is called with each and must not raise.

    A provider begins another look-up only while fewer of its own are under way than threads are free. Alone it gets
    half of the threads; a second one half of what is left; and so on: however many hang, somebody is free for the next.
    """

    def __init__(self, threads: int, look_up: Callable[[Any], None]) -> None:
        self._threads = threads
        self._look_up = look_up
        self._turn = threading.Condition()
        self._ready: dict[str, deque[Any]] = defaultdict(deque)
        self._busy: Counter[str] = Counter()
        self._held: dict[uuid.UUID, Any] = {}
        self._started = 0
        self._idle = 0

    def room(self, provider: str) -> int:
        """How many more rows of a provider may be claimed: what its threads take, and as many again to go on with.

        Over all providers that is less than twice the threads.
        """
        with self._turn:
            others = self._busy.total() - self._busy[provider]
            return max(0, self._threads - others - self._busy[provider] - len(self._ready[provider]))

    def take(self, rows: Iterable[Any]) -> None:
        """Look these up as soon as their turn comes."""
        with self._turn:
            for row in rows:
                self._ready[row.provider].append(row)
                self._held[row.id] = row
                if self._idle:
                    self._turn.notify()
            for _ in range(min(self._threads - self._started, self._waiting() - self._idle)):
                self._started += 1
                threading.Thread(target=self._work, name=f"look-up-{self._started}", daemon=True).start()

    def held(self) -> list[Any]:
        """The rows that it has and has not looked up yet."""
        with self._turn:
            return list(self._held.values())

    def give_back(self) -> list[Any]:
        """Take the rows away that it has not begun with."""
        with self._turn:
            rows = [row for ready in self._ready.values() for row in ready]
            for row in rows:
                del self._held[row.id]
            self._ready.clear()
            return rows

    def _waiting(self) -> int:
        return sum(map(len, self._ready.values()))

    def _work(self) -> None:
        while True:
            with self._turn:
                while (row := self._next()) is None:
                    self._idle += 1
                    self._turn.wait()
                    self._idle -= 1
                self._busy[row.provider] += 1
            self._look_up(row)
            with self._turn:
                self._busy[row.provider] -= 1
                self._held.pop(row.id, None)

    def _next(self) -> Any:
        """The next row whose provider may use this thread: of the one that uses the fewest."""
        free = self._threads - self._busy.total()
        able = [name for name, ready in self._ready.items() if ready and self._busy[name] < free]
        return self._ready[min(able, key=self._busy.__getitem__)].popleft() if able else None
