"""Every case of the tables, and what tables cannot say: the handshake, and how much a page may say."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.realtime.conformance import control, framing, letters
from tests.realtime.conformance.cases import TOO_LOUD, Case
from tests.realtime.conformance.wire import Line, fragments, frame, ping, text

CASES = [*framing.CASES, *control.CASES, *letters.CASES]
MOST_MESSAGES = 10
DEFLATE = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_a_socket_keeps_to_the_protocol(case: Case, connect: Callable[..., Line]) -> None:
    """Stays open and answers, or ends with the code that is meant."""
    case.hold(connect())


def test_every_case_has_a_name_of_its_own() -> None:
    """Two of a name would be one to whoever runs a single one."""
    assert len({case.id for case in CASES}) == len(CASES) > 200


@pytest.mark.parametrize(
    "offer",
    [
        DEFLATE,
        f"{DEFLATE}; server_no_context_takeover, permessage-deflate",
        "Sec-WebSocket-Extensions: x-webkit-deflate-frame",
    ],
)
def test_no_extension_is_agreed(connect: Callable[..., Line], offer: str) -> None:
    """Families 12 and 13: a frame is encoded once for all who get it, and nobody's compressor is kept."""
    line = connect(offer)
    assert "extensions" not in line.head.lower()
    Case(
        "12.1",
        "A message that claims to be compressed",
        (frame(1, b"\xf2\x48\xcd\xc9\xc9\x07\0", rsv=4),),
        (),
        frozenset({1002}),
    ).hold(line)


def test_no_subprotocol_is_agreed(connect: Callable[..., Line]) -> None:
    """There is none."""
    line = connect("Sec-WebSocket-Protocol: chat, superchat")
    assert "protocol:" not in line.head.lower()
    assert line.answers() == []


def test_ten_messages_are_heard_and_the_eleventh_ends_the_connection(connect: Callable[..., Line]) -> None:
    """However they come: in one write or several, whole or in fragments; pings are no messages."""
    line = connect()
    line.send([text("hello")] * 5)
    line.send([b"".join(fragments(b"hello", 1)) + ping(b"between")] * 4)
    assert [frame.payload for frame in line.answers()] == [b"between"] * 4
    line.send([text("hello")])
    assert line.answers() == []
    line.send([text("one too many")])
    assert line.end() == ([], TOO_LOUD)


@pytest.mark.parametrize("count", [MOST_MESSAGES + 1, 500])
def test_too_many_messages_in_one_write_end_the_connection(connect: Callable[..., Line], count: int) -> None:
    """Counted, not sampled."""
    line = connect()
    line.send([text("") * count])
    assert line.end() == ([], TOO_LOUD)


def test_what_comes_with_the_handshake_is_heard_or_ends_that_connection_alone(connect: Callable[..., Line]) -> None:
    """No browser speaks before it is answered."""
    early = connect(early=ping(b"early") + ping(b"bird"))
    other = connect()
    said = [frame.payload for frame in early.answers()]
    assert said in ([], [b"early", b"bird"])
    assert other.answers() == []
