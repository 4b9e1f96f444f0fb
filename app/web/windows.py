"""Counting in this process: exact moving windows, a few microseconds each.

The library's own memory starts a thread for every few hits to tidy up; here a key that was not hit for a while goes
when others come.
"""

from __future__ import annotations

import threading
import time
from collections import deque

from limits import RateLimitItem
from limits.util import WindowStats

SWEPT_EVERY = 60.0
Key = tuple[RateLimitItem, str]


class Windows:
    """How often each key was hit, as `limits`' strategies tell it. Safe to share between threads."""

    def __init__(self) -> None:
        self._hits: dict[Key, deque[float]] = {}
        self._lock = threading.Lock()
        self._sweep_at = 0.0

    def hit(self, item: RateLimitItem, key: str) -> bool:
        """Count one if there is room for it within the limit; say whether there was."""
        now = time.time()
        with self._lock:
            self._sweep(now)
            # As many as the limit allows are kept: it is reached while the oldest of them is within the window.
            hits = self._hits.setdefault((item, key), deque(maxlen=item.amount))
            if _is_full(hits, item, now):
                return False
            hits.append(now)
            return True

    def test(self, item: RateLimitItem, key: str) -> bool:
        """Whether a hit would be within the limit."""
        with self._lock:
            return not _is_full(self._hits.get((item, key)), item, time.time())

    def get_window_stats(self, item: RateLimitItem, key: str) -> WindowStats:
        """When the next hit has room (seconds since the epoch), and how many have room now."""
        now = time.time()
        with self._lock:
            hits = [at for at in self._hits.get((item, key), ()) if at > now - item.get_expiry()]
        return WindowStats(hits[0] + item.get_expiry() if hits else now, item.amount - len(hits))

    def _sweep(self, now: float) -> None:
        if now < self._sweep_at:
            return
        self._sweep_at = now + SWEPT_EVERY
        old = [name for name, hits in self._hits.items() if hits[-1] <= now - name[0].get_expiry()]
        for name in old:
            del self._hits[name]


def _is_full(hits: deque[float] | None, item: RateLimitItem, now: float) -> bool:
    return hits is not None and len(hits) == item.amount and hits[0] > now - item.get_expiry()
