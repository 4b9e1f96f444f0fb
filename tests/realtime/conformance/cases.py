"""What a case is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tests.realtime.conformance.wire import DROPPED, PING, PONG, Frame, Line

PROTOCOL_ERROR, NOT_UTF8, TOO_LOUD, TOO_BIG = 1002, 1007, 1008, 1009
LONGEST = 4096
"""Bytes of the longest message that a page may send."""


@dataclass(frozen=True)
class Case:
    """What is sent, and what must come of it."""

    id: str
    says: str
    writes: tuple[bytes, ...]
    hears: tuple[Frame, ...] = ()
    """What the server says before the answer to the last ping, or before its close frame."""
    ends: frozenset[int] = frozenset()
    """The codes with which it may close; none: it stays open and answers."""

    def hold(self, line: Line) -> None:
        """Send it and look."""
        line.send(self.writes)
        if not self.ends:
            assert line.answers() == list(self.hears), self.says
            return
        said, code = line.end()
        assert code in self.ends, f"{self.says} closed with {code}"
        assert said == list(self.hears), self.says


def stays(id: str, says: str, *writes: bytes | Iterable[bytes], hears: Iterable[bytes] = ()) -> Case:
    """A case that leaves the connection open; `hears` are the payloads of its pongs."""
    return Case(id, says, _flat(writes), tuple(Frame(PONG, payload) for payload in hears))


def ends(
    id: str, says: str, *writes: bytes | Iterable[bytes], by: int | tuple[int, ...], hears: Iterable[bytes] = ()
) -> Case:
    """A case that ends it, by a code or one of several."""
    codes = frozenset([by] if isinstance(by, int) else by)
    return Case(id, says, _flat(writes), tuple(Frame(PONG, payload) for payload in hears), codes)


def _flat(writes: Iterable[bytes | Iterable[bytes]]) -> tuple[bytes, ...]:
    return tuple(data for part in writes for data in ([part] if isinstance(part, bytes) else part))


__all__ = ["DROPPED", "LONGEST", "NOT_UTF8", "PING", "PROTOCOL_ERROR", "TOO_BIG", "TOO_LOUD", "Case", "ends", "stays"]
