"""The chunks of PNG, JPEG and WebP files: finding an XMP packet, and putting one in without touching the picture.

What generators write beside a picture (comments, text chunks, Exif) is left out: prompts hide there. Colour
profiles and signed manifests stay.

Sources: the PNG specification (iTXt), Adobe's XMP specification part 3 (APP1), Google's WebP container specification.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from app.media.errors import MediaError
from app.media.pieces import Piece, length, take

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_WORDS = {b"tEXt", b"zTXt", b"iTXt", b"eXIf"}
_PNG_XMP = b"XML:com.adobe.xmp\0\0\0\0\0"
_JPEG_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_JPEG_WORDS = {0xE1, 0xED, 0xFE}
_SCAN = 0xDA
_VP8X_EXIF, _VP8X_XMP, _VP8X_ALPHA = 0x08, 0x04, 0x10
_PACKET_CAP = 1 << 20

Part = tuple[bytes, int, int]
"""A chunk's name, where it begins, and its whole size."""


def png_with(file: BinaryIO, packet: bytes, orientation: int = 1) -> list[Piece]:
    """A PNG file with an XMP packet right after its header. What follows its last chunk is left out."""
    pieces: list[Piece] = [_PNG]
    for kind, start, size in _png(file):
        if kind not in _PNG_WORDS:
            pieces.append((start, size))
        if kind == b"IHDR":
            pieces.append(_png_chunk(b"iTXt", _PNG_XMP + packet))
            if orientation != 1:
                pieces.append(_png_chunk(b"eXIf", _tiff(orientation)))
    return pieces


def png_packet(file: BinaryIO) -> bytes | None:
    """The XMP packet of a PNG file, when it is stored plain."""
    for kind, start, size in _png(file):
        if kind == b"iTXt" and size < _PACKET_CAP:
            data = take(file, start + 8, size - 12)
            if data.startswith(_PNG_XMP):
                return data.removeprefix(_PNG_XMP)
    return None


def jpeg_with(file: BinaryIO, packet: bytes, orientation: int = 1) -> list[Piece]:
    """A JPEG file with an XMP packet in an APP1 segment, behind the JFIF header where there is one."""
    parts = list(_jpeg(file))
    first = 1 if parts[0][0] == b"\xe0" else 0
    ours = [_jpeg_segment(_JPEG_XMP + packet)]
    if orientation != 1:
        ours.insert(0, _jpeg_segment(b"Exif\0\0" + _tiff(orientation)))
    kept: list[Piece] = [(start, size) for kind, start, size in parts[first:] if kind[0] not in _JPEG_WORDS]
    return [b"\xff\xd8", *((start, size) for _, start, size in parts[:first]), *ours, *kept]


def jpeg_packet(file: BinaryIO) -> bytes | None:
    """The XMP packet of a JPEG file."""
    for kind, start, size in _jpeg(file):
        if kind == b"\xe1":
            data = take(file, start + 4, size - 4)
            if data.startswith(_JPEG_XMP):
                return data.removeprefix(_JPEG_XMP)
    return None


def webp_with(file: BinaryIO, packet: bytes, orientation: int = 1) -> list[Piece]:
    """A WebP file in its extended form, with an XMP packet as its last chunk."""
    parts = list(_webp(file))
    flags, canvas = _webp_head(file, parts)
    flags = (flags & ~_VP8X_EXIF) | _VP8X_XMP | (_VP8X_EXIF if orientation != 1 else 0)
    pieces: list[Piece] = [_webp_chunk(b"VP8X", bytes([flags, 0, 0, 0]) + canvas)]
    pieces += [(start, size) for kind, start, size in parts if kind not in {b"VP8X", b"EXIF", b"XMP "}]
    if orientation != 1:
        pieces.append(_webp_chunk(b"EXIF", _tiff(orientation)))
    pieces.append(_webp_chunk(b"XMP ", packet))
    return [struct.pack("<4sI4s", b"RIFF", 4 + length(pieces), b"WEBP"), *pieces]


def webp_packet(file: BinaryIO) -> bytes | None:
    """The XMP packet of a WebP file."""
    for kind, start, size in _webp(file):
        if kind == b"XMP " and size < _PACKET_CAP:
            (count,) = struct.unpack("<I", take(file, start + 4, 4))
            return take(file, start + 8, count)
    return None


def check_whole(file: BinaryIO, media_type: str) -> None:
    """Walk the parts of a picture to the last: decoders forgive a missing end. Raises MediaError."""
    walk = {"image/png": _png, "image/jpeg": _jpeg, "image/webp": _webp}[media_type]
    for _ in walk(file):
        pass


def _png(file: BinaryIO) -> Iterator[Part]:
    start, kind = len(_PNG), b""
    while kind != b"IEND":
        size, kind = struct.unpack(">I4s", take(file, start, 8))
        take(file, start + size + 8, 4)
        yield kind, start, size + 12
        start += size + 12


def _jpeg(file: BinaryIO) -> Iterator[Part]:
    """The segments, of which the last is all from the first scan to the end of the file."""
    start, kind = 2, 0
    while kind != _SCAN:
        mark, kind, size = struct.unpack(">BBH", take(file, start, 4))
        if kind == 0xFF:
            start += 1
            continue
        if mark != 0xFF or size < 2:
            raise MediaError("a JPEG segment does not end where it says")
        if kind == _SCAN:
            size = file.seek(0, 2) - start - 2
        yield bytes([kind]), start, size + 2
        start += size + 2


def _webp(file: BinaryIO) -> Iterator[Part]:
    (total,) = struct.unpack("<I", take(file, 4, 4))
    start, end = 12, total + 8
    if file.seek(0, 2) < end:
        raise MediaError("the WebP file ends too early")
    while start + 8 <= end:
        kind, size = struct.unpack("<4sI", take(file, start, 8))
        size += size % 2 + 8
        if start + size > end:
            raise MediaError("a WebP chunk does not end where it says")
        yield kind, start, size
        start += size


def _webp_head(file: BinaryIO, parts: list[Part]) -> tuple[int, bytes]:
    """Flags and canvas of the extended form: its own, or made from the head of the simple forms."""
    kind, start, _ = parts[0] if parts else (b"", 0, 0)
    if kind == b"VP8X":
        data = take(file, start + 8, 10)
        return data[0], data[4:10]
    if kind == b"VP8L":
        (bits,) = struct.unpack("<I", take(file, start + 9, 4))
        width, height, flags = bits & 0x3FFF, bits >> 14 & 0x3FFF, _VP8X_ALPHA if bits >> 28 & 1 else 0
    elif kind == b"VP8 ":
        sides = struct.unpack("<HH", take(file, start + 14, 4))
        width, height, flags = (sides[0] & 0x3FFF) - 1, (sides[1] & 0x3FFF) - 1, 0
    else:
        raise MediaError("not a WebP picture")
    return flags, width.to_bytes(3, "little") + height.to_bytes(3, "little")


def _tiff(orientation: int) -> bytes:
    """An Exif block that says which way is up, and nothing else."""
    return struct.pack(">2sHIHHHIHHI", b"MM", 42, 8, 1, 0x0112, 3, 1, orientation, 0, 0)


def _png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I4s", len(data), kind) + data + struct.pack(">I", zlib.crc32(kind + data))


def _jpeg_segment(data: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, 0xE1, len(data) + 2) + data


def _webp_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack("<4sI", kind, len(data)) + data + b"\0" * (len(data) % 2)
