"""Processes seen from outside, by what the kernel says of them."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from pathlib import Path


def children(pid: int) -> list[int]:
    """The processes that this one has started and that are there now."""
    found: list[int] = []
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            with suppress(OSError):
                found += map(int, (task / "children").read_text().split())
    return [child for child in found if is_alive(child)]


def below(pid: int) -> list[int]:
    """All processes below this one."""
    found = children(pid)
    return found + [other for child in found for other in below(child)]


def threads(pid: int) -> int:
    """How many threads a process has, 0 when it has gone."""
    try:
        return sum(1 for _ in Path(f"/proc/{pid}/task").iterdir())
    except OSError:
        return 0


def command(pid: int) -> str:
    """The command line of a process."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def is_alive(pid: int) -> bool:
    """Whether a process is there and not merely waiting to be reaped."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def kill(pid: int, sig: signal.Signals = signal.SIGKILL) -> bool:
    """Send a signal to one process; False when it had gone or was never found."""
    if pid <= 1:
        # To the kernel 0 is our own group and -1 is everybody.
        return False
    with suppress(ProcessLookupError):
        os.kill(pid, sig)
        return True
    return False
