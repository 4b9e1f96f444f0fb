"""Opens one strange picture and makes it anew, in a process of its own that may fall over.

Run by path, so that it starts without the application: picture on standard input; on standard output a line of JSON,
then the new file. Exit code 0 means that the line is ours, whether the picture was taken or refused.
"""

from __future__ import annotations

import io
import json
import sys
from contextlib import suppress

MAX_BYTES = 64 << 20
"""What is read at all; the limit that people are told is counted before (`uploads`)."""
MEMORY_BYTES = 512 << 20
CPU_SECONDS = 5
MIN_SIDE, MAX_SIDE = 16, 8192
MAX_PIXELS = 40_000_000
MAX_WEBP_PIXELS = 24_000_000
"""Pillow 13 holds a WebP four times while it decodes: 40 megapixels took 900 MB (measured)."""
LARGEST = 4096
QUALITY = 92


class Refused(Exception):
    """The picture is not taken; the text is one of the words that `uploads` has sentences for."""


if __name__ == "__main__":
    # Before Pillow is loaded, and before a byte of the picture is looked at.
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError  # noqa: E402 (the limits come first)

FORMATS = ("PNG", "JPEG", "WEBP")


def remade(data: bytes) -> tuple[bytes, int, int]:
    """The picture as a plain JPEG in sRGB, upright, at most 4,096 on its longer side; with its width and height.

    Raises Refused, or whatever Pillow raises on a broken file.
    """
    try:
        image: Image.Image = Image.open(io.BytesIO(data), formats=FORMATS)
    except UnidentifiedImageError:
        raise Refused("kind") from None
    width, height = image.size
    if min(width, height) < MIN_SIDE:
        raise Refused("small")
    if max(width, height) > MAX_SIDE or width * height > MAX_PIXELS:
        raise Refused("large")
    if image.format == "WEBP" and width * height > MAX_WEBP_PIXELS:
        raise Refused("large_webp")
    # Phones pack a second view or a gain map behind a JPEG, which Pillow calls MPO: its first picture is the photo.
    if image.format != "MPO" and getattr(image, "n_frames", 1) != 1:
        raise Refused("moving")
    # Scaled while a JPEG is decoded where that can be, then before anything makes a second copy of all pixels.
    image.draft(None, (LARGEST, LARGEST))
    image.load()
    orientation = image.getexif().get(0x0112, 1)
    if image.mode not in {"P", "1", "I", "I;16", "F"}:
        image.thumbnail((LARGEST, LARGEST), Image.Resampling.LANCZOS, reducing_gap=2.0)
    image = srgb(image)
    image.thumbnail((LARGEST, LARGEST), Image.Resampling.LANCZOS, reducing_gap=2.0)
    image.getexif()[0x0112] = orientation
    image = ImageOps.exif_transpose(image)
    out = io.BytesIO()
    image.info.clear()
    image.save(out, "JPEG", quality=QUALITY, subsampling="4:4:4", exif=b"")
    return out.getvalue(), image.width, image.height


def srgb(image: Image.Image) -> Image.Image:
    """The picture in RGB and the web's colour space, on white where it was see-through. It may be the same object."""
    profile = image.info.get("icc_profile")
    if image.mode in {"P", "PA", "LA", "La", "RGBa"} or (image.mode != "RGBA" and "transparency" in image.info):
        image = image.convert("RGBA")
    if image.mode.startswith("I") or image.mode == "F":
        image = _eight_bit(image)
    if profile and image.mode in {"RGB", "RGBA", "CMYK", "L"}:
        # A broken profile is common, and no reason to refuse: the numbers are then taken as they are.
        with suppress(ImageCms.PyCMSError, OSError, ValueError):
            own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            to = "RGBA" if image.mode == "RGBA" else "RGB"
            image = ImageCms.profileToProfile(image, own, ImageCms.createProfile("sRGB"), outputMode=to) or image
    if image.mode == "RGBA":
        ground = Image.new("RGB", image.size, "white")
        ground.paste(image, mask=image.getchannel("A"))
        return ground
    return image if image.mode == "RGB" else image.convert("RGB")


def _eight_bit(image: Image.Image) -> Image.Image:
    """Sixteen bits of grey brought to eight: Pillow's own conversion clips them instead."""
    return image.convert("I").point(lambda value: value * (1 / 257)).convert("L")


def main() -> None:
    """Serve one picture."""
    result = b""
    try:
        result, width, height = remade(sys.stdin.buffer.read(MAX_BYTES + 1))
        head: dict[str, object] = {"width": width, "height": height}
    except Refused as refusal:
        head = {"refused": str(refusal)}
    except Exception:
        # Pillow raises ValueError for text bombs, OSError for cut files, SyntaxError for odd headers, and more.
        head = {"refused": "broken"}
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + result)


if __name__ == "__main__":
    main()
