"""Pages that leave at any moment: whatever the server still sends are whole frames, never a page of HTTP."""

from __future__ import annotations

import base64
import contextlib
import os
import random
import socket
import struct
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest

from app.realtime.pages import TOO_MANY
from tests.journeys.caller import Caller
from tests.realtime.people import Member

CLOSING = b"\x88\x82\0\0\0\0\x03\xe9"
"""What a browser sends when its page leaves: going away (1001)."""


class Wire:
    """A websocket byte by byte."""

    def __init__(self, member: Caller, cookie: str | None = None) -> None:
        address = urlsplit(member.url)
        self.socket = socket.create_connection((address.hostname, address.port), timeout=15)
        key = base64.b64encode(os.urandom(16)).decode()
        lines = ("GET /live?since=0 HTTP/1.1", f"Host: {address.netloc}", "Connection: Upgrade", "Upgrade: websocket",
                 f"Origin: {member.url}", "Sec-WebSocket-Version: 13", f"Sec-WebSocket-Key: {key}",
                 f"Cookie: {member.cookie if cookie is None else cookie}")  # fmt: skip
        self.socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        head = b""
        while b"\r\n\r\n" not in head:
            head += self.socket.recv(1)
        assert head.startswith(b"HTTP/1.1 101"), head

    def rest(self) -> bytes:
        """Everything until the server hangs up."""
        found = b""
        with contextlib.suppress(ConnectionError):
            while more := self.socket.recv(65536):
                found += more
        self.socket.close()
        return found


def frames(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Opcode and content of every frame; fails at bytes that are none."""
    while data:
        assert data[0] & 0x70 == 0, data[:200]
        assert data[0] & 0x0F in {1, 2, 8, 9, 10}, data[:200]
        assert data[1:] < b"\x80", "a server's frames are not masked"
        start, length = 2, data[1]
        if length == 126:
            start, length = 4, struct.unpack(">H", data[2:4])[0]
        elif length == 127:
            start, length = 10, struct.unpack(">Q", data[2:10])[0]
        assert len(data) >= start + length, "the last frame is cut"
        yield data[0] & 0x0F, data[start : start + length]
        data = data[start + length :]


@pytest.mark.parametrize("last_words", [CLOSING, b""], ids=["closing", "gone"])
def test_a_page_that_leaves_right_after_it_opened_hears_frames_or_nothing(ada: Member, last_words: bytes) -> None:
    """The browser would call anything else an invalid frame."""
    for number in range(12):
        ada.asks(f"Number {number}: " + "a long prompt, " * 30)
    seed = int(os.environ.get("REALTIME_SEED") or time.time())
    dice = random.Random(seed)

    def come_and_go(pause: float) -> bytes:
        wire = Wire(ada)
        time.sleep(pause)
        if last_words:
            wire.socket.sendall(last_words)
        else:
            wire.socket.shutdown(socket.SHUT_WR)
        return wire.rest()

    with ThreadPoolExecutor(4) as pool:
        heard = list(pool.map(come_and_go, [dice.choice((0, dice.uniform(0, 0.1))) for _ in range(80)]))
    for data in heard:
        opcodes = [opcode for opcode, _ in frames(data)]
        assert 8 not in opcodes[:-1], f"seed {seed}: something comes after the close"
    assert ada.get("/drafts")[0] == 200


def test_who_is_turned_away_while_leaving_hears_frames_or_nothing(ada: Member) -> None:
    """Refusals come as close frames, too late or not."""
    pages = ada.most_pages()
    wires = [Wire(ada) for _ in range(10)]
    for wire in wires:
        with contextlib.suppress(OSError):
            wire.socket.sendall(CLOSING)
    for wire in wires:
        said = list(frames(wire.rest()))
        assert len(said) <= 1
        assert all(opcode == 8 and struct.unpack(">H", words[:2])[0] in {TOO_MANY, 1001} for opcode, words in said)
    for page in pages:
        page.close()
    cookie = ada.cookie
    assert ada.post("/logout", {})[0] == 303
    for _ in range(10):
        wire = Wire(ada, cookie)
        with contextlib.suppress(OSError):
            wire.socket.sendall(CLOSING)
        assert all(opcode == 8 for opcode, _ in frames(wire.rest()))


def test_who_does_not_hang_up_holds_up_nobody(ada: Member) -> None:
    """A server waits a while for the other side to close first; not where it answers everybody else."""
    pages = ada.most_pages()
    silent: list[Wire | socket.socket] = [Wire(ada) for _ in range(6)]
    address = urlsplit(ada.url)
    for _ in range(6):
        plain = socket.create_connection((address.hostname, address.port), timeout=15)
        plain.sendall(f"GET /healthz HTTP/1.1\r\nHost: {address.netloc}\r\nConnection: close\r\n\r\n".encode())
        silent.append(plain)
    began = time.monotonic()
    assert [ada.get("/healthz")[0] for _ in range(12)] == [200] * 12
    assert time.monotonic() - began < 4
    for one in silent:
        (one.socket if isinstance(one, Wire) else one).close()
    for page in pages:
        page.close()
