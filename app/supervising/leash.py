"""Leashes: a process ends when the one that started it is gone, even if that one was killed with -9.

Linux keeps the promise in the kernel. Elsewhere a thread watches the parent, or, around programs that are not ours,
a small process of this file does.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence

LINUX = sys.platform == "linux"
_PR_SET_PDEATHSIG = 1  # <sys/prctl.h>
_LOOK_EVERY = 0.5

# Loaded when the module is: between fork and exec is no place for imports.
_LIBC = ctypes.CDLL(None, use_errno=True) if LINUX else None


def die_with_parent(sig: signal.Signals = signal.SIGKILL, *, parent: int | None = None) -> None:
    """Let this process be sent `sig` once its parent has ended.

    For child processes of any kind: a worker's forks, gunicorn's, a test's servers. On Linux "parent" means the thread
    that forked, so fork from the main thread. `parent` is the process id that the parent had before the fork; when it
    is given, a parent that ended in between is noticed too.
    """
    if _LIBC is not None:
        if _LIBC.prctl(_PR_SET_PDEATHSIG, int(sig), 0, 0, 0):
            raise OSError(ctypes.get_errno(), "prctl")
    else:
        threading.Thread(target=_watch, args=(os.getppid(), sig), name="leash", daemon=True).start()
    if parent is not None and os.getppid() != parent:
        os.kill(os.getpid(), sig)


def leashed(argv: Sequence[str]) -> list[str]:
    """The command that runs `argv` on a leash where the kernel keeps none; on Linux `argv` itself."""
    return list(argv) if LINUX else [sys.executable, "-m", "app.supervising.leash", str(os.getpid()), *argv]


def _watch(parent: int, sig: signal.Signals) -> None:
    while os.getppid() == parent:
        time.sleep(_LOOK_EVERY)
    os.kill(os.getpid(), sig)


def main(parent: int, argv: Sequence[str]) -> int:
    """Run `argv`, hand signals on to it, and kill it when the process `parent` is no longer our parent."""
    child = subprocess.Popen(argv)
    for sig in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sig, lambda number, _frame: child.send_signal(number))
    while os.getppid() == parent:
        try:
            code = child.wait(_LOOK_EVERY)
        except subprocess.TimeoutExpired:
            continue
        return code if code >= 0 else 128 - code
    child.kill()
    return 128 + child.wait() * -1


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]), sys.argv[2:]))
