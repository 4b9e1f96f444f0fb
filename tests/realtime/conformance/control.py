"""Families 2, 5 and 7: pings and pongs, fragments, and how a connection closes."""

from __future__ import annotations

from tests.realtime.conformance.cases import PROTOCOL_ERROR, Case, ends, stays
from tests.realtime.conformance.wire import (
    BINARY,
    CLOSE,
    NO_CODE,
    PING,
    PONG,
    chopped,
    closing,
    frame,
    more,
    ping,
    text,
)

_NOT_UTF8 = b"\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5\xed\xa0\x80"
_HELLO = b"Hello, world!"


def pings() -> list[Case]:
    """Each is answered with its own words, in order; a pong is not answered."""
    longest, ten = b"\xfe" * 125, [b"payload-%d" % number for number in range(10)]
    many = b"".join(map(ping, ten))
    return [
        stays("2.1", "An empty ping", ping(), hears=[b""]),
        stays("2.2", "A ping with words", ping(_HELLO), hears=[_HELLO]),
        stays(
            "2.3",
            "A ping that is not text",
            ping(b"\0\xff\xfe\xfd\xfc\xfb\0\xff"),
            hears=[b"\0\xff\xfe\xfd\xfc\xfb\0\xff"],
        ),
        stays("2.4", "A ping of 125 bytes", ping(longest), hears=[longest]),
        ends("2.5", "A ping of 126 bytes", ping(b"\xfe" * 126), by=PROTOCOL_ERROR),
        stays("2.6", "A ping of 125 bytes, byte by byte", chopped(ping(longest)), hears=[longest]),
        stays("2.7", "An empty pong that nobody asked for", frame(PONG)),
        stays("2.8", "A pong with words that nobody asked for", frame(PONG, b"unsolicited")),
        ends("2.8-long", "A pong of 126 bytes", frame(PONG, b"\xfe" * 126), by=PROTOCOL_ERROR),
        stays("2.9", "A pong, then a ping", frame(PONG, b"unsolicited"), ping(b"ping"), hears=[b"ping"]),
        stays("2.10", "Ten pings", *map(ping, ten), hears=ten),
        stays("2.10-one", "Ten pings in one write", many, hears=ten),
        stays("2.11", "Ten pings byte by byte", chopped(many), hears=ten),
        *(
            stays(f"2.12.{size}", f"A ping of {size} bytes", ping(b"x" * size), hears=[b"x" * size])
            for size in range(1, 125, 13)
        ),
    ]


def fragments() -> list[Case]:
    """Messages in several frames, and control frames between them."""
    one, two = text("fragment1", fin=False), more(b"fragment2", fin=True)
    between = [one, ping(b"ping"), two]
    stray_last, stray = more(b"nothing to go on with", fin=True), more(b"nothing to go on with")
    five = [one, more(b"2"), ping(b"a"), more(b"3"), more(b"4"), ping(b"b"), more(b"5", fin=True)]
    found = [
        ends("5.1", "A ping in two fragments", frame(PING, b"1", fin=False), more(b"2", fin=True), by=PROTOCOL_ERROR),
        ends("5.2", "A pong in two fragments", frame(PONG, b"1", fin=False), more(b"2", fin=True), by=PROTOCOL_ERROR),
        ends("5.2-close", "A close in two fragments", frame(CLOSE, b"\x03\xe8", fin=False), by=PROTOCOL_ERROR),
        stays("5.3", "Text in two fragments, in one write", one + two),
        stays("5.4", "The same, one write each", one, two),
        stays("5.5", "The same, byte by byte", chopped(one + two)),
        stays("5.6", "A ping between two fragments, in one write", b"".join(between), hears=[b"ping"]),
        stays("5.7", "The same, one write each", between, hears=[b"ping"]),
        stays("5.8", "The same, byte by byte", chopped(b"".join(between)), hears=[b"ping"]),
    ]
    for at, (name, wrong) in enumerate({"whole": stray_last, "unfinished": stray}.items()):
        says = f"A continuation ({name}) of nothing, then text"
        writes = [wrong, text(_HELLO)]
        found += [
            ends(f"5.{9 + 3 * at}", f"{says}, in one write", b"".join(writes), by=PROTOCOL_ERROR),
            ends(f"5.{10 + 3 * at}", f"{says}, one write each", writes, by=PROTOCOL_ERROR),
            ends(f"5.{11 + 3 * at}", f"{says}, byte by byte", chopped(b"".join(writes)), by=PROTOCOL_ERROR),
        ]
    return [
        *found,
        ends("5.15", "Two fragments, then a continuation of nothing", one, two, stray, text(_HELLO), by=PROTOCOL_ERROR),
        ends(
            "5.16",
            "An unfinished continuation of nothing, twice",
            [stray, text("x", fin=False), two] * 2,
            by=PROTOCOL_ERROR,
        ),
        ends(
            "5.17",
            "A whole continuation of nothing, twice",
            [stray_last, text("x", fin=False), two] * 2,
            by=PROTOCOL_ERROR,
        ),
        ends("5.18", "A new text message inside another", one, text("fragment2"), by=PROTOCOL_ERROR),
        ends("5.18-binary", "A binary message inside a text message", one, frame(BINARY, b"x"), by=PROTOCOL_ERROR),
        ends("5.18-start", "A new unfinished message inside another", one, text("x", fin=False), by=PROTOCOL_ERROR),
        stays("5.19", "Five fragments with two pings between", five, hears=[b"a", b"b"]),
        stays("5.20", "The same, byte by byte", chopped(b"".join(five)), hears=[b"a", b"b"]),
        stays("5.21", "Empty fragments", text("", fin=False), more(), more(b"x"), more(), more(fin=True)),
        stays("5.22", "A pong between two fragments", one, frame(PONG, b"unsolicited"), two),
    ]


