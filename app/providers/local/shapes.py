"""Silhouettes: closed curves through points, filled with smooth edges."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np
from PIL import Image, ImageDraw

from app.providers.local.colour import Field

Point = tuple[float, float]
Outline = Sequence[Point]

_FINE = 4
"""Masks are filled this many times larger and averaged down: sixteen levels along every edge."""


def smooth(points: Outline, steps: int = 8) -> list[Point]:
    """Run a closed Catmull-Rom curve through the points. A point given twice in a row is a corner."""
    count = len(points)
    curve: list[Point] = []
    for index in range(count):
        p0, p1, p2, p3 = (points[(index + offset) % count] for offset in (-1, 0, 1, 2))
        if p1 == p2:
            curve.append(p1)
            continue
        curve += [_catmull(p0, p1, p2, p3, step / steps) for step in range(steps)]
    return curve


def fill(size: tuple[int, int], outlines: Iterable[Outline], holes: Iterable[Outline] = ()) -> Image.Image:
    """Fill outlines given in pixels; returns an "L" mask of the given size."""
    fine = Image.new("L", (size[0] * _FINE, size[1] * _FINE))
    draw = ImageDraw.Draw(fine)
    for value, group in ((255, outlines), (0, holes)):
        for outline in group:
            draw.polygon([(x * _FINE, y * _FINE) for x, y in outline], fill=value)
    return fine.reduce(_FINE)


def placed(points: Outline, x: float, y: float, size: float, *, flip: bool = False, tilt: float = 0.0) -> list[Point]:
    """Put an outline drawn on the unit square (y upward, feet at 0) with its foot at x, y and `size` pixels tall."""
    turn, side = math.radians(tilt), -1 if flip else 1
    cos, sin = math.cos(turn), math.sin(turn)
    out = []
    for px, py in points:
        dx, dy = side * px * size, -py * size
        out.append((x + dx * cos - dy * sin, y + dx * sin + dy * cos))
    return out


def box(x0: float, y0: float, x1: float, y1: float) -> list[Point]:
    """A rectangle."""
    return [(x0, y0), (x0, y1), (x1, y1), (x1, y0)]


def circle(x: float, y: float, radius: float, *, squash: float = 1.0, count: int = 40) -> list[Point]:
    """A round outline, flattened by `squash`."""
    turn = 2 * math.pi / count
    return [(x + radius * math.cos(i * turn), y + radius * squash * math.sin(i * turn)) for i in range(count)]


def stroke(points: Sequence[Point], widths: Sequence[float]) -> list[Point]:
    """The outline of a line whose width changes along it, as a limb, a branch or a leaf has."""
    left: list[Point] = []
    right: list[Point] = []
    last = len(points) - 1
    for index, (x, y) in enumerate(points):
        ax, ay = points[max(index - 1, 0)]
        bx, by = points[min(index + 1, last)]
        length = math.hypot(bx - ax, by - ay) or 1.0
        nx, ny = -(by - ay) / length, (bx - ax) / length
        half = widths[index] / 2
        left.append((x + nx * half, y + ny * half))
        right.append((x - nx * half, y - ny * half))
    return left + right[::-1]


def disc(size: int, radius: float) -> Field:
    """A filled circle in the middle of a square field, with an edge one pixel soft."""
    away = distance(size)
    return np.asarray(np.clip(radius - away + 0.5, 0, 1), dtype=np.float32)


def distance(size: int) -> Field:
    """How far every pixel of a square field is from its middle."""
    axis = np.arange(size, dtype=np.float32) - (size - 1) / 2
    return np.asarray(np.hypot(axis[None, :], axis[:, None]), dtype=np.float32)


def _catmull(p0: Point, p1: Point, p2: Point, p3: Point, t: float) -> Point:
    def along(a: float, b: float, c: float, d: float) -> float:
        return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t**3)

    return along(p0[0], p1[0], p2[0], p3[0]), along(p0[1], p1[1], p2[1], p3[1])
