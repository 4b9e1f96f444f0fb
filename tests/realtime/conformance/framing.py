"""Families 1, 3, 4, 9 and 10: lengths, reserved bits and opcodes, what is too big, and messages in pieces."""

from __future__ import annotations

import struct

from tests.realtime.conformance.cases import DROPPED, LONGEST, PROTOCOL_ERROR, TOO_BIG, Case, ends, stays
from tests.realtime.conformance.wire import BINARY, PING, TEXT, chopped, closing, fragments, frame, ping, text

_KINDS = (("1", "text", TEXT, b"*"), ("2", "binary", BINARY, b"\xfe"))
HUNG_UP = (TOO_BIG, DROPPED)
"""Where more is on its way than the server reads, the network may take its close frame with it."""


def lengths() -> list[Case]:
    """Every way to write a length; a message above 4 kB is refused."""
    found = []
    for family, name, opcode, filling in _KINDS:
        for number, count in enumerate((0, 125, 126, 127, 128, LONGEST), 1):
            found.append(
                stays(f"1.{family}.{number}", f"A {name} message of {count} bytes", frame(opcode, filling * count))
            )
        found.append(
            ends(f"1.{family}.6-more", f"A {name} message of one byte more", frame(opcode, filling * 4097), by=TOO_BIG)
        )
        for number, count in ((6, 65535), (7, 65536)):
            says = f"A {name} message of {count} bytes"
            found.append(ends(f"1.{family}.{number}-long", says, frame(opcode, filling * count), by=HUNG_UP))
        says = f"A {name} message of 65536 bytes in writes of 997"
        found.append(ends(f"1.{family}.8", says, chopped(frame(opcode, filling * 65536), 997), by=HUNG_UP))
        says = f"A {name} message of {LONGEST} bytes in writes of 997"
        found.append(stays(f"1.{family}.8-short", says, chopped(frame(opcode, filling * LONGEST), 997)))
    return found


def badly_written_lengths() -> list[Case]:
    """Section 5.2: the shortest way to write a length must be used, and the highest bit of the longest is 0."""
    return [
        ends("1.3.1", "5 bytes, written in two", frame(TEXT, b"hello", length=b"\x7e\0\x05"), by=PROTOCOL_ERROR),
        ends(
            "1.3.2",
            "5 bytes, written in eight",
            frame(TEXT, b"hello", length=b"\x7f" + bytes(7) + b"\x05"),
            by=PROTOCOL_ERROR,
        ),
        ends(
            "1.3.3",
            "65535 bytes, written in eight",
            frame(TEXT, b"", length=struct.pack(">BQ", 127, 65535)),
            by=PROTOCOL_ERROR,
        ),
        ends(
            "1.3.4",
            "A length with the highest bit set",
            frame(TEXT, b"", length=b"\x7f" + b"\xff" * 8),
            by=(PROTOCOL_ERROR, TOO_BIG),
        ),
        ends(
            "1.3.5",
            "A length that no memory holds",
            frame(TEXT, b"some", length=struct.pack(">BQ", 127, 2**62)),
            by=TOO_BIG,
        ),
    ]


def reserved_bits() -> list[Case]:
    """No extension is agreed, so no reserved bit has a meaning."""
    hello, wrong = text("Hello, world!"), frame(TEXT, b"Hello, world!", rsv=2)
    third = hello + frame(TEXT, b"Hello, world!", rsv=3) + ping()
    return [
        ends("3.1", "RSV 1 on a text message", frame(TEXT, b"Hello, world!", rsv=1), by=PROTOCOL_ERROR),
        ends("3.2", "RSV 2 on the second message, then a ping", hello, wrong, ping(), by=PROTOCOL_ERROR),
        ends("3.3", "RSV 3, in one write with its neighbours", third, by=PROTOCOL_ERROR),
        ends("3.4", "RSV 4, byte by byte", chopped(hello + frame(TEXT, b"x", rsv=4) + ping()), by=PROTOCOL_ERROR),
        ends("3.5", "RSV 5 on a binary message", frame(BINARY, b"\0\xff", rsv=5), by=PROTOCOL_ERROR),
        ends("3.6", "RSV 6 on a ping", frame(PING, b"Hello, world!", rsv=6), by=PROTOCOL_ERROR),
        ends("3.7", "RSV 7 on a close", frame(8, b"\x03\xe8", rsv=7), by=PROTOCOL_ERROR),
    ]


