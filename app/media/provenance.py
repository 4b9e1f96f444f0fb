"""The mark that says how a file was made: an XMP packet with IPTC's digital source type.

It names the kind of making, Kinora, the model and the time. It never holds the prompt, a person or an address. Sources:
IPTC Photo Metadata 2025.1 (DigitalSourceType, AISystemUsed); Adobe's XMP specification parts 1 and 3.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import BinaryIO
from xml.sax.saxutils import quoteattr

from app.media import boxes, pictures
from app.media.errors import MediaError
from app.media.pieces import Piece, write

_CONCEPTS = "http://cv.iptc.org/newscodes/digitalsourcetype/"
_STATED = re.compile(rb"DigitalSourceType\s*(?:=\s*[\"']|>)\s*" + re.escape(_CONCEPTS.encode()) + rb"([A-Za-z]{1,60})")
_WITHOUT_AI = "algorithmicMedia"
_PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""
    xmlns:xmp="http://ns.adobe.com/xap/1.0/"
    xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"
    xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
    Iptc4xmpExt:DigitalSourceType={source}
    {model_property}={model}
    xmp:CreatorTool={tool}
    xmp:CreateDate={made_at}/>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>"""

_With = Callable[[BinaryIO, bytes, int], list[Piece]]
_Packet = Callable[[BinaryIO], bytes | None]


def packet(source_type: str, model_label: str, made_at: datetime) -> bytes:
    """The XMP packet for a file. The same three facts and version give the same bytes, so that doing it again is safe.

    `source_type` is a concept of IPTC's list, such as `app.providers.base.SourceType` has; `made_at` is aware.
    """
    # A renderer that is no AI must not be called an AI system.
    model_property = "photoshop:Source" if source_type == _WITHOUT_AI else "Iptc4xmpExt:AISystemUsed"
    text = _PACKET.format(
        source=quoteattr(_CONCEPTS + source_type),
        model_property=model_property,
        model=quoteattr(model_label),
        tool=quoteattr(f"Kinora {_version()}".strip()),
        made_at=quoteattr(made_at.astimezone(UTC).isoformat(timespec="seconds")),
    )
    return text.encode()


def mark(source: Path, target: Path, xmp: bytes) -> None:
    """Write a PNG, JPEG, WebP or MP4 file again with this packet; picture and sound keep every byte.

    Words that others left in it (comments, text chunks, Exif, older packets) do not come along. Raises MediaError.
    """
    put, _ = _format(source)
    with source.open("rb") as file:
        write(file, target, put(file, xmp, _orientation(source)))


def read_mark(path: Path) -> str | None:
    """The digital source type that a file states, which equals a `SourceType` when it is ours; None without a mark.

    Raises MediaError when the file is of another kind or cut.
    """
    _, get = _format(path)
    with path.open("rb") as file:
        stated = _STATED.search(get(file) or b"")
    return stated[1].decode() if stated else None


def _format(path: Path) -> tuple[_With, _Packet]:
    with path.open("rb") as file:
        head = file.read(12)
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return pictures.png_with, pictures.png_packet
    if head.startswith(b"\xff\xd8\xff"):
        return pictures.jpeg_with, pictures.jpeg_packet
    if head[:4] == b"RIFF" and head[8:] == b"WEBP":
        return pictures.webp_with, pictures.webp_packet
    if head[4:8] == b"ftyp":
        return lambda file, xmp, _: boxes.with_packet(file, xmp), boxes.packet
    raise MediaError("a kind of file that carries no mark")


def _orientation(path: Path) -> int:
    """Which way up the picture is shown, from 1 (as it lies) to 8. The rest of its Exif is dropped."""
    from PIL import ExifTags, Image

    try:
        with Image.open(path, formats=("PNG", "JPEG", "WEBP")) as image:
            found = image.getexif().get(ExifTags.Base.Orientation, 1)
    except Exception:
        return 1
    return found if found in range(1, 9) else 1


@cache
def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("kinora")
    except PackageNotFoundError:
        return ""
