"""One Kinora a data folder.

Two locked files. `kinora.lock` is held by the supervisor alone and says where Kinora answers. `family.lock` is held
by the supervisor and, being inherited, by every process below it: while it is held, something of a Kinora that was
killed is still ending, and would fight the next one for its port and its files.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PATIENCE = 12.0
_STOPPING = "stopping"


class AlreadyRunning(Exception):
    """The folder is in use; the text says so to a person."""


class FolderLock:
    """The lock while it is held."""

    def __init__(self, own: int, family: int) -> None:
        self._own = own
        self.family = family
        """The descriptor for children to inherit."""

    def say(self, address: str) -> None:
        """Write down where Kinora answers, for whoever finds the folder in use."""
        os.ftruncate(self._own, 0)
        os.pwrite(self._own, address.encode(), 0)

    def stopping(self) -> None:
        """Write down that the folder will be free in a moment."""
        self.say(_STOPPING)


@contextmanager
def hold(folder: Path, address: str) -> Iterator[FolderLock]:
    """Hold the data folder for as long as the block runs.

    Waits for a Kinora that is ending. Raises AlreadyRunning when one is running, or does not end.
    """
    own = os.open(folder / "kinora.lock", os.O_RDWR | os.O_CREAT, 0o600)
    family = os.open(folder / "family.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _take_own(own)
        if not _within(PATIENCE, lambda: _take(family)):
            raise AlreadyRunning(f"Processes of a Kinora that was killed still use {folder}: end them and try again.")
        lock = FolderLock(own, family)
        lock.say(address)
        yield lock
    finally:
        os.close(family)
        os.close(own)


def _take_own(own: int) -> None:
    if _take(own):
        return
    said = _said(own)
    if said != _STOPPING:
        at = f" at {said}" if said else ""
        raise AlreadyRunning(
            f"Kinora is already running{at}. For a second one, give it another KINORA_DATA folder and another PORT."
        )
    if not _within(PATIENCE, lambda: _take(own)):
        raise AlreadyRunning("Kinora is still shutting down: try again in a moment.")


def _said(own: int) -> str:
    # The holder writes just after it has locked: give it that moment.
    _within(0.2, lambda: os.fstat(own).st_size > 0)
    return os.pread(own, 1000, 0).decode(errors="replace")


def _take(descriptor: int) -> bool:
    with suppress(BlockingIOError):
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False


def _within(seconds: float, done: Callable[[], bool]) -> bool:
    until = time.monotonic() + seconds
    while not done():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True
