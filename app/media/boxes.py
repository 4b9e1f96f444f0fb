"""The boxes of an MP4 file: their order, their offsets, and the mark in one of their own.

Sources: ISO/IEC 14496-12 (boxes, stco, co64) and Adobe's XMP specification part 3 (the uuid box).
"""

from __future__ import annotations

import os
import struct
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from app.media.errors import MediaError
from app.media.pieces import Piece, length, take

XMP_BOX = uuid.UUID("BE7ACFCB-97A9-42E8-9C71-999491E3AFAC").bytes
_WITHIN = {b"moov": b"trak", b"trak": b"mdia", b"mdia": b"minf", b"minf": b"stbl"}
"""The one way down to the chunk tables. Nothing else is entered, so no nesting can be deep."""
_WORDS = {b"udta", b"meta"}
"""Boxes of free words. Some generators write their prompt there."""
_MOOV_CAP = 64 << 20


@dataclass(frozen=True)
class Box:
    """A box: its four letters, where it begins, its whole size, and the size of its head."""

    kind: bytes
    start: int
    size: int
    head: int
    open_ended: bool = False
    """Its size says "up to the end of the file"."""

    @property
    def end(self) -> int:
        return self.start + self.size


def boxes(file: BinaryIO, start: int = 0, end: int | None = None) -> list[Box]:
    """The boxes between two places of a file, whose sizes must add up exactly: a file cut anywhere does not pass.

    Raises MediaError.
    """
    end = os.fstat(file.fileno()).st_size if end is None else end
    return list(_walk(file, start, end))


def _walk(file: BinaryIO, start: int, end: int) -> Iterator[Box]:
    while start < end:
        size, kind = struct.unpack(">I4s", take(file, start, 8))
        head, open_ended = 8, size == 0
        if size == 1:
            size, head = struct.unpack(">Q", take(file, start + 8, 8))[0], 16
        elif open_ended:
            size = end - start
        if size < head or start + size > end:
            raise MediaError("an MP4 box does not end where it says")
        yield Box(kind, start, size, head, open_ended)
        start += size


def top(file: BinaryIO) -> list[Box]:
    """The outer boxes of an MP4 file: `ftyp` first, and one `moov`. Raises MediaError."""
    found = boxes(file)
    if not found or found[0].kind != b"ftyp":
        raise MediaError("not an MP4 file")
    if sum(box.kind == b"moov" for box in found) != 1:
        raise MediaError("an MP4 file without its index")
    return found


def is_fast_start(file: BinaryIO) -> bool:
    """Whether a player finds the index before the media."""
    kinds = [box.kind for box in top(file)]
    return b"moof" in kinds or b"mdat" not in kinds or kinds.index(b"moov") < kinds.index(b"mdat")


def with_index_first(file: BinaryIO) -> list[Piece]:
    """The file again with `moov` right after `ftyp`; all else keeps its bytes and order. Raises MediaError."""
    outer = top(file)
    moov = next(box for box in outer if box.kind == b"moov")
    if moov.size > _MOOV_CAP:
        raise MediaError("an MP4 index of more than 64 MB")
    index = bytearray(take(file, moov.start, moov.size))
    if moov.open_ended:
        struct.pack_into(">I", index, 0, moov.size)
    for box in _inside(file, moov):
        if box.kind in {b"stco", b"co64"}:
            _shift(index, box.start - moov.start + box.head, box.kind, outer[0].end, moov)
    rest = [_closed(box) for box in outer[1:] if box is not moov]
    return [(0, outer[0].size), bytes(index), *(piece for pieces in rest for piece in pieces)]


def _shift(index: bytearray, at: int, kind: bytes, first: int, moov: Box) -> None:
    """Move each chunk offset that pointed between the new and the old place of the index."""
    letter = "I" if kind == b"stco" else "Q"
    try:
        (count,) = struct.unpack_from(">I", index, at + 4)
        offsets = struct.unpack_from(f">{count}{letter}", index, at + 8)
        moved = [value + moov.size if first <= value < moov.start else value for value in offsets]
        struct.pack_into(f">{count}{letter}", index, at + 8, *moved)
    except struct.error:
        raise MediaError("a chunk table of an MP4 file is broken") from None


def _inside(file: BinaryIO, box: Box) -> Iterator[Box]:
    for child in boxes(file, box.start + box.head, box.end):
        yield child
        if _WITHIN.get(box.kind) == child.kind:
            yield from _inside(file, child)


def with_packet(file: BinaryIO, packet: bytes) -> list[Piece]:
    """The file again, free of words, with an XMP packet in a box at the end: no offset moves, so it plays as before.

    Boxes of free words become empty ones of the same size. Raises MediaError.
    """
    pieces: list[Piece] = []
    for box in top(file):
        pieces += _blanked(file, box)
    return [*pieces, struct.pack(">I4s16s", 24 + len(packet), b"uuid", XMP_BOX), packet]


def packet(file: BinaryIO) -> bytes | None:
    """The XMP packet of an MP4 file."""
    for box in top(file):
        if _is_packet(file, box) and box.size < _MOOV_CAP:
            return take(file, box.start + box.head + 16, box.size - box.head - 16)
    return None


def _blanked(file: BinaryIO, box: Box, parent: bytes = b"") -> list[Piece]:
    if box.kind in _WORDS or _is_packet(file, box):
        sizes = struct.pack(">I4sQ", 1, b"free", box.size) if box.head == 16 else struct.pack(">I4s", box.size, b"free")
        return [sizes, box.size - box.head]
    if (parent, box.kind) not in {(b"", b"moov"), (b"moov", b"trak")}:
        return _closed(box)
    pieces: list[Piece] = [(box.start, box.head)]
    for child in boxes(file, box.start + box.head, box.end):
        pieces += _blanked(file, child, box.kind)
    if length(pieces) != box.size:
        raise MediaError("an MP4 index does not add up")
    return pieces


def _is_packet(file: BinaryIO, box: Box) -> bool:
    return box.kind == b"uuid" and box.size >= box.head + 16 and take(file, box.start + box.head, 16) == XMP_BOX


def _closed(box: Box) -> list[Piece]:
    """The box as it is, its size written out: something is about to follow it."""
    if not box.open_ended:
        return [(box.start, box.size)]
    if box.size > 0xFFFFFFFF:
        raise MediaError("an MP4 box of more than 4 GB")
    return [struct.pack(">I4s", box.size, box.kind), (box.start + 8, box.size - 8)]
