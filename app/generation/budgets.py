"""How many look-ups each provider is asked for: a token bucket a provider, kept by the watch loop of this process.

Look-ups beyond it wait their turn in the database: no thread waits for them.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

REST_SECONDS = 5.0
"""How long a provider that refuses look-ups is left alone when it does not say for how long."""
LONGEST_REST = 300.0
"""One answer must not silence a provider for a day, whatever it says."""


@dataclass
class Budget:
    """A provider's bucket: `rate` look-ups a second, up to `burst` at once, none while it rests. In seconds."""

    rate: float
    burst: float
    clock: Callable[[], float] = time.monotonic
    _tokens: float = field(init=False)
    _filled_at: float = field(init=False)

    def __post_init__(self) -> None:
        self._tokens = self.burst
        self._filled_at = self.clock()

    def left(self) -> int:
        """How many look-ups may begin now."""
        now = self.clock()
        # While it rests, this moment lies in the future.
        if now > self._filled_at:
            self._tokens = min(self.burst, self._tokens + (now - self._filled_at) * self.rate)
            self._filled_at = now
        return max(0, int(self._tokens)) if now >= self._filled_at else 0

    def spend(self, look_ups: int) -> None:
        """So many have begun. What goes beyond the budget is owed."""
        self._tokens -= look_ups

    def rest(self, seconds: float) -> None:
        """Begin none for so long, and without a burst afterwards: the provider refused one."""
        until = self.clock() + min(seconds, LONGEST_REST)
        if until > self._filled_at:
            self._filled_at = until
        self._tokens = min(self._tokens, 0.0)

    def wait(self) -> float:
        """Seconds until one more may begin."""
        if self.left() >= 1:
            return 0.0
        return max(0.0, self._filled_at - self.clock()) + max(0.0, 1.0 - self._tokens) / self.rate
