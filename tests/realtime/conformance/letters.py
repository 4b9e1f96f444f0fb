"""Family 6: text is UTF-8. What is not must end the connection with 1007, at the latest when its message is whole."""

from __future__ import annotations

from tests.realtime.conformance.cases import NOT_UTF8, Case, ends, stays
from tests.realtime.conformance.wire import BINARY, chopped, closing, fragments, frame, more, ping, text

_KOSME = "\u03ba\u1f79\u03c3\u03bc\u03b5".encode()
_HELLO = "Hello-µ@ßöäüàá-UTF-8!!".encode()
_SURROGATE = b"\xed\xa0\x80"
VALID = {
    "6.5.1": ("Greek", _KOSME),
    "6.6.3": ("Two letters of two and three bytes", _KOSME[:5]),
    "6.7.1": ("The first of one byte", b"\0"),
    "6.7.2": ("The first of two bytes", b"\xc2\x80"),
    "6.7.3": ("The first of three bytes", b"\xe0\xa0\x80"),
    "6.7.4": ("The first of four bytes", b"\xf0\x90\x80\x80"),
    "6.9.1": ("The last of one byte", b"\x7f"),
    "6.9.2": ("The last of two bytes", b"\xdf\xbf"),
    "6.9.3": ("The last of three bytes", b"\xef\xbf\xbf"),
    "6.9.4": ("The last of four bytes", b"\xf4\x8f\xbf\xbf"),
    "6.11.1": ("The last before the surrogates", b"\xed\x9f\xbf"),
    "6.11.2": ("The first after the surrogates", b"\xee\x80\x80"),
    "6.11.3": ("The replacement character", b"\xef\xbf\xbd"),
    "6.11.4": ("The last of all", b"\xf4\x8f\xbf\xbf"),
    "6.22.1": ("A non-character", b"\xef\xbf\xbe"),
    "6.22.3": ("A non-character of another plane", b"\xf0\x9f\xbf\xbe"),
    "6.22.33": ("The last non-character", b"\xf4\x8f\xbf\xbf"),
    "6.23.1": ("Specials", "\ufff9\ufffa\ufffb".encode()),
}
INVALID = {
    "6.3.1": ("Greek, then a surrogate", _KOSME + _SURROGATE + b"edited"),
    "6.6.1": ("A letter's first byte", _KOSME[:1]),
    "6.6.4": ("A letter's first byte after a whole one", _KOSME[:3]),
    "6.6.6": ("Cut one byte early", _KOSME[:-1]),
    "6.8.1": ("The first of five bytes", b"\xf8\x88\x80\x80\x80"),
    "6.8.2": ("The first of six bytes", b"\xfc\x84\x80\x80\x80\x80"),
    "6.10.1": ("Beyond the last of all", b"\xf4\x90\x80\x80"),
    "6.10.2": ("The last of five bytes", b"\xfb\xbf\xbf\xbf\xbf"),
    "6.10.3": ("The last of six bytes", b"\xfd\xbf\xbf\xbf\xbf\xbf"),
    "6.12.1": ("A lone continuation", b"\x80"),
    "6.12.2": ("The last continuation, alone", b"\xbf"),
    "6.12.8": ("All continuations", bytes(range(0x80, 0xC0))),
    "6.13.1": ("First bytes of two, each before a space", b"".join(bytes([c, 32]) for c in range(0xC0, 0xE0))),
    "6.13.2": ("First bytes of three, each before a space", b"".join(bytes([c, 32]) for c in range(0xE0, 0xF0))),
    "6.13.3": ("First bytes of four, each before a space", b"".join(bytes([c, 32]) for c in range(0xF0, 0xF8))),
    "6.14.1": ("Two bytes but for the last", b"\xc0"),
    "6.14.2": ("Three bytes but for the last", b"\xe0\x80"),
    "6.14.3": ("Four bytes but for the last", b"\xf0\x80\x80"),
    "6.15.1": ("All of these", b"\xc0\xe0\x80\xf0\x80\x80\xf8\x80\x80\x80"),
    "6.16.1": ("FE", b"\xfe"),
    "6.16.2": ("FF", b"\xff"),
    "6.16.3": ("FE FE FF FF", b"\xfe\xfe\xff\xff"),
    "6.17.1": ("A slash in two bytes", b"\xc0\xaf"),
    "6.17.2": ("A slash in three bytes", b"\xe0\x80\xaf"),
    "6.17.3": ("A slash in four bytes", b"\xf0\x80\x80\xaf"),
    "6.18.1": ("The longest too long of two bytes", b"\xc1\xbf"),
    "6.18.2": ("The longest too long of three bytes", b"\xe0\x9f\xbf"),
    "6.18.3": ("The longest too long of four bytes", b"\xf0\x8f\xbf\xbf"),
    "6.19.1": ("NUL in two bytes", b"\xc0\x80"),
    "6.19.2": ("NUL in three bytes", b"\xe0\x80\x80"),
    "6.20.1": ("The first surrogate", _SURROGATE),
    "6.20.4": ("The first low surrogate", b"\xed\xb0\x80"),
    "6.20.7": ("The last surrogate", b"\xed\xbf\xbf"),
    "6.21.1": ("Two surrogates for one letter", b"\xed\xa0\x80\xed\xb0\x80"),
    "6.21.8": ("The last two surrogates", b"\xed\xaf\xbf\xed\xbf\xbf"),
}


