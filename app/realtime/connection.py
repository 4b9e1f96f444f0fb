"""One open socket and all the rules for it, whichever thread drives it.

It never waits: what the other side does not take at once is kept here, up to a limit. It ends in three steps: a close
frame goes out after what was already promised, the sending side is shut, and the other side gets a moment to hang up.
"""

from __future__ import annotations

import socket
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress

from app.realtime import frames

MOST_WAITING_BYTES = 1 << 20
MOST_WAITING_FRAMES = 100
"""What a page may be behind before it is dropped."""
MOST_MESSAGES = 10
"""What a page may send in `NOISE_SECONDS`. Ours send nothing; whoever does is not listened to, only counted."""
MOST_CONTROLS = 200
NOISE_SECONDS = 10.0
LINGER_SECONDS = 2.0
"""How long the other side may take to hang up, so that our last words are not cut off."""
SEND_BUFFER = 128 * 1024
"""What the kernel may keep for a page; more waits here, where it is counted."""
TOO_LOUD = 1008
TOO_SLOW = 1013
_CHUNK = 4096


class Connection:
    """A socket that speaks websocket, after its handshake."""

    __slots__ = ("_controls", "_counted_from", "_messages", "_reader", "_sock", "_waiting", "_waiting_bytes",
                 "fd", "heard_at", "on_gone", "over", "slot", "until", "watched")  # fmt: skip

    def __init__(self, sock: socket.socket, on_gone: Callable[[], None] | None = None) -> None:
        sock.setblocking(False)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        self.fd = sock.fileno()
        self.heard_at = time.monotonic()
        self.until: float | None = None
        """Once it is closing: when it is over at the latest."""
        self.over = False
        """Whether there is nothing more to do but `release` it."""
        self.on_gone = on_gone or _nobody
        """Called when it is released."""
        self.slot = self.watched = 0
        """The hub's notes: when it is pinged, and which events it is watched for."""
        self._sock = sock
        self._reader: frames.Reader | None = None
        self._waiting: deque[bytes | memoryview] | None = None
        self._waiting_bytes = 0
        self._counted_from = self.heard_at
        self._messages = self._controls = 0

    @property
    def is_behind(self) -> bool:
        """Whether something waits until the other side reads."""
        return self._waiting is not None

    def send(self, frame: bytes) -> None:
        """Send a frame, or keep it until the other side reads. Nothing follows a close frame."""
        if self.until is not None or self.over:
            return
        if self._waiting is not None and (
            self._waiting_bytes + len(frame) > MOST_WAITING_BYTES or len(self._waiting) >= MOST_WAITING_FRAMES
        ):
            self._forget_unsent()
            self.close(TOO_SLOW)
            return
        self._put(frame)

    def close(self, code: int | None) -> None:
        """Say goodbye; what comes in from now on is thrown away. A second goodbye is not said."""
        if self.until is None and not self.over:
            self.until = time.monotonic() + LINGER_SECONDS
            self._put(frames.close(code))

    def see_off(self) -> None:
        """Say nothing and wait for the other side to hang up."""
        self.until = time.monotonic() + LINGER_SECONDS
        self._shut_if_closing()

    def read(self) -> None:
        """Take in what has come: one piece a call, so that a flood holds up nobody else."""
        try:
            data = self._sock.recv(_CHUNK)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            data = b""
        if not data:
            self.over = True
        elif self.until is None:
            self.heard_at = time.monotonic()
            for event in self._events(data):
                self._take(event)

    def flush(self) -> None:
        """Send what waits, as far as the other side takes it."""
        while self._waiting:
            first = self._waiting[0]
            sent = self._write(first)
            self._waiting_bytes -= sent
            if sent < len(first):
                if sent:
                    self._waiting[0] = memoryview(first)[sent:]
                return
            self._waiting.popleft()
        self._waiting = None
        self._shut_if_closing()

    def release(self) -> None:
        """Give the socket back, and tell whoever wants to know."""
        self.over = True
        self._waiting = self._reader = None
        # A copy of it may be open elsewhere; nobody may write into the connection any more.
        with suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR)
        self._sock.close()
        # Whoever is told usually holds us as well; let go, so that the memory is given back now and not some time.
        tell, self.on_gone = self.on_gone, _nobody
        tell()

    def _events(self, data: bytes) -> list[frames.Event]:
        if self._reader is None:
            if frames.is_lone_pong(data):
                return [frames.Pong()]
            self._reader = frames.Reader()
        return self._reader.feed(data)

    def _put(self, frame: bytes) -> None:
        if self._waiting is None:
            sent = self._write(frame)
            if sent == len(frame):
                self._shut_if_closing()
                return
            self._waiting, self._waiting_bytes = deque(), 0
            rest: bytes | memoryview = memoryview(frame)[sent:] if sent else frame
        else:
            rest = frame
        self._waiting.append(rest)
        self._waiting_bytes += len(rest)

    def _write(self, data: bytes | memoryview) -> int:
        try:
            return self._sock.send(data)
        except (BlockingIOError, InterruptedError):
            return 0
        except OSError:
            self.over = True
            return 0

    def _forget_unsent(self) -> None:
        """Keep only the rest of a frame that has begun: what follows it must be a whole one."""
        first = self._waiting[0] if self._waiting else b""
        self._waiting, self._waiting_bytes = None, 0
        if isinstance(first, memoryview):
            self._waiting, self._waiting_bytes = deque([first]), len(first)

    def _shut_if_closing(self) -> None:
        if self.until is not None:
            try:
                self._sock.shutdown(socket.SHUT_WR)
            except OSError:
                self.over = True

    def _take(self, event: frames.Event) -> None:
        match event:
            case frames.Broken(code):
                self.close(code)
            case frames.Closing(code):
                self.close(code)
            case frames.Ping(payload):
                self.send(frames.pong(payload))
                self._count(controls=1)
            case frames.Pong():
                self._count(controls=1)
            case frames.Message():
                self._count(messages=1)

    def _count(self, *, messages: int = 0, controls: int = 0) -> None:
        if self.heard_at - self._counted_from > NOISE_SECONDS:
            self._counted_from, self._messages, self._controls = self.heard_at, 0, 0
        self._messages += messages
        self._controls += controls
        if self._messages > MOST_MESSAGES or self._controls > MOST_CONTROLS:
            self.close(TOO_LOUD)


def _nobody() -> None:
    """Nobody wants to know."""
