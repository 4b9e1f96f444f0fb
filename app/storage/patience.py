"""How long a bucket is waited for: by a worker, and by a request."""

from __future__ import annotations

import io
import time
from dataclasses import dataclass

from app.storage.base import StorageError


@dataclass(frozen=True)
class Patience:
    """Seconds: for a connection, for the next byte, and for a whole file without and with regard to its size."""

    connect: float
    read: float
    attempts: int
    total: float
    per_byte: float = 0.0


PATIENT = Patience(connect=5, read=15, attempts=2, total=30, per_byte=1 / (256 * 1024))
"""A worker's: a file that comes or goes more slowly than 256 kB/s, for longer than 30 s, is tried again later."""
HASTY = Patience(connect=1.5, read=2, attempts=1, total=3)
"""A request's, which has five seconds in all."""


class Hurried(io.FileIO):
    """A file on its way out, which ends the journey when that takes too long: a bucket that drips holds nobody up."""

    until = float("inf")
    """A moment of `time.monotonic`."""

    def read(self, size: int | None = -1, /) -> bytes:
        """The next bytes. Raises StorageError when it is too late for them."""
        in_time(self.until)
        return super().read(-1 if size is None else size) or b""


def in_time(until: float) -> None:
    """Go on, unless a moment of `time.monotonic` has passed. Raises StorageError."""
    if time.monotonic() > until:
        raise StorageError("S3_ENDPOINT_URL: the bucket's server is too slow.")
