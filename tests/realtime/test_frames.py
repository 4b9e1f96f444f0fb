"""The wire of a websocket: what bytes mean, however they are cut up, and what is refused."""

from __future__ import annotations

import itertools
import struct

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.realtime import frames
from app.realtime.frames import MOST_BYTES, Broken, Closing, Message, Ping, Pong, Reader

MASK = b"\x01\x02\x03\x04"
TEXT, BINARY, MORE, CLOSE, PING, PONG = 1, 2, 0, 8, 9, 10


def sent(opcode: int, payload: bytes = b"", *, fin: bool = True, mask: bool = True, bits: int = 0) -> bytes:
    """A client's frame."""
    size = len(payload)
    length = bytes([size]) if size < 126 else b"\x7e" + struct.pack("!H", size)
    if size >= 1 << 16:
        length = b"\x7f" + struct.pack("!Q", size)
    head = bytes([fin << 7 | bits << 4 | opcode, length[0] | mask << 7]) + length[1:]
    if not mask:
        return head + payload
    return head + MASK + bytes(byte ^ MASK[place % 4] for place, byte in enumerate(payload))


def heard(*parts: bytes) -> list[frames.Event]:
    """What a reader makes of these pieces."""
    reader = Reader()
    return [event for part in parts for event in reader.feed(part)]


TALK = (
    sent(TEXT, "grüße".encode())
    + sent(PING, b"are you there")
    + sent(TEXT, b"in ", fin=False)
    + sent(PONG, b"in between")
    + sent(MORE, "zwei Stücken €".encode())
    + sent(BINARY, bytes(range(256)))
    + sent(CLOSE, struct.pack("!H", 1001) + b"off")
)
MEANT = [Message(), Ping(b"are you there"), Pong(), Message(), Message(), Closing(1001)]


@given(st.lists(st.integers(0, len(TALK)), max_size=12))
def test_what_is_said_does_not_depend_on_how_it_is_cut(cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(TALK)]
    assert heard(*(TALK[a:b] for a, b in itertools.pairwise(places))) == MEANT


@given(st.binary(max_size=200))
def test_no_bytes_whatever_make_the_reader_fail(noise: bytes) -> None:
    events = heard(noise)
    assert not [event for event in events[:-1] if isinstance(event, Broken | Closing)]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (sent(TEXT, b"x", mask=False), 1002),
        (sent(TEXT, b"x", bits=4), 1002),
        (sent(TEXT, b"x", bits=1), 1002),
        (sent(3), 1002),
        (sent(11), 1002),
        (sent(MORE, b"of nothing"), 1002),
        (sent(TEXT, b"a", fin=False) + sent(TEXT, b"b"), 1002),
        (sent(PING, b"x", fin=False), 1002),
        (sent(PING, b"x" * 126), 1002),
        (sent(CLOSE, b"\x03"), 1002),
        (b"\x81\xfe\x00\x05" + MASK, 1002),
        (b"\x81\xff" + b"\xff" * 8 + MASK, 1002),
        (sent(TEXT, b"\xff\xfe"), 1007),
        (sent(TEXT, "€".encode()[:2]), 1007),
        (sent(CLOSE, struct.pack("!H", 1000) + b"\xff"), 1007),
        (sent(BINARY, b"x" * (MOST_BYTES + 1)), 1009),
        (sent(BINARY, b"x" * MOST_BYTES, fin=False) + sent(MORE, b"x"), 1009),
        (b"\x82\xff" + struct.pack("!Q", 1 << 40) + MASK, 1009),
    ],
)
def test_what_is_not_allowed_ends_the_talk_with_its_code(data: bytes, code: int) -> None:
    assert heard(data, sent(TEXT, b"never heard")) == [Broken(code)]
    assert heard(data + sent(TEXT, b"never heard"), sent(PING)) == [Broken(code)]


@given(st.binary(max_size=140) | st.binary(max_size=125).map(lambda payload: sent(PONG, payload)))
@example(b"\x8a\xfe" + MASK + b"x" * 126)
@example(sent(PONG, b"x" * 125))
@example(sent(PONG) * 2)
def test_a_lone_pong_is_what_the_reader_calls_one(data: bytes) -> None:
    if frames.is_lone_pong(data):
        assert heard(data, sent(TEXT, b"next")) == [Pong(), Message()]
    assert frames.is_lone_pong(data) is (data[:1] == b"\x8a" and heard(data, sent(TEXT)) == [Pong(), Message()])


@pytest.mark.parametrize("code", [0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65535])
def test_close_codes_that_nobody_may_send_are_refused(code: int) -> None:
    assert heard(sent(CLOSE, struct.pack("!H", code))) == [Broken(1002)]


@pytest.mark.parametrize("code", [1000, 1001, 1011, 1012, 3000, 4999])
def test_close_codes_are_told(code: int) -> None:
    assert heard(sent(CLOSE, struct.pack("!H", code) + b"why")) == [Closing(code)]
    assert heard(sent(CLOSE)) == [Closing(None)]


def test_a_message_may_be_as_long_as_the_limit_in_any_number_of_frames() -> None:
    assert heard(sent(BINARY, b"x" * MOST_BYTES)) == [Message()]
    parts = [sent(BINARY, b"x", fin=False), *[sent(MORE, b"x", fin=False)] * (MOST_BYTES - 2), sent(MORE, b"x")]
    assert heard(*parts) == [Message()]


def test_what_came_before_a_mistake_still_counts() -> None:
    assert heard(sent(PING, b"1") + sent(3) + sent(PING, b"2")) == [Ping(b"1"), Broken(1002)]


@pytest.mark.parametrize(("size", "head"), [(0, b"\x81\0"), (125, b"\x81\x7d"), (126, b"\x81\x7e\0\x7e")])
def test_frames_of_ours_are_whole_and_not_masked(size: int, head: bytes) -> None:
    assert frames.text("x" * size) == head + b"x" * size
    assert frames.text("x" * 70_000)[:10] == b"\x81\x7f" + struct.pack("!Q", 70_000)
    assert frames.pong(b"abc") == b"\x8a\x03abc"
    assert frames.ping() == b"\x89\0"
    assert frames.close(4401) == b"\x88\x02\x11\x31"
    assert frames.close(None) == b"\x88\0"
