"""Things people built, as outlines on a unit square: foot at 0, 1 tall; and where their lamps are."""

from __future__ import annotations

import math
from collections.abc import Callable

from app.providers.local.elements import vehicles
from app.providers.local.shapes import Point, box, smooth, stroke

Outlines = list[list[Point]]


def _lighthouse() -> Outlines:
    rock = [
        (-0.42, -0.05),
        (-0.36, 0.02),
        (-0.22, 0.06),
        (-0.12, 0.09),
        (0.10, 0.085),
        (0.20, 0.05),
        (0.34, 0.02),
        (0.44, -0.05),
    ]
    return [
        rock,
        [(-0.095, 0.05), (-0.055, 0.76), (0.055, 0.76), (0.095, 0.05)],
        box(-0.085, 0.755, 0.085, 0.775),
        box(-0.08, 0.80, 0.08, 0.808),
        *[box(x - 0.004, 0.77, x + 0.004, 0.805) for x in (-0.076, -0.04, 0.04, 0.076)],
        box(-0.038, 0.77, -0.030, 0.88),
        box(0.030, 0.77, 0.038, 0.88),
        [(-0.055, 0.875), (-0.03, 0.925), (0.0, 0.945), (0.03, 0.925), (0.055, 0.875)],
        box(-0.004, 0.94, 0.004, 1.0),
        [(0.10, 0.06), (0.10, 0.17), (0.175, 0.23), (0.25, 0.17), (0.25, 0.04)],
    ]


def _castle() -> Outlines:
    out: Outlines = [box(-0.42, 0.0, 0.42, 0.30)]
    for x, half, top in (
        (-0.42, 0.075, 0.52),
        (0.42, 0.07, 0.46),
        (-0.16, 0.085, 0.66),
        (0.17, 0.075, 0.58),
        (0.01, 0.06, 0.80),
    ):
        out.append(box(x - half, 0, x + half, top))
        out.append(box(x - half * 1.25, top - 0.03, x + half * 1.25, top))
        out.append([(x - half * 1.3, top), (x, top + half * 2.6), (x + half * 1.3, top)])
        out.append(stroke([(x, top + half * 2.5), (x, top + half * 3.3)], [0.008, 0.005]))
        out.append([(x, top + half * 3.3), (x + half * 0.9, top + half * 3.1), (x, top + half * 2.9)])
    out += [box(-0.36 + 0.08 * i, 0.29, -0.32 + 0.08 * i, 0.335) for i in range(10)]
    return out


def _pagoda() -> Outlines:
    out: Outlines = [box(-0.24, 0, 0.24, 0.05)]
    level, half = 0.05, 0.17
    for _ in range(5):
        out.append(box(-half, level, half, level + 0.10))
        eave, top = half * 1.75, level + 0.10
        roof = [
            (-eave, top + 0.025),
            (-eave, top + 0.025),
            (-eave * 0.78, top - 0.002),
            (0.0, top - 0.008),
            (eave * 0.78, top - 0.002),
            (eave, top + 0.025),
            (eave, top + 0.025),
            (half * 0.9, top + 0.052),
            (half * 0.7, top + 0.075),
            (-half * 0.7, top + 0.075),
            (-half * 0.9, top + 0.052),
        ]
        out.append(smooth(roof, 5))
        level, half = top + 0.062, half * 0.82
    out.append(stroke([(0, level), (0, 1.0)], [0.022, 0.006]))
    out += [box(-0.03, level + 0.03 + i * 0.028, 0.03, level + 0.038 + i * 0.028) for i in range(3)]
    return out


def _torii() -> Outlines:
    lintel = [
        (-0.60, 0.99),
        (-0.60, 0.99),
        (-0.40, 0.945),
        (0.0, 0.93),
        (0.40, 0.945),
        (0.60, 0.99),
        (0.60, 0.99),
        (0.585, 0.89),
        (0.585, 0.89),
        (0.40, 0.865),
        (0.0, 0.855),
        (-0.40, 0.865),
        (-0.585, 0.89),
        (-0.585, 0.89),
    ]
    return [
        smooth(lintel, 6),
        box(-0.50, 0.68, 0.50, 0.745),
        box(-0.035, 0.74, 0.035, 0.87),
        [(-0.395, 0), (-0.36, 0.88), (-0.295, 0.88), (-0.315, 0)],
        [(0.395, 0), (0.36, 0.88), (0.295, 0.88), (0.315, 0)],
        box(-0.42, 0, -0.29, 0.05),
        box(0.29, 0, 0.42, 0.05),
    ]


