"""The mark in the corner that says what made the picture, and the darkening toward the edges."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont, ImageOps

from app.providers.local.shapes import circle, fill

TEXT = "DRAWN LOCALLY"


def corner_box(width: int, height: int) -> tuple[int, int, int, int]:
    """Where the mark lies: left, top, right, bottom in pixels."""
    size = _size(width, height)
    across = int(size * 0.74 * len(TEXT) + size * 2.1)
    pad = int(size * 1.1)
    return width - pad - across, height - pad - int(size * 1.5), width - pad, height - pad


def finish(width: int, height: int, *, edges: float = 0.26) -> Image.Image:
    """One premultiplied picture that lies over every frame: darker edges and the mark."""
    across = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    down = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    dark = np.clip((across**2 * 0.75 + down**2 * 0.75) - 0.35, 0, 1) ** 1.5 * edges * 255
    pixels = np.zeros((height, width, 4), dtype=np.uint8)
    pixels[..., 3] = (dark + np.random.Generator(np.random.PCG64(3)).random((height, width))).astype(np.uint8)
    picture = Image.frombytes("RGBa", (width, height), pixels.tobytes())
    left, top, right, bottom = corner_box(width, height)
    size = _size(width, height)
    pad = int(size * 0.9)
    letters = ImageOps.expand(_letters(right - left, bottom - top, size), pad)
    soft = letters.filter(ImageFilter.GaussianBlur(size * 0.30))
    soft = soft.point(lambda value: min(value * 3, 255))  # legible on snow and on paper too
    for mask, colour, strength in ((soft, (12, 8, 10), 0.50), (letters, (255, 248, 236), 0.78)):
        layer = _tinted(mask, colour, strength)
        picture.paste(layer, (left - pad, top - pad), layer)
    return picture


def _size(width: int, height: int) -> float:
    return max(11.0, math.sqrt(width * height) * 0.0142)


def _letters(width: int, height: int, size: float) -> Image.Image:
    mask = Image.new("L", (width, height))
    wheel = _wheel(height * 0.5, height * 0.5, size * 0.56)
    mask.paste(fill((height, height), *wheel), (0, 0))
    draw = ImageDraw.Draw(mask)
    font = ImageFont.load_default(size)
    for index, letter in enumerate(TEXT):  # one cell a letter: the bundled face is not monospaced
        middle = size * 1.9 + size * 0.74 * (index + 0.5)
        draw.text((middle, height * 0.5), letter, fill=255, font=font, anchor="mm")
    return mask


def _wheel(
    x: float, y: float, radius: float
) -> tuple[list[list[tuple[float, float]]], list[list[tuple[float, float]]]]:
    spokes = []
    for index in range(6):
        turn = index * math.pi / 3 + 0.3
        spokes.append(
            circle(x + math.cos(turn) * radius * 0.55, y + math.sin(turn) * radius * 0.55, radius * 0.19, count=12)
        )
    return [circle(x, y, radius)], [*spokes, circle(x, y, radius * 0.14, count=12)]


def _tinted(mask: Image.Image, colour: tuple[int, int, int], strength: float) -> Image.Image:
    alpha = np.asarray(mask, dtype=np.float32) / 255 * strength
    pixels = np.empty((mask.height, mask.width, 4), dtype=np.uint8)
    pixels[..., 3] = (alpha * 255).astype(np.uint8)
    for channel in range(3):
        pixels[..., channel] = (alpha * colour[channel]).astype(np.uint8)
    return Image.frombytes("RGBa", mask.size, pixels.tobytes())