def reserved_opcodes() -> list[Case]:
    """Five data frames and five control frames that nobody has defined."""
    found = []
    for family, first in (("1", 3), ("2", 11)):
        for number in range(5):
            opcode, id = first + number, f"4.{family}.{number + 1}"
            odd = frame(opcode, b"reserved opcode payload" if number % 2 else b"")
            writes = [text("Hello, world!"), odd, ping()] if number > 1 else [odd]
            found.append(ends(id, f"Opcode {opcode}", writes, by=PROTOCOL_ERROR))
            if number > 1:
                found.append(
                    ends(
                        f"{id}-chopped", f"Opcode {opcode}, byte by byte", chopped(b"".join(writes)), by=PROTOCOL_ERROR
                    )
                )
    return found


def masks() -> list[Case]:
    """Section 5.1: a server must close when a client's frame is not masked."""
    unmasked = {
        "text": frame(TEXT, b"hello", masked=False),
        "ping": frame(PING, b"hello", masked=False),
        "close": frame(8, b"\x03\xe8", masked=False),
        "empty": frame(TEXT, masked=False),
    }
    return [ends(f"5.1-{name}", f"Unmasked: {name}", data, by=PROTOCOL_ERROR) for name, data in unmasked.items()]


def limits() -> list[Case]:
    """4 kB is counted over a whole message, however it comes."""
    whole = b"*" * LONGEST
    found = []
    for number, size in enumerate((64, 256, 1024, 2048, 4095), 1):
        fits, too_long = fragments(whole, size), fragments(whole + b"*", size)
        found.append(stays(f"9.3.{number}", f"{LONGEST} bytes of text in frames of {size}", fits))
        found.append(ends(f"9.3.{number}-long", f"One byte more, in frames of {size}", too_long, by=TOO_BIG))
        says = f"{LONGEST} bytes in frames of {size}"
        found.append(stays(f"9.4.{number}", says, fragments(b"\xfe" * LONGEST, size, BINARY)))
        says = f"{LONGEST} bytes in writes of {size}"
        found.append(stays(f"9.5.{number}", says, chopped(text(whole), size)))
        found.append(stays(f"9.6.{number}", says, chopped(frame(BINARY, b"\xfe" * LONGEST), size)))
    return [
        *found,
        ends("9.1.6", "16 MB of text", text(b"*" * 16_000_000), by=HUNG_UP),
        ends("9.2.6", "16 MB that are not", frame(BINARY, b"\xfe" * 16_000_000), by=HUNG_UP),
        stays("9.7.1", "Nine small messages, one write each", [text("hello")] * 9),
        stays("9.8.1", "Nine small messages in one write", b"".join([frame(BINARY, b"hello")] * 9)),
        stays("9.9.1", "A message byte by byte, header and all", chopped(text(whole))),
        ends("9.9.2", "A message that never ends is cut", fragments(b"*" * 20_000, 1000)[:-1], by=HUNG_UP),
    ]


def in_pieces() -> list[Case]:
    """Wherever the network cuts, the same comes out."""
    whole, parts = b"*" * LONGEST, fragments(b"*" * LONGEST, 1300)
    both = text("one") + ping(b"two") + frame(BINARY, b"three") + ping(b"four")
    return [
        stays("10.1.1", f"{LONGEST} bytes in frames of 1300, one write each", parts),
        stays("10.1.1-one", "The same in one write", b"".join(parts)),
        stays("10.1.1-seven", "The same in writes of 7", chopped(b"".join(parts), 7)),
        ends("10.1.2", "65536 bytes in frames of 1300", fragments(b"*" * 65536, 1300), by=HUNG_UP),
        *(
            stays(f"10.2.{size}", f"Four frames in writes of {size}", chopped(both, size), hears=[b"two", b"four"])
            for size in (1, 2, 3, 5, 7, 11, 100)
        ),
        ends("10.3.1", "A close byte by byte", chopped(text(whole) + closing(1000, b"bye")), by=1000),
    ]


CASES = [*lengths(), *badly_written_lengths(), *reserved_bits(), *reserved_opcodes(), *masks(), *limits(), *in_pieces()]
