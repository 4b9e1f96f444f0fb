"""A server's process: started on a leash, waited for, stopped."""

import functools
import os
import pwd
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from app.supervising import leash


class Unstarted(Exception):
    """The server did not come up; the text is the end of what it said."""


class ServerProcess:
    """One server, in the foreground, with its output in a file. Start it in the main thread: the leash hangs there."""

    def __init__(
        self, argv: list[str], log: Path, account: pwd.struct_passwd | None = None, cwd: Path | None = None
    ) -> None:
        self._argv = argv
        self._cwd = cwd or log.parent
        self._log = log
        self._account = account
        self._popen: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Its process id, 0 while it does not run."""
        return self._popen.pid if self._popen else 0

    def start(self, ready: Callable[[], bool], seconds: float = 30) -> None:
        """Start it and wait until it is ready. Raises Unstarted."""
        with self._log.open("ab") as log:
            self._popen = subprocess.Popen(
                self._argv,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=functools.partial(_on_leash, os.getpid()),
                cwd=self._cwd,
                **as_account(self._account),
            )
        until = time.monotonic() + seconds
        while not ready():
            if self._popen.poll() is not None or time.monotonic() > until:
                self.kill()
                raise Unstarted(f"{self._argv[0]} did not start:\n{self._log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.02)

    def stop(self, sig: signal.Signals = signal.SIGTERM, seconds: float = 10) -> None:
        """Ask it to end, and insist after a while. Does nothing when it has ended."""
        if self._popen is None:
            return
        self._popen.send_signal(sig)
        try:
            self._popen.wait(seconds)
        except subprocess.TimeoutExpired:
            self._popen.kill()
            self._popen.wait()
        self._popen = None

    def kill(self) -> None:
        """End it as a crash would."""
        self.stop(signal.SIGKILL)


def as_account(account: pwd.struct_passwd | None) -> dict:
    """The arguments with which `subprocess` runs a program as somebody else."""
    if account is None:
        return {}
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _on_leash(parent: int) -> None:
    if leash.LINUX:
        leash.die_with_parent(signal.SIGKILL, parent=parent)
