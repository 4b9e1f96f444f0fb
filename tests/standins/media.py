"""Real bytes for stand-ins to serve: a JPEG of the right shape, an H.264 MP4 of the right length and size."""

from __future__ import annotations

import io
import threading
from fractions import Fraction
from functools import cache

import av
import numpy as np
from PIL import Image

FPS = 24
SOUND_RATE = 48_000
IMAGE_SIZES = {"1:1": (1024, 1024), "16:9": (1344, 768), "9:16": (768, 1344)}
"""What Gemini's image models answer with at 1K."""
SHORT_SIDES = {"360p": 360, "720p": 720, "1080p": 1080, "4k": 2160}

_making = threading.Lock()


def jpeg(aspect_ratio: str, hue: int = 0) -> bytes:
    """A soft gradient, around 20 kB; `hue` from 0 to 255 tells one prompt's picture from another's."""
    return picture(IMAGE_SIZES[aspect_ratio], "JPEG", hue)


@cache
def picture(size: tuple[int, int], format: str, hue: int = 0) -> bytes:
    """The same in any size (width, height) and in a format of Pillow's: "JPEG", "PNG", "WEBP"."""
    width, height = size
    across = np.linspace(0, 255, width, dtype=np.uint8)
    down = np.linspace(0, 255, height, dtype=np.uint8)
    pixels = np.empty((height, width, 3), np.uint8)
    pixels[..., 0], pixels[..., 1], pixels[..., 2] = across[None, :], down[:, None], hue
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, format, quality=80)
    return out.getvalue()


def mp4(seconds: int, resolution: str, aspect_ratio: str) -> bytes:
    """H.264 and AAC, 24 frames a second, its index behind the media as a plain muxer leaves it. Made once for each."""
    short = SHORT_SIDES[resolution]
    long = short * 16 // 9
    return film(seconds * FPS, (short, long) if aspect_ratio == "9:16" else (long, short), sound=True)


def film(frames: int, size: tuple[int, int], *, fps: int = FPS, sound: bool = False) -> bytes:
    """The same in any length and size (width, height; both even), with or without sound. Made once for each."""
    with _making:
        return _mp4(frames, size, fps, sound)


@cache
def _mp4(frames: int, size: tuple[int, int], fps: int, sound: bool) -> bytes:
    width, height = size
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as container:
        picture = container.add_stream("libx264", rate=fps, options={"preset": "ultrafast", "crf": "30"})
        picture.width, picture.height, picture.pix_fmt = width, height, "yuv420p"
        voice = container.add_stream("aac", rate=SOUND_RATE, layout="mono") if sound else None
        _film(container, picture, frames, width, height)
        if voice is not None:
            _tone(container, voice, frames // fps)
    return out.getvalue()


def _film(
    container: av.container.OutputContainer, stream: av.VideoStream, frames: int, width: int, height: int
) -> None:
    """A bright bar that wanders over a gradient: something moves in every frame."""
    luma = np.repeat(np.linspace(40, 200, width, dtype=np.uint8)[None, :], height, axis=0)
    chroma = np.full((height // 2, width), 118, np.uint8)
    for number in range(frames):
        moving = luma.copy()
        left = (width - 32) * number // max(1, frames - 1)
        moving[:, left : left + 32] = 235
        frame = av.VideoFrame.from_ndarray(np.concatenate([moving, chroma]), format="yuv420p")
        frame.pts, frame.time_base = number, 1 / stream.codec_context.framerate
        container.mux(stream.encode(frame))
    container.mux(stream.encode(None))


def _tone(container: av.container.OutputContainer, stream: av.AudioStream, seconds: int) -> None:
    times = np.arange(seconds * SOUND_RATE) / SOUND_RATE
    wave = (0.05 * np.sin(2 * np.pi * 220 * times)).astype(np.float32)
    frame = av.AudioFrame.from_ndarray(wave[None, :], format="fltp", layout="mono")
    frame.sample_rate, frame.pts, frame.time_base = SOUND_RATE, 0, Fraction(1, SOUND_RATE)
    container.mux(stream.encode(frame))
    container.mux(stream.encode(None))
