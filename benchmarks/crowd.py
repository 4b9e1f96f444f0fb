"""Many open pages in one lean process: `python -m benchmarks.crowd PORT FILE`.

FILE holds a request a socket, as JSON strings. Opens them all, answers pings, and notes when each frame came. Says on
standard output, as a line of JSON each: how many are open; then, for each line `collect` on standard input, the frames
since the last one, as three lists (seconds of the monotonic clock, which socket, the frame's version or -1).
"""

from __future__ import annotations

import array
import json
import os
import re
import select
import socket
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

AT_ONCE = 64
"""Handshakes under way at a time."""
_VERSION = re.compile(rb'"version": (\d+)')
_TEXT, _PING = 0x81, 0x89


class Crowd:
    """The sockets, and what came on them."""

    def __init__(self, port: int, requests: list[str]) -> None:
        self._port = port
        self._epoll = select.epoll()
        self._requests = requests
        self._to_open = deque(range(len(requests)))
        self._shaking = 0
        self._sockets: dict[int, socket.socket] = {}
        self._numbers: dict[int, int] = {}
        self._partial: dict[int, bytes] = {}
        self._steps: dict[int, Callable[[int, bytes], None]] = {}
        self.open = self.refused = self.bytes = 0
        self.times, self.whose, self.versions = array.array("d"), array.array("l"), array.array("q")

    def run(self) -> None:
        """Open all, then do as told until told no more."""
        began = time.monotonic()
        while self._to_open or self._shaking:
            while self._to_open and self._shaking < AT_ONCE:
                self._connect(self._to_open.popleft())
            self._turn(1.0)
        say({"open": self.open, "refused": self.refused, "seconds": time.monotonic() - began})
        os.set_blocking(0, False)
        self._epoll.register(0, select.EPOLLIN)
        while self._turn(1.0):
            continue

    def _connect(self, number: int) -> None:
        opened = socket.create_connection(("127.0.0.1", self._port))
        opened.sendall(self._requests[number].encode())
        opened.setblocking(False)
        fd = opened.fileno()
        self._sockets[fd], self._numbers[fd], self._steps[fd] = opened, number, self._shake
        self._shaking += 1
        self._epoll.register(fd, select.EPOLLIN)

    def _turn(self, seconds: float) -> bool:
        for fd, _ in self._epoll.poll(seconds):
            if fd == 0:
                if not self._obey():
                    return False
                continue
            try:
                data = self._sockets[fd].recv(1 << 18)
            except BlockingIOError:
                continue
            except OSError:
                data = b""
            if data:
                self._steps[fd](fd, self._partial.pop(fd, b"") + data)
            else:
                self._drop(fd)
        return True

    def _obey(self) -> bool:
        line = os.read(0, 100)
        if line:
            say(
                {
                    "open": self.open,
                    "bytes": self.bytes,
                    "frames": [self.times.tolist(), self.whose.tolist(), self.versions.tolist()],
                }
            )
            self.times, self.whose, self.versions = array.array("d"), array.array("l"), array.array("q")
        return bool(line)

    def _shake(self, fd: int, data: bytes) -> None:
        head, end, rest = data.partition(b"\r\n\r\n")
        if not end:
            self._partial[fd] = data
            return
        if not head.startswith(b"HTTP/1.1 101"):
            self._drop(fd)
            return
        self._shaking -= 1
        self.open += 1
        self._steps[fd] = self._hear
        if rest:
            self._hear(fd, rest)

    def _hear(self, fd: int, data: bytes) -> None:
        now = time.monotonic()
        for first, payload in self._frames(fd, data):
            if first == _TEXT:
                version = _VERSION.search(payload[:40])
                self.times.append(now)
                self.whose.append(self._numbers[fd])
                self.versions.append(int(version[1]) if version else -1)
                self.bytes = len(payload)
            elif first == _PING:
                with suppress(OSError):
                    self._sockets[fd].send(bytes([0x8A, 0x80 | len(payload)]) + bytes(4) + payload)

    def _frames(self, fd: int, data: bytes) -> Iterator[tuple[int, bytes]]:
        at = 0
        while len(data) - at >= 2:
            start = at + {126: 4, 127: 10}.get(data[at + 1], 2)
            if len(data) < start:
                break
            length = data[at + 1] if start == at + 2 else int.from_bytes(data[at + 2 : start])
            if len(data) < start + length:
                break
            yield data[at], data[start : start + length]
            at = start + length
        if at < len(data):
            self._partial[fd] = data[at:]

    def _drop(self, fd: int) -> None:
        if self._steps.pop(fd) == self._shake:
            self._shaking -= 1
            self.refused += 1
        else:
            self.open -= 1
        self._epoll.unregister(fd)
        self._sockets.pop(fd).close()


def say(words: dict[str, object]) -> None:
    """One line of JSON."""
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    Crowd(int(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text())).run()
