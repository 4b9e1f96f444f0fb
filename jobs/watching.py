"""The watch loop as a job: it runs for a while, ends, and is queued again by its worker."""

from __future__ import annotations

import functools
import threading

from app.generation.watching import WatchLoop
from jobs.application import application

SECONDS = 55.0
STOP = threading.Event()
"""Set when this process is asked to stop."""


def watch(seconds: float = SECONDS) -> None:
    """Look up what providers are making, and sweep, for `seconds` or until this process is asked to stop."""
    _loop().run(seconds)


@functools.cache
def _loop() -> WatchLoop:
    # One for the process: a look-up that hangs at the end of a run must not hold the next one up.
    return WatchLoop(application(), STOP)
