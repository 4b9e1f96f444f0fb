"""Rewriting a file as a list of pieces: what is new comes as bytes, what stays is named by where it lies.

Marks and fast starts change a few hundred bytes of files of many megabytes; the rest is copied in small steps.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO, TypeAlias

from app.media.errors import MediaError

_CHUNK = 1 << 20

Slice: TypeAlias = tuple[int, int]
"""Where a part of the old file begins, and how many bytes of it stay."""
Piece: TypeAlias = bytes | Slice | int
"""New bytes, a part of the old file, or a number of zero bytes."""


def length(pieces: Iterable[Piece]) -> int:
    """How many bytes these make."""
    return sum(_length(piece) for piece in pieces)


def write(source: BinaryIO, target: Path, pieces: Iterable[Piece]) -> None:
    """Write a file from pieces of an open one. Raises MediaError when the old file ends before a piece does."""
    with target.open("wb") as out:
        for piece in pieces:
            if isinstance(piece, bytes):
                out.write(piece)
            elif isinstance(piece, int):
                _fill(out, piece)
            else:
                _copy(source, out, piece)


def take(source: BinaryIO, start: int, count: int) -> bytes:
    """Read exactly these bytes, or raise MediaError."""
    source.seek(start)
    data = source.read(count)
    if len(data) != count:
        raise MediaError("the file ends too early")
    return data


def _length(piece: Piece) -> int:
    if isinstance(piece, int):
        return piece
    return len(piece) if isinstance(piece, bytes) else piece[1]


def _fill(out: BinaryIO, count: int) -> None:
    while count:
        step = min(count, _CHUNK)
        out.write(bytes(step))
        count -= step


def _copy(source: BinaryIO, out: BinaryIO, piece: Slice) -> None:
    start, count = piece
    while count:
        step = min(count, _CHUNK)
        out.write(take(source, start, step))
        start, count = start + step, count - step
