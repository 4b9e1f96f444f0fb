"""People, and what resembles them, as outlines on a unit square: feet at 0, 1 tall."""

from __future__ import annotations

import math

from app.providers.local.shapes import Point, circle, smooth, stroke

Outlines = list[list[Point]]


def person() -> Outlines:
    """Someone in a coat, seen from behind, one foot before the other."""
    coat = [
        (-0.055, 0.845),
        (-0.125, 0.80),
        (-0.145, 0.68),
        (-0.12, 0.55),
        (-0.15, 0.36),
        (-0.15, 0.36),
        (0.0, 0.345),
        (0.16, 0.37),
        (0.16, 0.37),
        (0.12, 0.55),
        (0.145, 0.68),
        (0.125, 0.80),
        (0.055, 0.845),
    ]
    return [
        smooth(coat, 6),
        circle(0.0, 0.925, 0.068, squash=1.12),
        _limb((0.0, 0.90, 0.06), (0.0, 0.82, 0.085)),
        _limb((-0.12, 0.78, 0.07), (-0.165, 0.60, 0.055), (-0.15, 0.44, 0.04)),
        _limb((0.12, 0.78, 0.07), (0.17, 0.60, 0.055), (0.165, 0.44, 0.04)),
        _limb((-0.06, 0.40, 0.10), (-0.07, 0.2, 0.075), (-0.075, 0.02, 0.06), (-0.10, 0.0, 0.04)),
        _limb((0.06, 0.40, 0.10), (0.085, 0.2, 0.075), (0.10, 0.03, 0.06), (0.125, 0.01, 0.04)),
    ]


def umbrella() -> Outlines:
    """Someone under an umbrella."""
    dome = [(math.cos(math.pi * i / 20) * 0.40, 1.0 + math.sin(math.pi * i / 20) * 0.24) for i in range(21)]
    edge = [(-0.40 + 0.80 * i / 24, 1.0 + 0.028 * abs(math.sin(math.pi * i / 6))) for i in range(25)]
    shaft = stroke([(0.08, 1.26), (0.08, 0.62)], [0.014, 0.014])
    return [
        *person(),
        [(x + 0.08, y) for x, y in dome + edge],
        shaft,
        _limb((0.13, 0.76, 0.06), (0.16, 0.64, 0.05), (0.09, 0.66, 0.04)),
    ]


def astronaut() -> Outlines:
    """A spacesuit, facing us; the visor is lit separately."""
    return [
        circle(0.0, 0.845, 0.155),
        smooth(
            [
                (-0.14, 0.72),
                (-0.20, 0.62),
                (-0.19, 0.42),
                (-0.15, 0.34),
                (0.15, 0.34),
                (0.19, 0.42),
                (0.20, 0.62),
                (0.14, 0.72),
            ],
            6,
        ),
        smooth(
            [
                (-0.24, 0.76),
                (-0.24, 0.76),
                (-0.24, 0.44),
                (-0.24, 0.44),
                (0.24, 0.44),
                (0.24, 0.44),
                (0.24, 0.76),
                (0.24, 0.76),
            ],
            6,
        ),
        _limb((-0.18, 0.66, 0.13), (-0.29, 0.53, 0.12), (-0.33, 0.40, 0.11), (-0.33, 0.36, 0.09)),
        _limb((0.18, 0.66, 0.13), (0.29, 0.55, 0.12), (0.35, 0.44, 0.11), (0.36, 0.40, 0.09)),
        _limb((-0.10, 0.38, 0.17), (-0.115, 0.2, 0.14), (-0.12, 0.05, 0.135), (-0.13, 0.0, 0.16)),
        _limb((0.10, 0.38, 0.17), (0.12, 0.2, 0.14), (0.13, 0.05, 0.135), (0.14, 0.0, 0.16)),
    ]


def robot() -> Outlines:
    """A friendly machine with a lamp on its head; its eyes are lit separately."""
    head = _box(-0.15, 0.70, 0.15, 0.92, 0.05)
    return [
        head,
        stroke([(0.0, 0.90), (0.0, 1.0)], [0.02, 0.014]),
        circle(0.0, 1.0, 0.028),
        _box(-0.045, 0.64, 0.045, 0.72, 0.01),
        _box(-0.19, 0.32, 0.19, 0.66, 0.06),
        _limb((-0.19, 0.58, 0.085), (-0.27, 0.45, 0.06), (-0.27, 0.33, 0.06), (-0.27, 0.28, 0.09)),
        _limb((0.19, 0.58, 0.085), (0.27, 0.45, 0.06), (0.27, 0.33, 0.06), (0.27, 0.28, 0.09)),
        _box(-0.14, 0.05, -0.05, 0.35, 0.02),
        _box(0.05, 0.05, 0.14, 0.35, 0.02),
        _box(-0.18, 0.0, -0.02, 0.07, 0.03),
        _box(0.02, 0.0, 0.18, 0.07, 0.03),
    ]


def eyes_of(kind: str) -> Outlines:
    """What shines in the face of an owl, a robot or a spacesuit, on the same unit square."""
    if kind == "robot":
        return [circle(-0.065, 0.82, 0.034), circle(0.065, 0.82, 0.034)]
    if kind == "owl":
        return [circle(-0.095, 0.80, 0.052), circle(0.095, 0.80, 0.052)]
    if kind == "astronaut":
        return [
            smooth([(-0.11, 0.86), (-0.075, 0.925), (0.075, 0.925), (0.11, 0.86), (0.075, 0.775), (-0.075, 0.775)], 8)
        ]
    return []


def _limb(*parts: tuple[float, float, float]) -> list[Point]:
    return smooth(stroke([(x, y) for x, y, _ in parts], [width for _, _, width in parts]), 6)


def _box(x0: float, y0: float, x1: float, y1: float, round_: float) -> list[Point]:
    corners = [(x0, y0), (x0, y1), (x1, y1), (x1, y0)]
    out: list[Point] = []
    for (x, y), (sx, sy), first in zip(corners, ((1, 1), (1, -1), (-1, -1), (-1, 1)), (180, 90, 0, 270), strict=True):
        for step in range(5):
            turn = math.radians(first + 90 - step * 22.5)
            out.append((x + sx * round_ + math.cos(turn) * round_, y + sy * round_ + math.sin(turn) * round_))
    return out