def in_pieces() -> list[Case]:
    """A letter may be cut between two frames, and is judged all the same."""
    wrong = _KOSME + _SURROGATE + b"edited"
    return [
        stays("6.1.1", "No text at all", text("")),
        stays("6.1.2", "No text in three fragments", text("", fin=False), more(), more(fin=True)),
        stays("6.1.3", "Text only in the middle of three", text("", fin=False), more(_HELLO), more(fin=True)),
        stays("6.2.1", "Letters of many languages", text(_HELLO)),
        stays("6.2.2", "Cut inside a letter", fragments(_HELLO, 7)),
        stays("6.2.3", "A frame for each byte", fragments(_HELLO, 1)),
        stays("6.2.4", "A frame for each byte, Greek", fragments(_KOSME, 1)),
        stays(
            "6.2.5",
            "A ping inside a letter",
            [text(_KOSME[:1], fin=False), ping(b"p"), more(_KOSME[1:], fin=True)],
            hears=[b"p"],
        ),
        stays(
            "6.2.6",
            "Bytes that are no text, in a binary message",
            frame(BINARY, b"".join(bad for _, bad in INVALID.values())),
        ),
        ends("6.3.2", "Wrong text, a frame for each byte", fragments(wrong, 1), by=NOT_UTF8),
        ends(
            "6.4.1",
            "Right, wrong, right, one frame each",
            fragments(_KOSME + b"\xf4\x90\x80\x80" + b"edited!", 11),
            by=NOT_UTF8,
        ),
        ends(
            "6.4.2",
            "Wrong in the middle of a letter",
            text(_KOSME + b"\xf4", fin=False),
            more(b"\x90"),
            more(b"x", fin=True),
            by=NOT_UTF8,
        ),
        ends("6.4.3", "Wrong, byte by byte", chopped(text(wrong)), by=NOT_UTF8),
        ends(
            "6.4.4",
            "The last letter is cut by the message's end",
            text(b"x", fin=False),
            more(_KOSME[:1], fin=True),
            by=NOT_UTF8,
        ),
        ends("6.4.5", "Wrong, then a close", text(_SURROGATE), closing(1000), by=NOT_UTF8),
    ]


CASES = [
    *in_pieces(),
    *(stays(id, says, text(letters)) for id, (says, letters) in VALID.items()),
    *(ends(id, says, text(letters), by=NOT_UTF8) for id, (says, letters) in INVALID.items()),
    *(
        ends(f"{id}-cut", f"{says}, a frame for each byte", fragments(letters, 1), by=NOT_UTF8)
        for id, (says, letters) in INVALID.items()
        if len(letters) < 20
    ),
]
