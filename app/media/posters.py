"""Small pictures of works, and the colour that holds their place until they come (MED-04)."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.media.errors import MediaError

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream
    from PIL.Image import Image as Picture

LARGE, SMALL = 960, 480
"""Longest sides in pixels."""
LARGE_BYTES, SMALL_BYTES = 45_000, 18_000
_QUALITIES = (80, 71, 62, 53, 44, 35, 26, 17)
_DARK = 16
"""Mean of a frame, of 255, under which it is taken for the black before a film."""
_SKIP = 0.5
_SEARCH = 3.0


@dataclass(frozen=True)
class Posters:
    """Two WebP files, 960 and 480 on the longer side, and the nearest of twelve hues (0 to 11, 30 degrees each)."""

    large: Path
    small: Path
    hue: int


def image_posters(source: Path, folder: Path, xmp: bytes = b"") -> Posters:
    """Posters of an image, upright, in sRGB, written to `folder`. Raises MediaError."""
    from PIL import Image, ImageOps

    from app.media.decoder import FORMATS, srgb

    with _media_errors(), Image.open(source, formats=FORMATS) as image:
        image.draft("RGB", (LARGE, LARGE))
        image.load()
        upright = srgb(ImageOps.exif_transpose(image))
        upright.thumbnail((LARGE, LARGE), Image.Resampling.LANCZOS, reducing_gap=2.0)
        return _posters(upright, folder, xmp)


def video_posters(source: Path, folder: Path, xmp: bytes = b"") -> Posters:
    """Posters of a video's first frame, or of a later one where it begins in black. Raises MediaError."""
    import av

    with (
        _media_errors(),
        av.open(str(source), format="mp4", options={"protocol_whitelist": "file"}) as container,
    ):
        frame = _frame(container, container.streams.video[0])
        scale = min(1.0, LARGE / max(frame.width, frame.height))
        width, height = (max(2, round(side * scale)) for side in (frame.width, frame.height))
        return _posters(_scaled(frame, width, height), folder, xmp)


def hue_of(image: Picture) -> int:
    """The nearest of twelve hues of a picture's mean colour: its angle in OKLCH, by 30 degrees.

    Source of the matrices: Björn Ottosson, "A perceptual color space for image processing" (2020).
    """
    from PIL import Image

    mean: Any = image.convert("RGB").resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))
    r, g, b = ((c / 255 / 12.92) if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in mean)
    long = math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
    middle = math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
    short = math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
    across = 1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short
    down = 0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short
    return round(math.degrees(math.atan2(down, across)) / 30) % 12


def _posters(image: Picture, folder: Path, xmp: bytes) -> Posters:
    large, small = folder / "poster.webp", folder / "poster-small.webp"
    large.write_bytes(_webp(image, LARGE, LARGE_BYTES, xmp))
    small.write_bytes(_webp(image, SMALL, SMALL_BYTES, xmp))
    return Posters(large, small, hue_of(image))


def _webp(image: Picture, side: int, most_bytes: int, xmp: bytes) -> bytes:
    """The best quality that fits; a picture that fits at none (pure noise) is made smaller instead."""
    from PIL import Image

    picture = image.copy()
    picture.thumbnail((side, side), Image.Resampling.LANCZOS)
    best, tried = b"", list(_QUALITIES)
    at = 0
    while tried:
        out = io.BytesIO()
        picture.save(out, "WEBP", quality=tried[at], method=4, xmp=xmp, exif=b"", icc_profile=b"")
        if out.tell() <= most_bytes:
            best, tried = out.getvalue(), tried[:at]
        else:
            tried = tried[at + 1 :]
        # The best quality first, since most pictures fit; after that by halves.
        at = len(tried) // 2
    return best or _webp(image, side * 3 // 4, most_bytes, xmp)


def _frame(container: InputContainer, stream: VideoStream) -> VideoFrame:
    """The first frame; if that is black the first lit keyframe after half a second, else the first lit frame."""
    first = next(container.decode(stream))
    if _is_lit(first):
        return first
    container.seek(0, stream=stream)
    stream.codec_context.skip_frame = "NONKEY"
    for frame in _until(container, stream, math.inf):
        if (frame.time or 0.0) >= _SKIP and _is_lit(frame):
            return frame
    container.seek(0, stream=stream)
    stream.codec_context.skip_frame = "DEFAULT"
    for frame in _until(container, stream, _SEARCH):
        if _is_lit(frame):
            return frame
    return first


def _until(container: InputContainer, stream: VideoStream, seconds: float) -> Iterator[VideoFrame]:
    for frame in container.decode(stream):
        if (frame.time or 0.0) > seconds:
            return
        yield frame


def _is_lit(frame: VideoFrame) -> bool:
    from PIL import ImageStat

    return max(ImageStat.Stat(_scaled(frame, 32, 32)).mean) >= _DARK


def _scaled(frame: VideoFrame, width: int, height: int) -> Picture:
    """A frame as a picture, scaled while its colours are converted: a third of the time of one after the other."""
    small = frame.reformat(width=width, height=height, format="rgb24", interpolation="AREA")
    picture: Picture = small.to_image()  # type: ignore[no-untyped-call]
    return picture


@contextmanager
def _media_errors() -> Iterator[None]:
    try:
        yield
    except MediaError:
        raise
    except Exception as error:
        raise MediaError(f"no poster could be made ({type(error).__name__})") from error
