"""Small memories for what is costly to make or to read."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Kept(Generic[K, V]):
    """At most `most` values by key; the least recently used goes first. Safe to share between threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[K, V] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._values)

    def get(self, key: K) -> V | None:
        """The value of a key, which was used just now."""
        return self.get_all((key,))[0]

    def get_all(self, keys: Iterable[K]) -> list[V | None]:
        """The values of several keys in their order, None for each that is not there."""
        with self._lock:
            found = [self._values.get(key) for key in keys]
            for key, value in zip(keys, found, strict=True):
                if value is not None:
                    self._values.move_to_end(key)
        return found

    def put(self, key: K, value: V) -> None:
        """Keep a value, and let go of the oldest above the limit."""
        with self._lock:
            self._values[key] = value
            self._values.move_to_end(key)
            while len(self._values) > self._most:
                self._values.popitem(last=False)

    def clear(self) -> None:
        """Let go of everything."""
        with self._lock:
            self._values.clear()


class Fresh(Generic[V]):
    """One value, read anew when it is older than `seconds`. Safe to share between threads.

    It may be another one in each place, such as a database: only the place that was asked last is remembered.
    """

    def __init__(self, read: Callable[[], V], seconds: float) -> None:
        self._read = read
        self._seconds = seconds
        self._lock = threading.Lock()
        self._known: tuple[Hashable, float, V] | None = None
        self._forgotten = 0

    def get(self, place: Hashable) -> V:
        """The value in a place, at most `seconds` old."""
        with self._lock:
            known, forgotten = self._known, self._forgotten
        if known is not None and known[0] == place and time.monotonic() - known[1] < self._seconds:
            return known[2]
        value = self._read()
        with self._lock:
            # What was read before somebody changed it is good for this once.
            if forgotten == self._forgotten:
                self._known = (place, time.monotonic(), value)
        return value

    def forget(self) -> None:
        """Read anew at the next use."""
        with self._lock:
            self._known = None
            self._forgotten += 1