def closes() -> list[Case]:
    """The server answers a close with a close, then hangs up; whatever comes after a close is nothing."""
    bye = closing(1000)
    return [
        ends("7.1.1", "A message, then a close", text(_HELLO), bye, by=1000),
        ends("7.1.2", "Two closes", bye, bye, by=1000),
        ends("7.1.2-one", "Two closes in one write", bye + closing(3000), by=1000),
        ends("7.1.3", "A ping after a close", bye, ping(b"after"), by=1000),
        ends("7.1.3-one", "A ping after a close, in one write", bye + ping(b"after"), by=1000),
        ends("7.1.4", "Text after a close", bye, text(_HELLO), by=1000),
        ends("7.1.4-one", "Nonsense after a close, in one write", bye + b"\xff" * 50, by=1000),
        ends("7.1.5", "A close inside a message", text("fragment1", fin=False), bye, more(fin=True), by=1000),
        ends("7.1.6", "A ping before a close, in one write", ping(b"before") + bye, by=1000, hears=[b"before"]),
        ends("7.3.1", "A close without a code", closing(), by=(NO_CODE, 1000)),
        ends("7.3.2", "A close with half a code", frame(CLOSE, b"a"), by=PROTOCOL_ERROR),
        ends("7.3.3", "A close with a code", bye, by=1000),
        ends("7.3.4", "A close with a code and a reason", closing(1000, b"Hello World!"), by=1000),
        ends("7.3.5", "A close of 125 bytes", closing(1000, b"*" * 123), by=1000),
        ends("7.3.6", "A close of 126 bytes", closing(1000, b"*" * 124), by=PROTOCOL_ERROR),
        ends("7.3.7", "A close byte by byte", chopped(closing(1000, b"Hello World!")), by=1000),
        ends("7.5.1", "A close whose reason is not UTF-8", closing(1000, _NOT_UTF8), by=1007),
        ends("7.5.2", "A close whose reason is cut in a letter", closing(1000, "é".encode()[:1]), by=1007),
        ends("7.5.3", "A close whose reason is any language's", closing(1000, "κόσμε 🎬".encode()), by=1000),
    ]


def close_codes() -> list[Case]:
    """Those that may stand in a close frame are answered; all others are an error (section 7.4, IANA's register)."""
    meant = (1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 3000, 3999, 4000, 4999)
    # 1014 is for gateways and came late into the register: no browser says it, and libraries disagree.
    wrong = (0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535)
    return [
        *(ends(f"7.7.{code}", f"Close code {code}", closing(code), by=code) for code in meant),
        *(
            ends(f"7.7.{code}-reason", f"Close code {code} and a reason", closing(code, b"why"), by=code)
            for code in meant[::3]
        ),
        *(ends(f"7.9.{code}", f"Close code {code}", closing(code), by=PROTOCOL_ERROR) for code in wrong),
        *(
            ends(f"7.9.{code}-reason", f"Close code {code} and a reason", closing(code, b"why"), by=PROTOCOL_ERROR)
            for code in wrong[::3]
        ),
    ]


CASES = [*pings(), *fragments(), *closes(), *close_codes()]
