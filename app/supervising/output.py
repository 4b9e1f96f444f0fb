"""What the children say, on our standard output, each line under its speaker's name."""

from __future__ import annotations

import contextlib
import os
import select

# A pipe that poll calls writable takes this much without blocking (POSIX PIPE_BUF on Linux).
_CHUNK = 4096
_KEPT = 1 << 20


class Output:
    """A writer that never waits: a reader that stalls or leaves must not stall Kinora.

    Up to a megabyte is kept for a reader that stalls, the newest; for one that has left, nothing.
    """

    def __init__(self, descriptor: int = 1, width: int = 0) -> None:
        self._descriptor = descriptor
        self._width = width
        self._waiting = bytearray()
        self._closed = False

    @property
    def pending(self) -> bool:
        """Whether something is left to write."""
        return bool(self._waiting)

    def line(self, name: str, text: bytes) -> None:
        """Say one line, under a name or, when that is empty, in the supervisor's own voice."""
        label = f"{name:<{self._width}} | ".encode() if name else b""
        self._waiting += label + text + b"\n"
        if len(self._waiting) > _KEPT:
            del self._waiting[: self._waiting.find(b"\n", _KEPT // 2) + 1]
        self.flush()

    def flush(self) -> None:
        """Write what can be written now."""
        while self._waiting and not self._closed and self._writable():
            try:
                written = os.write(self._descriptor, self._waiting[:_CHUNK])
            except OSError:
                self._closed = True
                break
            del self._waiting[:written]
        if self._closed:
            self._waiting.clear()

    def _writable(self) -> bool:
        with contextlib.suppress(OSError, ValueError):
            return bool(select.select([], [self._descriptor], [], 0)[1])
        self._closed = True
        return False
