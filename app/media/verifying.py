"""Is it what was asked for? Checked before all else: a cut file can be marked and stored like a whole one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.media.boxes import top
from app.media.errors import MediaError
from app.media.pictures import check_whole

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.stream import VideoStream

FORMATS = ("PNG", "JPEG", "WEBP")
SECONDS_APART = 0.5
"""How far a video's length may be from the one asked for."""
PIXELS_APART = 16
"""How far a side may be: encoders work in blocks of 16, and some models round to them."""
RATIO_APART = 0.06
"""How far a ratio may be: 1344x768 is sold as 16:9."""
_MAX_SIDE = 8192
_MAX_PIXELS = 64_000_000
_LAST = 1.0
"""Seconds at the end that are decoded."""
_MISSING = 0.2


@dataclass(frozen=True)
class ImageFacts:
    """What an image is, by its content. Sides in pixels as shown, so with its orientation applied."""

    media_type: str
    width: int
    height: int

    @property
    def ending(self) -> str:
        return {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}[self.media_type]


@dataclass(frozen=True)
class VideoFacts:
    """What a video is, by its content. Sides in pixels; `seconds` from the first shown frame to the end of the last."""

    width: int
    height: int
    seconds: float
    has_audio: bool
    codec: str
    media_type: str = "video/mp4"
    ending: str = "mp4"


def verify_image(path: Path, expected_ratio: str | None = None) -> ImageFacts:
    """Decode an image to its last row. `expected_ratio` is written like "16:9"; None takes any.

    Raises MediaError unless it is one still PNG, JPEG or WebP picture of about that ratio.
    """
    from PIL import Image

    with _media_errors("the image"), Image.open(path, formats=FORMATS) as image:
        if not (0 < max(image.size) <= _MAX_SIDE and image.width * image.height <= _MAX_PIXELS):
            raise MediaError(f"an image of {image.width}x{image.height} is too large")
        media_type = Image.MIME["JPEG" if image.format == "MPO" else image.format or ""]
        if image.format != "MPO" and getattr(image, "n_frames", 1) != 1:
            raise MediaError("the image moves")
        image.load()
        with path.open("rb") as file:
            check_whole(file, media_type)
        turned = image.getexif().get(0x0112, 1) in {5, 6, 7, 8}
        width, height = image.size[::-1] if turned else image.size
    _hold_ratio(width, height, expected_ratio)
    return ImageFacts(media_type, width, height)


def verify_video(
    path: Path,
    expected_seconds: float | None = None,
    expected_size: tuple[int, int] | None = None,
    expected_ratio: str | None = None,
    *,
    seconds_between: tuple[float, float] | None = None,
) -> VideoFacts:
    """Read every packet of a video and decode its last second. None takes any length, size (width, height) or ratio.

    `seconds_between` counts instead of `expected_seconds`, where a length could not be asked for exactly.

    Raises MediaError unless it is a whole H.264 video in MP4 of that length and size.
    """
    import av

    with _media_errors("the video"):
        with path.open("rb") as file:
            top(file)
        # The one demuxer and the one protocol: a playlist that names other files or hosts is not followed.
        with av.open(str(path), format="mp4", options={"protocol_whitelist": "file"}) as container:
            stream = _picture(container)
            _hold_size(stream, expected_size)
            _hold_ratio(stream.width, stream.height, expected_ratio)
            seconds = _length(container, stream)
            _hold_length(seconds, expected_seconds, seconds_between)
            _decode_end(container, stream)
            has_audio = bool(container.streams.audio)
            return VideoFacts(stream.width, stream.height, seconds, has_audio, stream.codec_context.name)


def _hold_length(seconds: float, expected: float | None, between: tuple[float, float] | None) -> None:
    if between is not None:
        if not between[0] <= seconds <= between[1]:
            raise MediaError(f"a video of {seconds:.2f} s where {between[0]:g} to {between[1]:g} s were to come")
    elif expected is not None and abs(seconds - expected) > SECONDS_APART:
        raise MediaError(f"a video of {seconds:.2f} s where {expected:g} s were asked for")


def _picture(container: InputContainer) -> VideoStream:
    if len(container.streams.video) != 1:
        raise MediaError(f"a video with {len(container.streams.video)} pictures")
    stream = container.streams.video[0]
    if stream.codec_context.name != "h264":
        raise MediaError(f"a video in {stream.codec_context.name}, not H.264")
    return stream


def _hold_size(stream: VideoStream, expected: tuple[int, int] | None) -> None:
    width, height = stream.width, stream.height
    if not (0 < max(width, height) <= _MAX_SIDE and width * height <= _MAX_PIXELS):
        raise MediaError(f"a video of {width}x{height} is too large")
    if expected and max(abs(width - expected[0]), abs(height - expected[1])) > PIXELS_APART:
        raise MediaError(f"a video of {width}x{height} where {expected[0]}x{expected[1]} was asked for")


def _hold_ratio(width: int, height: int, expected: str | None) -> None:
    if not expected:
        return
    across, _, down = expected.partition(":")
    if abs(width / height * int(down) / int(across) - 1) > RATIO_APART:
        raise MediaError(f"{width}x{height} where {expected} was asked for")


def _length(container: InputContainer, stream: VideoStream) -> float:
    """Seconds of picture, by the packets that are there and will be shown; the head may promise no more than that."""
    first, last = None, 0
    for packet in container.demux(stream):
        if packet.is_corrupt:
            raise MediaError("a frame of the video is cut")
        # What an edit list leaves out is decoded for the sake of later frames, and not shown.
        if packet.pts is not None and packet.size and not packet.is_discard:
            first = packet.pts if first is None else min(first, packet.pts)
            last = max(last, packet.pts + (packet.duration or 0))
    if first is None or stream.time_base is None:
        raise MediaError("a video without a frame")
    seconds = float((last - first) * stream.time_base)
    promised = float((stream.duration or 0) * stream.time_base)
    if seconds < promised - _MISSING:
        raise MediaError(f"{seconds:.2f} s of frames where the video promises {promised:.2f} s")
    return seconds


def _decode_end(container: InputContainer, stream: VideoStream) -> None:
    """Decode from a second before the last packet; each frame must come, and come whole."""
    base = float(stream.time_base or 1)
    start = stream.start_time or 0
    end = start + (stream.duration or 0)
    container.seek(max(start, end - int(_LAST / base)), stream=stream, backward=True)
    last = None
    for frame in container.decode(stream):
        if frame.is_corrupt:
            raise MediaError("the end of the video does not decode")
        last = frame.pts if frame.pts is not None else last
    if last is None or (end - last) * base > SECONDS_APART:
        raise MediaError("the end of the video does not decode")


@contextmanager
def _media_errors(what: str) -> Iterator[None]:
    """Whatever a library raises on a strange file says one thing: it is not usable."""
    try:
        yield
    except MediaError:
        raise
    except Exception as error:
        raise MediaError(f"{what} cannot be read ({type(error).__name__})") from error
