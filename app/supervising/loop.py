"""The supervisor's loop: one thread that starts children in order, restarts what dies, and ends all."""

from __future__ import annotations

import os
import selectors
import signal
import time
from collections.abc import Callable, Sequence
from types import FrameType

from app.supervising.child import Child, Process
from app.supervising.output import Output

GRACE = 10.0
# Of the grace, what is left for those on which others lean: Redis is told last.
_LAST_SHARE = 0.1
_QUICK = 0.05
_IDLE = 0.5


class Supervisor:
    """Keeps `children` running until it is told to stop, by signal or by a child without which nothing can go on.

    The first SIGINT, SIGTERM or SIGHUP ends all children within `grace` seconds: TERM, those that others lean on
    last, then KILL. A second SIGINT kills at once. With `follow_parent` it also stops when its own parent is gone.
    `inherited` are file descriptors that every child keeps open. Run it in the main thread of a process without other
    threads: it forks, and its children's leashes hang on that thread.
    """

    def __init__(
        self,
        children: Sequence[Child],
        *,
        grace: float = GRACE,
        follow_parent: bool = False,
        inherited: Sequence[int] = (),
        on_stopping: Callable[[], None] | None = None,
    ) -> None:
        self._output = Output(width=max((len(child.name) for child in children), default=0))
        self._processes = {child.name: Process(child, self._output.line) for child in children}
        self._grace = grace
        self._parent = os.getppid() if follow_parent else None
        self._inherited = inherited
        self._on_stopping = on_stopping
        self._selector = selectors.DefaultSelector()
        self._signals: list[int] = []
        self._stopping_since: float | None = None
        self._in_haste = False
        self._code = 0

    def say(self, text: str) -> None:
        """Print a line in the supervisor's own voice."""
        self._output.line("", text.encode())

    def run(self) -> int:
        """Run until all has ended; 0 when asked to end, 1 when nothing could go on."""
        wake, wakened = _pipe()
        before = self._listen(wakened)
        self._selector.register(wake, selectors.EVENT_READ)
        try:
            while self._stopping_since is None or any(process.alive for process in self._processes.values()):
                self._step(wake)
        finally:
            # Only an error of our own leaves children here.
            for process in self._processes.values():
                process.signal(signal.SIGKILL)
            signal.set_wakeup_fd(-1)
            for number, handler in before.items():
                signal.signal(number, handler)
            self._selector.close()
            os.close(wake)
            os.close(wakened)
        return self._code

    def _listen(self, descriptor: int) -> dict[signal.Signals, signal.Handlers]:
        """Take note of signals; what was ignored from outside (nohup) stays ignored."""
        signal.set_wakeup_fd(descriptor, warn_on_full_buffer=False)
        before = {}
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD):
            if number == signal.SIGCHLD or signal.getsignal(number) != signal.SIG_IGN:
                before[number] = signal.signal(number, self._note)
        return before  # type: ignore[return-value] # handlers set from Python are callables, which signal() takes back

    def _note(self, number: int, _frame: FrameType | None) -> None:
        if number != signal.SIGCHLD:
            self._signals.append(number)

    def _step(self, wake: int) -> None:
        for key, _ in self._selector.select(self._patience()):
            if key.fd == wake:
                os.read(wake, 4096)
            elif self._processes[key.data].read() == 0:
                self._selector.unregister(key.fd)
        self._output.flush()
        self._heed()
        self._reap()
        if self._stopping_since is None:
            self._start()
        else:
            self._end(time.monotonic() - self._stopping_since)

    def _patience(self) -> float:
        processes = self._processes.values()
        if self._output.pending or any(p.alive and not p.ready and not p.child.one_shot for p in processes):
            return _QUICK
        if self._stopping_since is not None:
            return _QUICK
        waits = [p.wait for p in processes if self._may_start(p)]
        return min([_IDLE, *waits])

    def _heed(self) -> None:
        """Act on signals that have come, and on a parent that has gone."""
        if self._parent is not None and os.getppid() != self._parent:
            self._stop()
        while self._signals:
            number = self._signals.pop(0)
            # A terminal and `make` may both hand on the same SIGTERM: only Ctrl-C counts twice.
            if self._stopping_since is not None and number == signal.SIGINT:
                self._in_haste = True
            self._stop()

    def _stop(self, code: int = 0) -> None:
        if self._stopping_since is None:
            self._stopping_since = time.monotonic()
            self._code = code
            if self._on_stopping:
                self._on_stopping()

    def _reap(self) -> None:
        for process in self._processes.values():
            pipe = process.pipe if process.alive else -1
            how = process.reap()
            if how is None:
                continue
            if pipe in self._selector.get_map():
                self._selector.unregister(pipe)
            if how and self._stopping_since is None:
                self._tell_end(process, how)

    def _tell_end(self, process: Process, how: str) -> None:
        if not process.child.one_shot:
            self.say(f"{how}; starting it again in {process.wait:.1f} s")
        elif leaning := [p.child.name for p in self._leaning_on(process) if not p.was_ready]:
            self.say(f"{how}; {' and '.join(leaning)} cannot start without it")
            self._stop(1)
        else:
            self.say(how)

    def _start(self) -> None:
        for process in self._processes.values():
            if self._may_start(process) and process.wait == 0:
                trouble = process.start(self._inherited)
                if trouble:
                    self.say(f"{trouble}; trying again in {process.wait:.1f} s")
                    continue
                self._selector.register(process.pipe, selectors.EVENT_READ, process.child.name)
            process.check_ready()

    def _may_start(self, process: Process) -> bool:
        if process.alive or process.finished:
            return False
        return all(self._processes[name].was_ready for name in process.child.after)

    def _leaning_on(self, process: Process) -> list[Process]:
        return [other for other in self._processes.values() if process.child.name in other.child.after]

    def _end(self, elapsed: float) -> None:
        """Tell those on which nothing leans any more; kill those whose time is up."""
        for process in self._processes.values():
            if not process.alive:
                continue
            foundation = bool(self._leaning_on(process))
            limit = self._grace if foundation else self._grace * (1 - _LAST_SHARE)
            hurry = self._in_haste or elapsed >= limit
            if hurry or (not process.told and not any(other.alive for other in self._leaning_on(process))):
                process.told = True
                process.signal(signal.SIGKILL if hurry else signal.SIGTERM)


def _pipe() -> tuple[int, int]:
    """A pipe that never blocks."""
    ends = os.pipe()
    for end in ends:
        os.set_blocking(end, False)
    return ends
