"""Placeholder works, drawn when asked for: a sky, a sun and ridges in the hue that the name gives."""

from __future__ import annotations

import colorsys
import io
import math
from functools import lru_cache

import av
import numpy as np
from PIL import Image, ImageDraw

SIZES = {"wide": (16, 9), "tall": (9, 16), "square": (1, 1)}
SECONDS, RATE = 2, 24


def size_of(shape: str, longest: int) -> tuple[int, int]:
    """Width and height, both even, of a picture whose longer side is `longest`."""
    across, down = SIZES[shape]
    unit = longest / max(across, down)
    return int(across * unit) // 2 * 2, int(down * unit) // 2 * 2


@lru_cache(maxsize=256)
def picture(hue: int, shape: str, longest: int) -> bytes:
    """A WebP picture of hue 0 to 11."""
    file = io.BytesIO()
    _scene(hue, size_of(shape, longest), 0.0).save(file, "WEBP", quality=80)
    return file.getvalue()


@lru_cache(maxsize=64)
def clip(hue: int, shape: str) -> bytes:
    """Two seconds of H.264 in which the sun sinks."""
    file = io.BytesIO()
    width, height = size_of(shape, 480)
    with av.open(file, "w", format="mp4") as box:
        stream = box.add_stream("libx264", rate=RATE)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for number in range(SECONDS * RATE):
            frame = av.VideoFrame.from_image(_scene(hue, (width, height), number / (SECONDS * RATE)))
            box.mux(stream.encode(frame))
        box.mux(stream.encode())
    return file.getvalue()


def _scene(hue: int, size: tuple[int, int], moment: float) -> Image.Image:
    width, height = size
    top, bottom = _colour(hue, 0.75, 0.22), _colour(hue + 1, 0.62, 0.95)
    ramp = np.linspace(0, 1, height)[:, None, None] ** 0.9
    sky = np.broadcast_to(np.array(top) * (1 - ramp) + np.array(bottom) * ramp, (height, width, 3))
    image = Image.fromarray(sky.astype("uint8"), "RGB")
    draw = ImageDraw.Draw(image)
    radius = min(size) * 0.13
    x, y = width * (0.3 + 0.05 * (hue % 8)), height * (0.36 + 0.2 * moment)
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=_colour(hue + 1, 0.18, 1.0))
    for layer in range(5):
        draw.polygon(_ridge(hue, layer, size, moment), fill=_colour(hue + 0.3, 0.55, 0.62 - layer * 0.13))
    return image


def _ridge(hue: int, layer: int, size: tuple[int, int], moment: float) -> list[tuple[float, float]]:
    width, height = size
    base = height * (0.5 + layer * 0.11)
    shift = hue * 1.7 + layer * 2.3 + moment * (layer + 1) * 0.35
    line = [
        (x, base + height * 0.05 * (math.sin(x / width * 5 + shift) + 0.5 * math.sin(x / width * 13 + shift * 2)))
        for x in range(0, width + 8, 8)
    ]
    return [*line, (width, height), (0, height)]


def _colour(hue: float, saturation: float, value: float) -> tuple[int, int, int]:
    red, green, blue = colorsys.hsv_to_rgb((hue / 12) % 1, saturation, value)
    return int(red * 255), int(green * 255), int(blue * 255)
