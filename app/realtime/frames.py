"""The wire of a websocket (RFC 6455), server's side: bytes in, events out, and events to bytes.

Nothing here knows a socket or a clock. wsproto reads; what a page may send is held here: whole messages are only
counted, so their content is dropped as it comes, and one that is too big is refused at its header.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from wsproto.extensions import Extension
from wsproto.frame_protocol import CloseReason, Frame, FrameDecoder, FrameProtocol, Opcode, ParseFailed, RsvBits

MOST_BYTES = 4096
"""The longest message that a page may send, all of its frames together."""
_NO_BITS = RsvBits(rsv1=False, rsv2=False, rsv3=False)
_FINAL = _MASKED = 0x80


@dataclass(frozen=True, slots=True)
class Message:
    """A whole message, text or binary."""


@dataclass(frozen=True, slots=True)
class Ping:
    """The other side asks for a pong with the same payload."""

    payload: bytes


@dataclass(frozen=True, slots=True)
class Pong:
    """The other side is there."""


@dataclass(frozen=True, slots=True)
class Closing:
    """The other side ends the connection; `code` is None when it gives no reason."""

    code: int | None


@dataclass(frozen=True, slots=True)
class Broken:
    """What came is no websocket, or more than is allowed; `code` is what the connection is to be closed with."""

    code: int


Event = Message | Ping | Pong | Closing | Broken


class Reader:
    """What one client sends, frame by frame. After `Closing` or `Broken` it hears nothing more."""

    __slots__ = ("_protocol",)

    def __init__(self) -> None:
        self._protocol = FrameProtocol(client=False, extensions=[_Limit()])

    def feed(self, data: bytes) -> list[Event]:
        """The events that these bytes complete, in order."""
        events: list[Event] = []
        self._protocol.receive_bytes(data)
        try:
            for frame in self._protocol.received_frames():
                event = _event(frame)
                if event is not None:
                    events.append(event)
        except ParseFailed as error:
            events.append(Broken(int(error.code)))
        return events


def is_lone_pong(data: bytes) -> bool:
    """Whether this is exactly one pong. An ordinary page sends nothing else, and so never needs a `Reader`."""
    return len(data) >= 6 and data[0] == _FINAL | Opcode.PONG and data[1] == len(data) - 6 + _MASKED <= _MASKED + 125


class _Limit(Extension):
    """Refuses a message at the header with which it grows too long: nothing is waited for or kept."""

    __slots__ = ("_bytes",)
    name = "limit"

    def __init__(self) -> None:
        self._bytes = 0

    def enabled(self) -> bool:
        return True

    def offer(self) -> bool:
        return False

    def frame_inbound_header(
        self, _proto: FrameDecoder | FrameProtocol, opcode: Opcode, _rsv: RsvBits, payload_length: int
    ) -> CloseReason | RsvBits:
        if not opcode.iscontrol():
            self._bytes = payload_length + (self._bytes if opcode is Opcode.CONTINUATION else 0)
            if self._bytes > MOST_BYTES:
                return CloseReason.MESSAGE_TOO_BIG
        return _NO_BITS


def _event(frame: Frame) -> Event | None:
    """None for a part of a message that goes on."""
    match frame.opcode:
        case Opcode.PING:
            return Ping(bytes(frame.payload))  # type: ignore[arg-type] # only a close's payload is a pair
        case Opcode.PONG:
            return Pong()
        case Opcode.CLOSE:
            code = int(frame.payload[0])
            return Closing(None if code == CloseReason.NO_STATUS_RCVD else code)
    return Message() if frame.message_finished else None


def text(content: str) -> bytes:
    """One text message."""
    return _frame(Opcode.TEXT, content.encode())


def ping() -> bytes:
    """A question whether the other side is there."""
    return _frame(Opcode.PING)


def pong(payload: bytes) -> bytes:
    """The answer to a ping; at most 125 bytes, as the ping was."""
    return _frame(Opcode.PONG, payload)


def close(code: int | None) -> bytes:
    """The end of the connection."""
    return _frame(Opcode.CLOSE, b"" if code is None else struct.pack("!H", code))


def _frame(opcode: Opcode, payload: bytes = b"") -> bytes:
    size = len(payload)
    if size < 126:
        return struct.pack("!BB", _FINAL | opcode, size) + payload
    if size < 1 << 16:
        return struct.pack("!BBH", _FINAL | opcode, 126, size) + payload
    return struct.pack("!BBQ", _FINAL | opcode, 127, size) + payload
