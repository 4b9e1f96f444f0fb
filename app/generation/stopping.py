"""The end of a process in the middle of a step: what may be begun again is given back, what may not is said aloud.

A worker that must end tells its fork so with SIGTERM. A second one, or the end of `GRACE_SECONDS` after the first,
cuts the long part of the step off, never what is written afterwards: a provider's answer that is known is not lost.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

GRACE_SECONDS = 4.5
"""How long the current step may go on once its process was asked to stop."""


class Stopped(BaseException):
    """The time that the current step was given is over. Not an Exception: nobody may take it for a failure."""


class _State:
    asked = False
    in_long_part = False


_state = _State()


def listen() -> None:
    """Heed SIGTERM in this process from now on. For forks, in their main thread."""
    _state.asked = _state.in_long_part = False
    signal.signal(signal.SIGTERM, _ask)


@contextmanager
def may_be_cut_off() -> Iterator[None]:
    """A long part of a step. Raises Stopped in the middle of it, or before it when the process was asked already."""
    _state.in_long_part = True
    try:
        if _state.asked:
            raise Stopped
        yield
    finally:
        _state.in_long_part = False


def _ask(_number: int, _frame: FrameType | None) -> None:
    if not _state.asked:
        _state.asked = True
        timer = threading.Timer(GRACE_SECONDS, os.kill, (os.getpid(), signal.SIGTERM))
        timer.daemon = True
        timer.start()
    elif _state.in_long_part:
        _state.in_long_part = False
        raise Stopped
