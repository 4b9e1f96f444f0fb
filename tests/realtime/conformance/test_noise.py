"""Whatever bytes a client makes up, they end its own connection at worst; and a handshake that is none is an answer."""

from __future__ import annotations

import os
import random
import socket
import time
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from tests.journeys.caller import Caller
from tests.realtime.conformance.test_cases import CASES
from tests.realtime.conformance.wire import CLOSE, DROPPED, NEVER, Line

MEANT = {1000, 1002, 1003, 1005, 1007, 1008, 1009}
KEY = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
UPGRADE = ("Connection: Upgrade", "Upgrade: websocket")


def spoilt(dice: random.Random) -> bytes:
    """The bytes of some case, with a few changed, cut out or put in; or mere noise."""
    if dice.random() < 0.2:
        return dice.randbytes(dice.randrange(1, 6000))
    data = bytearray(b"".join(dice.choice(CASES).writes)[:20_000])
    for _ in range(dice.randrange(1, 5)):
        at = dice.randrange(len(data) or 1)
        data[at : at + dice.randrange(3)] = dice.randbytes(dice.randrange(3))
    return bytes(data)


def test_spoilt_frames_harm_nobody_else(connect: Callable[..., Line]) -> None:
    """A hundred and fifty of them: each is answered by whole frames, then by a close that is meant or by nothing."""
    seed = int(os.environ.get("REALTIME_SEED") or time.time())
    dice = random.Random(seed)
    neighbour = connect()
    for _ in range(150):
        line = connect()
        line.send([spoilt(dice)])
        line.finish()
        said, code = line.end()
        assert code in MEANT | {DROPPED} or 3000 <= code < 5000 or 1000 < code < 1015, f"seed {seed}: {code}"
        assert CLOSE not in {frame.opcode for frame in said}, f"seed {seed}"
    assert neighbour.answers() == []


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (400, ()),
        (400, (KEY, "Sec-WebSocket-Version: 13")),
        (400, (*UPGRADE, "Sec-WebSocket-Version: 13")),
        (426, (*UPGRADE, KEY, "Sec-WebSocket-Version: 8")),
        (426, (*UPGRADE, KEY)),
        (400, (*UPGRADE, "Sec-WebSocket-Key: dGhl%&", "Sec-WebSocket-Version: 13")),
        (400, (*UPGRADE, "Sec-WebSocket-Key: short", "Sec-WebSocket-Version: 13")),
    ],
    ids=[
        "a plain request",
        "no upgrade",
        "no key",
        "an old version",
        "no version",
        "a key that is none",
        "a key of the wrong length",
    ],
)
def test_a_handshake_that_is_none_is_refused_in_http(owner: Caller, status: int, headers: tuple[str, ...]) -> None:
    """Section 4.2.1; and the connection is not left open without a word."""
    address = urlsplit(owner.url)
    head = (f"GET /live?since={NEVER} HTTP/1.1", f"Host: {address.netloc}", f"Origin: {owner.url}",
            f"Cookie: {owner.cookie}", *headers, "", "")  # fmt: skip
    with socket.create_connection((address.hostname, address.port), timeout=5) as asking:
        asking.sendall("\r\n".join(head).encode())
        answer = asking.recv(4096).decode(errors="replace")
    assert answer.startswith(f"HTTP/1.1 {status} "), answer.partition("\r\n")[0]
    assert (status == 426) is ("Sec-WebSocket-Version: 13\r\n" in answer)
