"""The thread that holds all sockets: its rules, over real sockets."""

from __future__ import annotations

import select
import socket
import struct
import threading
import time

import pytest

from app.realtime import frames
from app.realtime.connection import MOST_CONTROLS, MOST_MESSAGES, Connection
from app.realtime.hub import Hub, Pace
from tests.realtime.test_frames import CLOSE, PING, PONG, TEXT, sent
from tests.realtime.test_leaving import frames as read_frames

OPEN_END = 10.0


class Held:
    """A socket on a hub, and its other side."""

    def __init__(self, hub: Hub) -> None:
        ours, self.other = socket.socketpair()
        self.other.settimeout(OPEN_END)
        self.gone = threading.Event()
        self.connection = Connection(ours, self.gone.set)
        hub.add(self.connection)

    def hears(self, frame: bytes) -> bool:
        """Whether exactly this comes next."""
        data = b""
        while len(data) < len(frame) and (more := self.other.recv(len(frame) - len(data))):
            data += more
        return data == frame

    def rest(self) -> list[tuple[int, bytes]]:
        """All frames until the other side hangs up."""
        data = b""
        while more := self.other.recv(65536):
            data += more
        self.other.close()
        return list(read_frames(data))

    def code(self) -> int:
        """What it is closed with; nothing follows."""
        *_, (opcode, payload) = self.rest()
        assert opcode == CLOSE
        return int(struct.unpack("!H", payload)[0])


@pytest.fixture
def hub() -> Hub:
    """A hub that is in no hurry."""
    hub = Hub()
    hub.start()
    return hub


def test_a_ping_is_answered_with_its_payload_and_a_close_with_its_code(hub: Hub) -> None:
    held = Held(hub)
    held.other.sendall(sent(PING, b"same again"))
    assert held.hears(frames.pong(b"same again"))
    held.other.sendall(sent(CLOSE, struct.pack("!H", 1001)))
    assert held.code() == 1001
    assert held.gone.wait(OPEN_END)


def test_what_is_not_allowed_is_closed_with_its_code_and_harms_nobody_else(hub: Hub) -> None:
    other, bad = Held(hub), Held(hub)
    bad.other.sendall(b"\xff" * 2000)
    assert bad.code() == 1002
    hub.send([other.connection], frames.text("still here"))
    assert other.hears(frames.text("still here"))
    other.other.close()


@pytest.mark.parametrize(("frame", "most"), [(sent(TEXT, b"hi"), MOST_MESSAGES), (sent(PONG), MOST_CONTROLS)])
def test_who_says_too_much_is_closed(hub: Hub, frame: bytes, most: int) -> None:
    quiet, loud = Held(hub), Held(hub)
    quiet.other.sendall(frame * most)
    loud.other.sendall(frame * (most + 1))
    assert loud.code() == 1008
    hub.close([quiet.connection], 1012)
    assert quiet.code() == 1012


def test_frames_come_in_the_order_in_which_they_were_sent_and_whole(hub: Hub) -> None:
    held = [Held(hub) for _ in range(3)]
    texts = [frames.text(f"{number} " + "x" * 3000) for number in range(60)]
    for frame in texts:
        hub.send([one.connection for one in held], frame)
    for one in held:
        assert all(one.hears(frame) for frame in texts)
        one.other.close()


def test_who_does_not_read_is_dropped_with_1013_and_the_frame_that_had_begun_is_whole(hub: Hub) -> None:
    slow, quick = Held(hub), Held(hub)
    frame = frames.text("x" * 50_000)
    for _ in range(60):
        hub.send([slow.connection, quick.connection], frame)
        assert quick.hears(frame)
    *told, (opcode, payload) = slow.rest()
    assert (opcode, struct.unpack("!H", payload)[0]) == (CLOSE, 1013)
    assert 0 < len(told) < 60
    assert all(len(content) == 50_000 for _, content in told)
    quick.other.close()


def test_who_never_reads_again_is_let_go_all_the_same(hub: Hub) -> None:
    slow = Held(hub)
    for _ in range(60):
        hub.send([slow.connection], frames.text("x" * 50_000))
    assert slow.gone.wait(OPEN_END)
    slow.other.close()


def test_every_socket_is_pinged_once_a_round_and_not_all_at_once() -> None:
    hub = Hub(Pace(ping=1.0, silence=60, places=50))
    hub.start()
    held = {one.other: one for one in (Held(hub) for _ in range(100))}
    began, at = time.monotonic(), []
    while held:
        for other in select.select(list(held), [], [], OPEN_END)[0]:
            assert held.pop(other).hears(frames.ping())
            at.append(time.monotonic() - began)
            other.close()
    assert max(at) < 3
    assert len({round(moment, 2) for moment in at}) > 10


def test_who_is_silent_too_long_is_gone_and_who_answers_stays() -> None:
    hub = Hub(Pace(ping=0.2, silence=0.6, places=10))
    hub.start()
    silent, alive = Held(hub), Held(hub)
    until = time.monotonic() + 1.5
    while time.monotonic() < until:
        assert alive.hears(frames.ping())
        alive.other.sendall(sent(PONG))
    assert silent.gone.wait(OPEN_END)
    assert not alive.gone.is_set()
    for one in (silent, alive):
        one.other.close()


def test_a_frame_for_everybody_does_not_hold_up_a_frame_for_one() -> None:
    hub = Hub()
    held = [Held(hub) for _ in range(600)]
    hub.send([one.connection for one in held], frames.text("likes"))
    hub.send([held[-1].connection], frames.text("yours"))
    hub.start()
    assert held[0].hears(frames.text("likes"))
    assert held[-1].hears(frames.text("yours") + frames.text("likes"))
    for one in held:
        one.other.close()


def test_frames_for_everybody_come_to_everybody_in_order() -> None:
    hub = Hub()
    held = [Held(hub) for _ in range(500)]
    everybody = [one.connection for one in held]
    # Pages come and go between two frames, so nobody's place among all of them stays the same.
    counts = [frames.text(f"{number} likes") for number in range(5)]
    for number, frame in enumerate(counts):
        hub.send(everybody[number:], frame)
    hub.start()
    assert all(one.hears(b"".join(counts)) for one in held[len(counts) :])
    for one in held:
        one.other.close()


def test_after_a_close_nothing_is_sent_and_nothing_is_heard(hub: Hub) -> None:
    held = Held(hub)
    hub.close([held.connection], 4401)
    hub.close([held.connection], 1012)
    hub.send([held.connection], frames.text("too late"))
    held.other.sendall(sent(PING, b"too late") * 3)
    assert held.rest() == [(CLOSE, struct.pack("!H", 4401))]
    assert held.gone.wait(OPEN_END)


def test_who_does_not_hang_up_after_a_close_is_hung_up_on(hub: Hub) -> None:
    held = Held(hub)
    hub.close([held.connection], 4401)
    assert held.gone.wait(OPEN_END)
    held.other.close()


def test_a_hub_for_one_socket_ends_with_it() -> None:
    hub = Hub()
    held = Held(hub)
    serving = threading.Thread(target=lambda: hub.run(until_empty=True))
    serving.start()
    hub.send([held.connection], frames.text("hello"))
    assert held.hears(frames.text("hello"))
    held.other.close()
    serving.join(OPEN_END)
    assert not serving.is_alive()
    hub.send([held.connection], b"nobody listens, nothing breaks")
