"""`kinora worker`: one process that loads the application once and forks its roles, so that none waits for another.

    watch    looks up what providers are making, sweeps, and tidies up
    submit   sends creations to their providers
    media    fetches, verifies and stores results, and renders in this house

A role that dies is forked again. No thread runs in a process that forks.
"""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

from app.config import ConfigError
from app.queue import MEDIA_QUEUE, SUBMIT_QUEUE
from app.supervising.leash import die_with_parent
from jobs import roles
from jobs.application import application, preload

WARM_SECONDS = 5.5
"""How long the current steps may take to finish after the first request to stop."""
COLD_SECONDS = 2.5
"""How long they may take to be given back after the second. All together less than the supervisor's grace."""
FIRST_PAUSE = 0.2
LONGEST_PAUSE = 2.0
"""Between a role's end and its next start: forking is cheap, so that even what dies again and again is back soon."""
STEADY_AFTER = 30.0
log = logging.getLogger("jobs.worker")


@dataclass
class Role:
    """One process of the worker."""

    name: str
    run: Callable[[], None]
    pid: int = 0
    started_at: float = 0.0
    pause: float = FIRST_PAUSE
    start_at: float = 0.0


class Household:
    """The roles of one worker program."""

    def __init__(self, members: list[Role]) -> None:
        self._roles = members
        self._stopping = False

    def run(self) -> int:
        """Keep all roles running until asked to stop; return the exit code."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask_to_stop)
        while not self._stopping:
            for role in self._roles:
                if not role.pid and time.monotonic() >= role.start_at:
                    self._fork(role)
            self._reap()
            time.sleep(0.1)
        self._stop()
        return 0

    def _ask_to_stop(self, *_: object) -> None:
        self._stopping = True

    def _fork(self, role: Role) -> None:
        parent = os.getpid()
        pid = os.fork()
        if pid:
            role.pid, role.started_at = pid, time.monotonic()
            return
        code = 1
        try:
            die_with_parent(signal.SIGKILL, parent=parent)
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            role.run()
            code = 0
        except Exception:
            log.exception("the role %s failed", role.name)
        finally:
            sys.stderr.flush()
            # Not sys.exit: the parent's clean-up is not the child's to do.
            os._exit(code)

    def _reap(self) -> None:
        for role in self._roles:
            if not role.pid:
                continue
            pid, status = os.waitpid(role.pid, os.WNOHANG)
            if not pid:
                continue
            role.pid = 0
            if self._stopping:
                continue
            lived = time.monotonic() - role.started_at
            role.pause = FIRST_PAUSE if lived > STEADY_AFTER else min(role.pause * 2, LONGEST_PAUSE)
            role.start_at = time.monotonic() + role.pause
            log.warning("%s ended (%d), again in %.1f s", role.name, roles.exit_code(status), role.pause)

    def _stop(self) -> None:
        """Warm first, so that the current steps finish; then cold; then for good. Leases make each harmless."""
        for number, seconds in (
            (signal.SIGTERM, WARM_SECONDS),
            (signal.SIGTERM, COLD_SECONDS),
            (signal.SIGKILL, 1.0),
        ):
            for role in self._roles:
                if role.pid:
                    os.kill(role.pid, number)
            ends = time.monotonic() + seconds
            while time.monotonic() < ends and any(role.pid for role in self._roles):
                self._reap()
                time.sleep(0.05)


def main() -> int:
    """Start the worker from the command line."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--submit", type=int, default=2, help="submit workers (2)")
    ask.add_argument("--media", type=int, default=2, help="media workers (2)")
    args = ask.parse_args()
    try:
        application()
    except ConfigError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    preload()
    members = [Role("watch", roles.watch)]
    members += [Role(f"submit-{n}", lambda: roles.work(SUBMIT_QUEUE)) for n in range(1, args.submit + 1)]
    members += [Role(f"media-{n}", lambda: roles.work(MEDIA_QUEUE)) for n in range(1, args.media + 1)]
    return Household(members).run()


if __name__ == "__main__":
    raise SystemExit(main())
