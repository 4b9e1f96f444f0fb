"""What the kernel says of a process, a crowd that is measured, and figures from lists of times."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.serving import CLIENT_CORE, ROOT, pinned
from tests.journeys import processes


def worker_of(pid: int) -> int:
    """The process that serves: gunicorn's one child, else the process itself."""
    return next(iter(processes.children(pid)), pid)


def unshared_bytes(pid: int) -> int:
    """What would be free if this process ended (USS)."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith(("Private_Clean", "Private_Dirty")))


def processor_seconds(pid: int) -> float:
    """What its threads have run, to the nanosecond. Those that ended are not in it."""
    return _scheduled(pid, 0)


def kept_off_seconds(pid: int) -> float:
    """What its threads have waited for a processor that ran something else: each other, or another's work."""
    return _scheduled(pid, 1)


def _scheduled(pid: int, column: int) -> float:
    total = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        with suppress(OSError):
            total += int((task / "schedstat").read_text().split()[column])
    return total / 1e9


@dataclass(frozen=True)
class Spread:
    """Milliseconds, and how many were measured."""

    p50: float
    p99: float
    worst: float
    count: int
    lost: int = 0

    def __str__(self) -> str:
        words = f"{self.p50:.1f} / {self.p99:.1f} / {self.worst:.1f} ms"
        return f"{words}, {self.lost} of {self.count + self.lost} LOST" if self.lost else words


def spread(seconds: list[float], lost: int = 0) -> Spread:
    """Median, 99th percentile and maximum."""
    if len(seconds) < 2:
        raise RuntimeError("nothing came")
    marks = statistics.quantiles(seconds, n=100, method="inclusive")
    return Spread(1000 * marks[49], 1000 * marks[98], 1000 * max(seconds), len(seconds), lost)


class Crowd:
    """Sockets in a process of their own, on the client's core."""

    def __init__(self, port: int, requests: Path) -> None:
        argv = pinned(CLIENT_CORE, [sys.executable, "-m", "benchmarks.crowd", str(port), str(requests)])
        self._process = subprocess.Popen(argv, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        opened = self._hear()
        self.seconds: float = opened["seconds"]
        self.wanted: int = opened["open"] + opened["refused"]
        self.open: int = opened["open"]
        self.bytes = 0
        self.pid = self._process.pid

    def frames(self) -> list[tuple[float, int, int]]:
        """What has come since it was asked last: when, on which socket, and the version in it."""
        assert self._process.stdin
        self._process.stdin.write("collect\n")
        self._process.stdin.flush()
        told = self._hear()
        self.open, self.bytes = told["open"], told["bytes"]
        return list(zip(*told["frames"], strict=True))

    def end(self) -> None:
        """Hang up all."""
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(30)

    def _hear(self) -> dict[str, Any]:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the crowd has gone")
        heard: dict[str, Any] = json.loads(line)
        return heard


@contextmanager
def crowd(port: int, requests: Path) -> Iterator[Crowd]:
    """A crowd while the block runs."""
    found = Crowd(port, requests)
    try:
        yield found
    finally:
        found.end()


def delays(rung: list[tuple[float, int, int]], heard: list[tuple[float, int, int]]) -> Spread:
    """From each event (when, whose, version) to the first frame with it, or with a later one, on both sockets.

    User `n` has the sockets `2n` and `2n + 1`.
    """
    came: dict[int, list[tuple[float, int]]] = defaultdict(list)
    for at, socket, version in heard:
        came[socket].append((at, version))
    found, lost = [], 0
    for at, user, version in rung:
        for socket in (2 * user, 2 * user + 1):
            first = next((when for when, known in came[socket] if known >= version), None)
            if first is None:
                lost += 1
            else:
                found.append(first - at)
    return spread(found, lost)