def _house() -> Outlines:
    return [
        [(-0.48, 0), (-0.48, 0.46), (0.48, 0.46), (0.48, 0)],
        [(-0.60, 0.42), (-0.42, 0.90), (0.42, 0.90), (0.60, 0.42)],
        box(0.18, 0.8, 0.30, 1.05),
        box(0.16, 1.03, 0.32, 1.07),
    ]


def _windmill() -> Outlines:
    out: Outlines = [
        [(-0.17, 0), (-0.10, 0.62), (0.10, 0.62), (0.17, 0)],
        smooth([(-0.12, 0.61), (-0.09, 0.71), (0, 0.76), (0.09, 0.71), (0.12, 0.61)], 6),
        box(-0.2, 0.2, 0.2, 0.225),
    ]
    for index in range(4):
        turn = math.radians(28 + 90 * index)
        cos, sin = math.cos(turn), math.sin(turn)
        out.append(stroke([(0, 0.66), (cos * 0.46, 0.66 + sin * 0.46)], [0.022, 0.012]))
        sail = [(0.10, 0.01), (0.45, 0.01), (0.45, 0.10), (0.10, 0.075)]
        out.append([(x * cos - y * sin, 0.66 + x * sin + y * cos) for x, y in sail])
    return out


def _pyramid() -> Outlines:
    return [[(-0.85, -0.02), (0.0, 1.0), (0.85, -0.02)]]


def _tent() -> Outlines:
    return [
        [(-0.75, 0), (-0.05, 0.95), (0.0, 1.02), (0.05, 0.95), (0.75, 0)],
        stroke([(0, 0.95), (0.0, 1.12)], [0.03, 0.02]),
    ]


def _cactus() -> Outlines:
    def arm(*parts: tuple[float, float, float]) -> list[Point]:
        return smooth(stroke([(x, y) for x, y, _ in parts], [w for _, _, w in parts]), 6)

    return [
        arm((0, -0.02, 0.13), (0, 0.4, 0.15), (0, 0.8, 0.14), (0, 0.97, 0.10), (0, 1.0, 0.04)),
        arm((0, 0.38, 0.10), (-0.17, 0.40, 0.10), (-0.22, 0.48, 0.10), (-0.22, 0.66, 0.095), (-0.22, 0.70, 0.03)),
        arm((0, 0.50, 0.09), (0.15, 0.52, 0.09), (0.20, 0.60, 0.09), (0.20, 0.80, 0.085), (0.20, 0.84, 0.03)),
    ]


BUILDINGS: dict[str, Callable[[], Outlines]] = {
    "lighthouse": _lighthouse, "castle": _castle, "temple": _pagoda, "torii": _torii, "house": _house,
    "windmill": _windmill, "pyramid": _pyramid, "tent": _tent, "balloon": vehicles.balloon, "boat": vehicles.boat,
    "train": vehicles.train, "cactus": _cactus,
}  # fmt: skip


def lamps_of(kind: str) -> Outlines:
    """Windows and lamps that shine, on the same unit square."""
    table: dict[str, Outlines] = {
        "house": [box(-0.36, 0.14, -0.18, 0.34), box(-0.08, 0.14, 0.10, 0.34), box(0.22, 0.0, 0.36, 0.32)],
        "castle": [
            box(x - 0.012, y, x + 0.012, y + 0.05)
            for x, y in ((-0.16, 0.5), (0.01, 0.62), (0.17, 0.43), (-0.42, 0.38), (-0.05, 0.15), (0.10, 0.17))
        ],
        "temple": [box(-0.05, 0.05, 0.05, 0.13), box(-0.035, 0.225, 0.035, 0.28), box(-0.03, 0.385, 0.03, 0.43)],
        "lighthouse": [box(-0.028, 0.775, 0.028, 0.875), box(0.15, 0.09, 0.19, 0.14)],
        "tent": [[(-0.30, 0), (-0.02, 0.72), (0.02, 0.72), (0.30, 0)]],
        "train": [box(-0.33, 0.62, -0.14, 0.84)]
        + [
            box(-0.52 - (car + 1) * 1.06 + 0.08 + i * 0.155, 0.56, -0.52 - (car + 1) * 1.06 + 0.18 + i * 0.155, 0.80)
            for car in range(5)
            for i in range(6)
        ],
        "windmill": [box(-0.03, 0.34, 0.03, 0.42)],
    }
    return table.get(kind, [])
