"""One child of the supervisor: what it is, and its process while it lives."""

from __future__ import annotations

import contextlib
import functools
import os
import signal
import subprocess
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from app.supervising import leash

FIRST_PAUSE = 0.2
LONGEST_PAUSE = 5.0
STEADY_AFTER = 30.0
_TAIL = 20
_LONGEST_LINE = 65536


@dataclass(frozen=True)
class Child:
    """A program to keep running, or, with `one_shot`, to run once."""

    name: str
    argv: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)
    """Added to the supervisor's own environment."""
    one_shot: bool = False
    after: tuple[str, ...] = ()
    """Names of children that must have been ready (one-shot: succeeded) before this one starts."""
    ready: Callable[[], bool] | None = None
    """Asked while it starts; quick, and False rather than an error. None: ready as soon as it runs."""
    on_ready: Callable[[], None] | None = None
    """Called once, when it is ready for the first time (one-shot: when it has succeeded)."""
    ready_words: str = ""
    """Said once, at the same moment."""
    prepare: Callable[[], None] | None = None
    """Called before every start."""
    cwd: Path | None = None
    nice: int = 0
    quiet: bool = False
    """What it says is shown only when it ends unasked."""


class Process:
    """A child's process, its output and its pauses between starts."""

    def __init__(self, child: Child, say: Callable[[str, bytes], None]) -> None:
        self.child = child
        self.was_ready = False
        self.told = False
        """Whether it has been asked to end; the supervisor's to set."""
        self.finished = False
        self.ready = False
        self.start_at = 0.0
        self._say = say
        self._popen: subprocess.Popen[bytes] | None = None
        self._pause = FIRST_PAUSE
        self._started_at = 0.0
        self._partial = b""
        self._tail: deque[bytes] = deque(maxlen=_TAIL)

    @property
    def alive(self) -> bool:
        """Whether its process is there and not yet reaped."""
        return self._popen is not None

    @property
    def pipe(self) -> int:
        """The descriptor that its output comes from; only while it is alive."""
        assert self._popen is not None  # noqa: S101 - for the type checker
        assert self._popen.stdout is not None  # noqa: S101
        return self._popen.stdout.fileno()

    def start(self, inherited: Sequence[int] = ()) -> str | None:
        """Start it; the reason when that could not be done."""
        self._started_at = time.monotonic()
        self._tail.clear()
        try:
            if self.child.prepare:
                self.child.prepare()
            self._popen = subprocess.Popen(
                leash.leashed(self.child.argv),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                env={**os.environ, "PYTHONUNBUFFERED": "1", **self.child.env},
                cwd=self.child.cwd,
                pass_fds=inherited,
                # Its own session: Ctrl-C reaches the supervisor alone, which then ends its children in order.
                start_new_session=True,
                preexec_fn=functools.partial(_in_child, os.getpid(), self.child.nice),
            )
        except (OSError, subprocess.SubprocessError) as error:
            self._schedule()
            return f"{self.child.name} could not be started: {error}"
        os.set_blocking(self.pipe, False)
        return None

    def check_ready(self) -> None:
        """Notice that it has become ready."""
        if self.ready or not self.alive or self.child.one_shot or (self.child.ready and not self.child.ready()):
            return
        self._now_ready()

    def read(self) -> int | None:
        """Hand on what it has said; the number of bytes, 0 at the end of its output, None when it is silent."""
        try:
            data = os.read(self.pipe, _LONGEST_LINE)
        except BlockingIOError:
            return None
        *lines, self._partial = (self._partial + data).split(b"\n")
        for line in lines:
            self._hear(line)
        if len(self._partial) >= _LONGEST_LINE or (self._partial and not data):
            self._hear(self._partial)
            self._partial = b""
        return len(data)

    def reap(self) -> str | None:
        """None while it runs; once it has ended, how, in words that are empty for a one-shot that succeeded."""
        if self._popen is None or (code := self._popen.poll()) is None:
            return None
        self._last_words()
        self.signal(signal.SIGKILL)  # what it leaves behind would hold its port and its files
        assert self._popen.stdout is not None  # noqa: S101 - for the type checker
        self._popen.stdout.close()
        self._popen, self.ready = None, False
        if self.child.one_shot:
            self.finished = True
            if code == 0:
                self._now_ready()
                return ""
        else:
            self._schedule()
        if not self.told:
            for line in self._tail:
                self._say(self.child.name, line)
        return f"{self.child.name} {_how(code)}"

    def signal(self, sig: signal.Signals) -> None:
        """Send it a signal; KILL goes to the whole group that it leads."""
        if self._popen is None:
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if sig == signal.SIGKILL:
                os.killpg(self._popen.pid, sig)
            else:
                self._popen.send_signal(sig)

    def _now_ready(self) -> None:
        self.ready = True
        if not self.was_ready:
            self.was_ready = True
            if self.child.on_ready:
                self.child.on_ready()
            if self.child.ready_words:
                self._say("", self.child.ready_words.encode())

    def _schedule(self) -> None:
        if time.monotonic() - self._started_at >= STEADY_AFTER:
            self._pause = FIRST_PAUSE
        self.start_at = time.monotonic() + self._pause
        self._pause = min(self._pause * 2, LONGEST_PAUSE)

    @property
    def wait(self) -> float:
        """Seconds until its next start."""
        return max(0.0, self.start_at - time.monotonic())

    def _hear(self, line: bytes) -> None:
        if self.child.quiet:
            self._tail.append(line)
        else:
            self._say(self.child.name, line)

    def _last_words(self) -> None:
        """Read what is left in the pipe; not to its end, which a grandchild may hold open."""
        for _ in range(64):
            if not self.read():
                break
        if self._partial:
            self._hear(self._partial)
            self._partial = b""


def _in_child(parent: int, nice: int) -> None:
    if nice:
        os.nice(nice)
    if leash.LINUX:
        leash.die_with_parent(signal.SIGKILL, parent=parent)


def _how(code: int) -> str:
    if code < 0:
        return f"was ended by a signal ({signal.strsignal(-code)})"
    return f"ended with exit code {code}"
