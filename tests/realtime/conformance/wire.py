"""Frames byte by byte, and a line that sends any of them and reads what comes back."""

from __future__ import annotations

import base64
import os
import socket
import struct
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
NO_CODE = 1005
"""A close frame that names no code."""
DROPPED = 1006
"""No close frame at all."""
PATIENCE = 5.0
_MASK = b"\x5a\xc3\x01\xf0"
NEVER = 999_999_999_999_999
"""A version that nobody reaches: a page that has seen it is told nothing."""


@dataclass(frozen=True)
class Frame:
    """One frame of the server's."""

    opcode: int
    payload: bytes = b""


def frame(
    opcode: int, payload: bytes = b"", *, fin: bool = True, rsv: int = 0, masked: bool = True, length: bytes = b""
) -> bytes:
    """A client's frame; `length` overrides how the length is written: the byte beside the mask's bit, and its rest."""
    first = (0x80 if fin else 0) | rsv << 4 | opcode
    length = length or _length(len(payload))
    if not masked:
        return bytes([first]) + length + payload
    return bytes([first, 0x80 | length[0]]) + length[1:] + _MASK + _xor(payload)


def text(payload: bytes | str, *, fin: bool = True) -> bytes:
    """A text frame; the first of a message unless `fin`."""
    return frame(TEXT, payload.encode() if isinstance(payload, str) else payload, fin=fin)


def more(payload: bytes = b"", *, fin: bool = False) -> bytes:
    """A continuation; the last of a message if `fin`."""
    return frame(CONTINUATION, payload, fin=fin)


def ping(payload: bytes = b"") -> bytes:
    """A ping."""
    return frame(PING, payload)


def closing(code: int | None = None, reason: bytes = b"") -> bytes:
    """A close frame; without a code its payload is the reason alone, so by default empty."""
    return frame(CLOSE, (b"" if code is None else struct.pack(">H", code)) + reason)


def chopped(data: bytes, size: int = 1) -> list[bytes]:
    """The same bytes in writes of this size."""
    return [data[start : start + size] for start in range(0, len(data), size)]


def fragments(message: bytes, size: int, opcode: int = TEXT) -> list[bytes]:
    """One message in frames of this size."""
    parts = chopped(message, size)
    last = len(parts) - 1
    return [frame(CONTINUATION if at else opcode, part, fin=at == last) for at, part in enumerate(parts)]


class Line:
    """A connection to `/live` after its handshake."""

    def __init__(self, url: str, cookie: str, *headers: str, early: bytes = b"") -> None:
        """`headers` are added to those of the handshake; `early` is sent together with it."""
        address = urlsplit(url)
        self._socket = socket.create_connection((address.hostname, address.port), timeout=PATIENCE)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [f"GET /live?since={NEVER} HTTP/1.1", f"Host: {address.netloc}", f"Origin: {url}",
                 "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
                 f"Sec-WebSocket-Key: {key}", f"Cookie: {cookie}", *headers]  # fmt: skip
        self._socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode() + early)
        self._read = b""
        while b"\r\n\r\n" not in self._read:
            self._receive()
        head, _, self._read = self._read.partition(b"\r\n\r\n")
        self.head = head.decode()
        assert self.head.startswith("HTTP/1.1 101"), self.head

    def send(self, writes: Iterable[bytes]) -> None:
        """Write, one after the other; a server that has hung up meanwhile shows in what it says."""
        with suppress(ConnectionError):
            for data in writes:
                self._socket.sendall(data)

    def hear(self) -> Frame | None:
        """The next frame; None when the server has hung up. Fails when neither comes in time."""
        try:
            while (found := self._parse()) is None:
                self._receive()
        except ConnectionError:
            assert not self._read, f"the last frame is cut: {self._read[:200]!r}"
            return None
        return found

    def answers(self, word: bytes = b"still there?") -> list[Frame]:
        """Ping; what came before the answer. A hang-up is an empty close frame's end of the list."""
        self.send([ping(word)])
        return self._until(Frame(PONG, word))

    def end(self) -> tuple[list[Frame], int]:
        """Read until the server has hung up: what it said before, and the code of its close frame."""
        said = self._until(None)
        if not said or said[-1].opcode != CLOSE:
            return said, DROPPED
        payload = said.pop().payload
        return said, struct.unpack(">H", payload[:2])[0] if payload else NO_CODE

    def finish(self) -> None:
        """Say that nothing more comes, and go on listening."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def _until(self, last: Frame | None) -> list[Frame]:
        said: list[Frame] = []
        while (heard := self.hear()) not in (last, None):
            said.append(heard)  # type: ignore[arg-type] # None ends the loop
            if heard is not None and heard.opcode == CLOSE:
                self.send([frame(CLOSE, heard.payload)])
        assert heard == last, f"the server hung up: {said}"
        return said

    def _receive(self) -> None:
        until = time.monotonic() + PATIENCE
        self._socket.settimeout(max(until - time.monotonic(), 0.01))
        data = self._socket.recv(65536)
        if not data:
            raise ConnectionResetError
        self._read += data

    def _parse(self) -> Frame | None:
        data = self._read
        if len(data) < 2:
            return None
        assert data[0] & 0x80, "a server's frames are whole messages"
        assert data[0] & 0x70 == 0, f"reserved bits are set: {data[:200]!r}"
        assert data[1] < 0x80, "a server's frames are not masked"
        start = {126: 4, 127: 10}.get(data[1], 2)
        length = data[1] if start == 2 else int.from_bytes(data[2:start])
        if len(data) < start + length:
            return None
        self._read = data[start + length :]
        return Frame(data[0] & 0x0F, data[start : start + length])


def _length(count: int) -> bytes:
    if count < 126:
        return bytes([count])
    return struct.pack(">BH", 126, count) if count < 65536 else struct.pack(">BQ", 127, count)


def _xor(payload: bytes) -> bytes:
    mask = (_MASK * (len(payload) // 4 + 1))[: len(payload)]
    return (int.from_bytes(payload) ^ int.from_bytes(mask)).to_bytes(len(payload))
