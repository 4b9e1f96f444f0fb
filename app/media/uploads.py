"""Pictures that people give: counted, opened in a bounded place, and made anew (CRE-07)."""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

MAX_BYTES = 5 << 20
SECONDS = 5.0
AT_ONCE = 2
"""Pictures decoded at the same time in one process; each may take half a gigabyte."""
_PATIENCE = 10.0
_DECODER = Path(__file__).with_name("decoder.py")
_SENTENCES = {
    "empty": (422, "This file is empty."),
    "heavy": (413, "This picture is larger than 5 MB."),
    "kind": (415, "Please choose a PNG, JPEG or WebP picture."),
    "small": (422, "This picture is too small: each side needs at least 16 pixels."),
    "large": (422, "This picture is too large: at most 8,192 pixels a side and 40 megapixels."),
    "large_webp": (422, "This picture is too large: as WebP at most 24 megapixels."),
    "moving": (422, "This picture moves. Please choose a still one."),
    "broken": (422, "This picture could not be opened. It may be damaged."),
    "busy": (503, "Many pictures are coming in just now. Please try again in a moment."),
}

_places = threading.BoundedSemaphore(AT_ONCE)


class UploadError(Exception):
    """A picture was not taken. `str(error)` is one plain sentence for whoever sent it."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        self.status, self.sentence = _SENTENCES[reason]
        """An HTTP status (413, 415, 422, or 503 when too many come at once), and the sentence."""
        super().__init__(self.sentence)


@dataclass(frozen=True)
class Remade:
    """A clean picture: an upright sRGB JPEG without Exif, XMP or comments, at most 4,096 on its longer side."""

    path: Path
    size: int
    """In bytes."""
    width: int
    height: int
    had_manifest: bool
    """The original carried a C2PA manifest, which a later mark may want to mention."""
    media_type: str = "image/jpeg"
    ending: str = "jpg"


def remake(
    source: bytes | Path | BinaryIO, folder: Path, *, max_bytes: int = MAX_BYTES, seconds: float = SECONDS
) -> Remade:
    """Make an uploaded picture anew, as a file in `folder`; nothing of the original bytes is kept.

    `source` is what came, a file, or an open stream (read no further than `max_bytes` and one more). Its name and the
    type it was sent with decide nothing. Raises UploadError, whatever was sent.
    """
    data = _counted(source, max_bytes)
    with _place():
        answer = _decoded(data, seconds)
    line, _, picture = answer.partition(b"\n")
    head = json.loads(line)
    if "refused" in head:
        raise UploadError(head["refused"])
    path = folder / f"remade-{secrets.token_hex(8)}.jpg"
    path.write_bytes(picture)
    signed = b"jumb" in data and b"c2pa" in data
    return Remade(path, len(picture), head["width"], head["height"], had_manifest=signed)


def _counted(source: bytes | Path | BinaryIO, max_bytes: int) -> bytes:
    if isinstance(source, Path):
        with source.open("rb") as file:
            return _counted(file, max_bytes)
    data = source if isinstance(source, bytes) else _read(source, max_bytes + 1)
    if not data:
        raise UploadError("empty")
    if len(data) > max_bytes:
        raise UploadError("heavy")
    return data


def _read(stream: BinaryIO, most: int) -> bytes:
    """A stream may give less than it was asked for and still have more."""
    chunks, left = [], most
    while left and (chunk := stream.read(left)):
        chunks.append(chunk)
        left -= len(chunk)
    return b"".join(chunks)


@contextmanager
def _place() -> Iterator[None]:
    if not _places.acquire(timeout=_PATIENCE):
        raise UploadError("busy")
    try:
        yield
    finally:
        _places.release()


def _decoded(data: bytes, seconds: float) -> bytes:
    # An empty environment: a picture that takes the decoder over finds no keys. -I: nor does it choose its modules.
    command = [sys.executable, "-I", str(_DECODER)]
    try:
        run = subprocess.run(command, input=data, capture_output=True, timeout=seconds, env={}, cwd="/", check=True)
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError):
        raise UploadError("broken") from None
    return run.stdout
